import { type Ipv4, type Prefix, prefixContains } from '../packet/address.ts'
import { KubehopError } from '../packet/errors.ts'
import { parseRoute } from '../route/parse.ts'
import { parseRule } from '../route/parse-rule.ts'
import type { Rule } from '../route/rule.ts'
import { type AddressType, type FibHost, RouteProtocol, type RouteSpec, TableId } from '../route/types.ts'
import type { Line, LinkEvidence } from '../snapshot/index.ts'

/** A route as it was told. */
export interface ToldRoute {
  readonly destination: Prefix
  readonly type: AddressType
  readonly table: number
  /** Null: there is none. */
  readonly gateway: Ipv4 | null
  /** Null: it has none, it only refuses; or it leads to several. */
  readonly dev: string | null
  readonly metric: number
  readonly onlink: boolean
  readonly prefsrc: Ipv4 | null
  readonly scope: number | undefined
  /** By the kernel itself, of an address. */
  readonly byKernel: boolean
  readonly line: Line
}

/** A policy rule as it was told. */
export interface ToldRule {
  readonly rule: Partial<Rule>
  readonly line: Line
}

/** Words that say how a route is doing; they are no part of it. */
const FLAGS = new Set(['linkdown', 'dead', 'pervasive', 'offload', 'trap', 'notify', 'unresolved', 'rt_trap'])

/** The routes that are understood. One that is not (a multipath route) is counted by the second list. */
export function readRoutes(
  lines: readonly Line[],
  links: readonly LinkEvidence[],
): { readonly routes: readonly ToldRoute[]; readonly others: readonly Line[] } {
  const names = new Map<number, string>()
  const numbers = new Map<string, number>()
  for (const { ifindex, name } of links) remember(name, ifindex)
  function remember(name: string, ifindex: number): number {
    names.set(ifindex, name)
    numbers.set(name, ifindex)
    return ifindex
  }
  // of a host, reading asks the devices' numbers alone; one that nobody told of gets a number of its own
  let next = -1
  const host = {
    deviceByName: (name: string) => ({ ifindex: numbers.get(name) ?? remember(name, next--), name }),
  } as unknown as FibHost
  const routes: ToldRoute[] = []
  const others: Line[] = []
  for (const line of lines) {
    const words = line.text.split(/\s+/).filter((word) => word !== '' && !FLAGS.has(word))
    try {
      routes.push(toldRoute(parseRoute(words, host), line, names))
    } catch (error) {
      if (!(error instanceof KubehopError)) throw error
      others.push(line)
    }
  }
  return { routes, others }
}

function toldRoute(spec: RouteSpec, line: Line, names: ReadonlyMap<number, string>): ToldRoute {
  return {
    destination: spec.destination,
    type: spec.type ?? 'unicast',
    table: spec.table ?? (spec.type === 'local' || spec.type === 'broadcast' ? TableId.LOCAL : TableId.MAIN),
    gateway: spec.gateway === undefined || spec.gateway === 0 ? null : spec.gateway,
    dev: (spec.ifindex === undefined ? undefined : names.get(spec.ifindex)) ?? null,
    metric: spec.metric ?? 0,
    onlink: spec.onlink ?? false,
    prefsrc: spec.prefsrc === undefined || spec.prefsrc === 0 ? null : spec.prefsrc,
    scope: spec.scope,
    byKernel: spec.protocol === RouteProtocol.KERNEL,
    line,
  }
}

/** The policy rules that are understood, and the others. */
export function readRules(lines: readonly Line[]): {
  readonly rules: readonly ToldRule[]
  readonly others: readonly Line[]
} {
  const rules: ToldRule[] = []
  const others: Line[] = []
  for (const line of lines) {
    const [head = '', ...rest] = line.text.split(/\s+/)
    const number = /^(\d{1,10}):$/.exec(head)
    const words = number === null ? [head, ...rest] : rest
    // `from all` says nothing
    const said = words[0] === 'from' && words[1] === 'all' ? words.slice(2) : words
    try {
      const rule = parseRule(
        said.filter((word) => word !== '' && word !== '[detached]'),
        'add',
      )
      rules.push({ rule: number === null ? rule : { ...rule, priority: Number(number[1]) }, line })
    } catch (error) {
      if (!(error instanceof KubehopError)) throw error
      others.push(line)
    }
  }
  return { rules, others }
}

/** Of the routes of a table the one that a packet to the address takes: the longest prefix, then the smallest metric. */
export function lookup(routes: readonly ToldRoute[], address: Ipv4, table: number = TableId.MAIN): ToldRoute | null {
  let best: ToldRoute | null = null
  for (const route of routes) {
    if (route.table !== table || !prefixContains(route.destination, address)) continue
    const longer = best === null ? 1 : route.destination.length - best.destination.length
    if (longer > 0 || (longer === 0 && route.metric < best!.metric)) best = route
  }
  return best
}
