import fc from 'fast-check'

/*
 * Rules and tables as text, written in the many ways that people write them: long and short options, numbers in several bases, abbreviated
 * units, parts in any order. What iptables makes of them is the question.
 */

const bang = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constant('! ') })
const pick = <T extends string>(...values: readonly T[]) => fc.constantFrom(...values)
const optional = (part: fc.Arbitrary<string>, weight = 2) =>
  fc.oneof({ weight: 1, arbitrary: part }, { weight, arbitrary: fc.constant('') })

export const address = fc.oneof(
  fc
    .tuple(fc.constantFrom(10, 172, 192, 1, 255), fc.nat(255), fc.nat(255), fc.nat(255))
    .map((octets) => octets.join('.')),
  pick('10.0.0.1', '10.0.0.2', '10.1.0.1', '127.0.0.1'),
)
const mask = pick('', '/32', '/24', '/16', '/8', '/31', '/1', '/255.255.0.0', '/255.0.255.0', '/13')
const network = fc.tuple(address, mask).map(([ip, bits]) => ip + bits)
const device = pick('eth0', 'lo', 'cni0', 'veth+', 'docker0', 'a', 'abcdefghijklmno')
const port = fc.oneof(fc.constantFrom(0, 22, 53, 80, 443, 8080, 30000, 65535), fc.nat(65535)).map(String)
const number = (max: number) =>
  fc.tuple(fc.nat(max), fc.nat(3)).map(([n, base]) => (base === 0 ? `0x${n.toString(16)}` : String(n)))
const portRange = fc.oneof(
  port,
  fc.tuple(fc.nat(65535), fc.nat(65535)).map(([a, b]) => `${Math.min(a, b)}:${Math.max(a, b)}`),
  port.map((p) => `${p}:`).filter((text) => text !== '0:'),
  port.map((p) => `:${p}`).filter((text) => text !== ':65535'),
)
/** A range of ports, with `!` before the option unless it holds every port: iptables forgets that test. */
const portTest = (option: string) =>
  fc.tuple(bang, portRange).map(([not, range]) => `${range === '0:65535' ? '' : not}${option} ${range}`)
const mark = fc.tuple(number(0xffffffff), optional(number(0xffffffff), 1)).map(([v, m]) => (m === '' ? v : `${v}/${m}`))
const some = (values: readonly string[], max = values.length) =>
  fc
    .subarray([...values], { minLength: 1, maxLength: max })
    .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }))
