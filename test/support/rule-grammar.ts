import fc from 'fast-check'

/*
 * Every match and target with every option, as data: what may stand behind it, and in which odd but legal ways people spell it; among them
 * some words that iptables refuses. `grammarRule` makes rules of it that are right, nearly right or wrong, for a comparison of what both say.
 */

/** An option: its names, and what may stand behind it (absent: nothing). */
interface OptionWords {
  readonly names: readonly string[]
  readonly values?: readonly string[]
  /** A second word. */
  readonly second?: readonly string[]
  /** May `!` stand before it? */
  readonly invert?: boolean
  /** In how many rules of ten it stands. */
  readonly often?: number
}

interface ExtensionWords {
  /** Words that should stand before it. */
  readonly before?: readonly string[]
  readonly options: readonly OptionWords[]
}

/** What stands behind it in a list is refused by iptables, by itself or where it stands here. */
const BAD = '\u0000'
const good = (list: readonly string[]) => list.slice(0, list.includes(BAD) ? list.indexOf(BAD) : undefined)
const bad = (list: readonly string[]) => (list.includes(BAD) ? list.slice(list.indexOf(BAD) + 1) : [])
const products = (a: readonly string[], b: readonly string[]) => a.flatMap((first) => b.map((second) => first + second))

const pick = <T>(values: readonly T[]) => fc.constantFrom(...values)
const mostly = (list: readonly string[]): fc.Arbitrary<string> =>
  bad(list).length > 0
    ? fc.oneof({ weight: 24, arbitrary: pick(good(list)) }, { weight: 1, arbitrary: pick(bad(list)) })
    : pick(good(list))

const PORTS = [
  '80',
  '0',
  '65535',
  '0x50',
  '0120',
  'http',
  'domain',
  'ssh',
  '1024:65535',
  ':1023',
  '53:',
  ':',
  '0:65535',
  '80:80',
  'http:https',
  '0:22',
  '22:',
  ':0',
]
const BAD_PORTS = ['65536', 'nosuch', '80:70', '-1', '80-90', '1:2:3', '+80']
const MARKS = [
  '1',
  '0x1',
  '01',
  '0',
  '0xff/0xff',
  '1/1',
  '0/0',
  '0xffffffff',
  '4294967295',
  '0x0/0xffffffff',
  '0x10/0x0f',
  '5/0xffff0000',
]
const BAD_MARKS = ['4294967296', 'x', '-1', '1/', '/1', '1/2/3', '0x']
const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.0/8',
  '10.1.2.3/16',
  '10.0.0.1/255.255.255.255',
  '0.0.0.0/0',
  '0/0',
  '10/8',
  '192.168.1.1/32',
  '1.2.3.4/255.0.255.0',
  '127.0.0.1/0',
  'localhost',
  '10.1',
  '10.0.0.1/0.0.0.0',
  '0x0a.0.0.1',
  '10.0.0.0/08',
]
const BAD_ADDRESSES = [
  '10.0.0.256',
  '10.0.0.1/33',
  '10.0.0.1/',
  'nosuch.invalid',
  '10.0.0.1/-1',
  '/8',
  '10.0.0.1/255.0',
  '10.0.0.1.2',
  '1.2.3.4/24/8',
  '',
]
const SMALL = ['0', '1', '64', '255', '0x10', '010']
const TOS = [
  '0x10',
  '0x10/0x3f',
  '8',
  'Minimize-Delay',
  'normal-service',
  '0/0xff',
  'maximize-reliability',
  '0xff',
  '255/255',
  '010',
  BAD,
  'Minimize-Cost/0xff',
  '256',
  '0x10/',
  'nosuch',
]
const CLASSES = ['EF', 'CS0', 'cs7', 'AF11', 'af43', 'BE', 'be', BAD, 'AF44', 'nosuch']
const MODES = ['src', 'dst', 'src,dst', 'dst,src,dst', 'src,src,src,src,src,src', BAD, 'foo', 'src,', '']
const SET_NAMES = ['S', 'PORTS', 'NETS', 'S', 'PORTS', BAD, 'nowhere', 'averyveryveryverylongsetnamebeyond']
const UINT64 = ['0', '5', '0x10', '010', '18446744073709551615', BAD, '18446744073709551616', 'x', '-1']
const FREE_TEXT = [
  'x',
  '"a b"',
  '"a\\"b"',
  "it's",
  '"it\'s"',
  '"\\\\"',
  'a,b',
  '"a  b"',
  '--flag',
  '"é"',
  '"-j DROP"',
  '""',
  'a"b c"',
  '"#"',
  'a;b',
  '$HOME',
  '"tab\there"',
  'a\\b',
  "'q'",
]
const FLAG_LISTS = [
  'SYN',
  'SYN,ACK',
  'SYN,RST,ACK,FIN',
  'FIN,SYN,RST,PSH,ACK,URG',
  'ALL',
  'NONE',
  'syn,ack',
  'ALL,SYN',
  'SYN,SYN',
  'FIN,NONE',
  BAD,
  'FOO',
  '',
  'ECE',
  'SYN,',
]

