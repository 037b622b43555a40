import {
  healthAnswer,
  healthCheckPorts,
  healthChecks,
  type KubeProxy,
  type KubeProxyConfigurationInput,
  type ProxySettings,
  proxyHealthAnswer,
} from '../kubeproxy/index.ts'
import { type Ipv4, tryParseIpv4 } from '../packet/address.ts'
import type { TcpListener } from '../sockets/index.ts'
import { httpServer } from './http-server.ts'
import type { NodeHost } from './node-host.ts'
import { proxyState } from './running-proxies.ts'

/** `ProxyHealthzPort`, pkg/cluster/ports/ports.go */
const HEALTHZ_PORT = 10256

/** The health server of one Service on one node. */
interface HealthServer {
  readonly port: number
  readonly listeners: readonly TcpListener[]
}

/**
 * What the kube-proxies of all nodes listen on: a port for each Service that load balancers ask about (pkg/proxy/healthcheck/service_health.go), and
 * one for their own health.
 */
export class HealthServers {
  #proxy: KubeProxy
  readonly #nodes: readonly NodeHost[]
  /** By Service (`namespace/name`). */
  readonly #servers = new Map<NodeHost, Map<string, HealthServer>>()

  constructor(nodes: Iterable<NodeHost>, proxy: KubeProxy) {
    this.#proxy = proxy
    this.#nodes = [...nodes]
    for (const node of this.#nodes) this.#serveOwnHealth(node)
    this.update(proxy)
  }

  /** Closes what nobody asks for any more, and opens what is new (`SyncServices`); what stays is left alone. */
  update(proxy: KubeProxy): void {
    this.#proxy = proxy
    const ports = healthCheckPorts(proxy)
    for (const node of this.#nodes) {
      const servers = this.#servers.get(node) ?? new Map<string, HealthServer>()
      if (ports.size + servers.size === 0) continue
      const { settings } = proxyState(proxy, node)
      for (const [service, { port, listeners }] of servers) {
        if (ports.get(service) === port) continue
        for (const listener of listeners) listener.close()
        servers.delete(service)
      }
      for (const [service, port] of ports) {
        if (servers.has(service)) continue
        const listeners = this.#listen(node, settings, service, port)
        if (listeners !== null) servers.set(service, { port, listeners })
      }
      this.#servers.set(node, servers)
    }
  }

  /** On the addresses that serve node ports. Null: one of them could not be listened on, and so none is. */
  #listen(
    node: NodeHost,
    { nodePortAddresses, nodeName }: ProxySettings,
    service: string,
    port: number,
  ): TcpListener[] | null {
    const handler = httpServer(
      () => node.netns.sim.now,
      () => healthAnswer(healthChecks(this.#proxy, nodeName).find((health) => health.service === service)!),
    )
    const listeners: TcpListener[] = []
    for (const address of nodePortAddresses ?? [undefined]) {
      const { socket } = node.sockets.tcp.listen({ port, ...(address === undefined ? {} : { address }) }, handler)
      if (socket === null) {
        for (const listener of listeners) listener.close()
        return null
      }
      listeners.push(socket)
    }
    return listeners
  }

  #serveOwnHealth(node: NodeHost): void {
    const { address, port } = healthzAddress(this.#proxy.configuration)
    const handler = httpServer(
      () => node.netns.sim.now,
      (path) => proxyHealthAnswer(path, node.plan.node, node.netns.sim.now),
    )
    node.sockets.tcp.listen({ port, ...(address === undefined ? {} : { address }) }, handler)
  }
}

/** `healthzBindAddress`: an address with or without a port (`AppendPortIfNeeded`, pkg/proxy/util/utils.go). */
function healthzAddress({ healthzBindAddress }: KubeProxyConfigurationInput): {
  address: Ipv4 | undefined
  port: number
} {
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(healthzBindAddress ?? '') ?? []
  const address = tryParseIpv4(host)
  return { address: address === 0 ? undefined : address, port: port === undefined ? HEALTHZ_PORT : Number(port) }
}