const list = (values: readonly string[]) => some(values).map((words) => words.join(','))
const join = (...parts: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((words) => words.filter((word) => word !== '').join(' '))
const shuffled = (...parts: readonly fc.Arbitrary<string>[]) =>
  fc
    .tuple(...parts)
    .chain((words) => fc.shuffledSubarray(words, { minLength: words.length }))
    .map((words) => words.filter((word) => word !== '').join(' '))

const FLAGS = ['SYN', 'ACK', 'FIN', 'RST', 'URG', 'PSH']
const flags = fc.oneof(list(FLAGS), pick('ALL', 'NONE'))

const tcp = shuffled(
  optional(portTest('--sport')),
  optional(portTest('--dport'), 1),
  optional(
    fc.oneof(
      bang.map((not) => `${not}--syn`),
      fc.tuple(bang, list(FLAGS), flags).map(([not, of, set]) => `${not}--tcp-flags ${of} ${set}`),
    ),
  ),
  optional(
    fc.tuple(bang, fc.integer({ min: 1, max: 255 })).map(([not, n]) => `${not}--tcp-option ${n}`),
    4,
  ),
).map((text) => `-m tcp ${text}`)
const udp = shuffled(optional(portTest('--source-port')), optional(portTest('--dport'), 1)).map(
  (text) => `-m udp ${text}`,
)
const CHUNKS = [
  'DATA',
  'INIT',
  'INIT_ACK',
  'SACK',
  'ABORT',
  'SHUTDOWN_COMPLETE',
  'ASCONF',
  'HEARTBEAT',
  'DATA:BE',
  'ABORT:T',
  'DATA:u',
]
const sctp = shuffled(
  optional(portTest('--sport')),
  optional(portTest('--dport')),
  optional(
    fc
      .tuple(bang, pick('all', 'any', 'only'), fc.oneof(pick('ALL', 'NONE'), list(CHUNKS)))
      .map(([not, mode, types]) => `${not}--chunk-types ${mode} ${types}`),
  ),
).map((text) => `-m sctp ${text}`)
const icmp = fc
  .tuple(
    bang,
    fc.oneof(
      pick(
        'any',
        'echo-request',
        'echo-reply',
        'host-unreachable',
        'fragmentation-needed',
        'ttl-exceeded',
        'ping',
        'redirect',
        '8/0',
      ),
      fc.nat(254).map(String),
      fc.tuple(fc.nat(254), fc.nat(255)).map(([t, c]) => `${t}/${c}`),
    ),
  )
  .map(([not, type]) => `-m icmp ${not}--icmp-type ${type}`)
const multiport = fc
  .tuple(
    bang,
    pick('--sports', '--dports', '--ports', '--source-ports'),
    fc.array(
      fc.oneof(
        port,
        fc
          .tuple(fc.nat(65535), fc.nat(65535))
          .filter(([a, b]) => a !== b)
          .map(([a, b]) => `${Math.min(a, b)}:${Math.max(a, b)}`),
      ),
      { minLength: 1, maxLength: 7 },
    ),
  )
  .map(([not, option, ports]) => `-m multiport ${not}${option} ${ports.join(',')}`)

const commentText = fc.string({
  unit: fc.constantFrom(...'ab Z09_-/:.,;#$%&()<>*?=+@[]{}|~^\'"\\é'),
  minLength: 1,
  maxLength: 40,
})
const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
const comment = commentText.map((text) => `-m comment --comment ${quoted(text)}`)

const STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED']
const tupleAddress = (option: string) =>
  fc
    .tuple(bang, address, pick('', '/32', '/24', '/8', '/255.255.0.0', '/0'))
    .map(([not, ip, bits]) => `${not}${option} ${ip}${bits}`)
const tuplePort = (option: string) => fc.tuple(bang, portRange).map(([not, range]) => `${not}${option} ${range}`)
const conntrack = shuffled(
  fc.tuple(bang, list([...STATES, 'SNAT', 'DNAT'])).map(([not, states]) => `${not}--ctstate ${states}`),
  optional(
    fc.tuple(bang, pick('tcp', 'udp', '1', '132')).map(([not, p]) => `${not}--ctproto ${p}`),
    4,
  ),
  optional(tupleAddress('--ctorigsrc'), 6),
  optional(tupleAddress('--ctorigdst'), 6),
  optional(tupleAddress('--ctreplsrc'), 6),
  optional(tupleAddress('--ctrepldst'), 6),
  optional(tuplePort('--ctorigsrcport'), 6),
  optional(tuplePort('--ctorigdstport'), 6),
  optional(tuplePort('--ctreplsrcport'), 6),
  optional(tuplePort('--ctrepldstport'), 6),
  optional(
    fc
      .tuple(bang, fc.oneof(pick('NONE'), list(['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'])))
      .map(([not, bits]) => `${not}--ctstatus ${bits}`),
    4,
  ),
  optional(
    fc.tuple(bang, pick('5', '10:20', '7:', ':9')).map(([not, s]) => `${not}--ctexpire ${s}`),
    4,
  ),
  optional(pick('--ctdir ORIGINAL', '--ctdir REPLY'), 4),
).map((text) => `-m conntrack ${text}`)

const statistic = fc.oneof(
  fc
    .tuple(bang, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([not, p]) => `-m statistic --mode random ${not}--probability ${p.toFixed(11)}`),
  fc
    .tuple(bang, fc.integer({ min: 1, max: 1000 }), fc.nat(999))
    .map(([not, every, packet]) => `-m statistic --mode nth ${not}--every ${every} --packet ${packet % every}`),
)
const TYPES = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
]
const addrtype = fc
  .tuple(fc.integer({ min: 1, max: 3 }), bang, bang, list(TYPES), list(TYPES))
  .map(
    ([which, notSrc, notDst, src, dst]) =>
      `-m addrtype${which & 1 ? ` ${notSrc}--src-type ${src}` : ''}${which & 2 ? ` ${notDst}--dst-type ${dst}` : ''}`,
  )
