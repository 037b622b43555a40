import type { NetworkNamespace } from '../../netns/index.ts'
import { formatPrefix, type Ipv4 } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'
import {
  fillRouteSpec,
  parseRoute,
  parseRule,
  type Route,
  RouteProtocol,
  type RouteSpec,
  type RuleSpec,
  Scope,
  TABLE_NAMES,
  TableId,
} from '../../route/index.ts'
import type { Line, NamespaceEvidence } from '../evidence.ts'
import type { Findings } from './findings.ts'

/** What `ip route` shows of a route's state, and `ip route add` does not take. */
const SHOWN: ReadonlySet<string> = new Set(
  'linkdown dead offload trap offload_failed rt_offload rt_trap pervasive notify unresolved cloned'.split(' '),
)

/** Replaces the routes that came with the addresses by those that were told, in their order. */
export function rebuildRoutes(netns: NetworkNamespace, evidence: NamespaceEvidence, findings: Findings): void {
  const { routes, routeTables, name } = evidence
  if (evidence.links === null || routes === null) {
    const what = evidence.links === null ? 'devices' : 'routes'
    if (evidence.links !== null) findings.assume('no routes are known but those that follow from the addresses', name)
    addUntold(netns, `the ${what} of ${name}, of which nobody told`)
    return
  }
  const doubtful = tablesInDoubt(evidence, findings)
  const specs = routes
    .flatMap((line) => readRoute(line, netns, name, findings) ?? [])
    .map((spec) => withDoubt(spec, doubtful.get(fillRouteSpec(spec).table)))
  const told = tablesTold(routeTables)
  netns.fib.removeWhere((route) => told === null || told.has(route.table))
  let waiting = groupsOf(specs)
  for (let progress = true; progress && waiting.length > 0; ) {
    // a gateway lies behind another route, which may be listed further down
    const left = waiting.filter((group) => !addGroup(netns, group))
    progress = left.length < waiting.length
    waiting = left
  }
  for (const spec of waiting.flat()) addAnyway(netns, spec, name, findings)
  if (evidence.partial.has('routes')) addUntold(netns, `the routes of ${name}, of which not all were told`)
}

/** A packet that no route takes of those that are known: another one may. */
function addUntold(netns: NetworkNamespace, unmodelled: string): void {
  const up = [...netns.devices()].filter((link) => link.up)
  const link =
    up.find((each) => !each.loopback && each.addresses.length > 0) ?? up.find((each) => !each.loopback) ?? up[0]
  if (link === undefined) return
  const destination = { address: 0 as Ipv4, length: 0 }
  netns.fib.add({ destination, ifindex: link.ifindex, metric: LAST, unmodelled }, 'append')
}

/** Behind all others. */
const LAST = 0xffffffff

function withDoubt(spec: RouteSpec, doubt: string | undefined): RouteSpec {
  return doubt === undefined ? spec : { ...spec, unmodelled: `${doubt}, which has no model` }
}

/** Null: all. */
function tablesTold(tables: NamespaceEvidence['routeTables']): ReadonlySet<number> | null {
  if (tables === 'all') return null
  return new Set([...tables].flatMap((name) => TABLE_NAMES.number(name) ?? []))
}

function readRoute({ text }: Line, netns: NetworkNamespace, place: string, findings: Findings): RouteSpec | null {
  const all = text.trim().split(/\s+/)
  // the one next hop of a next-hop object is shown as if it were the route's own
  const object = all.includes('nexthop') ? -1 : all.indexOf('nhid')
  const words = all.filter((word, i) => !SHOWN.has(word) && (object < 0 || (i !== object && i !== object + 1)))
  try {
    return parseRoute(words, netns)
  } catch (error) {
    if (!(error instanceof KubehopError)) throw error
    const kept = modelledPart(words)
    const spec = kept === null ? null : tryRead(kept, netns)
    if (spec === null) {
      findings.warn(`the route "${text.trim()}" is left out: ${error.message}`, place)
      return null
    }
    findings.warn(`the route "${text.trim()}" has no model: ${error.message}`, place)
    return { ...spec, unmodelled: `the route "${text.trim()}", which has no model` }
  }
}

function tryRead(words: readonly string[], netns: NetworkNamespace): RouteSpec | null {
  try {
    return parseRoute(words, netns)
  } catch (error) {
    if (error instanceof KubehopError) return null
    throw error
  }
}

/** Words of a route that have no model, with how many words they take along. */
const UNMODELLED: Readonly<Record<string, number>> = {
  nhid: 1,
  realm: 1,
  realms: 1,
  rtt: 1,
  rttvar: 1,
  rto_min: 1,
  features: 1,
  congctl: 1,
  pref: 1,
  weight: 1,
  expires: 1,
}

/** The first next hop alone, and what can be read of the rest; null when that makes no route. */
function modelledPart(words: readonly string[]): string[] | null {
  const kept: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === 'nexthop') {
      // the words of the first one are those of a plain route; all others begin with `nexthop` again
      const end = words.indexOf('nexthop', i + 1)
      const own = words.slice(i + 1, end < 0 ? words.length : end)
      return modelledPart([...kept, ...own])
    }
    if (word === 'encap') return null
    const more = UNMODELLED[word]
    if (more === undefined) kept.push(word)
    else i += more
  }
  return kept
}