const port = (...names: string[]): OptionWords => ({
  names,
  values: [...PORTS, BAD, ...BAD_PORTS],
  invert: true,
  often: 5,
})
const one = (names: readonly string[], values: readonly string[], invert = false, often = 5): OptionWords => ({
  names,
  values,
  invert,
  often,
})
const flag = (names: readonly string[], invert = false, often = 3): OptionWords => ({ names, invert, often })

const TUPLE_PORTS = [
  '80',
  '1024:65535',
  '0',
  '65535',
  'http',
  '80:90',
  BAD,
  '0x50',
  ':80',
  '80:',
  '80:70',
  '65536',
  '80-90',
]

export const MATCHES: Readonly<Record<string, ExtensionWords>> = {
  addrtype: {
    options: [
      one(
        ['src-type'],
        [
          'LOCAL',
          'local',
          'UNICAST,LOCAL',
          'BROADCAST',
          'ANYCAST,MULTICAST',
          'UNSPEC',
          'NAT,THROW,PROHIBIT,UNREACHABLE,BLACKHOLE',
          BAD,
          'XRESOLVE',
          'nosuch',
          '',
          'LOCAL,',
        ],
        true,
        7,
      ),
      one(['dst-type'], ['LOCAL', 'Unicast', 'LOCAL,LOCAL', 'MULTICAST', BAD, 'nosuch'], true, 5),
      flag(['limit-iface-in'], false, 2),
      flag(['limit-iface-out'], false, 1),
    ],
  },
  comment: {
    options: [one(['comment'], [...FREE_TEXT, 'y'.repeat(255), BAD, 'y'.repeat(256), 'y'.repeat(257)], false, 10)],
  },
  connbytes: {
    options: [
      one(
        ['connbytes'],
        [
          '10',
          '10:20',
          ':20',
          '5:',
          '5:5',
          '0:',
          ':',
          '0x10:0x20',
          '010',
          '18446744073709551615',
          BAD,
          '20:10',
          'x',
          '18446744073709551616',
          '1:2:3',
        ],
        true,
        10,
      ),
      one(['connbytes-mode'], ['packets', 'bytes', 'avgpkt', BAD, 'Packets', 'nosuch'], false, 9),
      one(['connbytes-dir'], ['original', 'reply', 'both', BAD, 'nosuch'], false, 9),
    ],
  },
  connlimit: {
    options: [
      one(['connlimit-above'], ['0', '5', '0x10', '4294967295', BAD, '4294967296', 'x'], true, 6),
      one(['connlimit-upto'], ['0', '5', '010', '4294967295'], true, 4),
      one(['connlimit-mask'], ['0', '24', '32', '0x18', BAD, '33', '255.255.0.0', 'x'], false, 3),
      flag(['connlimit-saddr']),
      flag(['connlimit-daddr']),
    ],
  },
  connmark: { options: [one(['mark'], [...MARKS, BAD, ...BAD_MARKS], true, 10)] },
  mark: { options: [one(['mark'], [...MARKS, BAD, ...BAD_MARKS], true, 10)] },
  conntrack: {
    options: [
      one(
        ['ctstate'],
        [
          'NEW',
          'new',
          'ESTABLISHED,RELATED',
          'INVALID',
          'UNTRACKED',
          'SNAT',
          'DNAT,NEW',
          'NEW,NEW',
          'NEW,ESTABLISHED,RELATED,INVALID,UNTRACKED,SNAT,DNAT',
          BAD,
          'nosuch',
          'NEW,',
          '',
          'N',
        ],
        true,
        6,
      ),
      one(['ctproto'], ['tcp', 'TCP', '17', '0x6', 'icmp', '0', 'all', '255', BAD, '256', 'nosuch'], true, 2),
      one(['ctorigsrc'], [...ADDRESSES, BAD, ...BAD_ADDRESSES], true, 2),
      one(['ctorigdst'], [...ADDRESSES, BAD, '1.1.1.1,2.2.2.2'], true, 2),
      one(['ctreplsrc'], ADDRESSES, true, 1),
      one(['ctrepldst'], ADDRESSES, true, 1),
      one(['ctorigsrcport'], TUPLE_PORTS, true, 1),
      one(['ctorigdstport'], TUPLE_PORTS, true, 2),
      one(['ctreplsrcport'], TUPLE_PORTS, true, 1),
      one(['ctrepldstport'], TUPLE_PORTS, true, 1),
      one(
        ['ctstatus'],
        ['NONE', 'EXPECTED', 'SEEN_REPLY,ASSURED', 'assured', 'CONFIRMED', 'NONE,ASSURED', BAD, 'SNAT', 'nosuch'],
        true,
        2,
      ),
      one(['ctexpire'], ['5', '10:20', '7:', ':9', '0x5', '20:10', '4294967295', BAD, '4294967296', 'x'], true, 2),
      one(['ctdir'], ['ORIGINAL', 'REPLY', 'original', 'Reply', BAD, 'nosuch'], false, 2),
    ],
  },
  dscp: {
    options: [
      one(['dscp'], ['10', '0x2e', '0', '63', '010', BAD, '64', 'x'], true, 6),
      one(['dscp-class'], CLASSES, true, 5),
    ],
  },
  hashlimit: {
    options: [
      one(
        ['hashlimit-upto', 'hashlimit'],
        [
          '5',
          '5/s',
          '5/second',
          '10/min',
          '10/minute',
          '100/hour',
          '3/d',
          '10000/s',
          '10001/s',
          '1000001/s',
          '5b/s',
          '512kb/s',
          '1mb/s',
          '4gb/s',
          BAD,
          '5/x',
          'x',
          '0/s',
        ],
        false,
        6,
      ),
      one(['hashlimit-above'], ['5/sec', '1/day', '1mb/s'], false, 4),
      one(['hashlimit-burst'], ['1', '10', '10000', BAD, '0', '1mb', '65536', 'x'], false, 3),
      one(
        ['hashlimit-mode'],
        ['srcip', 'dstip,dstport', 'srcip,srcport,dstip,dstport', 'srcport', 'srcip,srcip', BAD, 'nosuch'],
        false,
        5,
      ),
      one(['hashlimit-name'], ['web', 'x', BAD, 'averyveryveryverylongname', '"a b"', '.', 'a/b'], false, 9),
      one(['hashlimit-srcmask'], ['24', '0', '32', BAD, '33'], false, 2),
      one(['hashlimit-dstmask'], ['16', '0x10', BAD, 'x'], false, 2),
      one(['hashlimit-htable-size'], ['128', '0x80', BAD, '0'], false, 1),
      one(['hashlimit-htable-max'], ['1000', '10', BAD, '0'], false, 1),
      one(['hashlimit-htable-expire'], ['10000', '0'], false, 1),
      one(['hashlimit-htable-gcinterval'], ['500', '0'], false, 1),
      flag(['hashlimit-rate-match'], false, 1),
      one(['hashlimit-rate-interval'], ['5', '0', '4294967295'], false, 1),
    ],
  },
  icmp: {
    before: ['-p icmp', '-p 1', '-p ICMP', BAD, '-p tcp', '', '! -p icmp'],
    options: [
      one(
        ['icmp-type'],
        [
          'any',
          'echo-request',
          'echo-reply',
          'ping',
          'pong',
          'Echo-Request',
          'echo-req',
          'destination-unreachable',
          'network-unreachable',
          'host-unreachable',
          'protocol-unreachable',
          'port-unreachable',
          'fragmentation-needed',
          'source-route-failed',
          'network-unknown',
          'host-unknown',
          'network-prohibited',
          'host-prohibited',
          'TOS-network-unreachable',
          'TOS-host-unreachable',
          'communication-prohibited',
          'host-precedence-violation',
          'precedence-cutoff',
          'source-quench',
          'redirect',
          'network-redirect',
          'host-redirect',
          'TOS-network-redirect',
          'TOS-host-redirect',
          'router-advertisement',
          'router-solicitation',
          'time-exceeded',
          'ttl-exceeded',
          'ttl-zero-during-transit',
          'ttl-zero-during-reassembly',
          'parameter-problem',
          'ip-header-bad',
          'required-option-missing',
          'timestamp-request',
          'timestamp-reply',
          'address-mask-request',
          'address-mask-reply',
          '8',
          '0',
          '3/4',
          '0x8',
          '010',
          '255/0',
          '3/0',
          '3/255',
          BAD,
          '255',
          '256',
          '3/256',
          '8/',
          'nosuch',
          'host',
          '3/4/5',
          '/3',
          'tos',
        ],
        true,
        10,
      ),
    ],
  },
  iprange: {
    options: [
      one(
        ['src-range'],
        [
          '10.0.0.1-10.0.0.9',
          '10.0.0.1',
          '10.0.0.1-10.0.0.1',
          '10.0.0.9-10.0.0.1',
          '0.0.0.0-255.255.255.255',
          BAD,
          '10.1-10.2',
          'x-y',
          '10.0.0.1-',
          '10.0.0.1-10.0.0.9-10.0.0.20',
        ],
        true,
        6,
      ),
      one(['dst-range'], ['10.0.0.1-10.0.0.9', '1.2.3.4', '10.0.0.9-10.0.0.1', BAD, 'localhost'], true, 5),
    ],
  },
  length: {
    options: [
      one(
        ['length'],
        ['100', '100:200', '50:', ':1500', ':', '0', '65535', '0x40', '0100', BAD, '200:100', '65536', 'x', '1:2:3'],
        true,
        10,
      ),
    ],
  },
  limit: {
    options: [
      one(
        ['limit'],
        [
          '5',
          '5/s',
          '5/sec',
          '5/second',
          '1/m',
          '1/min',
          '2/minute',
          '3/h',
          '3/hour',
          '100/day',
          '10000/s',
          '007/s',
          BAD,
          '10001/s',
          '20000/second',
          '0/s',
          '-1/s',
          '5/',
          '5/x',
          'x',
          '5/secondly',
          '3/hours',
          '7/ms',
        ],
        true,
        8,
      ),
      one(['limit-burst'], ['1', '5', '100', '10000', '0x5', BAD, '10001', '0', 'x'], true, 4),
    ],
  },
  mac: {
    options: [
      one(
        ['mac-source'],
        [
          '00:11:22:33:44:55',
          'AA:bb:CC:dd:EE:ff',
          BAD,
          '0:1:2:3:4:5',
          '00:11:22:33:44',
          '00-11-22-33-44-55',
          '00:11:22:33:44:gg',
          '00:11:22:33:44:55:66',
          '000:11:22:33:44:55',
        ],
        true,
        10,
      ),
    ],
  },
  multiport: {
    before: ['-p tcp', '-p udp', '-p 132', '-p sctp', '-p dccp', '-p udplite', BAD, '', '-p icmp', '! -p tcp'],
    options: [
      one(
        ['source-ports', 'sports'],
        [
          '80',
          '80,443',
          '1:10,20',
          'http,https',
          '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15',
          '1:2,3:4,5:6,7:8,9:10,11:12,13:14,15',
          BAD,
          '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16',
          '80,',
          ',80',
          '80:70',
          '70000',
          '80:80',
          ':80',
          '80:',
          '',
        ],
        true,
        4,
      ),
      one(
        ['destination-ports', 'dports'],
        ['22', '0x16,025', '22,80:90', 'ssh,domain', '0:65535', BAD, 'nosuch', '1:2:3'],
        true,
        5,
      ),
      one(['ports'], ['53', '53,5353', '1000:2000'], true, 3),
    ],
  },
  owner: {
    options: [
      one(
        ['uid-owner'],
        [
          '0',
          '1000',
          'root',
          'nobody',
          '0-99',
          '0x10',
          '010',
          '4294967294',
          'daemon',
          '0-0',
          BAD,
          '99-0',
          '4294967295',
          '4294967296',
          'nosuch',
          '-5',
        ],
        true,
        6,
      ),
      one(['gid-owner'], ['0', 'root', '10-20', 'nogroup', 'daemon', BAD, 'nosuch'], true, 4),
      flag(['socket-exists'], true),
      flag(['suppl-groups'], false, 1),
    ],
  },
  physdev: {
    options: [
      one(['physdev-in'], ['eth0', 'veth+', BAD, '+', 'averyveryverylongname', 'a/b', ''], true, 5),
      one(['physdev-out'], ['eth0', 'v+'], true, 3),
      flag(['physdev-is-in'], true),
      flag(['physdev-is-out'], true),
      flag(['physdev-is-bridged'], true, 4),
    ],
  },
  pkttype: {
    options: [
      one(
        ['pkt-type'],
        [
          'unicast',
          'broadcast',
          'multicast',
          'bcast',
          'mcast',
          'host',
          'Unicast',
          BAD,
          'otherhost',
          'outgoing',
          'nosuch',
          '1',
        ],
        true,
        10,
      ),
    ],
  },
  quota: { options: [one(['quota'], UINT64, true, 10)] },
  recent: {
    options: [
      flag(['set'], true, 4),
      flag(['rcheck'], true, 3),
      flag(['update'], true, 3),
      flag(['remove'], true, 2),
      one(['seconds'], ['1', '60', '0x10', '4294967295', BAD, '0', 'x'], false, 3),
      flag(['reap'], false, 2),
      one(['hitcount'], ['1', '20', '255', BAD, '0', '256', '65535', '65536', 'x'], false, 3),
      flag(['rttl'], false, 2),
      one(['name'], ['web', 'DEFAULT', 'x'.repeat(199), 'a.b', BAD, 'x'.repeat(200), 'a/b', '"a b"', ''], false, 5),
      flag(['rsource'], false, 2),
      flag(['rdest'], false, 2),
      one(['mask'], ['255.255.255.0', '255.255.255.255', '0.0.0.0', BAD, '24', 'x'], false, 2),
    ],
  },
  rpfilter: { options: [flag(['loose']), flag(['validmark']), flag(['accept-local']), flag(['invert'])] },
  sctp: {
    before: ['-p sctp', '-p 132', '-p SCTP', BAD, '-p tcp'],
    options: [
      port('source-port', 'sport'),
      port('destination-port', 'dport'),
      {
        names: ['chunk-types'],
        values: ['all', 'any', 'only', BAD, 'nosuch'],
        second: [
          'DATA',
          'INIT,INIT_ACK',
          'DATA:Be',
          'ABORT:T',
          'ALL',
          'NONE',
          'data',
          'SACK,ASCONF_ACK,FORWARD_TSN',
          BAD,
          'nosuch',
          'DATA:',
          'DATA:x',
          'DATA,DATA',
          'I_DATA',
          'RE_CONFIG,PAD',
        ],
        invert: true,
        often: 4,
      },
    ],
  },
  set: {
    options: [
      { names: ['match-set'], values: SET_NAMES, second: MODES, invert: true, often: 9 },
      flag(['return-nomatch'], true, 2),
      flag(['update-counters'], true, 1),
      flag(['update-subcounters'], true, 1),
      one(['packets-eq'], UINT64, true, 1),
      one(['packets-lt'], UINT64, true, 1),
      one(['packets-gt'], UINT64, true, 1),
      one(['bytes-eq'], UINT64, true, 1),
      one(['bytes-lt'], UINT64, true, 1),
      one(['bytes-gt'], UINT64, true, 1),
    ],
  },
  state: {
    options: [
      one(
        ['state'],
        [
          'NEW',
          'new',
          'ESTABLISHED,RELATED',
          'RELATED,ESTABLISHED',
          'INVALID,UNTRACKED',
          'NEW,NEW',
          BAD,
          'SNAT',
          'nosuch',
          'NEW,',
          'N',
          '',
        ],
        true,
        10,
      ),
    ],
  },
  statistic: {
    options: [
      one(['mode'], ['random', 'nth', BAD, 'Random', 'nosuch'], false, 9),
      one(
        ['probability'],
        [
          '0.5',
          '0',
          '1',
          '.25',
          '0.33333333349',
          '1e-3',
          '1.0',
          '0x1p-1',
          '0.000000001',
          BAD,
          '1.5',
          '-0.1',
          'x',
          '0.5x',
        ],
        true,
        5,
      ),
      one(['every'], ['1', '3', '10', '0x10', '65536', '2147483648', BAD, '0', 'x'], true, 5),
      one(['packet'], ['0', '1', '2', BAD, '9', '10', '65536', 'x'], false, 4),
    ],
  },
  tcp: {
    before: [
      '-p tcp',
      '-p 6',
      '-p TCP',
      '-p 0x6',
      '--protocol tcp',
      BAD,
      '--proto=tcp',
      '-ptcp',
      '-p udp',
      '',
      '! -p tcp',
    ],
    options: [
      port('source-port', 'sport'),
      port('destination-port', 'dport'),
      flag(['syn'], true, 2),
      { names: ['tcp-flags'], values: FLAG_LISTS, second: FLAG_LISTS, invert: true, often: 3 },
      one(['tcp-option'], ['1', '255', '0x8', BAD, '0', '256', 'x'], true, 1),
    ],
  },
  tcpmss: {
    before: ['-p tcp', '-p tcp --syn', '-p tcp --tcp-flags SYN,RST SYN', BAD, '-p udp', ''],
    options: [
      one(
        ['mss'],
        ['500', '500:1400', '0', '65535', ':1400', '1400:', '0x200', BAD, '1400:500', '65536', 'x'],
        true,
        10,
      ),
    ],
  },
  tos: { options: [one(['tos'], TOS, true, 10)] },
  ttl: {
    options: [
      one(['ttl-eq', 'ttl'], [...SMALL, BAD, '256', 'x'], true, 6),
      one(['ttl-lt'], [...SMALL, BAD, '256', 'x'], true, 3),
      one(['ttl-gt'], [...SMALL, BAD, '-1'], true, 3),
    ],
  },
  udp: {
    before: ['-p udp', '-p 17', '-p UDP', BAD, '-p tcp', '', '! -p udp'],
    options: [port('source-port', 'sport'), port('destination-port', 'dport')],
  },
  nosuch: { options: [] },
}

