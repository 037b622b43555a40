import { compareText, type EndpointInfo, NO_ENDPOINTS } from './endpoints.ts'
import type { ServicePortInfo } from './service-port.ts'

/** Where the asking kube-proxy stands. */
export interface Place {
  readonly nodeName: string
  /** Label `topology.kubernetes.io/zone` of the node; empty when it has none. */
  readonly zone: string
}

/** Which endpoints a node uses for a Service port: the results of `CategorizeEndpoints`, pkg/proxy/topology.go. */
export interface EndpointChoice {
  /** For the traffic policy Cluster. */
  readonly cluster: readonly EndpointInfo[]
  /** For the traffic policy Local. */
  readonly local: readonly EndpointInfo[]
  /** Both together: the endpoints that get a chain of their own. */
  readonly reachable: readonly EndpointInfo[]
  /** Is there a usable endpoint on any node? */
  readonly hasAny: boolean
}

const NONE: EndpointChoice = { cluster: NO_ENDPOINTS, local: NO_ENDPOINTS, reachable: NO_ENDPOINTS, hasAny: false }

const isReady = (endpoint: EndpointInfo): boolean => endpoint.ready
const isServingTerminating = (endpoint: EndpointInfo): boolean => endpoint.serving && endpoint.terminating

/** Can two nodes come to different choices? */
export function dependsOnPlace(info: ServicePortInfo, endpoints: readonly EndpointInfo[]): boolean {
  if (info.usesLocalEndpoints) return endpoints.length > 0
  return endpoints.some((endpoint) => endpoint.ready && (endpoint.zoneHints !== null || endpoint.nodeHints !== null))
}

/**
 * Chooses the endpoints that a node sends traffic to: the ready ones, as far as hints allow; where there is none, those
 * that serve on while they terminate, for either policy on its own.
 */
export function categorizeEndpoints(
  endpoints: readonly EndpointInfo[],
  info: ServicePortInfo,
  place: Place,
): EndpointChoice {
  if (endpoints.length === 0) return NONE

  const isLocal = (endpoint: EndpointInfo): boolean => endpoint.nodeName === place.nodeName && place.nodeName !== ''
  let cluster = NO_ENDPOINTS
  let hasAny = false
  let hinted: 'node' | 'zone' | null = null

  if (info.usesClusterEndpoints) {
    hinted = hintsThatCount(endpoints, place)
    cluster = keep(endpoints, (endpoint) => endpoint.ready && isHinted(endpoint, hinted, place))
    if (cluster.length === 0) cluster = keep(endpoints, isServingTerminating)
    hasAny = cluster.length > 0
  }
  if (!info.usesLocalEndpoints) return { cluster, local: NO_ENDPOINTS, reachable: cluster, hasAny }

  let local = keep(endpoints, (endpoint) => endpoint.ready && isLocal(endpoint))
  let localTerminates = false
  if (local.length === 0) {
    local = keep(endpoints, (endpoint) => isServingTerminating(endpoint) && isLocal(endpoint))
    localTerminates = local.length > 0
  }
  hasAny ||= endpoints.some((endpoint) => isReady(endpoint) || isServingTerminating(endpoint))

  if (!info.usesClusterEndpoints) return { cluster, local, reachable: local, hasAny }
  // without hints and with ready local endpoints, the cluster's endpoints contain the local ones
  const reachable = hinted === null && !localTerminates ? cluster : union(cluster, local)
  return { cluster, local, reachable, hasAny }
}

/**
 * Hints count only when every ready endpoint has some and one of them is for this node, or else this zone
 * (`topologyModeFromHints`; node hints by the feature PreferSameTrafficDistribution, on by default since Kubernetes
 * 1.34).
 */
function hintsThatCount(endpoints: readonly EndpointInfo[], place: Place): 'node' | 'zone' | null {
  let anyReady = false
  let allHaveNodes = true
  let allHaveZones = true
  let oneForNode = false
  let oneForZone = false
  for (const endpoint of endpoints) {
    if (!endpoint.ready) continue
    anyReady = true
    if (endpoint.nodeHints === null) allHaveNodes = false
    else if (endpoint.nodeHints.includes(place.nodeName)) oneForNode = true
    if (endpoint.zoneHints === null) allHaveZones = false
    else if (endpoint.zoneHints.includes(place.zone)) oneForZone = true
  }
  if (!anyReady) return null
  if (allHaveNodes && oneForNode) return 'node'
  return allHaveZones && oneForZone ? 'zone' : null
}

function isHinted(endpoint: EndpointInfo, hinted: 'node' | 'zone' | null, place: Place): boolean {
  if (hinted === null) return true
  return hinted === 'node' ? endpoint.nodeHints!.includes(place.nodeName) : endpoint.zoneHints!.includes(place.zone)
}

/** The endpoints for which it holds; the very list when it holds for all, so that equal choices share one list. */
function keep(endpoints: readonly EndpointInfo[], holds: (endpoint: EndpointInfo) => boolean): readonly EndpointInfo[] {
  if (endpoints.every(holds)) return endpoints
  const kept = endpoints.filter(holds)
  return kept.length === 0 ? NO_ENDPOINTS : kept
}

/** kube-proxy writes these in the order of a Go map; here it is the order of their texts. */
function union(a: readonly EndpointInfo[], b: readonly EndpointInfo[]): readonly EndpointInfo[] {
  return [...new Set([...a, ...b])].sort((x, y) => compareText(x.text, y.text))
}
