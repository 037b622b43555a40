import fc from 'fast-check'

/*
 * Sequences of commands as people type them, right and wrong, over few names, so that they meet: chains that exist already, rules that are there
 * twice, sets that are in use.
 */

const pick = (...words: readonly string[]) => fc.constantFrom(...words)
const words = (...parts: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((list) => list.filter((word) => word !== '').join(' '))
const often = (word: fc.Arbitrary<string>, inTen: number) =>
  fc.nat(9).chain((n) => (n < inTen ? word : fc.constant('')))

const CHAIN = pick('INPUT', 'INPUT', 'FORWARD', 'OUTPUT', 'A', 'A', 'B', 'C-1')
const NEW_CHAIN = pick('A', 'A', 'B', 'C-1', 'INPUT', 'ACCEPT', '-x', 'averyveryveryverylongchainname')
const NUMBER = pick('1', '1', '2', '3', '9', '0', 'x', '0x1')
const RULE = words(
  often(pick('-s 10.0.0.1', '-s 10.0.0.0/8', '! -s 10.0.0.1', '-s 10.0.0.1,10.0.0.2', '-d 10.0.0.1'), 4),
  often(pick('-i eth0', '-o eth0'), 1),
  often(pick('-p tcp --dport 80', '-p udp -m udp --sport 53', '-p icmp', '-p tcp --syn'), 4),
  often(
    pick('-m comment --comment "a b"', '-m mark --mark 1', '-m limit --limit 5/s', '-m conntrack --ctstate NEW'),
    3,
  ),
  often(pick('-c 5 6'), 1),
  pick(
    '-j ACCEPT',
    '-j DROP',
    '-j A',
    '-j B',
    '-g C-1',
    '-j RETURN',
    '',
    '-j LOG',
    '-j MARK --set-mark 1',
    '-j nosuch',
    '-j REJECT',
  ),
)

const iptablesCommand = fc.oneof(
  { weight: 6, arbitrary: words(pick('-A', '-A', '--append'), CHAIN, RULE) },
  { weight: 3, arbitrary: words(pick('-I'), CHAIN, often(NUMBER, 5), RULE) },
  { weight: 3, arbitrary: words(pick('-D'), CHAIN, RULE) },
  { weight: 2, arbitrary: words(pick('-D'), CHAIN, NUMBER) },
  { weight: 2, arbitrary: words(pick('-R'), CHAIN, NUMBER, RULE) },
  { weight: 3, arbitrary: words(pick('-C'), CHAIN, RULE) },
  { weight: 5, arbitrary: words(pick('-N', '-N', '--new-chain'), NEW_CHAIN) },
  { weight: 2, arbitrary: words(pick('-X'), often(CHAIN, 8)) },
  { weight: 2, arbitrary: words(pick('-F'), often(CHAIN, 8)) },
  { weight: 2, arbitrary: words(pick('-E'), CHAIN, NEW_CHAIN) },
  { weight: 2, arbitrary: words(pick('-P'), CHAIN, pick('ACCEPT', 'DROP', 'DROP', 'REJECT')) },
  { weight: 1, arbitrary: words(pick('-Z'), often(CHAIN, 6)) },
  { weight: 3, arbitrary: words(pick('-S'), often(CHAIN, 6), often(NUMBER, 2)) },
  {
    weight: 2,
    arbitrary: words(pick('-nL', '-nvL', '-nL --line-numbers', '-nvxL'), often(CHAIN, 6), often(NUMBER, 2)),
  },
)

/** Calls of iptables, one a line. */
export const iptablesSequence: fc.Arbitrary<readonly string[]> = fc
  .tuple(pick('filter', 'filter', 'mangle', 'nat'), fc.array(iptablesCommand, { minLength: 2, maxLength: 14 }))
  .map(([table, commands]) => [
    ...commands.map((command) => `iptables ${table === 'filter' ? '' : `-t ${table} `}${command}`),
    'iptables-save -c',
  ])

const SET = pick('S', 'S', 'T', 'L', 'nosuch')
// the seed of the hash decides in which order members are listed
const SEED = 'initval 0x12345678'
const CREATE = fc.oneof(
  pick('hash:ip', 'hash:net', 'hash:ip,port', 'hash:net,iface', 'hash:ip,port,net').map((type) => `${type} ${SEED}`),
  pick(
    'bitmap:port range 0-100',
    'bitmap:port range 100-0',
    'bitmap:port',
    'list:set',
    'list:set size 2',
    'hash:nosuch',
    'hash:ip hashsize x',
  ),
)
const CREATE_OPTIONS = pick(
  '',
  '',
  'timeout 100',
  'counters',
  'comment',
  'timeout 100 counters',
  'nomatch',
  'timeout x',
  'maxelem 2',
  'family inet',
)
const ELEMENT = pick(
  '10.0.0.1',
  '10.0.0.2',
  '10.0.0.1',
  '10.0.0.0/24',
  '10.0.0.1-10.0.0.3',
  '10.0.0.1,80',
  '10.0.0.1,tcp:80',
  '10.0.0.1,udp:53',
  '10.0.0.1,icmp:ping',
  '10.0.0.0/24,eth0',
  '10.0.0.1,80,10.1.0.0/16',
  '80',
  '10-12',
  'http',
  'T',
  'S',
  'x',
  '10.0.0.256',
  '',
)
const ADD_OPTIONS = pick('', '', '', 'timeout 50', 'packets 5 bytes 6', 'comment "a b"', 'nomatch', 'timeout x', 'foo')

const ipsetCommand = fc.oneof(
  {
    weight: 4,
    arbitrary: words(
      pick('create', 'create', '-N', 'create -exist', '-exist create', '-! create'),
      SET,
      CREATE,
      CREATE_OPTIONS,
    ),
  },
  { weight: 8, arbitrary: words(pick('add', 'add', '-A', 'add -exist', '-q add'), SET, ELEMENT, ADD_OPTIONS) },
  { weight: 3, arbitrary: words(pick('del', '-D', 'del -exist', '-q del'), SET, ELEMENT) },
  { weight: 3, arbitrary: words(pick('test', '-T', '-q test'), SET, ELEMENT) },
  { weight: 2, arbitrary: words(pick('save', 'list -n', 'list', '-L'), often(SET, 8)) },
  { weight: 1, arbitrary: words(pick('flush', '-F'), often(SET, 8)) },
  { weight: 1, arbitrary: words(pick('destroy', '-X'), often(SET, 8)) },
  { weight: 1, arbitrary: words(pick('rename', '-E', 'swap', '-W'), SET, SET) },
)

/** Calls of ipset, one a line. */
export const ipsetSequence: fc.Arbitrary<readonly string[]> = fc
  .array(ipsetCommand, { minLength: 2, maxLength: 14 })
  .map((commands) => [
    'ipset create S hash:ip initval 0x12345678 counters',
    ...commands.map((command) => `ipset ${command}`),
    'ipset save',
  ])
