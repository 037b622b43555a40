import { type Ipv4, UnsupportedError } from '../../packet/index.ts'
import {
  type AddMode,
  dsfieldNumber,
  errnoText,
  FlowKey,
  hiddenBy,
  parseRoute,
  parseRouteFilter,
  passesFilter,
  printRoute,
  printRouteGet,
  printRoutes,
  RouteDecision,
  routeGetJson,
  routeInput,
  routeJson,
  routeOutput,
  TableId,
  UsageError,
} from '../../route/index.ts'
import { abbreviates, Words } from '../../route/words.ts'
import { deviceOf, type IpContext, printJson } from './ip-context.ts'

const ADD_MODES: readonly (readonly [word: string, mode: AddMode])[] = [
  ['add', 'add'],
  ['change', 'change'],
  ['chg', 'change'],
  ['replace', 'replace'],
  ['prepend', 'prepend'],
  ['append', 'append'],
]

/** `ip route` (iproute2 ip/iproute.c). */
export function route(args: readonly string[], context: IpContext): number {
  const { netns } = context
  const [word = 'list', ...rest] = args
  const mode = ADD_MODES.find(([name]) => abbreviates(word, name))?.[1]
  if (mode !== undefined) {
    netns.fib.add(parseRoute(rest, netns), mode)
    return 0
  }
  if (abbreviates(word, 'delete')) {
    netns.fib.delete(parseRoute(rest, netns))
    return 0
  }
  if (abbreviates(word, 'list') || abbreviates(word, 'show') || abbreviates(word, 'lst')) return show(rest, context)
  if (abbreviates(word, 'get')) {
    return get(rest, context)
  }
  if (abbreviates(word, 'flush')) return flush(rest, context)
  if (abbreviates(word, 'save') || abbreviates(word, 'restore') || abbreviates(word, 'showdump')) {
    throw new UnsupportedError(`ip route ${word}`)
  }
  throw new UsageError(`Command "${word}" is unknown, try "ip route help".`)
}

function show(args: readonly string[], context: IpContext): number {
  const { netns, program, details, oneline, json, pretty } = context
  const filter = parseRouteFilter(args, netns)
  if (filter.cache) {
    if (json) throw new UnsupportedError('ip -j route show cache')
    for (const { route: each, exception } of netns.exceptions.list(netns.fib.routes())) {
      const seconds = Math.floor((exception.expires - netns.sim.now) / 1e9)
      const words = [`${printDestination(exception.destination)}`]
      const gateway = exception.gateway === 0 ? each.gateway : exception.gateway
      if (gateway !== 0) words.push(`via ${printDestination(gateway)}`)
      words.push(`dev ${netns.linkByIndex(each.ifindex)?.name ?? ''}`)
      const flags = exception.gateway === 0 ? '' : ' <redirected>'
      const mtu = exception.pmtu === 0 ? '' : ` mtu ${exception.locked ? 'lock ' : ''}${exception.pmtu}`
      program.stdout.write(`${words.join(' ')} \n    cache${flags} expires ${seconds}sec${mtu} \n`)
    }
    return 0
  }
  const { fib } = netns
  if (filter.table !== 0 && !fib.hasTable(filter.table)) {
    // nobody misses main
    if (filter.table === TableId.MAIN) {
      if (json) printJson(context, [])
      return 0
    }
    if (!json) throw noTable('Dump')
    // the list has begun, and is seen when the program ends
    const { message, exitCode } = noTable('Dump')
    program.stderr.write(`${message}\n`)
    program.stdout.write(pretty ? '[ ' : '[')
    return exitCode
  }
  const routes = (filter.table === 0 ? fib.routes() : fib.routes(filter.table)).filter((each) =>
    passesFilter(each, filter),
  )
  const options = { tables: filter.table === 0, details, hide: hiddenBy(filter) }
  if (json) {
    printJson(
      context,
      routes.map((each) => routeJson(each, netns, options)),
    )
    return 0
  }
  const text = printRoutes(routes, netns, options)
  program.stdout.write(oneline ? text.replaceAll('\n    ', '\\    ') : text)
  return 0
}

function printDestination(address: Ipv4): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

/** A table is made by its first route (`inet_dump_fib`, net/ipv4/fib_frontend.c). */
function noTable(what: 'Dump' | 'Flush'): UsageError {
  return new UsageError(`Error: ipv4: FIB table does not exist.\n${what} terminated`, 2)
}