const recent = fc.oneof(
  join(
    bang.chain((not) => pick('--set', '--remove').map((action) => `-m recent ${not}${action}`)),
    optional(pick('--name LIST', '--name KUBE-SEP-X')),
    optional(pick('--rsource', '--rdest')),
    optional(pick('--mask 255.255.0.0', '--mask 255.255.255.255')),
  ),
  join(
    bang.chain((not) => pick('--rcheck', '--update').map((action) => `-m recent ${not}${action}`)),
    optional(pick('--seconds 60', '--seconds 10800 --reap', '--seconds 1 --hitcount 4', '--hitcount 20')),
    optional(pick('--rttl')),
    optional(pick('--name LIST', '--name x')),
    optional(pick('--rsource', '--rdest')),
  ),
)
const physdev = shuffled(
  fc.tuple(bang, device).map(([not, d]) => `${not}--physdev-in ${d}`),
  optional(bang.map((not) => `${not}--physdev-is-in`)),
  optional(bang.map((not) => `${not}--physdev-is-bridged`)),
).map((text) => `-m physdev ${text}`)

/** Mostly what iptables takes. */
const mostly = (good: readonly string[], bad: readonly string[]) =>
  fc.oneof({ weight: 29, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: fc.constantFrom(...bad) })

/** ip sets that are there when the rules are loaded. */
export const SETS: readonly string[] = ['S', 'PORTS', 'NETS']
const setName = mostly(['S', 'PORTS', 'NETS'], ['nowhere'])
const directions = mostly(
  ['src', 'dst', 'src,dst', 'dst,dst', 'src,src,dst', 'src,dst,src,dst,src,dst'],
  ['src,', 'foo', 'src,src,src,src,src,src,src'],
)
const uint64 = mostly(['0', '5', '0x10', '017', '18446744073709551615', '100000'], ['18446744073709551616', 'x'])
const set = join(
  fc.tuple(bang, setName, directions).map(([not, name, sides]) => `-m set ${not}--match-set ${name} ${sides}`),
  optional(pick('--return-nomatch'), 4),
  optional(
    bang.map((not) => `${not}--update-counters`),
    4,
  ),
  optional(
    bang.map((not) => `${not}--update-subcounters`),
    4,
  ),
  optional(
    fc.tuple(bang, uint64).map(([not, n]) => `${not}--packets-eq ${n}`),
    5,
  ),
  optional(
    fc.tuple(pick('--packets-lt', '--bytes-gt', '--bytes-lt'), uint64).map((words) => words.join(' ')),
    5,
  ),
)
const connbytes = fc
  .tuple(
    bang,
    mostly(['10', '10:20', ':20', '5:', '5:5', '0:', '0x10:0x20', '18446744073709551615'], ['20:10', 'x']),
    pick('packets', 'bytes', 'avgpkt'),
    pick('original', 'reply', 'both'),
  )
  .map(
    ([not, range, mode, way]) =>
      `-m connbytes ${not}--connbytes ${range} --connbytes-mode ${mode} --connbytes-dir ${way}`,
  )
