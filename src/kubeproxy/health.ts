import { formatRfc3339 } from './go-time.ts'
import type { NodeInput } from './input.ts'
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

/** What a handler of an HTTP server says. */
export interface HttpAnswer {
  readonly status: 200 | 404 | 503
  /** In the order in which Go writes them: by name. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** The taint of a node that is about to be taken away (pkg/proxy/healthcheck/proxy_health.go). */
const TO_BE_DELETED = 'ToBeDeletedByClusterAutoscaler'

const JSON_HEADERS = [
  ['Content-Type', 'application/json'],
  ['X-Content-Type-Options', 'nosniff'],
] as const

/**
 * The Services with a health check node port, and the port; in the order of the Services (`HealthCheckNodePorts`,
 * pkg/proxy/servicechangetracker.go).
 */
export function healthCheckPorts(proxy: KubeProxy): Map<string, number> {
  const ports = new Map<string, number>()
  for (const { info } of proxy.entries)
    if (info.healthCheckNodePort !== 0) ports.set(info.service, info.healthCheckNodePort)
  return ports
}

/**
 * The listeners of a node (pkg/proxy/healthcheck/service_health.go; `LocalReadyEndpoints`,
 * pkg/proxy/endpointschangetracker.go), in the order of their Services. Of several ports of a Service the endpoints count
 * together, by address.
 */
export function healthChecks(proxy: KubeProxy, nodeName: string): ServiceHealth[] {
  const addresses = new Map<string, Set<number>>()
  for (const { info, endpoints } of proxy.entries) {
    if (info.healthCheckNodePort === 0) continue
    let local = addresses.get(info.service)
    if (local === undefined) {
      local = new Set()
      addresses.set(info.service, local)
    }
    for (const endpoint of endpoints) {
      if (endpoint.ready && endpoint.nodeName === nodeName) local.add(endpoint.address)
    }
  }
  return [...healthCheckPorts(proxy)].map(([service, port]) => {
    const localEndpoints = addresses.get(service)!.size
    return { service, port, localEndpoints, status: localEndpoints > 0 ? 200 : 503 }
  })
}

/** What the health server says to whoever asks, whatever the path (`hcHandler.ServeHTTP`, service_health.go). */
export function healthAnswer({ service, localEndpoints, status }: ServiceHealth): HttpAnswer {
  const [namespace, name] = service.split('/')
  const lines = [
    '{',
    '\t"service": {',
    `\t\t"namespace": "${namespace}",`,
    `\t\t"name": "${name}"`,
    '\t},',
    `\t"localEndpoints": ${localEndpoints},`,
    // a kube-proxy here is always in step
    '\t"serviceProxyHealthy": true',
    '}',
  ]
  const headers = [...JSON_HEADERS, ['X-Load-Balancing-Endpoint-Weight', String(localEndpoints)] as const]
  return { status, headers, body: lines.join('\n') }
}

/**
 * What kube-proxy says of itself, on port 10256 (`healthzHandler`, `livezHandler`, pkg/proxy/healthcheck/proxy_health.go). A kube-proxy here is
 * always in step; the times are virtual, counted from 1970. Only IPv4 is modelled: a real one has IPv6 in `status`, too, unless its host has no
 * ip6tables.
 *
 * @param now nanoseconds of virtual time
 */
export function proxyHealthAnswer(path: string, node: NodeInput, now: number): HttpAnswer {
  if (path !== '/healthz' && path !== '/livez') {
    const headers = [['Content-Type', 'text/plain; charset=utf-8'] as const, JSON_HEADERS[1]]
    return { status: 404, headers, body: '404 page not found\n' }
  }
  const nodeEligible = isEligible(node)
  const isWell = path === '/livez' || nodeEligible
  const synced = formatRfc3339(0)
  const health = {
    lastUpdated: isWell ? formatRfc3339(now) : synced,
    currentTime: formatRfc3339(now),
    ...(path === '/healthz' ? { nodeEligible } : {}),
    healthy: true,
    status: { IPv4: { lastUpdated: synced, healthy: true } },
  }
  return { status: isWell ? 200 : 503, headers: JSON_HEADERS, body: JSON.stringify(health) }
}

/** Load balancers send nothing to a node that goes (`NodeEligible`). */
function isEligible({ metadata, spec }: NodeInput): boolean {
  if (metadata.deletionTimestamp != null) return false
  return !(spec?.taints ?? []).some(({ key }) => key === TO_BE_DELETED)
}
