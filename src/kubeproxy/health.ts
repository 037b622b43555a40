import type { KubeProxy } from './kube-proxy.ts'

/** One listener of kube-proxy's Service health server: a load balancer asks it whether to send traffic to the node. */
export interface ServiceHealth {
  /** `namespace/name` */
  readonly service: string
  /** `healthCheckNodePort`: a TCP port on those of the node's addresses that serve node ports (`nodePortAddresses`). */
  readonly port: number
  /** Ready endpoints on the node, each address once. */
  readonly localEndpoints: number
  /** 200 with local endpoints, 503 without. */
  readonly status: 200 | 503
}

/**
 * The listeners of a node (pkg/proxy/healthcheck/service_health.go; `HealthCheckNodePorts`,
 * pkg/proxy/servicechangetracker.go; `LocalReadyEndpoints`, pkg/proxy/endpointschangetracker.go), in the order of their
 * Services. Of several ports of a Service the endpoints count together, by address.
 */
export function healthChecks(proxy: KubeProxy, nodeName: string): ServiceHealth[] {
  const ports = new Map<string, number>()
  const addresses = new Map<string, Set<number>>()
  for (const { info, endpoints } of proxy.entries) {
    if (info.healthCheckNodePort === 0) continue
    ports.set(info.service, info.healthCheckNodePort)
    let local = addresses.get(info.service)
    if (local === undefined) {
      local = new Set()
      addresses.set(info.service, local)
    }
    for (const endpoint of endpoints) {
      if (endpoint.ready && endpoint.nodeName === nodeName) local.add(endpoint.address)
    }
  }
  return [...ports].map(([service, port]) => {
    const localEndpoints = addresses.get(service)!.size
    return { service, port, localEndpoints, status: localEndpoints > 0 ? 200 : 503 }
  })
}
