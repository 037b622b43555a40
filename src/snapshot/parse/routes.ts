import { Fields, isIpv6, linesOf, objectsOf, wordsOf } from './fields.ts'
import { isIpv4 } from './link-kinds.ts'
import type { PrintContext } from './print-context.ts'

/** A route in the words of `ip route`, and the line where it stands, from 0; undefined for JSON. */
export interface RouteLine {
  readonly text: string
  readonly line: number | undefined
  /** `main` when it is not said. */
  readonly table: string
}

/** What the command selects by is not printed (`print_route` looks at the filter), and so is put back. */
export type RouteSelection = ReadonlyMap<
  'type' | 'via' | 'dev' | 'table' | 'proto' | 'scope' | 'src' | 'metric',
  string
>

const TYPES: ReadonlySet<string> = new Set([
  ...['unicast', 'local', 'broadcast', 'anycast', 'multicast', 'blackhole', 'unreachable', 'prohibit', 'throw', 'nat'],
  'xresolve',
])

/** Words with one value, in the order in which they are printed before the flags. */
const BEFORE_FLAGS: readonly string[] = ['tos', 'nhid', 'via', 'dev', 'table', 'proto', 'scope', 'src', 'metric']

/** A route, taken apart: in the order of the words that it is printed with. */
interface Route {
  type: string
  destination: string
  /** Behind the destination, before everything else: `encap` and its words. */
  encap: string[]
  /** Null: it was not said. */
  values: Map<string, string>
  /** Flags, metrics, realms … as printed. */
  rest: string[]
  nexthops: string[]
}

/**
 * The IPv4 routes of `ip route show`, in words or as JSON (`print_route`, iproute2 ip/iproute.c), all written alike, whether `-d` said what
 * goes without saying or not.
 */
export function readRoutes(
  print: unknown,
  isJson: boolean,
  selection: RouteSelection,
  context: PrintContext,
): { readonly routes: readonly RouteLine[]; readonly complete: boolean } {
  return isJson ? routesOfJson(print, selection, context) : routesOfText(print as string, selection, context)
}

function routesOfText(
  text: string,
  selection: RouteSelection,
  context: PrintContext,
): { routes: RouteLine[]; complete: boolean } {
  const routes: RouteLine[] = []
  let complete = true
  let now: { words: string[]; line: number } | null = null
  const finish = () => {
    if (now === null) return
    const { words, line } = now
    now = null
    if (isOfIpv6(words)) return
    const route = routeOfWords(words)
    if (route === null) {
      complete = false
      context.note(`not understood: ${JSON.stringify(words.join(' ').slice(0, 80))}`, line)
    } else routes.push(lineOf(route, selection, line))
  }
  const lines = linesOf(text)
  for (let line = 0; line < lines.length; line++) {
    // `-o` puts a backslash where a line ends
    const words = wordsOf(lines[line]!.includes('\\') ? lines[line]!.replaceAll('\\', ' ') : lines[line]!)
    if (words.length === 0) continue
    if (!/^\s/.test(lines[line]!)) {
      finish()
      now = { words, line }
    } else if (now === null) {
      complete = false
      context.note(`not understood: ${JSON.stringify(lines[line]!.trim().slice(0, 80))}`, line)
    } else now.words.push(...words)
  }
  finish()
  return { routes, complete }
}

/** Routes of IPv6 stand among the others with `table all`. */
function isOfIpv6(words: readonly string[]): boolean {
  const at = TYPES.has(words[0]!) ? 1 : 0
  const destination = words[at]
  if (destination !== undefined && isIpv6(destination)) return true
  if (destination !== 'default') return false
  // an unreachable one was told with its error, before 4.1
  if (words.includes('pref') || words.includes('error')) return true
  const next = (word: string) => words[words.indexOf(word, at) + 1]
  return ['via', 'src', 'from'].some((word) => words.includes(word) && next(word)?.includes(':') === true)
}

function routeOfWords(words: readonly string[]): Route | null {
  let i = 0
  const type = TYPES.has(words[0]!) ? words[i++]! : 'unicast'
  const destination = words[i++]
  if (destination === undefined || !isDestination(destination)) return null
  const route: Route = { type, destination, encap: [], values: new Map(), rest: [], nexthops: [] }
  if (words[i] === 'encap') {
    // its own words may be the same as those of a route: it ends where a way begins, or with what every route has
    while (i < words.length && !['via', 'dev', 'nhid', 'proto', 'nexthop'].includes(words[i]!))
      route.encap.push(words[i++]!)
  }
  while (i < words.length) {
    const word = words[i++]!
    if (word === 'nexthop') {
      route.nexthops.push(...words.slice(i - 1))
      break
    }
    // `-d` tells the next hop object in a line of its own: what it says stands in the route, too
    if (word === 'nh_info') {
      while (i < words.length && words[i] !== 'nexthop') i++
    } else if (BEFORE_FLAGS.includes(word) && !route.values.has(word)) {
      let value = words[i++]
      if (value === undefined) return null
      if (word === 'via' && (value === 'inet6' || value === 'inet')) value = `${value} ${words[i++] ?? ''}`
      route.values.set(word, value)
    } else route.rest.push(word)
  }
  return route
}

function isDestination(word: string): boolean {
  if (word === 'default') return true
  const slash = word.indexOf('/')
  if (slash < 0) return isIpv4(word)
  return isIpv4(word.slice(0, slash)) && /^(?:[0-9]|[12][0-9]|3[0-2])$/.test(word.slice(slash + 1))
}

