import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Cluster, TargetFinder } from '../../src/cluster/index.ts'
import { exportScript } from '../../src/commands/export/script.ts'
import { FLOW_OBJECTS, KUBE_PROXY_FLOWS, type KubeProxyFlow } from '../support/kube-proxy-flows.ts'

// The table of flows, asked of the kernel: the cluster is built in real namespaces with the machine that sends, a program listens wherever an endpoint
// is, and each connection is tried.

const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const hasTools =
  isRoot && ['nfacct', 'ip', 'perl', 'iptables-restore'].every((tool) => spawnSync('which', [tool]).status === 0)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-proxy-flows-'))
  writeFileSync(join(folder, 'server.pl'), SERVER)
  writeFileSync(join(folder, 'client.pl'), CLIENT)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Tells each client the address and port that it was asked on, and the client's address. */
const SERVER = `use IO::Socket::INET; use IO::Select;
my $tcp = IO::Socket::INET->new(LocalPort => 8080, Listen => 50, ReuseAddr => 1) or die;
my $udp = IO::Socket::INET->new(LocalAddr => $ARGV[0], LocalPort => 5353, Proto => 'udp') or die;
my $all = IO::Select->new($tcp, $udp, map { IO::Socket::INET->new(LocalPort => $_, Listen => 50, ReuseAddr => 1) } @ARGV[1 .. $#ARGV]);
while (1) { for my $socket ($all->can_read) {
  if ($socket == $udp) {
    my $peer = recv($udp, my $data, 99, 0); my ($port, $ip) = sockaddr_in($peer); send($udp, "$ARGV[0]:5353 " . inet_ntoa($ip), 0, $peer);
  } else {
    my $client = $socket->accept; print $client $client->sockhost . ':' . $client->sockport . ' ' . $client->peerhost . "\\n"; close $client;
  }
} }
`

/** Connects from an address, and prints the answer, or the errno's name, or TIMEOUT. */
const CLIENT = `use IO::Socket::INET; use Socket; use Errno;
my ($protocol, $own, $ip, $port) = @ARGV; $SIG{ALRM} = sub { print "TIMEOUT\\n"; exit }; alarm 2;
if ($protocol eq 'udp') {
  my $socket = IO::Socket::INET->new(PeerAddr => $ip, PeerPort => $port, LocalAddr => $own, Proto => 'udp'); send($socket, 'x', 0);
  recv($socket, my $data, 99, 0); print "$data\\n"; exit;
}
socket(S, PF_INET, SOCK_STREAM, 6); bind(S, sockaddr_in(0, inet_aton($own))) or die $!;
connect(S, sockaddr_in($port, inet_aton($ip))) or do { my ($name) = grep { $!{$_} } qw(ECONNREFUSED EHOSTUNREACH ENETUNREACH); print $name // $!, "\\n"; exit };
print scalar <S>;
`

const cluster = Cluster.fromManifests(FLOW_OBJECTS, { validation: 'lenient' })
const SENDERS = [...new Set(KUBE_PROXY_FLOWS.map(({ from }) => from))]
const TRIES = 12

describe.runIf(hasTools)('what becomes of a packet that enters a node, on the kernel', () => {
  it.each(SENDERS)('from %s', (from) => {
    const flows = KUBE_PROXY_FLOWS.filter((flow) => flow.from === from)
    const heard = onTheKernel(from, flows)
    for (const [index, flow] of flows.entries()) expect(new Set(heard[index]), flow.title).toEqual(expected(flow))
  })
})

/** What the client may hear: of each endpoint with the address that it sees, or an errno, or nothing. What is left alone ends as the trace says. */
function expected({ from, to, dnat, masquerade, verdict }: KubeProxyFlow): Set<string> {
  if (dnat !== undefined) return new Set(dnat.map((endpoint) => `${endpoint} ${masquerade ? 'another' : from}`))
  if (verdict === 'ACCEPT') return new Set([`${to} ${from}`])
  if (verdict !== undefined) return new Set([verdict === 'DROP' ? 'TIMEOUT' : 'ECONNREFUSED'])
  return new Set([cluster.trace({ at: 'node/alpha', from, to }).data.error ?? 'TIMEOUT'])
}

/** Builds the cluster with whoever sends from the address, and tries each flow, so often that every endpoint is drawn. */
function onTheKernel(from: string, flows: readonly KubeProxyFlow[]): string[][] {
  const { network } = cluster
  const script = network.fabric.withGuests(() => {
    const finder = new TargetFinder(network, undefined)
    // the machine is wired for a destination that is its own address, too
    const to = flows.map((flow) => flow.to).find((each) => each.startsWith(`${from}:`)) ?? flows[0]!.to
    const { netns } = finder.entering('node/alpha', from, to, 'tcp').from
    const namespaces = [...new Set([...network.namespaces(), netns])]
    const servers = namespaces
      .filter(({ name }) => /^(endpoint-|elsewhere$|alpha$|sender$)/.test(name))
      .flatMap(({ name }) => {
        const own = name.startsWith('endpoint-') ? name.slice('endpoint-'.length) : '0.0.0.0'
        const ports = name === 'alpha' ? healthPorts(flows) : []
        return [`ip netns exec ${name} perl ${folder}/server.pl ${[own, ...ports].join(' ')} &`]
      })
    const clients = flows.flatMap(({ to: target, protocol, dnat }, index) => {
      const tries = (dnat?.length ?? 1) > 1 ? TRIES * dnat!.length : 1
      const client = `ip netns exec ${netns.name} perl ${folder}/client.pl ${protocol ?? 'tcp'} ${from} ${target.replace(':', ' ')}`
      return [`for i in $(seq ${tries}); do echo "HEARD ${index} $(${client})"; done`]
    })
    return [
      'mount -t tmpfs none /run',
      'mkdir -p /run/netns',
      exportScript(namespaces),
      ...servers,
      'sleep 0.4',
      ...clients,
    ]
  })
  const file = join(folder, 'flows.sh')
  writeFileSync(file, script.join('\n'))
  const { stdout, stderr } = spawnSync(
    'unshare',
    ['--net', '--mount', '--pid', '--fork', '--kill-child', 'bash', file],
    {
      encoding: 'utf8',
      timeout: 55_000,
    },
  )
  expect(stderr).toBe('')
  const heard: string[][] = flows.map(() => [])
  for (const [, index, text = ''] of stdout.matchAll(/^HEARD (\d+) (.*)$/gm))
    heard[Number(index)]!.push(anonymous(text, from))
  return heard
}

function healthPorts(flows: readonly KubeProxyFlow[]): string[] {
  return flows.filter(({ verdict }) => verdict === 'ACCEPT').map(({ to }) => to.split(':')[1]!)
}

/**
 * An address of the node in the place of the client's. (What the node itself sends may be masqueraded with the address that it
 * has: then nothing is to be seen.)
 */
function anonymous(text: string, from: string): string {
  const [server, client] = text.split(' ')
  const isMasqueraded = client !== from || NODE_ADDRESSES.includes(from)
  return client === undefined || !isMasqueraded ? text : `${server} another`
}

const NODE_ADDRESSES = ['192.168.7.2', '127.0.0.1']
