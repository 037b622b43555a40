import { formatIpv4 } from '../../packet/address.ts'
import { DaemonError } from './errors.ts'
import type { PortBinding } from './firewall.ts'
import type { Container, Endpoint, Published } from './model.ts'
import type { PortRequest } from './port-spec.ts'
import { type PortProxy, startProxy } from './proxy.ts'
import type { SandboxOwner } from './sandbox-owner.ts'

/** How many ports of a range are tried when programs have them (`maxAllocatePortAttempts`, daemon/libnetwork/portmappers/nat). */
const ATTEMPTS = 10

/**
 * Publishes the ports of a container by one of its networks: rules and a proxy for each port (`ProgramExternalConnectivity`,
 * daemon/libnetwork/drivers/bridge/port_mapping_linux.go).
 *
 * @throws DaemonError somebody has a port; then nothing is published
 */
export function publish(daemon: SandboxOwner, container: Container, endpoint: Endpoint): Published | null {
  if (container.ports.length === 0) return null
  const { attachment, address, id } = endpoint
  const { rules } = attachment.network
  const sockets = daemon.host.socketsOf(daemon.host.root)
  const bindings: PortBinding[] = []
  const proxies: PortProxy[] = []
  const fail = (why: string): never => {
    withdraw(daemon, endpoint, { bindings, proxies })
    throw new DaemonError(
      `driver failed programming external connectivity on endpoint ${container.name} (${id}): ${why}`,
    )
  }
  for (const request of container.ports.toSorted(byPort)) {
    const isRange = request.hostPort === 0 || request.hostPort !== request.lastHostPort
    for (let attempt = 1; ; attempt++) {
      const binding = daemon.ports.claim(request)
      if (binding === undefined) return fail(isRange ? 'all ports are allocated' : takenText(request))
      const proxy = startProxy(daemon.host.sim, sockets, binding, address)
      if (proxy !== null) {
        bindings.push(binding)
        proxies.push(proxy)
        daemon.firewall.port(rules, address, binding, true)
        break
      }
      daemon.ports.release(binding)
      const { hostAddress, hostPort, protocol } = binding
      if (!isRange || attempt === ATTEMPTS)
        return fail(
          `failed to bind host port ${formatIpv4(hostAddress)}:${hostPort}/${protocol}: address already in use`,
        )
    }
  }
  return { bindings, proxies }
}

/** `PortBindingReq.Compare` (daemon/libnetwork/portmapperapi/api.go): ports of the host that somebody chose come first. */
function byPort(a: PortRequest, b: PortRequest): number {
  const chosen = ({ hostPort, lastHostPort }: PortRequest): number =>
    hostPort !== 0 && hostPort === lastHostPort ? 0 : 1
  return (
    chosen(a) - chosen(b) ||
    a.port - b.port ||
    (a.protocol === b.protocol ? 0 : a.protocol === 'tcp' ? -1 : 1) ||
    a.hostPort - b.hostPort ||
    a.lastHostPort - b.lastHostPort ||
    (a.hostAddress >>> 0) - (b.hostAddress >>> 0)
  )
}

/** What an endpoint has published is published no more. */
export function unpublish(daemon: SandboxOwner, endpoint: Endpoint): void {
  const { published } = endpoint
  endpoint.published = null
  if (published !== null) withdraw(daemon, endpoint, published)
}

function withdraw(
  { firewall, ports }: SandboxOwner,
  { attachment, address }: Endpoint,
  { bindings, proxies }: Published,
): void {
  for (const proxy of proxies) proxy.close()
  for (const binding of bindings) {
    firewall.port(attachment.network.rules, address, binding, false)
    ports.release(binding)
  }
}

function takenText({ hostAddress, hostPort }: PortRequest): string {
  return `Bind for ${formatIpv4(hostAddress)}:${hostPort} failed: port is already allocated`
}
