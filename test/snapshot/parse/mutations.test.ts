import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KubehopError } from '../../../src/packet/index.ts'
import { EvidenceBuilder } from '../../../src/snapshot/index.ts'
import { realPrints } from './real-prints.ts'

/*
 * Whatever a file holds, it becomes evidence or an error of kubehop's own kind. `KUBEHOP_RUNS=1000000` tries that many cases of each property.
 */
const numRuns = Number(process.env.KUBEHOP_RUNS ?? 1000)
const timeout = 60_000 + numRuns * 5

/** What tools print beside ip and bridge, which have a file of real prints. */
const OTHERS: readonly (readonly [command: string, print: string])[] = [
  ['route -n', '0.0.0.0 10.0.0.254 0.0.0.0 UG 0 0 0 eth0\n10.5.0.0 - 255.255.0.0 ! 0 - 0 -\n'],
  ['arp -n', '10.0.0.5 ether 02:00:00:00:00:05 CM eth0\n10.0.0.6 (incomplete) eth0\n'],
  ['arp -an', '? (10.0.0.5) at 02:00:00:00:00:05 [ether] PERM on eth0\n'],
  [
    'sysctl -a',
    'net.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0/1.rp_filter = 2\nnet.ipv4.tcp_mem = 1\t2\t3\nkernel.pid_max = 4\n',
  ],
  ['sysctl -n net.ipv4.ip_forward', '1\n'],
  ['grep . /proc/sys/net/ipv4/conf/all/rp_filter /proc/sys/net/ipv4/ip_forward', '/proc/sys/net/ipv4/ip_forward:1\n'],
  ['ipset save', 'create a hash:ip family inet hashsize 1024 maxelem 65536\nadd a 10.0.0.1\n'],
  [
    'ipset list',
    'Name: a\nType: hash:ip\nRevision: 5\nHeader: family inet hashsize 1024 maxelem 65536\nSize in memory: 200\nReferences: 0\nNumber of entries: 1\nMembers:\n10.0.0.1\n',
  ],
  [
    'conntrack -L',
    'tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 [ASSURED] mark=0 use=1\n',
  ],
  [
    'cat /proc/net/nf_conntrack',
    'ipv4     2 udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 mark=0 zone=0 use=2\n',
  ],
  [
    'ss -lntu',
    'Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\nudp   UNCONN 0      0      127.0.0.53%lo:53        0.0.0.0:*          \ntcp   LISTEN 0      128          *:22              *:*          \n',
  ],
  [
    'netstat -lntu',
    'Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State      \ntcp6       0      0 :::22                   :::*                    LISTEN     \n',
  ],
  ['nft list tables', 'table ip nat\ntable inet firewalld\n'],
  [
    'nft -j list tables',
    '{"nftables":[{"metainfo":{"version":"1.0.6"}},{"table":{"family":"inet","name":"x","handle":1}}]}',
  ],
  ['tc qdisc show', 'qdisc noqueue 0: dev lo root refcnt 2 \nqdisc clsact ffff: dev eth0 parent ffff:fff1 \n'],
  ['ip xfrm policy', 'src 10.0.0.0/8 dst 10.1.0.0/16 \n\tdir out priority 0 \n\ttmpl src 1.1.1.1 dst 2.2.2.2\n'],
  [
    'cat /proc/net/ip_vs',
    'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\nTCP  0A600001:0050 rr \n',
  ],
  [
    'ip -br addr',
    'lo               UNKNOWN        127.0.0.1/8 ::1/128 \neth0@if7         UP             10.0.0.1/24 10.9.0.1 peer 10.9.0.2/32 metric 5 \n',
  ],
  ['ip -br link', 'eth0@if7         UP             0a:00:00:00:00:01 <BROADCAST,MULTICAST,UP,LOWER_UP> \n'],
]
const PRINTS: readonly (readonly [command: string, print: string])[] = [...realPrints(), ...OTHERS]
/** Pieces of prints that are long, so that small cases are tried, too. */
const SHORT = PRINTS.map(([command, print]) => [command, print.split('\n').slice(0, 12).join('\n')] as const)
const WORDS = [...new Set(PRINTS.flatMap(([, print]) => print.split(/\s+/).slice(0, 300)))]

function survives(command: string, print: unknown): void {
  const builder = new EvidenceBuilder({ name: 'n', host: 'n', id: 1, isHost: true, owners: [] })
  try {
    builder.add(command, print)
  } catch (error) {
    if (!(error instanceof KubehopError)) throw error
  }
  builder.finish()
}

type Edit = readonly [kind: number, at: number, word: string]

/** Cuts, doubles, and puts words of prints and odd characters into the text. */
function edited(text: string, edits: readonly Edit[]): string {
  let now = text
  for (const [kind, where, word] of edits) {
    const at = now.length === 0 ? 0 : where % now.length
    const end = Math.min(now.length, at + (where % 17))
    if (kind === 0) now = now.slice(0, at) + now.slice(end)
    else if (kind === 1) now = now.slice(0, at) + word + now.slice(end)
    else if (kind === 2) now = `${now.slice(0, at)} ${word} ${now.slice(at)}`
    else if (kind === 3) now = now.slice(0, at)
    else now = now.slice(0, end) + now.slice(at)
  }
  return now
}