const NAT_PORTS = [
  '',
  '',
  ':80',
  ':0',
  ':65535',
  ':80-90',
  ':90-80',
  ':1024-65535',
  ':0x50',
  BAD,
  ':http',
  ':65536',
  ':',
  ':80-',
  ':80-90/100',
  ':x',
]
const NAT_HOSTS = [
  '10.0.0.1',
  '10.0.0.1',
  '10.0.0.1-10.0.0.9',
  '10.0.0.1-10.0.0.1',
  '0.0.0.0',
  BAD,
  '10.0.0.9-10.0.0.1',
  '10.0.0.1/24',
  '',
  'localhost',
  '10.1',
  'nosuch.invalid',
  '10.0.0.1-',
]
const NAT_PLACES = [
  ...products(good(NAT_HOSTS), good(NAT_PORTS)),
  BAD,
  ...products(good(NAT_HOSTS), bad(NAT_PORTS)),
  ...products(bad(NAT_HOSTS), good(NAT_PORTS)),
]
const TO_PORTS = [
  '80',
  '80-90',
  '65535',
  '1024-65535',
  '0x50',
  '1000-1000',
  BAD,
  '0',
  '90-80',
  'http',
  '65536',
  'x',
  '80-',
  '-80',
  '80:90',
]
const MASKS = ['0x1', '0', '0xffffffff', '255', BAD, 'x', '4294967296']