function flush(args: readonly string[], { netns, program }: IpContext): number {
  if (args.length === 0) {
    program.stderr.write('"ip route flush" requires arguments.\n')
    return 1
  }
  const filter = parseRouteFilter(args, netns)
  if (filter.cache) {
    netns.exceptions.clear()
    return 0
  }
  if (filter.table !== 0 && !netns.fib.hasTable(filter.table)) throw noTable('Flush')
  const removed = netns.fib.routes().filter((each) => passesFilter(each, filter))
  const gone = new Set(removed)
  netns.fib.removeWhere((each) => gone.has(each))
  return 0
}

/** `ip route get ADDRESS [from ADDRESS [iif DEV]] [oif DEV] [mark N] [tos T] [ipproto P] [sport N] [dport N]` */
function get(args: readonly string[], context: IpContext): number {
  const { netns, program, oneline, details, json, statistics } = context
  // how many hold it, and since when it was not used
  if (statistics > 0) throw new UnsupportedError('ip -s route get')
  const words = new Words(args)
  const key = new FlowKey()
  key.reset()
  let iif = ''
  let destination = false
  let fibmatch = false
  while (!words.atEnd) {
    const word = words.next()
    if (word === 'fibmatch') fibmatch = true
    else if (word === 'from') key.source = words.prefix('inet').address
    else if (word === 'iif') iif = words.next()
    else if (word === 'oif' || word === 'dev') key.oif = deviceOf(netns, words.next()).ifindex
    else if (word === 'mark') key.mark = words.number('invalid mark value', 0xffffffff, '')
    else if (word === 'tos' || abbreviates(word, 'dsfield'))
      key.tos = words.named(dsfieldNumber, 'TOS value is invalid')
    else if (word === 'uid') key.uid = words.number('invalid UID')
    else if (word === 'sport') key.sourcePort = words.number('invalid sport', 65535)
    else if (word === 'dport') key.destinationPort = words.number('invalid dport', 65535)
    else if (word === 'ipproto') key.protocol = protocolNumber(words.next())
    else if (word === 'via') throw new UsageError('Error: inet prefix is expected rather than "via".', 1)
    else if (word === 'notify' || word === 'connected' || word === 'vrf')
      throw new UnsupportedError(`ip route get … ${word}`)
    else {
      // the last one counts
      const { address, length } = new Words([word === 'to' ? words.next() : word]).prefix()
      key.destination = address
      if (destinationLength(word, length) !== 32) {
        program.stderr.write(`Warning: /${length} as prefix is invalid, only /32 (or none) is supported.\n`)
      }
      destination = true
    }
  }
  if (!destination) throw new UsageError('need at least a destination address', 1)
  if (key.protocol === 0) key.protocol = 17
  const decision = new RouteDecision()
  if (iif !== '') {
    const link = deviceOf(netns, iif)
    key.iif = link.ifindex
    if (!routeInput(netns.fib, key, link, decision)) {
      throw refusal(decision.martian !== null ? 22 : decision.error)
    }
  } else {
    const error = routeOutput(netns.fib, key, decision)
    if (error !== 0) throw refusal(error)
  }
  if (fibmatch && decision.route !== null) {
    const options = { tables: true, details }
    if (json) printJson(context, [routeJson(decision.route, netns, options)])
    else program.stdout.write(`${printRoute(decision.route, netns, options)}\n`)
    return 0
  }
  const exception = decision.route === null ? undefined : netns.exceptions.use(decision.route, decision.destination)
  const options = {
    input: iif !== '',
    details,
    ...(exception !== undefined && {
      pmtu: exception.pmtu,
      pmtuLocked: exception.locked,
      expires: Math.floor((exception.expires - netns.sim.now) / 1e9),
      redirected: exception.gateway,
    }),
  }
  if (json) printJson(context, [routeGetJson(decision, key, netns, options)])
  else {
    const text = printRouteGet(decision, key, netns, options)
    program.stdout.write(oneline ? text.replace('\n    ', '\\    ') : text)
  }
  return 0
}

/** `default` has no length of which anybody complains. */
function destinationLength(word: string, length: number): number {
  return word.includes('/') ? length : 32
}

const PROTOCOLS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, sctp: 132 }

function protocolNumber(word: string): number {
  const number = PROTOCOLS[word] ?? Number(word)
  if (!Number.isInteger(number)) throw new UsageError(`Error: argument "${word}" is wrong: Invalid "ipproto" value\n`)
  return number
}

function refusal(errno: number): UsageError {
  return new UsageError(`RTNETLINK answers: ${errnoText(errno)}`, 2)
}