const connlimit = shuffled(
  fc
    .tuple(bang, pick('above', 'upto'), fc.oneof(mostly(['0', '4294967295'], ['4294967296']), number(100)))
    .map(([not, how, n]) => `${not}--connlimit-${how} ${n}`),
  optional(pick('--connlimit-mask 24', '--connlimit-mask 0', '--connlimit-mask 33', '--connlimit-mask 255.255.0.0')),
  optional(pick('--connlimit-saddr', '--connlimit-daddr')),
).map((text) => `-m connlimit ${text}`)
const hashRate = fc.oneof(
  fc
    .tuple(
      fc.oneof(fc.integer({ min: 10, max: 1000 }), fc.integer({ min: 1, max: 1_000_001 })),
      pick('', '/s', '/sec', '/minute', '/m', '/h', '/hour', '/day', '/d'),
    )
    .map(([rate, unit]) => ({ rate: `${rate}${unit}`, octets: false })),
  fc
    .tuple(fc.integer({ min: 1, max: 4000 }), pick('b', 'kb', 'mb'))
    .map(([rate, unit]) => ({ rate: `${rate}${unit}/s`, octets: true })),
)
const hashlimit = fc
  .tuple(bang, pick('upto', 'above'), hashRate, fc.integer({ min: 1, max: 20 }), fc.boolean())
  .chain(([not, how, { rate, octets }, burst, withBurst]) =>
    shuffled(
      fc.constant(`${not}--hashlimit-${how} ${rate}`),
      withBurst
        ? fc.constant(
            `--hashlimit-burst ${octets ? `${Number.parseInt(rate, 10) * burst}${rate.replace(/[0-9]|\/s$/g, '')}` : burst}`,
          )
        : fc.constant(''),
      mostly(['--hashlimit-name x', '--hashlimit-name long_name-2'], ['--hashlimit-name a/b', '--hashlimit-name .']),
      optional(list(['srcip', 'srcport', 'dstip', 'dstport']).map((modes) => `--hashlimit-mode ${modes}`)),
      optional(mostly(['--hashlimit-srcmask 24', '--hashlimit-srcmask 32'], ['--hashlimit-srcmask 33']), 5),
      optional(pick('--hashlimit-dstmask 0', '--hashlimit-dstmask 32'), 5),
      optional(pick('--hashlimit-htable-size 100'), 5),
      optional(pick('--hashlimit-htable-max 100'), 5),
      optional(pick('--hashlimit-htable-gcinterval 500', '--hashlimit-htable-gcinterval 1000'), 5),
      optional(pick('--hashlimit-htable-expire 500', '--hashlimit-htable-expire 10000'), 5),
    ),
  )
  .map((text) => `-m hashlimit ${text}`)
const ids = mostly(
  ['0', 'root', '5', '0-5', '0x10', '3-3', '4294967294', 'games'],
  ['5-0', '4294967295', '0-', 'nobody-else'],
)
const owner = join(
  optional(
    fc.tuple(bang, ids).map(([not, id]) => `${not}--uid-owner ${id}`),
    1,
  ),
  optional(
    fc.tuple(bang, ids).map(([not, id]) => `${not}--gid-owner ${id}`),
    1,
  ),
  optional(
    bang.map((not) => `${not}--socket-exists`),
    1,
  ),
  optional(pick('--suppl-groups'), 4),
).map((text) => `-m owner ${text}`)
const rpfilter = shuffled(
  optional(pick('--loose'), 1),
  optional(pick('--validmark'), 1),
  optional(pick('--accept-local'), 1),
  optional(pick('--invert'), 1),
).map((text) => `-m rpfilter ${text}`)

const generic = fc.oneof(
  { weight: 2, arbitrary: set },
  { weight: 1, arbitrary: connbytes },
  { weight: 1, arbitrary: connlimit },
  { weight: 2, arbitrary: hashlimit },
  fc.tuple(bang, uint64).map(([not, n]) => `-m quota ${not}--quota ${n}`),
  { weight: 3, arbitrary: comment },
  { weight: 3, arbitrary: conntrack },
  { weight: 2, arbitrary: fc.tuple(bang, mark).map(([not, m]) => `-m mark ${not}--mark ${m}`) },
  { weight: 2, arbitrary: statistic },
  { weight: 2, arbitrary: addrtype },
  { weight: 2, arbitrary: recent },
  fc.tuple(bang, list(STATES)).map(([not, states]) => `-m state ${not}--state ${states}`),
  physdev,
  fc.tuple(bang, pick('100', '100:200', '50:', ':1500')).map(([not, l]) => `-m length ${not}--length ${l}`),
  fc.oneof(
    fc.tuple(bang, fc.nat(255)).map(([not, t]) => `-m ttl ${not}--ttl-eq ${t}`),
    fc.tuple(pick('--ttl-lt', '--ttl-gt'), fc.nat(255)).map(([o, t]) => `-m ttl ${o} ${t}`),
  ),
  fc
    .tuple(bang, pick('0x10', '0x10/0x3f', '8', 'Minimize-Delay', 'normal-service', '0/0xff'))
    .map(([not, t]) => `-m tos ${not}--tos ${t}`),
  fc
    .tuple(bang, pick('--dscp 10', '--dscp 0x2e', '--dscp-class EF', '--dscp-class cs3'))
    .map(([not, d]) => `-m dscp ${not}${d}`),
  fc
    .tuple(bang, pick('unicast', 'broadcast', 'multicast', 'otherhost'))
    .map(([not, t]) => `-m pkttype ${not}--pkt-type ${t}`),
  fc.tuple(bang, mark).map(([not, m]) => `-m connmark ${not}--mark ${m}`),
  fc
    .tuple(bang, bang, address, address, fc.boolean())
    .map(([a, b, x, y, both]) => `-m iprange ${a}--src-range ${x}-${x}${both ? ` ${b}--dst-range ${y}` : ''}`),
  fc
    .tuple(
      fc.integer({ min: 1, max: 10000 }),
      pick('', '/s', '/sec', '/minute', '/m', '/h', '/hour', '/day', '/d'),
      optional(fc.nat(200).map(String)),
    )
    .map(([rate, unit, burst]) => `-m limit --limit ${rate}${unit}${burst === '' ? '' : ` --limit-burst ${burst}`}`),
)