export const TARGETS: Readonly<Record<string, ExtensionWords>> = {
  ACCEPT: { options: [] },
  DROP: { options: [] },
  RETURN: { options: [] },
  CLASSIFY: {
    options: [
      one(
        ['set-class'],
        ['1:2', '0:0', 'ffff:ffff', 'a:B', BAD, '0x1:0x2', '1', '1:', ':2', '10000:0', 'x:y'],
        false,
        10,
      ),
    ],
  },
  CONNMARK: {
    options: [
      one(['set-xmark'], [...MARKS, BAD, ...BAD_MARKS], true, 2),
      one(['set-mark'], [...MARKS, BAD, ...BAD_MARKS], false, 2),
      one(['and-mark'], MASKS, false, 2),
      one(['or-mark'], MASKS, false, 2),
      one(['xor-mark'], MASKS, false, 2),
      flag(['save-mark'], false, 2),
      flag(['restore-mark'], true, 2),
      one(['ctmask'], MASKS, false, 1),
      one(['nfmask'], MASKS, false, 1),
      one(['mask'], MASKS, false, 1),
    ],
  },
  CT: {
    options: [
      flag(['notrack']),
      one(['zone'], ['0', '7', '65535', 'mark', '0x10', BAD, '65536', 'x'], true, 3),
      one(['zone-orig'], ['7', 'mark', BAD, '65536'], false, 1),
      one(['zone-reply'], ['9', 'mark'], false, 1),
    ],
  },
  DNAT: {
    options: [one(['to-destination'], NAT_PLACES, true, 10), flag(['random'], true, 2), flag(['persistent'], false, 2)],
  },
  DSCP: {
    options: [
      one(['set-dscp'], ['0', '10', '0x2e', '63', BAD, '64', 'x'], true, 6),
      one(['set-dscp-class'], CLASSES, false, 5),
    ],
  },
  LOG: {
    options: [
      one(
        ['log-level'],
        [
          '0',
          '4',
          '7',
          'debug',
          'info',
          'INFO',
          'warn',
          'warning',
          'err',
          'error',
          'emerg',
          'panic',
          'crit',
          'alert',
          'notice',
          '0x4',
          BAD,
          '8',
          '255',
          '256',
          'nosuch',
        ],
        true,
        4,
      ),
      one(['log-prefix'], [...FREE_TEXT, 'x'.repeat(29), '"with end "', BAD, 'x'.repeat(30)], false, 5),
      flag(['log-tcp-sequence'], false, 1),
      flag(['log-tcp-options'], false, 1),
      flag(['log-ip-options'], false, 1),
      flag(['log-uid'], false, 1),
      flag(['log-macdecode'], false, 1),
    ],
  },
  MARK: {
    options: [
      one(['set-xmark'], [...MARKS, BAD, ...BAD_MARKS], true, 3),
      one(['set-mark'], [...MARKS, BAD, ...BAD_MARKS], false, 3),
      one(['and-mark'], MASKS, false, 2),
      one(['or-mark'], MASKS, false, 2),
      one(['xor-mark'], MASKS, false, 2),
    ],
  },
  MASQUERADE: {
    options: [one(['to-ports'], TO_PORTS, true, 4), flag(['random'], false, 3), flag(['random-fully'], true, 3)],
  },
  NETMAP: {
    options: [
      one(
        ['to'],
        [
          '10.0.0.0/24',
          '10.0.0.1',
          '10.0.0.1/8',
          '0.0.0.0/0',
          '10.0.0.0/255.255.0.0',
          BAD,
          '10.0.0.0/255.0.255.0',
          '10/8',
          'x',
          '10.0.0.0/33',
          '',
        ],
        true,
        10,
      ),
    ],
  },
  NFLOG: {
    options: [
      one(['nflog-group'], ['0', '3', '65535', '0x10', BAD, '65536', 'x'], false, 4),
      one(['nflog-prefix'], [...FREE_TEXT, 'x'.repeat(63), BAD, 'x'.repeat(64), 'x'.repeat(65)], false, 4),
      one(['nflog-range'], ['0', '64', BAD, 'x'], false, 1),
      one(['nflog-size'], ['0', '64', '4294967295'], false, 2),
      one(['nflog-threshold'], ['0', '1', '7', '65535', BAD, '65536'], false, 2),
    ],
  },
  NOTRACK: { options: [] },
  REDIRECT: { options: [one(['to-ports'], TO_PORTS, true, 6), flag(['random'], false, 3)] },
  REJECT: {
    options: [
      one(
        ['reject-with'],
        [
          'icmp-net-unreachable',
          'net-unreach',
          'icmp-host-unreachable',
          'host-unreach',
          'icmp-proto-unreachable',
          'proto-unreach',
          'icmp-port-unreachable',
          'port-unreach',
          'icmp-net-prohibited',
          'net-prohib',
          'icmp-host-prohibited',
          'host-prohib',
          'icmp-admin-prohibited',
          'admin-prohib',
          'icmp-admin',
          'icmp',
          BAD,
          'tcp-reset',
          'tcp-rst',
          'ICMP-net-unreachable',
          'echoreply',
          'nosuch',
          'icmp-host',
          'tcp',
        ],
        true,
        7,
      ),
    ],
  },
  SET: {
    options: [
      { names: ['add-set'], values: SET_NAMES, second: MODES, often: 6 },
      { names: ['del-set'], values: SET_NAMES, second: MODES, often: 3 },
      { names: ['map-set'], values: SET_NAMES, second: MODES, often: 1 },
      flag(['exist'], true, 2),
      one(['timeout'], ['0', '5', '4294967', '4294967294', BAD, '4294967295', 'x'], false, 2),
      flag(['map-mark'], false, 1),
      flag(['map-prio'], false, 1),
      flag(['map-queue'], false, 1),
    ],
  },
  SNAT: {
    options: [
      one(['to-source'], NAT_PLACES, true, 10),
      flag(['random'], true, 2),
      flag(['random-fully'], false, 2),
      flag(['persistent'], false, 2),
    ],
  },
  TCPMSS: {
    before: [
      '-p tcp --syn',
      '-p tcp --tcp-flags SYN,RST SYN',
      BAD,
      '-p tcp',
      '-p tcp --tcp-flags SYN SYN',
      '-p udp',
      '',
    ],
    options: [
      one(['set-mss'], ['1400', '65496', '0x500', BAD, '0', '65535', '65536', 'x'], false, 6),
      flag(['clamp-mss-to-pmtu'], true, 5),
    ],
  },
  TOS: {
    options: [
      one(['set-tos'], TOS, true, 5),
      one(['and-tos'], ['0x0f', '255', BAD, '256', 'x'], false, 2),
      one(['or-tos'], ['4', '010'], false, 2),
      one(['xor-tos'], ['1', '0xff'], false, 2),
    ],
  },
  TRACE: { options: [] },
  TTL: {
    options: [
      one(['ttl-set'], [...SMALL, BAD, '256', 'x'], true, 5),
      one(['ttl-inc'], [...SMALL, BAD, '256'], false, 3),
      one(['ttl-dec'], [...SMALL, BAD, '256'], false, 3),
    ],
  },
  U1: { options: [] },
  CONTINUE: { options: [] },
}

