import type { NetworkNamespace } from '../../netns/index.ts'
import { type Ipv4, KubehopError, UnsupportedError } from '../../packet/index.ts'
import { errnoText, metricsOf, NetlinkError, type RouteSpec, Scope, TableId } from '../../route/index.ts'
import { OptionError, readOptions } from '../getopt.ts'
import { inetAton } from '../names.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import { routingTable } from './routing-table.ts'
import { INET_ROUTE_USAGE, ROUTE_USAGE } from './usage.ts'

const OPTIONS = {
  letters: '4FVehnv',
  names: { extend: 'e', fib: 'F', numeric: 'n', verbose: 'v' },
  refused: '6 A C N V h cache help inet inet6 protocol symbolic version',
}

const BAD_USAGE = 3
const REFUSED = 7

/** The words are not those of route(8): its usage, and maybe a reason before it. */
class BadRoute extends Error {}

/** route(8) of net-tools 2.10: `-n`, and `add` and `del` of IPv4 routes. */
export const route: Program = (args, context) => {
  const { netns, stdout, stderr } = context
  const hidden = args.map((word) => (word === '-net' || word === '-host' ? word.replace('-', '#') : word))
  const read = readRoute(hidden, stderr)
  if (read === null) return 0
  const { numeric, extended, words } = read
  const [action, ...rest] = words
  if (action === undefined) {
    if (!numeric) throw new UnsupportedError('route with names in place of addresses', { hint: 'route -n' })
    stdout.write(routingTable(netns, extended === 0 ? 'metric' : extended === 1 ? 'mss' : 'long'))
    // an empty /proc/net/route is taken for none at all
    return Number(!netns.fib.hasTable(TableId.MAIN))
  }
  if (action === 'flush') {
    stderr.write(`Flushing \`inet' routing table not supported\n${INET_ROUTE_USAGE}`)
    return BAD_USAGE
  }
  if (action !== 'add' && action !== 'del' && action !== 'delete') {
    stderr.write(ROUTE_USAGE)
    return BAD_USAGE
  }
  if (rest.length === 0) {
    stderr.write(INET_ROUTE_USAGE)
    return 0
  }
  return edit(action === 'add', rest, context)
}

/** Null: that was no use of it, and was said. */
function readRoute(
  args: readonly string[],
  stderr: ProgramContext['stderr'],
): { numeric: boolean; extended: number; words: readonly string[] } | null {
  try {
    const { options, operands } = readOptions('route', args, OPTIONS)
    const names = options.map(([name]) => name)
    return { numeric: names.includes('n'), extended: names.filter((name) => name === 'e').length, words: operands }
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    stderr.write(`${error.message}\n${ROUTE_USAGE}`)
    return null
  }
}

function edit(adds: boolean, words: readonly string[], { netns, stderr }: ProgramContext): number {
  try {
    const request = readRequest(words)
    const spec = specOf(request, adds, netns)
    if (adds) netns.fib.add(spec, 'prepend')
    else netns.fib.delete(spec)
    return 0
  } catch (error) {
    if (error instanceof BadRoute) {
      stderr.write(`${error.message === '' ? '' : `${error.message}\n`}${INET_ROUTE_USAGE}`)
      return BAD_USAGE
    }
    if (!(error instanceof KubehopError) || error instanceof UnsupportedError) throw error
    const reason = error instanceof NetlinkError ? errnoText(error.errno) : error.message
    stderr.write(`SIOC${adds ? 'ADD' : 'DEL'}RT: ${reason}\n`)
    return REFUSED
  }
}

interface RouteRequest {
  readonly target: Ipv4
  readonly isHost: boolean
  mask: Ipv4 | null
  gateway: Ipv4 | null
  metric: number
  mss: number
  window: number
  rejects: boolean
  device: string | null
}