/** Routes that stand behind each other for the same packets: their order counts, so they go in together. */
function groupsOf(specs: readonly RouteSpec[]): RouteSpec[][] {
  const groups = new Map<string, RouteSpec[]>()
  for (const spec of specs) {
    const { table, destination, tos, metric } = fillRouteSpec(spec)
    const key = [table, destination.address, destination.length, tos, metric].join()
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [spec])
    else group.push(spec)
  }
  return [...groups.values()]
}

/** False: not all of them could be added, and none was. */
function addGroup(netns: NetworkNamespace, group: readonly RouteSpec[]): boolean {
  const added: Route[] = []
  try {
    for (const spec of group) added.push(add(netns, spec))
    return true
  } catch (error) {
    if (!(error instanceof KubehopError)) throw error
    netns.fib.removeWhere((route) => added.includes(route))
    return false
  }
}

/** The kernel's own routes to its addresses are nobody's custom ones (`fib_has_custom_local_routes`). */
function add(netns: NetworkNamespace, spec: RouteSpec): Route {
  const kernels = spec.protocol === RouteProtocol.KERNEL && fillRouteSpec(spec).table === TableId.LOCAL
  return kernels ? netns.fib.insert(fillRouteSpec(spec), 'append') : netns.fib.add(spec, 'append')
}

/**
 * The way to its gateway, or its source address, has gone since it was added: it stands all the same. What cannot stand in any form is what packets there
 * depend on.
 */
function addAnyway(netns: NetworkNamespace, spec: RouteSpec, place: string, findings: Findings): void {
  const isOnlink = spec.gateway !== undefined && (spec.scope ?? 0) < Scope.LINK
  const { prefsrc, ...sourceless } = spec
  const ways = [spec, ...(prefsrc === undefined ? [] : [sourceless])].flatMap((way) =>
    isOnlink ? [way, { ...way, onlink: true }] : [way],
  )
  if (ways.some((way) => addGroup(netns, [way]))) return
  const { destination, table, metric, tos } = fillRouteSpec(spec)
  const what = `the route to ${formatPrefix(destination)}, which Linux would not take as things stand`
  const link = [...netns.devices()].find((each) => each.up)
  const standIn = { destination, table, metric, tos, ifindex: link?.ifindex ?? 0, unmodelled: what }
  const isThere = link !== undefined && addGroup(netns, [standIn])
  findings.warn(isThere ? `${what}: a packet that takes it depends on it` : `${what}, is left out`, place)
}

/** Replaces the policy rules by those that were told. */
export function rebuildRules(netns: NetworkNamespace, evidence: NamespaceEvidence, findings: Findings): void {
  const { rules, name } = evidence
  if (rules === null) {
    if (evidence.links !== null) findings.assume('there are no policy rules (ip rule) but the three of the start', name)
    return
  }
  const wanted = rules.map((line) => ruleWords(line.text))
  if (wanted.map((words) => words.join(' ')).join('\n') === INITIAL_RULES.join('\n')) return
  for (const { priority } of [...netns.fib.rules]) netns.fib.deleteRule({ priority })
  for (const words of wanted) if (readRule(words) !== null) netns.fib.addRule(readRule(words)!)
}

const INITIAL_RULES = ['0 lookup local', '32766 lookup main', '32767 lookup default'].map((each) => {
  const [priority, ...rest] = each.split(' ')
  return ['priority', priority, 'from', 'all', ...rest].join(' ')
})

/** `32766:	from all lookup main` as `ip rule add` takes it. */
function ruleWords(text: string): string[] {
  const [priority = '', ...rest] = text.trim().split(/\s+/)
  return ['priority', priority.replace(/:$/, ''), ...rest.filter((word) => !/^\[(detached|unresolved)\]$/.test(word))]
}

/** Null: it has no model. */
function readRule(words: readonly string[]): RuleSpec | null {
  try {
    return parseRule(words, 'add')
  } catch (error) {
    if (error instanceof KubehopError) return null
    throw error
  }
}

/**
 * The tables that are asked behind a policy rule that has no model, with that rule: nobody knows which packets get there. A rule for VRF
 * devices, of which there are none, is passed over by Linux, too.
 */
function tablesInDoubt({ rules, links, name }: NamespaceEvidence, findings: Findings): ReadonlyMap<number, string> {
  const doubtful = new Map<number, string>()
  let unread: string | null = null
  for (const { text } of rules ?? []) {
    const rule = readRule(ruleWords(text))
    if (rule === null) {
      if (/l3mdev/.test(text) && links?.every(({ kind }) => kind !== 'vrf') === true) continue
      unread ??= `the policy rule "${text.trim().replace(/\s+/g, ' ')}"`
      findings.warn(`${unread} has no model`, name)
    } else if (unread !== null && rule.table !== undefined && rule.table !== TableId.LOCAL)
      doubtful.set(rule.table, unread)
  }
  return doubtful
}
