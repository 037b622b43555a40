import type { NetworkNamespace } from '../../netns/index.ts'
import { COUNTERS } from '../../netns/index.ts'
import { formatIpv4, formatMac } from '../../packet/index.ts'
import { printRule, type Route, SCOPE_NAMES, TABLE_NAMES, TableId } from '../../route/index.ts'
import { fdbLines } from '../bridge/fdb-list.ts'
import type { RecordedFdbEntry, RecordedNeighbour, RecordedRoute, RecordedRouting } from '../record/index.ts'

/** `ip -4 -j neigh show` */
export function neighbours(netns: NetworkNamespace): RecordedNeighbour[] {
  const recorded: RecordedNeighbour[] = []
  for (const { link, address, mac, state } of netns.neighbours.entries()) {
    if (state === 'NOARP' || state === 'NONE') continue
    const failed = state === 'FAILED' || state === 'INCOMPLETE'
    recorded.push({
      dst: formatIpv4(address),
      dev: link.name,
      state: state === 'PERMANENT' ? 'PERMANENT' : failed ? 'failed' : 'resolved',
      ...(!failed && { lladdr: formatMac(mac) }),
    })
  }
  return recorded
}

/** `bridge -j fdb show` */
export function forwarding(netns: NetworkNamespace): RecordedFdbEntry[] {
  return [...fdbLines(netns)].map((line) => ({
    mac: line.mac,
    dev: line.dev.name,
    ...(line.dst !== undefined && { dst: formatIpv4(line.dst) }),
    ...(line.master !== undefined && { master: line.master.name }),
    ...(line.state !== '' && { state: line.state }),
    ...(line.port !== undefined && { port: line.port }),
    ...(line.vni !== undefined && { vni: line.vni }),
    ...(line.self && { flags: ['self'] }),
  }))
}

/** `ip -j -d route show table all` without the local table, `… show cache`, `ip rule show` */
export function routing(netns: NetworkNamespace): RecordedRouting {
  const { fib } = netns
  return {
    routes: fib
      .routes()
      .filter(({ table, type }) => table !== TableId.LOCAL && type !== 'multicast' && type !== 'anycast')
      .map((route) => routeFields(route, netns)),
    cache: netns.exceptions.list(fib.routes()).map(({ route, exception }) => {
      const gateway = exception.gateway !== 0 ? exception.gateway : route.gateway
      return {
        dst: formatIpv4(exception.destination),
        ...(gateway !== 0 && { gateway: formatIpv4(gateway) }),
        dev: netns.linkByIndex(route.ifindex)?.name ?? '',
        ...(exception.pmtu !== 0 && { metrics: [{ mtu: exception.pmtu }] }),
      }
    }),
    policy: fib.rules
      .map((rule) => printRule(rule, netns, { unresolved: fib.isUnresolved(rule) }))
      .filter((line) => !/^(0|32766|32767):/.test(line))
      .map((line) => line.replaceAll('\t', ' ')),
  }
}

/** The fields of `ip -j -d route` that a record keeps. */
function routeFields(route: Route, netns: NetworkNamespace): RecordedRoute {
  const flags: string[] = []
  const link = netns.linkByIndex(route.ifindex)
  if (link !== null && !link.carrier) flags.push('linkdown')
  if (route.onlink) flags.unshift('onlink')
  const prefix = `${formatIpv4(route.destination)}${route.length === 32 ? '' : `/${route.length}`}`
  return {
    type: route.type,
    dst: route.length === 0 ? 'default' : prefix,
    ...(route.gateway !== 0 && { gateway: formatIpv4(route.gateway) }),
    ...(link !== null && { dev: link.name }),
    table: TABLE_NAMES.name(route.table),
    scope: SCOPE_NAMES.name(route.scope),
    ...(route.prefsrc !== 0 && { prefsrc: formatIpv4(route.prefsrc) }),
    ...(route.metric !== 0 && { metric: route.metric }),
    ...(flags.length > 0 && { flags }),
  }
}

/** The counters of /proc/net/snmp and /proc/net/netstat. */
export function counters(netns: NetworkNamespace): Record<string, number> {
  return Object.fromEntries(COUNTERS.map((name) => [name, netns.snmp.get(name)]))
}