const WITH_PROTOCOL = {
  tcp: fc.oneof(
    tcp,
    multiport,
    fc.tuple(bang, pick('500', '500:1400')).map(([not, m]) => `-m tcpmss ${not}--mss ${m}`),
  ),
  udp: fc.oneof(udp, multiport),
  sctp: fc.oneof(sctp, multiport),
  icmp,
}
type Transport = keyof typeof WITH_PROTOCOL

const reject = pick(
  '',
  ' --reject-with icmp-net-unreachable',
  ' --reject-with icmp-host-prohibited',
  ' --reject-with port-unreach',
  ' --reject-with icmp-admin-prohibited',
).map((how) => `REJECT${how}`)
const natTo = fc
  .tuple(address, optional(address, 3), pick('', ' --random', ' --persistent', ' --persistent --random'))
  .map(([a, b, more]) => ({ host: b === '' ? a : `${a}-${b}`, more }))
const natPorts = fc.oneof(
  fc.constant(''),
  port.map((p) => p),
  fc.tuple(fc.nat(65535), fc.nat(65535)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
)
const markOperation = fc.oneof(
  fc.tuple(pick('--set-mark', '--set-xmark'), mark).map(([o, m]) => `${o} ${m}`),
  fc.tuple(pick('--and-mark', '--or-mark', '--xor-mark'), number(0xffffffff)).map(([o, m]) => `${o} ${m}`),
)
const setTarget = join(
  fc.tuple(setName, directions).map(([name, sides]) => `--add-set ${name} ${sides}`),
  optional(pick('--exist'), 3),
  optional(mostly(['--timeout 5', '--timeout 0', '--timeout 4294967294'], ['--timeout 4294967295', '--timeout x']), 3),
  optional(
    fc.tuple(setName, directions).map(([name, sides]) => `--del-set ${name} ${sides}`),
    1,
  ),
).map((text) => `SET ${text}`)
/** With neither, or `--exist` without `--add-set`. */
const badSetTarget = pick('SET', 'SET --exist', 'SET --del-set S src --exist', 'SET --del-set S src --timeout 4')
const nflog = join(
  optional(commentText.map((text) => `--nflog-prefix ${quoted(text)}`)),
  optional(mostly(['--nflog-group 0', '--nflog-group 3', '--nflog-group 65535'], ['--nflog-group 65536'])),
  optional(pick('--nflog-size 0', '--nflog-size 64', '--nflog-range 5')),
  optional(pick('--nflog-threshold 0', '--nflog-threshold 7')),
).map((text) => `NFLOG ${text}`)
const everywhere = fc.oneof(
  { weight: 4, arbitrary: pick('ACCEPT', 'DROP', 'RETURN') },
  { weight: 2, arbitrary: markOperation.map((text) => `MARK ${text}`) },
  markOperation.map((text) => `CONNMARK ${text}`),
  pick(
    'CONNMARK --save-mark',
    'CONNMARK --restore-mark --nfmask 0xff --ctmask 0xf0',
    'CONNMARK --restore-mark --mask 0xffff',
  ),
  fc
    .tuple(
      optional(
        commentText.map((text) => ` --log-prefix ${quoted(text)}`),
        1,
      ),
      pick('', ' --log-level debug', ' --log-level 4', ' --log-uid'),
    )
    .map((parts) => `LOG${parts.join('')}`),
  pick('TRACE'),
  setTarget,
  nflog,
  pick('SET --del-set S src', 'SET --del-set PORTS dst,src'),
  fc.oneof({ weight: 9, arbitrary: setTarget }, { weight: 1, arbitrary: badSetTarget }),
)
const mangle = pick(
  'TTL --ttl-set 5',
  'TTL --ttl-inc 1',
  'TTL --ttl-dec 2',
  'TOS --set-tos 0x10',
  'TOS --set-tos Minimize-Cost',
  'TOS --and-tos 0x0f',
  'TOS --or-tos 4',
  'TOS --xor-tos 1',
  'DSCP --set-dscp 12',
  'DSCP --set-dscp-class AF21',
)
const raw = mostly(
  [
    'NOTRACK',
    'CT --notrack',
    'CT --zone 7',
    'CT --zone mark',
    'CT',
    'CT --zone 0',
    'CT --zone-orig 7',
    'CT --zone-reply 0x10',
    'CT --zone-orig mark',
    'CT --zone-orig 3 --zone-reply 4',
    'CT --zone 3 --zone-orig 4',
    'CT --notrack --zone-reply 9',
  ],
  ['CT --zone 65536', 'CT --zone x'],
)

const withPorts = (protocol: string) => protocol !== ''
function natTarget(chain: string, protocol: string): fc.Arbitrary<string> {
  const ports = withPorts(protocol) ? natPorts : fc.constant('')
  const toNetwork = fc.tuple(address, pick('', '/24', '/16', '/0')).map(([a, bits]) => `NETMAP --to ${a}${bits}`)
  if (chain === 'PREROUTING' || chain === 'OUTPUT') {
    return fc.oneof(
      fc
        .tuple(natTo, ports)
        .map(([{ host, more }, p]) => `DNAT --to-destination ${host}${p === '' ? '' : `:${p}`}${more}`),
      fc.tuple(ports, pick('', ' --random')).map(([p, more]) => `REDIRECT${p === '' ? '' : ` --to-ports ${p}`}${more}`),
      toNetwork,
    )
  }
  const snat = fc
    .tuple(natTo, ports, pick('', ' --random-fully'))
    .map(([{ host, more }, p, fully]) => `SNAT --to-source ${host}${p === '' ? '' : `:${p}`}${more}${fully}`)
  if (chain === 'INPUT') return fc.oneof(snat, toNetwork)
  return fc.oneof(
    snat,
    toNetwork,
    fc
      .tuple(ports, pick('', ' --random', ' --random-fully', ' --random-fully --random'))
      .map(([p, more]) => `MASQUERADE${p === '' ? '' : ` --to-ports ${p}`}${more}`),
  )
}

/** Where a rule stands, and whither it may lead. */
export interface Place {
  readonly table: string
  readonly chain: string
  /** User chains that it may jump to. */
  readonly below: readonly string[]
}

function target(place: Place, protocol: string): fc.Arbitrary<string> {
  const { table, chain, below } = place
  const base = chain === chain.toUpperCase() && !chain.startsWith('U')
  // nat is not for filtering: iptables refuses DROP there
  const common = table === 'nat' ? everywhere.filter((text) => text !== 'DROP') : everywhere
  const options: fc.WeightedArbitrary<string>[] = [
    { weight: 3, arbitrary: common.map((text) => `-j ${text}`) },
    { weight: 1, arbitrary: fc.constant('') },
  ]
  if (below.length > 0)
    options.push({ weight: 3, arbitrary: fc.tuple(pick('-j', '-g'), pick(...below)).map((words) => words.join(' ')) })
  if (table === 'filter') options.push({ weight: 2, arbitrary: reject.map((text) => `-j ${text}`) })
  if (protocol === 'tcp')
    options.push({
      weight: 1,
      arbitrary: pick(
        '-j TCPMSS --clamp-mss-to-pmtu',
        '-j TCPMSS --set-mss 1400',
        '-j TCPMSS --set-mss 9 --clamp-mss-to-pmtu',
      ),
    })
  if (table === 'filter' && protocol === 'tcp')
    options.push({ weight: 1, arbitrary: fc.constant('-j REJECT --reject-with tcp-reset') })
  if (table === 'mangle') options.push({ weight: 2, arbitrary: mangle.map((text) => `-j ${text}`) })
  if (table === 'raw') options.push({ weight: 2, arbitrary: raw.map((text) => `-j ${text}`) })
  if (table === 'nat' && base)
    options.push({ weight: 4, arbitrary: natTarget(chain, protocol).map((text) => `-j ${text}`) })
  return fc.oneof(...options)
}

const NO_IN = new Set(['OUTPUT', 'POSTROUTING'])
const NO_OUT = new Set(['INPUT', 'PREROUTING'])

/** Matches that belong to some chains alone; now and then one stands where it may not. */
function ofPlace({ table, chain }: Place): fc.Arbitrary<string> {
  const sends = chain === 'OUTPUT' || chain === 'POSTROUTING'
  const receives = chain === 'PREROUTING' && (table === 'raw' || table === 'mangle')
  const right = sends ? owner : receives ? rpfilter : generic
  return fc.oneof({ weight: 19, arbitrary: right }, { weight: 1, arbitrary: fc.oneof(owner, rpfilter) })
}

/** One rule for a place, without `-A CHAIN`. */
export function ruleText(place: Place): fc.Arbitrary<string> {
  const protocols = fc.oneof(pick<Transport | ''>('tcp', 'udp', 'sctp', 'icmp', '', ''))
  return protocols.chain((protocol) => {
    const test = (option: string, value: fc.Arbitrary<string>) =>
      fc.tuple(bang, value).map(([not, v]) => `${not}${option} ${v}`)
    const parts = [
      // a test that denies everything cannot be said in nf_tables
      optional(test('-s', network)),
      optional(test('-d', network)),
      NO_IN.has(place.chain) ? fc.constant('') : optional(test('-i', device), 4),
      NO_OUT.has(place.chain) ? fc.constant('') : optional(test('-o', device), 4),
      optional(
        bang.map((not) => `${not}-f`),
        8,
      ),
    ]
    const transport = protocol === '' ? fc.constant('') : optional(WITH_PROTOCOL[protocol], 1)
    const protocolPart =
      protocol === '' ? optional(test('-p', pick('gre', '47', 'esp', '200')), 6) : fc.constant(`-p ${protocol}`)
    const others = fc.oneof({ weight: 5, arbitrary: generic }, { weight: 1, arbitrary: ofPlace(place) })
    const matches = fc
      .tuple(transport, fc.array(others, { maxLength: 2 }))
      .chain(([own, others]) => fc.shuffledSubarray([own, ...others], { minLength: others.length + 1 }))
      .map((words) => words.filter((word) => word !== '').join(' '))
    return join(...parts, protocolPart, matches, target(place, protocol))
  })
}

const BASE: { readonly [table: string]: readonly string[] } = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
}
const USER = ['U1', 'U-two', 'Uthree_3']

