import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LabRecord } from '../../src/commands/index.ts'
import { labObstacle, recordLabText } from '../../src/lab/index.ts'
import { parseTables, type TableName } from '../../src/netfilter/index.ts'
import { formatIpv4 } from '../../src/packet/address.ts'
import type { NamespaceEvidence } from '../../src/snapshot/index.ts'
import { evidenceOfDumps } from '../../src/snapshot/partial/index.ts'
import type { Journey } from '../../src/trace/index.ts'
import { type AskOptions, askTexts, dumpText } from '../snapshot/partial/ask.ts'
import { ROUTER, SOURCE, TARGET, tables } from '../snapshot/partial/random-tables.ts'

// What `kubehop trace --iptables` says of dumps that leave nothing open, asked of the kernel: a namespace gets the addresses, routes, sets and rules of the dump,
// with somebody behind each of its devices who has every address; the packet is sent, and each rule that it and its answer matched must be what the trace says.

/** A rule that matched: `filter FORWARD 3`; 0 is a policy. */
type Hit = string

interface Walked {
  readonly request: readonly Hit[]
  readonly reply: readonly Hit[]
}

/** Addresses beyond the host's devices need a way back to it. */
const HOST = '192.0.0.1'

function evidenceOf(texts: readonly string[]): NamespaceEvidence {
  return evidenceOfDumps(texts.map((text, i) => ({ name: `dump-${i + 1}.txt`, text })))
}

/** A lab that builds the host of the texts, and sends the packet from behind a device. */
function script(texts: readonly string[], flow: string, device: string, protocol: 'tcp' | 'udp'): string {
  const evidence = evidenceOf(texts)
  const [from = '', to = ''] = flow.split(' > ')
  const [source = '', sport = '40001'] = from.split(':')
  const [destination = '', dport = '80'] = to.split(':')
  const quiet = (netns: string) => [
    `ip netns add ${netns}`,
    `ip netns exec ${netns} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=${netns === 'host' ? 1 : 0}`,
    `ip -n ${netns} link set lo up`,
  ]
  const devices = (evidence.links ?? []).filter(({ name }) => name !== 'lo')
  const lines = [
    '# The host of a dump',
    '# Lesson: the rules that match are those that the trace of the dump names.',
    '',
    ...quiet('host'),
  ]
  devices.forEach(({ name, addresses }, i) => {
    const beyond = `beyond-${name}`
    const mac = `02:00:00:00:0${i + 1}:01`
    lines.push(
      ...quiet(beyond),
      `ip -n host link add ${name} address ${mac} type veth peer name eth0 netns ${beyond} address 02:00:00:00:0${i + 1}:02`,
      ...addresses.map(({ address, length }) => `ip -n host addr add ${formatIpv4(address)}/${length} dev ${name}`),
      `ip -n host link set ${name} up`,
      `ip -n ${beyond} link set eth0 up`,
      `ip netns exec ${beyond} sysctl -qw net.ipv4.conf.all.accept_local=1 net.ipv4.conf.all.accept_redirects=0 net.ipv4.conf.eth0.accept_redirects=0`,
      ...(name === device ? [`ip -n ${beyond} addr add ${source}/32 dev eth0`] : []),
      `ip -n ${beyond} rule del pref 0`,
      `ip -n ${beyond} rule add pref 0 iif eth0 lookup local`,
      `ip -n ${beyond} route add default via ${HOST} dev eth0 onlink`,
      `ip -n ${beyond} neigh add ${HOST} lladdr ${mac} dev eth0 nud permanent`,
      `ip -n ${beyond} route add local 0.0.0.0/0 dev lo table local`,
    )
  })
  for (const { text } of evidence.routes ?? [])
    if (!text.includes('proto kernel')) lines.push(`ip -n host route add ${text}`)
  if (evidence.sets !== null) lines.push('ip netns exec host ipset restore <<EOF', evidence.sets.text.trim(), 'EOF')
  lines.push(
    'ip netns exec host iptables-restore <<EOF',
    evidence.iptables![0]!.text.trim(),
    'EOF',
    '# --- traffic ---',
  )
  const udp = protocol === 'udp' ? '-u ' : ''
  for (const netns of ['host', ...devices.map(({ name }) => `beyond-${name}`)]) {
    for (const port of new Set([dport, '80', '8080', '22', '15006']))
      lines.push(`echo hello | timeout 1.5 ip netns exec ${netns} nc ${udp}-l -p ${port} &`)
  }
  lines.push(
    'sleep 0.3',
    `echo hello | timeout 0.7 ip netns exec beyond-${device} nc ${udp}-s ${source} -p ${sport} ${destination} ${dport}`,
    'wait',
    '',
  )
  return lines.join('\n')
}