const chance = (inTen: number) => fc.nat(99).map((n) => n < inTen * 10)
const some = (part: fc.Arbitrary<string>, inTen: number) =>
  chance(inTen).chain((there) => (there ? part : fc.constant('')))

/** `--name`, now and then cut short. */
const optionName = (names: readonly string[]) =>
  fc
    .tuple(pick(names), fc.nat(29), fc.nat(12))
    .map(([name, cut, at]) => `--${cut > 0 ? name : name.slice(0, Math.max(2, name.length - at))}`)

/** One option with its words; now and then glued with `=`, negated where that is wrong, or without its word. */
function optionText({ names, values, second, invert = false }: OptionWords): fc.Arbitrary<string> {
  return fc
    .tuple(optionName(names), mostly(values ?? ['']), mostly(second ?? ['']), fc.nat(99), fc.nat(99))
    .map(([name, value, other, bang, how]) => {
      const not = bang < (invert ? 25 : 0.3) ? '! ' : ''
      if (values === undefined) return `${not}${name}${how === 0 ? '=x' : how === 1 ? ' x' : ''}`
      const word = value === '' ? '""' : value
      const last = second === undefined ? '' : ` ${other === '' ? '""' : other}`
      if (how === 0) return `${not}${name}`
      return `${not}${name}${how < 12 && !/["']/.test(word) ? '=' : ' '}${word}${last}`
    })
}