const word = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '-1',
    '4294967296',
    '1e99',
    '0x',
    '99999999999999999999',
    '\0',
    '\\',
    '<',
    '>',
    '"',
    '\r\n',
    '\n',
    '\t',
  ),
  fc.string({ maxLength: 6 }),
)
const edits = fc.array(fc.tuple(fc.nat(4), fc.nat(), word), { minLength: 1, maxLength: 8 })

test('a mutated print', { timeout }, () => {
  fc.assert(
    fc.property(fc.constantFrom(...SHORT), edits, ([command, print], changes) =>
      survives(command, edited(print, changes)),
    ),
    { numRuns },
  )
})

test('a print of another command', { timeout }, () => {
  fc.assert(
    fc.property(fc.constantFrom(...SHORT), fc.constantFrom(...SHORT), ([command], [, print]) =>
      survives(command, print),
    ),
    { numRuns: Math.min(numRuns, SHORT.length ** 2 * 2) },
  )
})

test('random words and random text', { timeout }, () => {
  const text = fc.oneof(
    fc.array(word, { maxLength: 40 }).map((words) => words.join(' ')),
    fc.array(word, { maxLength: 40 }).map((words) => words.join('\n')),
    fc.string({ maxLength: 200 }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...SHORT), text, ([command], print) => survives(command, print)),
    { numRuns },
  )
})

/** A value somewhere in the JSON is another one. */
function changed(value: unknown, path: readonly number[], other: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined || typeof value !== 'object' || value === null) return other
  const keys = Object.keys(value)
  if (keys.length === 0) return other
  const key = keys[first % keys.length]!
  const inner = changed((value as Record<string, unknown>)[key], rest, other)
  if (Array.isArray(value)) return value.map((each, i) => (String(i) === key ? inner : each))
  return { ...value, [key]: inner }
}

test('mutated JSON', { timeout }, () => {
  const values = PRINTS.flatMap(([command, print]) =>
    print.startsWith('[') || print.startsWith('{') ? [[command, JSON.parse(print) as unknown] as const] : [],
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...values),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.jsonValue(),
      ([command, value], path, other) => survives(command, changed(value, path, other)),
    ),
    { numRuns },
  )
})

test('mutated commands', { timeout }, () => {
  const commands = PRINTS.map(([command]) => command)
  fc.assert(
    fc.property(fc.constantFrom(...commands), edits, fc.constantFrom(...SHORT), (command, changes, [, print]) =>
      survives(edited(command, changes), print),
    ),
    { numRuns },
  )
})

test('large hosts are read in well under a second per 10,000 lines', () => {
  const many = (line: (i: number) => string) => Array.from({ length: 10_000 }, (_, i) => line(i)).join('')
  const at = (i: number) => `${(i >> 8) & 255}.${i & 255}`
  const seconds = (command: string, print: unknown) => {
    const start = performance.now()
    survives(command, print)
    return (performance.now() - start) / 1000
  }
  const routes = many((i) => `10.${at(i)}.0/24 via 10.0.0.${i & 255} dev eth0 proto bird metric 32 \n`)
  expect(seconds('ip route', routes)).toBeLessThan(1)
  expect(seconds('ip route show dev eth0', routes)).toBeLessThan(1)
  const json = `[${many((i) => `,{"dst":"10.${at(i)}.0/24","gateway":"10.0.0.1","dev":"eth0","flags":[]}`).slice(1)}]`
  expect(seconds('ip -j route', json)).toBeLessThan(1)
  const fdb = many(
    (i) =>
      `0a:00:00:00:${(i >> 8).toString(16)}:${(i & 255).toString(16)} dev flannel.1 dst 10.0.${at(i)} self permanent\n`,
  )
  expect(seconds('bridge fdb', fdb)).toBeLessThan(1)
  expect(seconds('bridge fdb show dev flannel.1', fdb)).toBeLessThan(1)
  expect(
    seconds(
      'ip neigh',
      many((i) => `10.1.${at(i)} dev eth0 lladdr 0a:00:00:00:00:01 STALE\n`),
    ),
  ).toBeLessThan(1)
  const links = many(
    (i) =>
      `${i + 1}: veth${i}@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master cni0 state UP qlen 1000\n    link/ether 0a:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff link-netnsid ${i}\n`,
  )
  expect(seconds('ip addr', links)).toBeLessThan(1)
  expect(
    seconds(
      'sysctl -a',
      many((i) => `net.ipv4.conf.veth${i}.rp_filter = 0\n`),
    ),
  ).toBeLessThan(1)
  expect(
    seconds(
      'ipset save',
      many((i) => `add pods 10.1.${at(i)}\n`),
    ),
  ).toBeLessThan(1)
  // nothing of it is understood
  expect(
    seconds(
      'ip route',
      many((i) => `line ${i} says nothing at all\n`),
    ),
  ).toBeLessThan(1)
})
