import fc from 'fast-check'
import { atLeast } from './at-least.ts'
import { headerOf, matchesOf, protocol } from './matches.ts'
import type { Policy, Rule, Table } from './model.ts'
import { clamp, targetsOf, tcpTarget, USER_CHAINS } from './targets.ts'
import { pick } from './words.ts'

/** The base chains of each table, with how often a rule stands there. */
const BASE: Readonly<Record<Table, readonly (readonly [chain: string, weight: number])[]>> = {
  raw: [
    ['PREROUTING', 2],
    ['OUTPUT', 1],
  ],
  mangle: [
    ['PREROUTING', 3],
    ['INPUT', 1],
    ['FORWARD', 2],
    ['OUTPUT', 2],
    ['POSTROUTING', 2],
  ],
  nat: [
    ['PREROUTING', 6],
    ['INPUT', 1],
    ['OUTPUT', 4],
    ['POSTROUTING', 6],
  ],
  filter: [
    ['INPUT', 4],
    ['FORWARD', 7],
    ['OUTPUT', 4],
  ],
  security: [
    ['INPUT', 1],
    ['FORWARD', 1],
    ['OUTPUT', 1],
  ],
}
const TABLES = Object.keys(BASE) as Table[]
/** A rule that nothing leads to is of little use. */
const USER_WEIGHT: Readonly<Record<Table, number>> = { raw: 1, mangle: 2, nat: 3, filter: 3, security: 1 }

function ruleIn(table: Table, chain: string): fc.Arbitrary<Rule> {
  const common = {
    node: fc.nat(7),
    table: fc.constant(table),
    chain: fc.constant(chain),
    header: headerOf(chain),
    matches: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 4, arbitrary: fc.array(matchesOf(table, chain), { minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.array(matchesOf(table, chain), { maxLength: 3 }) },
    ),
  }
  const plain = fc
    .record({ ...common, proto: protocol, target: targetsOf(table, chain) })
    .map(({ proto, ...rest }): Rule => ({ ...rest, ...proto, target: fitting(rest.target, proto.protocol) }))
  const outward = ['FORWARD', 'OUTPUT', 'POSTROUTING'].includes(chain)
  const mss = fc.record({
    ...common,
    protocol: fc.constant('-p tcp --tcp-flags SYN,RST SYN'),
    tests: fc.constant([]),
    target: (outward ? fc.oneof(tcpTarget, fc.constant(clamp)) : tcpTarget).filter(
      (target) => table === 'filter' || !target.includes('REJECT'),
    ),
  })
  return table === 'nat' ? plain : fc.oneof({ weight: 15, arbitrary: plain }, { weight: 1, arbitrary: mss })
}

/** Ports belong to TCP and UDP: without such a `-p`, the target translates addresses alone. */
function fitting(target: string, protocol: string): string {
  if (protocol === '-p tcp' || protocol === '-p udp') return target
  if (target.includes('--to-destination :')) return '-j REDIRECT'
  return target.replace(/ --to-ports \d+/, '').replace(/(--to-(?:destination|source) [^:]+):[\d/-]+/, '$1')
}

const places = TABLES.flatMap((table) => [
  ...BASE[table].map(([chain, weight]) => ({ table, chain, weight: 4 * weight })),
  ...[...USER_CHAINS[table]!, ...(table === 'nat' ? USER_CHAINS['nat POSTROUTING']! : [])].map((chain) => ({
    table,
    chain,
    weight: 3 * USER_WEIGHT[table],
  })),
])

/** One rule anywhere. */
const rule: fc.Arbitrary<Rule> = fc.oneof(
  ...places.map(({ table, chain, weight }) => ({ weight, arbitrary: ruleIn(table, chain) })),
)

/** Few rules, or many: half of the labs have more than eight. */
export const rules: fc.Arbitrary<Rule[]> = fc.oneof(
  { weight: 1, arbitrary: fc.array(rule, { maxLength: 4, size: 'max' }) },
  { weight: 3, arbitrary: atLeast(rule, 4, 14) },
  { weight: 1, arbitrary: atLeast(rule, 10, 30) },
)

export const policies: fc.Arbitrary<readonly Policy[]> = fc.oneof(
  { weight: 5, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.record({ node: fc.nat(7), chain: pick('FORWARD', 'FORWARD', 'INPUT', 'OUTPUT') }), {
      minLength: 1,
      maxLength: 1,
    }),
  },
)