function optionsText(words: ExtensionWords): fc.Arbitrary<string> {
  const parts = words.options.map((option) => some(optionText(option), option.often ?? 5))
  return fc.tuple(fc.tuple(...parts), fc.nat(30), fc.infiniteStream(fc.nat(1000))).map(([texts, twice, keys]) => {
    const there = texts.filter((text) => text !== '')
    if (twice === 0 && there.length > 0) there.push(there[0]!)
    return there
      .map((text) => [keys.next().value as number, text] as const)
      .sort(([a], [b]) => a - b)
      .map(([, text]) => text)
      .join(' ')
  })
}

const matchText = pick(
  Object.keys(MATCHES).flatMap((name) => Array.from({ length: name === 'nosuch' ? 1 : 6 }, () => name)),
).chain((name) => {
  const words = MATCHES[name]!
  const load = fc
    .nat(59)
    .map((how) =>
      how === 0
        ? `--match ${name}`
        : how === 1
          ? `-m${name}`
          : how === 2 && words.before !== undefined
            ? ''
            : `-m ${name}`,
    )
  return fc
    .tuple(mostly(words.before ?? ['']), load, optionsText(words))
    .map((parts) => ({ before: parts[0], text: `${parts[1]} ${parts[2]}`.trim() }))
})

const targetText = fc.tuple(pick(Object.keys(TARGETS)), fc.nat(99)).chain(([name, how]) => {
  const jump = how === 0 ? '--jump ' : how === 1 ? '-j' : how === 2 ? '-g ' : how === 3 ? '--goto ' : '-j '
  const words = TARGETS[name]!
  return fc
    .tuple(mostly(words.before ?? ['']), optionsText(words))
    .map(([before, options]) => ({ before, text: `${jump}${name === '' ? '""' : name} ${options}`.trim() }))
})

