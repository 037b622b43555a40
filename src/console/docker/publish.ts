import { formatIpv4 } from '../../packet/address.ts'
import { DaemonError } from './errors.ts'
import type { PortBinding } from './firewall.ts'
import type { Container, Endpoint, Published } from './model.ts'
import type { PortRequest } from './port-spec.ts'
import { type PortProxy, startProxy } from './proxy.ts'
import type { SandboxOwner } from './sandbox.ts'

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
  for (const request of container.ports) {
    const binding = daemon.ports.claim(request) ?? fail(takenText(request))
    bindings.push(binding)
  }
  for (const binding of bindings) {
    const proxy = startProxy(daemon.host.sim, sockets, binding, address)
    if (proxy === null) {
      const { hostAddress, hostPort, port, protocol } = binding
      return fail(
        `failed to bind host port for ${formatIpv4(hostAddress)}:${hostPort}:${formatIpv4(address)}:${port}/${protocol}: address already in use`,
      )
    }
    proxies.push(proxy)
    daemon.firewall.port(rules, address, binding, true)
  }
  return { bindings, proxies }
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

function takenText({ hostAddress, hostPort, lastHostPort }: PortRequest): string {
  const range = hostPort === lastHostPort ? String(hostPort) : `${hostPort}-${lastHostPort}`
  return `Bind for ${formatIpv4(hostAddress)}:${range} failed: port is already allocated`
}
