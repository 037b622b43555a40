import type { NetworkNamespace } from '../../netns/index.ts'
import type { Ipv4 } from '../../packet/index.ts'
import { type Route, TableId } from '../../route/index.ts'
import type { KernelFile } from './kernel-file.ts'

/** `RTF_*` (include/uapi/linux/route.h). */
export const RouteFlag = { UP: 1, GATEWAY: 2, HOST: 4, REJECT: 0x200 } as const

/** One line of /proc/net/route. */
export interface RouteLine {
  /** `*`: it leads nowhere. */
  readonly device: string
  readonly destination: Ipv4
  readonly gateway: Ipv4
  readonly flags: number
  readonly metric: number
  readonly length: number
  readonly mtu: number
  readonly window: number
}

/** The routes of `main` that /proc/net/route shows, in its order (`fib_route_seq_show`, net/ipv4/fib_trie.c). */
export function routeLines(netns: NetworkNamespace): RouteLine[] {
  const shown = netns.fib.routes(TableId.MAIN).filter(({ type }) => type !== 'broadcast' && type !== 'multicast')
  return shown.map((route) => ({
    device: netns.deviceByIndex(route.ifindex)?.name ?? '*',
    destination: route.destination,
    gateway: route.gateway,
    flags: flagsOf(route),
    metric: route.metric,
    length: route.length,
    // Trap: what stands below MTU is the MSS that the route tells others, with the headers
    mtu: route.metrics.advmss === 0 ? 0 : route.metrics.advmss + 40,
    window: route.metrics.window,
  }))
}

/** `fib_flag_trans` */
function flagsOf({ type, gateway, length }: Route): number {
  const rejects = type === 'unreachable' || type === 'prohibit'
  return (
    RouteFlag.UP |
    (rejects ? RouteFlag.REJECT : 0) |
    (gateway === 0 ? 0 : RouteFlag.GATEWAY) |
    (length === 32 ? RouteFlag.HOST : 0)
  )
}

const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'
const WIDTH = 127

/** /proc/net/route */
export const netRoute: KernelFile = {
  path: /^\/proc\/(?:self\/)?net\/route$/,
  read: ({ netns }) => {
    // nothing at all as long as nobody has put a route there
    if (!netns.fib.hasTable(TableId.MAIN)) return ''
    const lines = routeLines(netns).map(
      ({ device, destination, gateway, flags, metric, length, mtu, window }) =>
        `${device}\t${hex(destination)}\t${hex(gateway)}\t${flags.toString(16).toUpperCase().padStart(4, '0')}\t0\t0\t${metric}\t` +
        `${hex(maskOf(length))}\t${mtu}\t${window}\t0`,
    )
    return [HEAD, ...lines].map((line) => `${line.padEnd(WIDTH)}\n`).join('')
  },
}

/** The bits of a netmask. */
export function maskOf(length: number): Ipv4 {
  return (length === 0 ? 0 : -1 << (32 - length)) as Ipv4
}

/** An address as the number that its octets are on a little-endian machine. */
function hex(address: Ipv4): string {
  const octets = [0, 8, 16, 24].map((shift) => ((address >>> shift) & 255).toString(16).padStart(2, '0'))
  return octets.join('').toUpperCase()
}