/** `INET_setroute` in net-tools' lib/inet_sr.c. */
function readRequest(words: readonly string[]): RouteRequest {
  const kind = words[0]!.startsWith('#') ? words[0] : null
  const [first, ...rest] = kind === null ? words : words.slice(1)
  if (first === undefined) throw new BadRoute()
  const slash = first.indexOf('/')
  const name = slash < 0 ? first : first.slice(0, slash)
  const isNet = kind === '#net' || (kind === null && name === 'default')
  const request: RouteRequest = {
    target: address(name),
    isHost: !isNet,
    mask: slash < 0 ? null : prefixMask(first.slice(slash + 1)),
    gateway: null,
    metric: 0,
    mss: 0,
    window: 0,
    rejects: false,
    device: null,
  }
  let netmask = 'default'
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i]!
    const value = (): string => {
      const next = rest[++i]
      if (next === undefined) throw new BadRoute()
      return next
    }
    switch (word) {
      case 'metric': {
        const text = value()
        if (!/^\d/.test(text)) throw new BadRoute()
        request.metric = Number.parseInt(text, 10)
        break
      }
      case 'netmask':
        netmask = value()
        if (request.mask !== null) throw new BadRoute()
        request.mask = address(netmask)
        break
      case 'gw':
      case 'gateway': {
        const gateway = value()
        if (request.gateway !== null) throw new BadRoute()
        if (gateway === 'default') throw new BadRoute(`route: ${gateway}: cannot use a NETWORK as gateway!`)
        request.gateway = address(gateway)
        break
      }
      case 'mss':
      case 'mtu':
        request.mss = Number.parseInt(value(), 10)
        if (!(request.mss >= 64 && request.mss <= 65536)) throw new BadRoute('route: Invalid MSS/MTU.')
        break
      case 'window':
        request.window = Number.parseInt(value(), 10)
        if (!(request.window >= 128)) throw new BadRoute('route: Invalid window.')
        break
      case 'reject':
        request.rejects = true
        break
      case 'irtt':
      case 'mod':
      case 'dyn':
      case 'reinstate':
        throw new UnsupportedError(`route ${word}`)
      case 'dev':
      case 'device':
        if (request.device !== null) throw new BadRoute()
        request.device = value()
        break
      default:
        // the last word may be a device
        if (request.device !== null || i + 1 < rest.length) throw new BadRoute()
        request.device = word
    }
  }
  checkMask(request, netmask)
  return request
}

function checkMask({ mask, isHost, target }: RouteRequest, netmask: string): void {
  if (mask === null || mask === 0) return
  const rest = ~mask >>> 0
  if (isHost)
    throw new BadRoute(`route: netmask ${rest.toString(16).padStart(8, '0')} doesn't make sense with host route`)
  if ((rest & (rest + 1)) !== 0) throw new BadRoute(`route: bogus netmask ${netmask}`)
  if ((target & ~mask) !== 0) throw new BadRoute("route: netmask doesn't match route address")
}

function address(name: string): Ipv4 {
  if (name === 'default') return 0 as Ipv4
  const found = inetAton(name)
  if (found === undefined) throw new UnsupportedError(`the host name ${name}`, { hint: 'give its address' })
  return found
}

function prefixMask(text: string): Ipv4 {
  if (!/^\d/.test(text)) throw new BadRoute()
  const length = Number.parseInt(text, 10)
  if (length > 32) throw new UnsupportedError(`a prefix length of ${text}`)
  return (length === 0 ? 0 : -1 << (32 - length)) as Ipv4
}

/** What the kernel makes of it (`rtentry_to_fib_config`, net/ipv4/fib_frontend.c). */
function specOf(request: RouteRequest, adds: boolean, netns: NetworkNamespace): RouteSpec {
  const { target, isHost, gateway, metric, device, rejects, mss, window } = request
  const mask = isHost ? -1 : (request.mask ?? 0)
  const length = mask === 0 ? 0 : Math.clz32(~mask)
  if ((target & ~mask) !== 0) throw new NetlinkError('EINVAL')
  const destination = { address: target, length }
  const common = { destination, ...(metric > 0 && { metric }) }
  if (rejects) return { ...common, type: 'unreachable', scope: Scope.HOST }
  if (device?.includes(':') === true) throw new UnsupportedError(`the alias ${device}`)
  const link = device === null ? undefined : netns.deviceByName(device)
  if (device !== null && link === undefined) throw new NetlinkError('ENODEV')
  if (gateway === 0) throw new NetlinkError('EINVAL')
  const isFar = gateway !== null && netns.addressType(gateway) === 'unicast'
  return {
    ...common,
    type: 'unicast',
    ...(link !== undefined && { ifindex: link.ifindex }),
    ...(gateway !== null && { gateway }),
    ...(adds ? { scope: isFar ? Scope.UNIVERSE : Scope.LINK } : isFar && { scope: Scope.UNIVERSE }),
    ...(adds &&
      (mss > 0 || window > 0) && {
        metrics: metricsOf({ ...(mss > 0 && { advmss: mss - 40 }), ...(window > 0 && { window }) }, []),
      }),
  }
}