function lineOf(route: Route, selection: RouteSelection, line: number | undefined): RouteLine {
  const { values } = route
  for (const [name, value] of selection) {
    if (name === 'type') route.type = value
    else if (!values.has(name)) values.set(name, value)
  }
  const table = values.get('table') ?? 'main'
  if (table === 'main') values.delete('table')
  if (values.get('proto') === 'boot') values.delete('proto')
  const scope = values.get('scope') ?? 'global'
  if (scope === 'global' && assumedScope(route) === 'global') values.delete('scope')
  else values.set('scope', scope)
  const words = route.type === 'unicast' ? [route.destination] : [route.type, route.destination]
  words.push(...route.encap)
  for (const name of BEFORE_FLAGS) {
    const value = values.get(name)
    if (value !== undefined) words.push(name, value)
  }
  words.push(...route.rest, ...route.nexthops)
  return { text: words.join(' '), line, table }
}

/** The scope of a route that is added without one (`iproute_modify`, iproute2 ip/iproute.c). */
function assumedScope({ type, values, nexthops }: Route): string {
  if (type === 'local' || type === 'nat') return 'host'
  if (type === 'broadcast' || type === 'multicast' || type === 'anycast') return 'link'
  const hasWay = values.has('via') || values.has('nhid') || nexthops.length > 0
  return type === 'unicast' && !hasWay ? 'link' : 'global'
}

/** Names as JSON, where they are others than the words. */
const JSON_VALUES: Readonly<Record<string, string>> = { via: 'gateway', proto: 'protocol', src: 'prefsrc' }
/** Metrics by their names as JSON. */
const JSON_METRICS: ReadonlyMap<string, string> = new Map([['congestion', 'congctl']])
const TIMES: ReadonlySet<string> = new Set(['rtt', 'rttvar', 'rto_min'])
/** Encapsulations with a `dst` of their own (`lwt_print_encap`, iproute2 ip/iproute_lwtunnel.c). */
const HIDING: ReadonlySet<string> = new Set(['ip', 'ip6', 'mpls', 'rpl', 'xfrm'])
const JSON_KNOWN: ReadonlySet<string> = new Set([
  ...[
    'type',
    'dst',
    'gateway',
    'via',
    'dev',
    'table',
    'protocol',
    'scope',
    'prefsrc',
    'metric',
    'tos',
    'nhid',
    'flags',
  ],
  ...['metrics', 'nexthops', 'flow', 'encap', 'nh_info'],
])

function routesOfJson(
  print: unknown,
  selection: RouteSelection,
  context: PrintContext,
): { routes: RouteLine[]; complete: boolean } {
  const routes: RouteLine[] = []
  let complete = true
  for (const [i, object] of objectsOf(print, context).entries()) {
    const fields = new Fields(object, context, `[${i}]`)
    const destination = fields.text('dst') ?? fields.fail('dst', 'is missing')
    const gateway = fields.text('gateway')
    if (isIpv6(destination) || fields.has('pref') || gateway?.includes(':') === true) continue
    const encap = fields.text('encap')
    if (encap !== undefined && HIDING.has(encap)) {
      // Trap: what it prints as `dst`, too, has taken the place of the route's own
      complete = false
      context.note(`a route with encap ${encap}: ip -j does not tell where it leads; ask without -j`)
      continue
    }
    if (!isDestination(destination)) fields.fail('dst', `is no destination: ${JSON.stringify(destination)}`)
    routes.push(lineOf(routeOfJson(fields, destination), selection, undefined))
  }
  return { routes, complete }
}

function routeOfJson(fields: Fields, destination: string): Route {
  const values = new Map<string, string>()
  for (const name of BEFORE_FLAGS) {
    const value = name === 'via' ? viaOf(fields) : fields.text(JSON_VALUES[name] ?? name)
    if (value !== undefined) values.set(name, value)
  }
  const rest = [...fields.texts('flags'), ...realmsOf(fields)]
  for (const metrics of fields.objects('metrics'))
    for (const name of metrics.names()) rest.push(...metricOf(name, metrics))
  for (const name of fields.names()) {
    if (JSON_KNOWN.has(name)) continue
    // whoever reads the words will say what is not modelled
    rest.push(name, ...[fields.shown(name)].filter((word) => word !== ''))
  }
  const encap = fields.text('encap')
  const nexthops: string[] = []
  for (const hop of fields.objects('nexthops')) {
    nexthops.push('nexthop')
    if (hop.has('encap')) nexthops.push('encap', hop.text('encap')!)
    const via = viaOf(hop)
    if (via !== undefined) nexthops.push('via', via)
    for (const word of ['dev', 'weight']) {
      const value = hop.text(word)
      if (value !== undefined) nexthops.push(word, value)
    }
    nexthops.push(...hop.texts('flags'))
  }
  return {
    type: fields.text('type') ?? 'unicast',
    destination,
    encap: encap === undefined ? [] : ['encap', encap],
    values,
    rest,
    nexthops,
  }
}

function viaOf(fields: Fields): string | undefined {
  const via = fields.object('via')
  return via === undefined ? fields.text('gateway') : `${via.text('family') ?? ''} ${via.text('host') ?? ''}`
}

function realmsOf(fields: Fields): string[] {
  const flow = fields.object('flow')
  if (flow === undefined) return []
  const from = flow.text('from')
  const to = flow.text('to') ?? '0'
  return from === undefined ? ['realm', to] : ['realms', `${from}/${to}`]
}

/** Trap: that a metric is locked is not told as JSON. */
function metricOf(name: string, metrics: Fields): string[] {
  if (name === 'ecn') return ['features', 'ecn']
  const value = metrics.text(name)
  if (value === undefined) return [name]
  return [JSON_METRICS.get(name) ?? name, TIMES.has(name) ? timeOf(Number(value)) : value]
}

function timeOf(milliseconds: number): string {
  return milliseconds >= 1000 ? `${milliseconds / 1000}s` : `${milliseconds}ms`
}
