import fc from 'fast-check'
import { anyAddress, device, endAddress, network } from './references.ts'
import { bang, either, glue, not, pick, words } from './words.ts'

/*
 * Every match that kubehop knows, with values that packets of a lab have. Left out: `statistic --mode random` (chance), and sctp beyond
 * its protocol number (no program of a lab speaks it).
 */

/** As in probes.ts: ports that something may listen on. */
const port = pick('80', '8080', '53', '80', '5000', '80:8080', '1024:', ':100')

/** Trap: of ICMP these look at the identifier, which is drawn. */
const conntrackPorts = either(
  [1, not('--ctorigdstport', port)],
  [1, not('--ctreplsrcport', port)],
  [1, not('--ctorigsrcport', port)],
  [1, not('--ctrepldstport', port)],
)

const tcpTests = either(
  [4, not('--dport', port)],
  [1, not('--sport', pick('8080', '80', '1024:65535', '41001'))],
  [1, bang.map((deny) => `${deny}--syn`)],
  [
    1,
    not(
      '--tcp-flags',
      pick('FIN,ACK FIN,ACK', 'RST RST', 'SYN,ACK SYN,ACK', 'ALL SYN', 'PSH PSH', 'SYN,RST,ACK,FIN SYN'),
    ),
  ],
  [1, glue('-m multiport ', not('--dports', pick('53,80:81', '80,8080', '1:1023')))],
  [1, glue('-m multiport ', not('--ports', pick('8080', '53,80')))],
  [1, glue('-m conntrack ', conntrackPorts)],
  [1, glue('-m tcpmss ', not('--mss', pick('1460', '1400:1500', '536', '1200:1459')))],
  [1, not('--tcp-option', pick('2', '8', '19'))],
)
const udpTests = either(
  [5, not('--dport', port)],
  [1, not('--sport', pick('53', '1024:65535', '42001'))],
  [1, glue('-m multiport ', not('--dports', pick('53,80:81', '80,8080', '1:1023')))],
  [1, glue('-m multiport ', not('--sports', pick('53', '42001,42002')))],
  [1, glue('-m conntrack ', conntrackPorts)],
)
const icmpTests = not(
  '--icmp-type',
  pick('8', '8', '0', '3', '3/3', '3/1', '3/4', '11', '5', 'echo-request', 'destination-unreachable', 'any'),
)

