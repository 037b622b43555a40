import fc from 'fast-check'
import { parseTables } from '../../netfilter/command/restore.ts'
import { BASE_CHAINS, type Table, type TableName } from '../../netfilter/rule.ts'
import { formatIpv4, type Ipv4 } from '../../packet/address.ts'
import { ipv4Addresses, ports } from './addresses.ts'
import { shownAs } from './shown.ts'

/**
 * What rules may speak of. The fewer values there are, and the more of them that packets have, the more rules match: give the addresses,
 * ports and devices of your own set-up.
 */
export interface RuleConstraints {
  readonly addresses?: fc.Arbitrary<Ipv4>
  readonly ports?: fc.Arbitrary<number>
  /** Default `eth0`, `eth1`, `cni0`. */
  readonly devices?: readonly string[]
  /** Most rules in a chain. Default 8. */
  readonly maxRules?: number
  /** User chains, at most three. Default 3. */
  readonly maxChains?: number
  /** May rules refuse or drop? Default true; false for tables that only mark, count, translate and accept. */
  readonly mayDrop?: boolean
}

type Words = fc.Arbitrary<string>
const USER_CHAINS = ['FIRST', 'SECOND', 'THIRD'] as const
const DEFAULT_DEVICES = ['eth0', 'eth1', 'cni0'] as const

const not: Words = fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constant('! ') })
const sometimes = (part: Words, others = 1): Words =>
  fc.oneof({ weight: 1, arbitrary: part }, { weight: others, arbitrary: fc.constant('') })

/**
 * Rule tables as the kernel takes them: rules about addresses, devices, protocols, ports, marks, connection states and lots; user chains that
 * rules jump to (never in a circle); translations in nat. All of it text that iptables-restore reads, which is how a counterexample is printed.
 *
 * ```ts
 * fc.property(ruleTables('filter', { addresses: ipv4Addresses('10.244.0.0/30') }), (table) => { netns.netfilter.setTable(table) … })
 * ```
 */
export function ruleTables(name: TableName, constraints: RuleConstraints = {}): fc.Arbitrary<Table> {
  return ruleTableTexts(name, constraints).map((text) => {
    const table = parseTables(text).tables.get(name)
    if (table === undefined) throw new RangeError(`no table ${name} in its own text`)
    return shownAs(table, () => text)
  })
}

/** The same as text for iptables-restore. */
export function ruleTableTexts(name: TableName, constraints: RuleConstraints = {}): fc.Arbitrary<string> {
  const base = BASE_CHAINS[name]
  const maxLength = constraints.maxRules ?? 8
  const policies = name === 'nat' || constraints.mayDrop === false ? ['ACCEPT'] : ['ACCEPT', 'ACCEPT', 'DROP']
  return fc.nat(Math.min(constraints.maxChains ?? 3, USER_CHAINS.length)).chain((count) => {
    const users = USER_CHAINS.slice(0, count)
    const chains = [...base, ...users].map((chain, index) => {
      const below = users.slice(Math.max(0, index + 1 - base.length))
      return fc.array(
        rule(name, chain, below, constraints).map((text) => `-A ${chain} ${text}`),
        { maxLength },
      )
    })
    return fc
      .tuple(fc.tuple(...base.map(() => fc.constantFrom(...policies))), fc.tuple(...chains))
      .map(([said, rules]) =>
        [
          `*${name}`,
          ...base.map((chain, i) => `:${chain} ${said[i]} [0:0]`),
          ...users.map((chain) => `:${chain} - [0:0]`),
          ...rules.flat(),
          'COMMIT',
          '',
        ].join('\n'),
      )
  })
}

const NO_IN: ReadonlySet<string> = new Set(['OUTPUT', 'POSTROUTING'])
const NO_OUT: ReadonlySet<string> = new Set(['INPUT', 'PREROUTING'])

function rule(table: TableName, chain: string, below: readonly string[], constraints: RuleConstraints): Words {
  const address = (constraints.addresses ?? ipv4Addresses('10.0.0.0/30')).map(formatIpv4)
  const device = fc.constantFrom(...(constraints.devices ?? DEFAULT_DEVICES))
  const port = constraints.ports ?? ports()
  // a test that holds for nothing (`! -s 0.0.0.0/0`) is refused
  const network = fc.tuple(not, address, fc.constantFrom('', '', '/24', '/16'))
  const option = (word: string, value: Words) => fc.tuple(not, value).map(([n, text]) => `${n}${word} ${text}`)
  return fc
    .constantFrom('tcp', 'udp', 'sctp', 'icmp', '', '')
    .chain((protocol) =>
      fc
        .tuple(
          sometimes(network.map(([n, ip, length]) => `${n}-s ${ip}${length}`)),
          sometimes(network.map(([n, ip, length]) => `${n}-d ${ip}${length}`)),
          NO_IN.has(chain) ? fc.constant('') : sometimes(option('-i', device), 3),
          NO_OUT.has(chain) ? fc.constant('') : sometimes(option('-o', device), 3),
          fc.constant(protocol === '' ? '' : `-p ${protocol}`),
          protocolMatch(protocol, port),
          sometimes(genericMatch(), 2),
          fc.oneof(...targets(table, chain, protocol, below, address, port, constraints.mayDrop ?? true)),
        )
        .map((parts) => parts.filter((part) => part !== '').join(' ')),
    )
}

