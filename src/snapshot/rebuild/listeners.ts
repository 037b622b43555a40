import type { NetworkNamespace } from '../../netns/index.ts'
import { Vxlan } from '../../overlay/index.ts'
import { formatIpv4, type Ipv4 } from '../../packet/address.ts'
import { installSockets, type SocketLayer, whoamiServer } from '../../sockets/index.ts'
import type { ListenerEvidence, NamespaceEvidence } from '../evidence.ts'
import type { Findings } from './findings.ts'

/** Whoever was listening answers; where nobody told who does, somebody answers on every port. */
export function rebuildListeners(
  netns: NetworkNamespace,
  evidence: NamespaceEvidence,
  findings: Findings,
): SocketLayer {
  const { listeners, name } = evidence
  const page = netns.name
  if (listeners === null || evidence.partial.has('listeners')) {
    findings.assume('somebody listens on every port', name)
    return installSockets(netns, { defaultListener: whoamiServer('', page) })
  }
  const sockets = installSockets(netns)
  const server = whoamiServer('', page)
  for (const listener of listeners) {
    const device = listener.dev === undefined ? 0 : netns.deviceByName(listener.dev)?.ifindex
    if (device === undefined || isTunnels(netns, listener)) continue
    const options = {
      address: listener.address as Ipv4,
      port: listener.port,
      device,
      reusePort: true,
      reuseAddress: true,
    }
    const error =
      listener.protocol === 'udp'
        ? sockets.udp.bind(options, { onReceive: server.udp }).error
        : listener.protocol === 'tcp'
          ? sockets.tcp.listen(options, server.tcp).error
          : sockets.loadSctp().listen(options, server.sctp).error
    // several sockets that share a port are one to their clients
    if (error !== null && error !== 'EADDRINUSE')
      findings.warn(
        `nobody can listen on ${formatIpv4(listener.address)}:${listener.port}/${listener.protocol} (${error})`,
        name,
      )
  }
  return sockets
}

/** The kernel's own socket, of a VXLAN device. */
function isTunnels(netns: NetworkNamespace, { protocol, port }: ListenerEvidence): boolean {
  if (protocol !== 'udp') return false
  for (const link of netns.devices()) if (link instanceof Vxlan && link.dstport === port) return true
  return false
}