/**
 * The rules of the host that the packet and the first answer to it matched; without those that only log and ask for a limit, which the trace
 * passes over.
 */
function walkedOnKernel({ rules }: LabRecord, text: string): Walked {
  const { tables } = parseTables(text, { keepUnsupported: true })
  const logs = (table: string, chain: string, position: number): boolean =>
    tables.get(table as TableName)?.chains.get(chain)?.rules[position - 1]?.target?.kind === 'LOG'
  const own = rules.filter(({ ns }) => ns === 'host')
  const hits = (index: number): Hit[] =>
    (own[index]?.chains ?? []).flatMap(({ table, hits: all }) =>
      all.flatMap((hit) => {
        const position = typeof hit.pos === 'number' ? hit.pos : 0
        return (hit.empty === true && hit.verdict === 'ACCEPT') || logs(table, hit.chain, position)
          ? []
          : [`${table} ${hit.chain} ${position}`]
      }),
    )
  return { request: hits(0), reply: hits(1) }
}

function walkedInTrace(journey: Journey | null): Hit[] {
  return (journey?.hops ?? []).flatMap(({ steps }) =>
    steps.flatMap((step) =>
      step.kind === 'hook' ? step.rules.map(({ table, chain, position }) => `${table} ${chain} ${position}`) : [],
    ),
  )
}

async function compare(
  texts: readonly string[],
  flow: string,
  device: string,
  options: AskOptions = {},
): Promise<void> {
  const trace = askTexts(texts, flow, { ...options, in: device })
  expect(trace.branches).toHaveLength(1)
  const lab = script(texts, flow, device, options.protocol === 'udp' ? 'udp' : 'tcp')
  const kernel = walkedOnKernel(await recordLabText(lab), evidenceOf(texts).iptables![0]!.text)
  expect({ request: walkedInTrace(trace.data), reply: walkedInTrace(trace.reply) }, lab).toEqual(kernel)
}

const ROUTED = (rules: string): string[] => [ROUTER, rules]

describe.runIf(labObstacle() === null)(
  'a packet through the host of a dump, on the kernel',
  { timeout: 60_000 },
  () => {
    it.each([
      ['a port that ufw opens', 'ufw-docker+docker-host', '203.0.113.7:40001 > 192.0.2.10:443', 'eth0'],
      ['a port that ufw does not open', 'ufw-docker+docker-host', '203.0.113.7:40001 > 192.0.2.10:25', 'eth0'],
      ['a published port', 'ufw-docker+docker-host', '203.0.113.7:40001 > 192.0.2.10:8080', 'eth0'],
      ['where DOCKER-USER drops', 'ufw-docker+docker-host', '198.51.100.9:40001 > 192.0.2.10:8080', 'eth0'],
      ['a container to the world', 'ufw-docker+docker-host', '172.17.0.2:40001 > 203.0.113.9:443', 'docker0'],
      [
        'a container that nobody may reach directly',
        'ufw-docker+docker-host',
        '203.0.113.7:40001 > 172.17.0.2:80',
        'eth0',
      ],
      ['a pod to its node', 'kube-node-decided', '10.244.1.7:40001 > 192.168.0.11:8080', 'cni0'],
      ['a pod to another node’s pod', 'kube-node-decided', '10.244.1.7:40001 > 10.96.0.11:80', 'cni0'],
      ['a Service from outside', 'kube-node-decided', '203.0.113.9:40001 > 10.96.0.11:80', 'eth0'],
      ['a Service without endpoints', 'kube-node-decided', '203.0.113.9:40001 > 10.96.0.12:80', 'eth0'],
      ['who is in the policy', 'workloads+calico-sets+calico', '10.42.1.7:40001 > 10.42.3.9:80', 'eth0'],
      ['who is not', 'workloads+calico-sets+calico', '10.42.1.8:40001 > 10.42.3.9:80', 'eth0'],
      ['a workload to the world', 'workloads+calico-sets+calico', '10.42.3.9:40001 > 203.0.113.9:443', 'cali12ab'],
      ['a workload to another', 'workloads+calico-sets+calico', '10.42.3.9:40001 > 10.42.1.7:80', 'cali12ab'],
    ])('%s', async (_title, dumps, flow, device) => {
      await compare(dumps.split('+').map(dumpText), flow, device)
    })

    it('rules at random', { timeout: 300_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(tables(false), async (rules) => {
          await compare(ROUTED(rules), `${SOURCE}:40001 > ${TARGET}:80`, 'eth0')
        }),
        { numRuns: 15, interruptAfterTimeLimit: 200_000 },
      )
    })
  },
)