/** One table as iptables-restore reads it. User chains lead to later ones only. */
export function tableText(table: string, maxRules = 6): fc.Arbitrary<string> {
  const base = BASE[table]!
  return fc
    .record({
      policies: fc.tuple(...base.map((chain) => fc.tuple(fc.constant(chain), pick('ACCEPT', 'ACCEPT', 'DROP', '')))),
      users: fc.subarray(USER),
    })
    .chain(({ policies, users }) => {
      const places: Place[] = [
        ...base.map((chain) => ({ table, chain, below: users })),
        ...users.map((chain, i) => ({ table, chain, below: users.slice(i + 1) })),
      ]
      const rules = fc.tuple(
        ...places.map((place) =>
          fc
            .array(ruleText(place), { maxLength: maxRules })
            .map((texts) => texts.map((text) => `-A ${place.chain} ${text}`)),
        ),
      )
      return rules.map((chains) => {
        const heads = [
          ...policies.filter(([, policy]) => policy !== '').map(([chain, policy]) => `:${chain} ${policy} [0:0]`),
          ...users.map((chain) => `:${chain} - [0:0]`),
        ]
        return `${[`*${table}`, ...heads, ...chains.flat(), 'COMMIT'].join('\n')}\n`
      })
    })
}

/** Some tables, one after the other. */
export const tablesText: fc.Arbitrary<string> = fc
  .subarray(Object.keys(BASE), { minLength: 1 })
  .chain((names) => fc.tuple(...names.map((name) => tableText(name, 4))))
  .map((texts) => texts.join(''))
