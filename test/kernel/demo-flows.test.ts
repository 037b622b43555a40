import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DemoFlow, demoFlows } from '../../src/cli/demo/flows.ts'
import { Cluster } from '../../src/cluster/index.ts'
import { exportScript } from '../../src/commands/export/script.ts'
import type { TraceBranch } from '../../src/trace/index.ts'

// What `kubehop demo` shows, asked of the kernel: the bundled application is written out as a script and built in real namespaces, a program listens wherever
// a pod would, and each flow is sent. Who answered, whom it saw, or which error the client got, must be what the trace says.

const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const hasTools =
  isRoot && ['nfacct', 'ip', 'perl', 'iptables-restore'].every((tool) => spawnSync('which', [tool]).status === 0)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-flows-'))
  writeFileSync(join(folder, 'server.pl'), SERVER)
  writeFileSync(join(folder, 'client.pl'), CLIENT)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Listens on TCP ports and UDP ports (`u8125`), and answers each client with its own name and the client's address and port. */
const SERVER = `use IO::Socket::INET; use IO::Select;
my ($name, @ports) = @ARGV; my $all = IO::Select->new; my %udp;
for (@ports) {
  my $socket = /^u(\\d+)/ ? IO::Socket::INET->new(LocalPort => $1, Proto => 'udp') : IO::Socket::INET->new(LocalPort => $_, Listen => 50, ReuseAddr => 1);
  die "$name $_ $!" unless $socket; $udp{$socket} = 1 if /^u/; $all->add($socket);
}
while (1) { for my $socket ($all->can_read) {
  if ($udp{$socket}) {
    my ($port, $ip) = sockaddr_in(recv($socket, my $data, 99, 0)); send($socket, "$name " . inet_ntoa($ip) . ":$port", 0);
  } else {
    my $client = $socket->accept; print $client "$name " . $client->peerhost . ':' . $client->peerport . "\\n"; close $client;
  }
} }
`

/**
 * Sends from a port, and prints the answer, or the errno's name, or TIMEOUT. Within one machine the error of a REJECT comes back while connect(2) still holds the
 * socket, which then waits for the next one, a second later (tcp_v4_err, net/ipv4/tcp_ipv4.c): it has two.
 */
const CLIENT = `use IO::Socket::INET; use Socket; use Errno;
my ($protocol, $ip, $port, $own) = @ARGV; $SIG{ALRM} = sub { print "TIMEOUT\\n"; exit }; alarm 2;
if ($protocol eq 'udp') {
  my $socket = IO::Socket::INET->new(PeerAddr => $ip, PeerPort => $port, LocalPort => $own, Proto => 'udp'); send($socket, 'x', 0);
  recv($socket, my $data, 99, 0); print "$data\\n"; exit;
}
socket(S, PF_INET, SOCK_STREAM, 6); bind(S, sockaddr_in($own, INADDR_ANY));
connect(S, sockaddr_in($port, inet_aton($ip))) or do { my ($name) = grep { $!{$_} } qw(ECONNREFUSED EHOSTUNREACH ENETUNREACH); print $name // $!, "\\n"; exit };
print scalar <S>;
`

describe.runIf(hasTools).each([
  ['docker0', 'vxlan'],
  ['docker0', 'host-gw'],
  ['cni0', 'vxlan'],
  ['cni0', 'host-gw'],
] as const)('the shop on %s with %s', (bridge, backend) => {
  it('every flow of the demo ends as the trace says', () => {
    const cluster = Cluster.fromManifests(readFileSync('examples/shop.yaml', 'utf8'), { nodes: 2, bridge, backend })
    const flows = demoFlows(cluster)
    const answers = onTheKernel(cluster, flows)
    flows.forEach((flow, index) => {
      const { branches } = cluster.trace({ ...flow, ...sourcePort(flow, index), allBranches: true })
      expect(branches.map(answerOf), flow.title).toContainEqual(comparable(answers[index] ?? '', branches))
    })
  })
})

const netnsOf = (name: string): string => name.replaceAll('/', '.')

/** A port of its own for each flow. */
function sourcePort({ protocol }: DemoFlow, index: number): { readonly sourcePort?: number } {
  return protocol === 'icmp' ? {} : { sourcePort: 41_000 + index }
}

/** What the client of a branch hears. */
function answerOf(branch: TraceBranch): string {
  const { disposition, error, endpoint = '', seenBy, packet, reply } = branch
  // ping tells of an ICMP error, but gets no errno
  if (disposition !== 'delivered')
    return error ?? (reply?.disposition === 'delivered' && packet.protocol === 'icmp' ? 'EHOSTUNREACH' : 'TIMEOUT')
  const [address, port] = seenBy?.client.split(':') ?? []
  return `${netnsOf(endpoint.split(' ')[0] ?? '')} ${address}:${isMasqueraded(branch) ? 'drawn' : port}`
}

function isMasqueraded({ translations }: TraceBranch): boolean {
  return translations.some(({ kind }) => kind === 'masquerade')
}

/** Ports that chance draws are compared as such. */
function comparable(answer: string, branches: readonly TraceBranch[]): string {
  return branches.some(isMasqueraded) ? answer.replace(/(?<= \S+):\d+$/, ':drawn') : answer
}

const POD_PORTS = [80, 443, 7070, 8080, 8443, 9090]
const HOST_PORTS: Readonly<Record<string, readonly (string | number)[]>> = {
  'node-1': [9100, 6443, 'u8125'],
  'node-2': [9100, 'u8125'],
  external: [80, 443, 8443],
}

/** What the client of each flow hears on the real kernel. */
function onTheKernel(cluster: Cluster, flows: readonly DemoFlow[]): string[] {
  const pods = cluster.objects.pods
    .filter(({ spec }) => !spec.hostNetwork)
    .map(({ metadata }) => `default.${metadata.name}`)
  const listeners = [...pods.map((name) => [name, POD_PORTS] as const), ...Object.entries(HOST_PORTS)]
  const clients = flows.map((flow, index) => {
    const { from, to, protocol } = cluster.trace(flow).data
    const netns = `ip netns exec ${netnsOf(from.netns)}`
    // what the router says to a ping is all there is to hear of it
    if (protocol === 'icmp')
      return `${netns} ping -n -c1 -W1 ${to.address} | grep -q 'Destination Host Unreachable' && echo EHOSTUNREACH || echo TIMEOUT`
    return `${netns} perl ${folder}/client.pl ${protocol} ${to.address} ${to.port} ${41_000 + index}`
  })
  const script = [
    'mount -t tmpfs none /run',
    'mkdir -p /run/netns',
    exportScript(cluster.network.namespaces()),
    ...listeners.map(([name, ports]) => `ip netns exec ${name} perl ${folder}/server.pl ${name} ${ports.join(' ')} &`),
    'sleep 1',
    'clients=',
    ...clients.map((client, index) => `(${client}) >${folder}/answer-${index} & clients="$clients $!"`),
    'wait $clients',
    ...clients.map((_, index) => `cat ${folder}/answer-${index}`),
  ]
  writeFileSync(join(folder, 'shop.sh'), script.join('\n'))
  const { stdout, stderr } = spawnSync(
    'unshare',
    ['--net', '--mount', '--pid', '--fork', 'bash', join(folder, 'shop.sh')],
    {
      encoding: 'utf8',
      timeout: 55_000,
    },
  )
  expect(stderr).toBe('')
  return stdout.trimEnd().split('\n')
}
