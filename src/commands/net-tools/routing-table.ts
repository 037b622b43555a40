import type { NetworkNamespace } from '../../netns/index.ts'
import { formatIpv4 } from '../../packet/index.ts'
import { maskOf, RouteFlag, type RouteLine, routeLines } from '../proc/net-route.ts'

/** How much of a route is shown: `route -n`, `netstat -rn`, `route -nee`. */
export type RouteColumns = 'metric' | 'mss' | 'long'

const HEADS: Readonly<Record<RouteColumns, string>> = {
  metric: 'Flags Metric Ref    Use Iface',
  mss: 'Flags   MSS Window  irtt Iface',
  long: 'Flags Metric Ref    Use Iface    MSS   Window irtt',
}

/** What `route -n` and `netstat -rn` print (`rprint_fib`, net-tools lib/inet_gr.c). */
export function routingTable(netns: NetworkNamespace, columns: RouteColumns): string {
  const lines = routeLines(netns).map((route) => `${line(route, columns)}\n`)
  return `Kernel IP routing table\nDestination     Gateway         Genmask         ${HEADS[columns]}\n${lines.join('')}`
}

function line(
  { destination, gateway, length, flags, metric, device, mtu, window }: RouteLine,
  columns: RouteColumns,
): string {
  const rejects = (flags & RouteFlag.REJECT) !== 0
  const hop = rejects ? '-' : formatIpv4(gateway)
  const ends = [formatIpv4(destination), hop, formatIpv4(maskOf(length))].map((each) => each.padEnd(15)).join(' ')
  const way = rejects ? '!' : (flags & RouteFlag.GATEWAY) !== 0 ? 'UG' : 'U'
  const letters = `${way}${(flags & RouteFlag.HOST) !== 0 ? 'H' : ''}`
  const head = `${ends} ${letters.padEnd(5)}`
  switch (columns) {
    case 'metric':
      return rejects
        ? `${head} ${String(metric).padEnd(6)} -        0 -`
        : `${head} ${String(metric).padEnd(6)} 0        0 ${device}`
    case 'mss':
      return rejects
        ? `${head}     - -          - -`
        : `${head} ${String(mtu).padStart(5)} ${String(window).padEnd(5)}      0 ${device}`
    case 'long':
      return rejects
        ? `${head} ${String(metric).padEnd(6)} -        0 -        -     -      -`
        : `${head} ${String(metric).padEnd(6)} 0        0 ${device.slice(0, 6).padEnd(6)}   ${String(mtu).padEnd(5)} ${String(window).padEnd(6)} 0`
  }
}