const INTERFACES = [
  'eth0',
  'lo',
  'veth+',
  '+',
  'a',
  'abcdefghijklmno',
  'eth0:1',
  BAD,
  'abcdefghijklmnop',
  'a/b',
  '""',
  '"a b"',
  'é',
]
const address = mostly([...ADDRESSES, '1.1.1.1,2.2.2.2', '1.1.1.0/24,2.2.2.2', BAD, ...BAD_ADDRESSES])

const testOf = (options: readonly string[], glued: readonly string[], values: fc.Arbitrary<string>) =>
  fc
    .tuple(mostly([...options, BAD, ...glued]), values, fc.nat(9))
    .map(([option, value, not]) => `${not < 2 ? '! ' : ''}${option}${value === '' ? '""' : value}`)

const PROTOCOLS = [
  'tcp',
  'udp',
  'icmp',
  'all',
  '0',
  'ALL',
  '6',
  '0x11',
  'gre',
  '47',
  '255',
  'esp',
  'sctp',
  'ipv6-icmp',
  'ip',
  'ah',
  'igmp',
  '006',
  BAD,
  'icmpv6',
  '256',
  'nosuch',
  '',
]

/** A rule that is right, nearly right or wrong, without `-A CHAIN`. */
export const grammarRule: fc.Arbitrary<string> = fc
  .record({
    source: some(testOf(['-s ', '--source ', '--src ', '--sou '], ['-s', '--source='], address), 2),
    destination: some(testOf(['-d ', '--destination ', '--dst '], ['-d', '--dst='], address), 2),
    input: some(testOf(['-i ', '--in-interface ', '--in-i '], ['-i'], mostly(INTERFACES)), 1),
    output: some(testOf(['-o ', '--out-interface ', '--out '], ['-o'], mostly(INTERFACES)), 1),
    fragment: some(
      testOf(['-f', '--fragments', '--fragment', '--frag'], [], fc.constant(' ')).map((text) => text.trim()),
      0.3,
    ),
    protocol: some(testOf(['-p ', '--protocol '], ['-p', '--proto='], mostly(PROTOCOLS)), 1),
    other: some(
      pick([
        '-4',
        '-c 1 2',
        '-c 1,2',
        '--set-counters 5 6',
        '-v',
        '-n',
        '--line-numbers',
        '-w',
        '-c x y',
        '--ipv4',
        '-h',
        '-x',
        '-t nat',
        'junk',
        '!',
        '--',
        '-',
        '--nosuch',
        '-Q',
        '-L',
      ]),
      0.4,
    ),
    matches: fc.array(matchText, { maxLength: 2 }),
    target: some(
      targetText.map(({ before, text }) => `${before}\u0001${text}`),
      8,
    ),
    shuffle: fc.nat(9),
    keys: fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
  })
  .map(({ source, destination, input, output, fragment, protocol, other, matches, target, shuffle, keys }) => {
    const [beforeTarget = '', jump = ''] = target.split('\u0001')
    const befores = [...matches.map(({ before }) => before), beforeTarget].filter((text) => text !== '')
    const first = protocol === '' ? (befores[0] ?? '') : befores.length > 0 && shuffle < 9 ? befores[0]! : protocol
    const parts = [
      source,
      destination,
      input,
      output,
      fragment,
      first,
      other,
      ...matches.map(({ text }) => text),
      jump,
    ].filter((text) => text !== '')
    if (shuffle > 1) return parts.join(' ')
    return parts
      .map((text, i) => [keys[i] ?? 0, text] as const)
      .sort(([a], [b]) => a - b)
      .map(([, text]) => text)
      .join(' ')
  })
