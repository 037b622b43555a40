import fc from 'fast-check'

/** Sets that rules ask, each of addresses. */
export const SETS = ['a', 'b', 'c'] as const
export const SOURCE = '203.0.113.7'
export const TARGET = '10.0.2.9'
/** Where DNAT may lead. */
export const OTHER = '10.0.2.10'

const CHAINS = ['one', 'two'] as const

const side = fc.constantFrom('src', 'dst')
const setTest = fc
  .tuple(fc.constantFrom(...SETS), side, fc.boolean())
  .map(([set, direction, invert]) => `-m set ${invert ? '! ' : ''}--match-set ${set} ${direction}`)
const stateTest = fc
  .constantFrom('NEW', 'ESTABLISHED', 'RELATED,ESTABLISHED')
  .map((state) => `-m conntrack --ctstate ${state}`)
const markTest = fc.integer({ min: 0, max: 3 }).map((mark) => `-m mark --mark ${mark}`)
const addressTest = fc.constantFrom(
  `-s ${SOURCE}/32`,
  `-d ${TARGET}/32`,
  '-s 10.0.2.0/24',
  `-d ${OTHER}/32`,
  '! -d 10.0.2.0/24',
)
const portTest = fc.constantFrom('-p tcp -m tcp --dport 80', '-p tcp -m tcp --sport 80', '-p tcp', '-p udp')
const deviceTest = fc.constantFrom('-i eth0', '! -i eth0', '-i eth1', '-i eth+')

const tests = (withSets: boolean) =>
  fc
    .tuple(
      fc.option(addressTest, { nil: '', freq: 2 }),
      fc.option(portTest, { nil: '', freq: 2 }),
      fc.option(deviceTest, { nil: '', freq: 2 }),
      fc.option(
        withSets ? fc.oneof({ weight: 3, arbitrary: setTest }, stateTest, markTest) : fc.oneof(stateTest, markTest),
        {
          nil: '',
          freq: 5,
        },
      ),
    )
    .map((words) => words.filter((word) => word !== '').join(' '))

const filterTarget = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('-j ACCEPT', '-j DROP', '-j REJECT --reject-with icmp-port-unreachable', '-j RETURN'),
  },
  { weight: 2, arbitrary: fc.constantFrom(...CHAINS).map((chain) => `-j ${chain}`) },
)
const mangleTarget = fc.integer({ min: 0, max: 3 }).map((mark) => `-j MARK --set-xmark ${mark}`)

const rule = (withSets: boolean, target: fc.Arbitrary<string>) =>
  fc.tuple(tests(withSets), target).map(([test, word]) => `${test} ${word}`.trim())

/** A jump leads only to chains that do not lead back. */
const inOrder = (chain: string, text: string): boolean =>
  !(chain === 'two' && /-j (one|two)$/.test(text)) && !(chain === 'one' && text.endsWith('-j one'))

/**
 * Rules of a router between eth0 and eth1, as iptables-save prints them.
 *
 * @param withSets they ask the sets of `SETS`
 */
export function tables(withSets: boolean): fc.Arbitrary<string> {
  const chain = (name: string, target: fc.Arbitrary<string>, maxLength: number) =>
    fc
      .array(rule(withSets, target), { maxLength })
      .map((rules) => rules.filter((text) => inOrder(name, text)).map((text) => `-A ${name} ${text}`))
  return fc
    .record({
      mangle: chain('PREROUTING', mangleTarget, 2),
      forward: chain('FORWARD', filterTarget, 4),
      one: chain('one', filterTarget, 3),
      two: chain('two', filterTarget, 2),
      dnat: fc.boolean(),
      snat: fc.boolean(),
      policy: fc.constantFrom('ACCEPT', 'DROP'),
    })
    .map(({ mangle, forward, one, two, dnat, snat, policy }) =>
      [
        '*mangle',
        ':PREROUTING ACCEPT [0:0]',
        ...mangle,
        'COMMIT',
        '*nat',
        ':PREROUTING ACCEPT [0:0]',
        ':POSTROUTING ACCEPT [0:0]',
        ...(dnat
          ? [
              `-A PREROUTING ${withSets ? '-m set --match-set a src ' : ''}-d ${TARGET}/32 -j DNAT --to-destination ${OTHER}`,
            ]
          : []),
        ...(snat ? ['-A POSTROUTING -o eth1 -j MASQUERADE'] : []),
        'COMMIT',
        '*filter',
        `:FORWARD ${policy} [0:0]`,
        ':one - [0:0]',
        ':two - [0:0]',
        ...forward,
        ...one,
        ...two,
        'COMMIT',
        '',
      ].join('\n'),
    )
}

/** Addresses and routes of the router. */
export const ROUTER = `$ ip addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 02:00:00:00:01:01 brd ff:ff:ff:ff:ff:ff
    inet 203.0.113.1/24 scope global eth0
       valid_lft forever preferred_lft forever
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 02:00:00:00:02:01 brd ff:ff:ff:ff:ff:ff
    inet 10.0.2.1/24 scope global eth1
       valid_lft forever preferred_lft forever
$ ip route
10.0.2.0/24 dev eth1 proto kernel scope link src 10.0.2.1
203.0.113.0/24 dev eth0 proto kernel scope link src 203.0.113.1
`
