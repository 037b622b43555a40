import { nameSuffix } from '../hash.ts'
import type { LabelIndex } from '../label-index.ts'
import {
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
} from '../objects/endpoint-slice.ts'
import { keyOf, lookup, type StringMap } from '../objects/meta.ts'
import type { Node } from '../objects/node.ts'
import { isPodReady, isPodTerminal, isPodTerminating, type Pod } from '../objects/pod.ts'
import { isHeadless, type Service, type ServicePort } from '../objects/service.ts'
import { hasSelector } from '../selectors/label-selector.ts'

/** kube-controller-manager's `--max-endpoints-per-slice` */
const MOST_ENDPOINTS = 100
const ZONE_LABEL = 'topology.kubernetes.io/zone'

/** The same few conditions stand in hundreds of thousands of endpoints. */
const CONDITIONS = Object.freeze(
  [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
    Object.freeze({ ready: (bits & 1) !== 0, serving: (bits & 2) !== 0, terminating: (bits & 4) !== 0 }),
  ),
)

function conditionsOf(pod: Pod, service: Service): Endpoint['conditions'] {
  const serving = isPodReady(pod)
  const terminating = isPodTerminating(pod)
  const ready = service.spec.publishNotReadyAddresses || (serving && !terminating)
  return CONDITIONS[(ready ? 1 : 0) | (serving ? 2 : 0) | (terminating ? 4 : 0)]!
}

/** The number behind a target port; undefined when the pod has no such port (`FindPort`). */
export function findTargetPort(pod: Pod, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port
  if (typeof target === 'number') return target
  for (const containers of [pod.spec.containers, pod.spec.sidecars]) {
    for (const { ports } of containers) {
      const found = ports.find(({ name, protocol }) => name === target && protocol === port.protocol)
      if (found !== undefined) return found.containerPort
    }
  }
  return undefined
}

/** `getEndpointPorts`: a port that the pod does not have is left out. */
function portsOf(pod: Pod, service: Service): readonly EndpointPort[] {
  return service.spec.ports.flatMap((port) => {
    const number = findTargetPort(pod, port)
    if (number === undefined) return []
    return [{ name: port.name, protocol: port.protocol, port: number, appProtocol: port.appProtocol }]
  })
}

function endpointOf(pod: Pod, service: Service, node: Node | undefined): Endpoint {
  const { name, namespace } = pod.metadata
  const { hostname, subdomain, nodeName } = pod.spec
  const zone = node === undefined ? undefined : lookup(node.metadata.labels, ZONE_LABEL)
  return {
    addresses: [pod.status.podIP!],
    conditions: conditionsOf(pod, service),
    nodeName,
    zone: zone === '' ? undefined : zone,
    hostname: hostname !== undefined && hostname !== '' && subdomain === service.metadata.name ? hostname : undefined,
    targetRef: { kind: 'Pod', namespace, name },
  }
}

/** Hints for `trafficDistribution` (endpointslice/trafficdist/trafficdist.go `preferCloseHeuristic`): every ready endpoint its own zone. */
function withHints(endpoint: Endpoint, service: Service): Endpoint {
  const { trafficDistribution } = service.spec
  if (trafficDistribution === undefined || endpoint.conditions.ready !== true) return endpoint
  const forZones = endpoint.zone === undefined ? [] : [endpoint.zone]
  const forNodes =
    trafficDistribution === 'PreferSameNode' && endpoint.nodeName !== undefined ? [endpoint.nodeName] : []
  return forZones.length + forNodes.length === 0 ? endpoint : { ...endpoint, hints: { forZones, forNodes } }
}

/** `setEndpointSliceLabels` */
export function sliceLabels(service: Service, from: StringMap, managedBy: string): StringMap {
  const headless = isHeadless(service) ? { 'service.kubernetes.io/headless': '' } : {}
  return { ...from, ...headless, [SERVICE_NAME_LABEL]: service.metadata.name, [MANAGED_BY_LABEL]: managedBy }
}

/** A slice with a name like those that controllers give. */
export function newSlice(
  service: Service,
  index: number,
  ports: readonly EndpointPort[],
  endpoints: readonly Endpoint[],
  labels: StringMap,
  seed: number,
): EndpointSlice {
  const { name, namespace } = service.metadata
  const suffix = nameSuffix(`EndpointSlice ${keyOf(service)}/${index}`, 5, seed)
  return {
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${suffix}`,
      namespace,
      labels,
      annotations: {},
      ownerReferences: [{ kind: 'Service', name, controller: true }],
    },
    addressType: 'IPv4',
    endpoints,
    ports,
    source: { generatedFor: `Service ${keyOf(service)}` },
  }
}

/**
 * The EndpointSlices of a Service with a selector, as the controller makes them (endpointslice/reconciler.go, utils.go): pods that
 * selector selects and that have an address, in groups of the same ports, a hundred to a slice; a slice without any when there is none.
 */
export function slicesOf(
  service: Service,
  pods: LabelIndex<Pod>,
  nodes: ReadonlyMap<string, Node>,
  seed: number,
): EndpointSlice[] {
  const { selector } = service.spec
  if (!hasSelector(selector) || service.spec.type === 'ExternalName') return []
  const named = service.spec.ports.some(({ targetPort }) => typeof targetPort === 'string')
  const groups = new Map<string, { ports: readonly EndpointPort[]; endpoints: Endpoint[] }>()
  let common: { ports: readonly EndpointPort[]; endpoints: Endpoint[] } | undefined
  for (const pod of pods.select(service.metadata.namespace, selector)) {
    const { nodeName } = pod.spec
    if (pod.status.podIP === undefined || isPodTerminal(pod)) continue
    const node = nodeName === undefined ? undefined : nodes.get(nodeName)
    if (node === undefined && !service.spec.publishNotReadyAddresses) continue
    // Numbers are the same for every pod; names are looked up in each.
    let group = common
    if (group === undefined) {
      const ports = portsOf(pod, service)
      const key = named ? JSON.stringify(ports) : ''
      group = groups.get(key)
      if (group === undefined) {
        group = { ports, endpoints: [] }
        groups.set(key, group)
      }
      if (!named) common = group
    }
    group.endpoints.push(withHints(endpointOf(pod, service, node), service))
  }
  const labels = sliceLabels(service, service.metadata.labels, 'endpointslice-controller.k8s.io')
  const slices: EndpointSlice[] = []
  for (const { ports, endpoints } of groups.values()) {
    for (let from = 0; from < endpoints.length; from += MOST_ENDPOINTS) {
      const part = endpoints.length <= MOST_ENDPOINTS ? endpoints : endpoints.slice(from, from + MOST_ENDPOINTS)
      slices.push(newSlice(service, slices.length, ports, part, labels, seed))
    }
  }
  return slices.length > 0 ? slices : [newSlice(service, 0, [], [], labels, seed)]
}