function protocolMatch(protocol: string, port: fc.Arbitrary<number>): Words {
  switch (protocol) {
    case '':
      return fc.constant('')
    case 'icmp':
      return sometimes(fc.constantFrom('-m icmp --icmp-type 8', '-m icmp --icmp-type 0', '-m icmp ! --icmp-type 3'))
    default:
      return sometimes(
        fc.oneof(
          fc.tuple(not, port).map(([n, p]) => `-m ${protocol} ${n}--dport ${p}`),
          fc.tuple(not, port).map(([n, p]) => `-m ${protocol} ${n}--sport ${p}`),
          fc.tuple(port, port).map(([a, b]) => `-m multiport --dports ${a},${b}`),
        ),
      )
  }
}

function genericMatch(): Words {
  return fc.oneof(
    fc.tuple(not, fc.constantFrom('0x1', '0x2/0x2', '0x4000/0x4000')).map(([n, mark]) => `-m mark ${n}--mark ${mark}`),
    fc
      .tuple(not, fc.constantFrom('NEW', 'ESTABLISHED', 'RELATED,ESTABLISHED', 'INVALID'))
      .map(([n, states]) => `-m conntrack ${n}--ctstate ${states}`),
    fc.tuple(not, fc.constantFrom('LOCAL', 'UNICAST')).map(([n, type]) => `-m addrtype ${n}--dst-type ${type}`),
    fc.constantFrom('0.25', '0.5').map((odds) => `-m statistic --mode random --probability ${odds}`),
    fc.nat(2).map((packet) => `-m statistic --mode nth --every 3 --packet ${packet}`),
    fc.constantFrom('one', 'two words').map((text) => `-m comment --comment "${text}"`),
  )
}

function targets(
  table: TableName,
  chain: string,
  protocol: string,
  below: readonly string[],
  address: Words,
  port: fc.Arbitrary<number>,
  mayDrop: boolean,
): fc.WeightedArbitrary<string>[] {
  const choices: fc.WeightedArbitrary<string>[] = [
    { weight: 2, arbitrary: fc.constantFrom('-j ACCEPT', '-j RETURN', '') },
    { weight: 2, arbitrary: fc.constantFrom('-j MARK --set-xmark 0x1/0xffffffff', '-j MARK --or-mark 0x4000') },
  ]
  if (below.length > 0) {
    choices.push({
      weight: 3,
      arbitrary: fc.tuple(fc.constantFrom('-j', '-j', '-g'), fc.constantFrom(...below)).map((words) => words.join(' ')),
    })
  }
  if (mayDrop && table !== 'nat') choices.push({ weight: 1, arbitrary: fc.constant('-j DROP') })
  if (mayDrop && table === 'filter') choices.push({ weight: 1, arbitrary: fc.constant('-j REJECT') })
  if (table === 'nat') choices.push({ weight: 3, arbitrary: translation(chain, protocol, address, port) })
  return choices
}

/** User chains of nat translate nothing here: the kernel allows each target in some hooks only, and a chain may be reached from several. */
function translation(chain: string, protocol: string, address: Words, port: fc.Arbitrary<number>): Words {
  const hasPorts = protocol !== '' && protocol !== 'icmp'
  const toPort = hasPorts ? sometimes(port.map((p) => `:${p}`)) : fc.constant('')
  const to = fc.tuple(address, toPort).map((parts) => parts.join(''))
  switch (chain) {
    case 'PREROUTING':
    case 'OUTPUT':
      return fc.oneof(
        to.map((text) => `-j DNAT --to-destination ${text}`),
        (hasPorts ? sometimes(port.map((p) => ` --to-ports ${p}`)) : fc.constant('')).map(
          (text) => `-j REDIRECT${text}`,
        ),
      )
    case 'INPUT':
      return to.map((text) => `-j SNAT --to-source ${text}`)
    case 'POSTROUTING':
      return fc.oneof(
        to.map((text) => `-j SNAT --to-source ${text}`),
        fc.constantFrom('-j MASQUERADE', '-j MASQUERADE --random-fully'),
      )
    default:
      return fc.constant('-j RETURN')
  }
}
