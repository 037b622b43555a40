import type { SocketHost } from './host.ts'

/** Every port: how far apart the tries are. */
const EACH = 1
/** Ports of one parity. */
const EVERY_OTHER = 2

/**
 * A free port of `net.ipv4.ip_local_port_range` for a socket that did not ask for one: the first try is chance, then upwards and around
 * (`udp_lib_get_port`). 0: all are in use.
 */
export function choosePort(host: SocketHost, inUse: (port: number) => boolean): number {
  const { low, count } = portRange(host)
  return search(host, low, count, EACH, inUse)
}

/**
 * The same for TCP, which tries the ports of one parity first: connect() those of the range's lower end, bind() the others, so that the
 * two seldom meet (`__inet_hash_connect`, `inet_csk_find_open_port`).
 */
export function chooseTcpPort(host: SocketHost, forConnect: boolean, inUse: (port: number) => boolean): number {
  const { low, count } = portRange(host)
  const first = forConnect ? 0 : 1
  const half = Math.ceil((count - first) / EVERY_OTHER)
  const port = half > 0 ? search(host, low + first, half, EVERY_OTHER, inUse) : 0
  if (port !== 0) return port
  const otherHalf = Math.ceil((count - (1 - first)) / EVERY_OTHER)
  return otherHalf > 0 ? search(host, low + 1 - first, otherHalf, EVERY_OTHER, inUse) : 0
}

function portRange(host: SocketHost): { low: number; count: number } {
  const low = host.sysctl.get('ipv4.ip_local_port_range.min') ?? 32768
  const high = host.sysctl.get('ipv4.ip_local_port_range.max') ?? 60999
  return { low, count: high - low + 1 }
}

function search(host: SocketHost, low: number, count: number, step: number, inUse: (port: number) => boolean): number {
  const start = host.sim.random('port').below(count)
  for (let i = 0; i < count; i++) {
    const port = low + ((start + i) % count) * step
    if (!inUse(port)) return port
  }
  return 0
}