/** `-p`, and tests that need it. */
export const protocol: fc.Arbitrary<{ protocol: string; tests: readonly string[] }> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ protocol: '', tests: [] }) },
  {
    weight: 3,
    arbitrary: fc.record({ protocol: fc.constant('-p tcp'), tests: fc.array(tcpTests, { maxLength: 2 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ protocol: fc.constant('-p udp'), tests: fc.array(udpTests, { maxLength: 2 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ protocol: fc.constant('-p icmp'), tests: fc.array(icmpTests, { maxLength: 1 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ protocol: pick('! -p tcp', '! -p udp', '! -p icmp', '-p sctp'), tests: fc.constant([]) }),
  },
)

const states = pick(
  'NEW',
  'ESTABLISHED',
  'RELATED',
  'RELATED,ESTABLISHED',
  'INVALID',
  'DNAT',
  'SNAT',
  'UNTRACKED',
  'NEW,UNTRACKED',
)
const conntrack = either(
  [6, not('--ctstate', states)],
  [1, not('--ctproto', pick('tcp', 'udp', 'icmp'))],
  [1, not('--ctorigsrc', anyAddress)],
  [1, not('--ctorigdst', anyAddress)],
  [1, not('--ctreplsrc', either([1, anyAddress], [1, network]))],
  [1, not('--ctrepldst', anyAddress)],
  [1, not('--ctstatus', pick('SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'NONE', 'EXPECTED'))],
  [1, pick('--ctdir ORIGINAL', '--ctdir REPLY')],
  // Times far from any that a lab has.
  [1, not('--ctexpire', pick('200:', ':200', '20:40'))],
)

const types = pick('LOCAL', 'LOCAL', 'UNICAST', 'BROADCAST', 'UNREACHABLE', 'BLACKHOLE', 'PROHIBIT', 'LOCAL,BROADCAST')
const addrtype = either(
  [3, not('--dst-type', types)],
  [2, not('--src-type', types)],
  [1, words(not('--src-type', types), not('--dst-type', types))],
)

const recent = fc
  .tuple(
    pick('R0', 'R1'),
    pick(
      '--set',
      '--rcheck',
      '--rcheck --seconds 300',
      '--update --hitcount 2',
      '! --rcheck',
      '--remove',
      '--rcheck --rttl',
    ),
    pick('', '', '--rdest', '--mask 255.255.0.0'),
  )
  .map(([name, action, more]) => `--name ${name} ${action} ${more}`.trim())

const sides = pick('src', 'dst', 'src,src', 'dst,dst', 'src,dst', 'dst,src', 'src,src,dst', 'dst,dst,src')
const set = either(
  [5, glue(bang, '--match-set ', pick('S0', 'S1', 'S2'), ' ', sides)],
  [
    1,
    glue(
      '--match-set ',
      pick('S0', 'S1', 'S2'),
      ' ',
      sides,
      ' ',
      pick('--return-nomatch', '! --update-counters', '--packets-lt 2', '--bytes-gt 100'),
    ),
  ],
)

const limits = pick('1/hour --limit-burst 1', '2/day --limit-burst 3', '1/hour --limit-burst 2')
const hashlimit = fc
  .tuple(
    pick('upto', 'above'),
    pick('1/hour', '2/hour'),
    pick(1, 2, 3),
    pick('srcip', 'dstip', 'srcip,dstport', 'srcip,srcport,dstip,dstport', ''),
    pick('', '--hashlimit-srcmask 24'),
  )
  .map(
    ([how, rate, burst, mode, mask]) =>
      `--hashlimit-${how} ${rate} --hashlimit-burst ${burst}${mode === '' ? '' : ` --hashlimit-mode ${mode}`} --hashlimit-name H ${mask}`,
  )

const MAC = ['02:00:00:00:00:01', '02:00:00:00:00:02', '0e:00:00:00:00:01'] as const

/** Matches for any place. */
const anywhere = either(
  [6, glue('-m conntrack ', conntrack)],
  [1, glue('-m state ', not('--state', pick('NEW', 'ESTABLISHED', 'INVALID', 'RELATED')))],
  [3, glue('-m mark ', not('--mark', pick('0x1', '0x2', '0x1/0x1', '0x0', '0x2/0x2')))],
  [2, glue('-m connmark ', not('--mark', pick('0x1', '0x0', '0x1/0x1')))],
  [3, glue('-m addrtype ', addrtype)],
  [1, glue('-m statistic --mode nth ', bang, '--every ', pick('2 --packet 0', '2 --packet 1', '3 --packet 1'))],
  [2, glue('-m length ', not('--length', pick('0:60', '61:', '84', '33', '1000:')))],
  [
    2,
    glue(
      '-m ttl ',
      either(
        [1, not('--ttl-eq', pick('63', '64', '62', '255'))],
        [1, pick('--ttl-gt 62', '--ttl-lt 63', '--ttl-lt 64')],
      ),
    ),
  ],
  [1, glue('-m tos ', not('--tos', pick('0x10', '0x10/0x3f', '0x00/0xff', '0x28', 'Minimize-Delay')))],
  [1, glue('-m dscp ', not('--dscp', pick('0', '10', '4')))],
  [1, glue('-m recent ', recent)],
  [3, glue('-m set ', set)],
  [1, glue('-m limit --limit ', limits)],
  [1, glue('-m hashlimit ', hashlimit)],
  [1, glue('-m quota ', not('--quota', pick('100', '84', '1000', '0')))],
  [
    1,
    fc
      .tuple(
        pick('2:', ':1', '84:', '3:10', '0:100'),
        pick('packets', 'bytes', 'avgpkt'),
        pick('original', 'reply', 'both'),
      )
      .map(([range, mode, way]) => `-m connbytes --connbytes ${range} --connbytes-mode ${mode} --connbytes-dir ${way}`),
  ],
  [
    1,
    glue(
      '-m connlimit --connlimit-',
      pick('above 0', 'above 1', 'upto 1', 'upto 2'),
      ' ',
      pick('', '--connlimit-mask 0', '--connlimit-mask 24', '--connlimit-daddr'),
    ),
  ],
  [1, glue('-m pkttype ', not('--pkt-type', pick('unicast', 'broadcast', 'otherhost', 'multicast')))],
  [1, glue('-m iprange ', not('--src-range', glue(endAddress, '-', pick('10.0.255.255', '10.244.255.255'))))],
  [
    1,
    glue(
      '-m iprange ',
      not('--dst-range', pick('10.0.0.0-10.0.2.9', '10.96.0.0-10.96.0.15', '10.244.0.0-10.244.1.255')),
    ),
  ],
  [1, glue('-m comment --comment ', pick('x', '"two words"'))],
  [1, bang.map((deny) => `-m physdev ${deny}--physdev-is-bridged`)],
  [1, pick('-m physdev --physdev-is-in', '-m physdev ! --physdev-is-in', '-m physdev --physdev-is-out')],
)

const arriving = either(
  [6, anywhere],
  [1, glue('-m mac ', not('--mac-source', pick(...MAC)))],
  [1, glue('-m physdev ', not('--physdev-in', either([1, device], [1, pick('v+', 'eth0')])))],
)
const rpfilter = pick(
  '-m rpfilter',
  '-m rpfilter --invert',
  '-m rpfilter --loose',
  '-m rpfilter --validmark --invert',
  '-m rpfilter --accept-local',
)
const owner = either(
  [1, glue('-m owner ', not('--uid-owner', pick('0', '0-1000', '1000')))],
  [1, glue('-m owner ', bang, '--socket-exists')],
  [1, glue('-m owner ', not('--gid-owner', pick('0', '100')))],
)
const physdevOut = pick(
  '-m physdev --physdev-is-bridged --physdev-out va',
  '-m physdev --physdev-is-bridged --physdev-out v+',
)

/** Matches that may stand in a chain. */
export function matchesOf(table: string, chain: string): fc.Arbitrary<string> {
  switch (chain) {
    case 'PREROUTING':
      return table === 'raw' || table === 'mangle' ? either([9, arriving], [1, rpfilter]) : arriving
    case 'INPUT':
      return arriving
    case 'FORWARD':
      return either([12, arriving], [1, physdevOut])
    case 'OUTPUT':
      return either([9, anywhere], [1, owner])
    case 'POSTROUTING':
      return either([12, anywhere], [1, owner], [1, physdevOut])
    default:
      return anywhere
  }
}

/** `-s`, `-d`, `-i`, `-o`, `-f`, as the chain takes them. */
export function headerOf(chain: string): fc.Arbitrary<string[]> {
  const address = either([4, anyAddress], [2, network], [1, fc.constant('@v0')], [1, fc.constant('@v1/16')])
  const interfaces = either([3, device], [1, pick('lo', 'v+', 'eth+', 'cni+')])
  const options: [number, fc.Arbitrary<string>][] = [
    [4, not('-d', address)],
    [4, not('-s', address)],
  ]
  if (chain !== 'OUTPUT' && chain !== 'POSTROUTING') options.push([2, not('-i', interfaces)])
  if (chain !== 'PREROUTING' && chain !== 'INPUT') options.push([2, not('-o', interfaces)])
  options.push([1, fc.constant('-f')])
  const option = either(...options)
  return (
    fc
      .oneof(
        { weight: 5, arbitrary: fc.constant([]) },
        { weight: 4, arbitrary: fc.array(option, { minLength: 1, maxLength: 1 }) },
        { weight: 1, arbitrary: fc.array(option, { maxLength: 3 }) },
      )
      // An option stands once.
      .map((list) => list.filter((text, i) => list.findIndex((other) => letter(other) === letter(text)) === i))
  )
}

function letter(option: string): string {
  return /-(\w)/.exec(option)![1]!
}
