import { LabelIndex } from '../label-index.ts'
import { type EndpointSlice, MANAGED_BY_LABEL, serviceNameOf } from '../objects/endpoint-slice.ts'
import type { KubernetesObjects } from '../objects/kubernetes-objects.ts'
import { keyOf, lookup } from '../objects/meta.ts'
import { type Node, nodeAddress } from '../objects/node.ts'
import type { Pod } from '../objects/pod.ts'
import type { Service } from '../objects/service.ts'
import { hasSelector } from '../selectors/label-selector.ts'
import { newSlice, sliceLabels, slicesOf } from './endpoint-slices.ts'
import type { Filling } from './filling.ts'
import { isMirrored, MIRRORING, mirroredSlices } from './mirror.ts'

const ZONE_LABEL = 'topology.kubernetes.io/zone'
const HINT_ANNOTATIONS = ['service.kubernetes.io/topology-mode', 'service.kubernetes.io/topology-aware-hints']
const CONTROL_PLANE_LABELS = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master']

/** The API server runs on the control plane nodes, or, when none is marked as such, on the first node. */
function kubernetesSlice(service: Service, nodes: readonly Node[], filling: Filling): EndpointSlice[] {
  const marked = nodes.filter(({ metadata }) =>
    CONTROL_PLANE_LABELS.some((label) => lookup(metadata.labels, label) !== undefined),
  )
  const servers = marked.length > 0 ? marked : nodes.slice(0, 1)
  const endpoints = servers.flatMap((node) => {
    const address = nodeAddress(node)
    filling.assumptions.add('API_SERVERS', () => node.metadata.name)
    return address === undefined ? [] : [{ addresses: [address], conditions: { ready: true } }]
  })
  const [port] = service.spec.ports
  const number = typeof port?.targetPort === 'number' ? port.targetPort : 6443
  const slice = newSlice(
    service,
    0,
    [{ name: port?.name ?? 'https', protocol: 'TCP', port: number }],
    endpoints,
    sliceLabels(service, {}, 'kube-apiserver'),
    filling.seed,
  )
  // pkg/controlplane/reconcilers/endpointsadapter.go calls it after the Service.
  return [{ ...slice, metadata: { ...slice.metadata, name: 'kubernetes', ownerReferences: [] } }]
}

/**
 * All EndpointSlices: those of the input as they stand; for Services without any, those made of their Endpoints object, or of their
 * selector and the pods. The mirroring controller minds nobody's slices but its own: where a Service without a selector has slices that
 * somebody else wrote, its Endpoints object adds others.
 */
export function fillEndpointSlices(
  objects: KubernetesObjects,
  services: readonly Service[],
  pods: readonly Pod[],
  nodes: readonly Node[],
  filling: Filling,
): readonly EndpointSlice[] {
  const given = objects.endpointSlices.filter(({ source }) => source.generatedFor === undefined)
  const keyOfService = (slice: EndpointSlice): string => `${slice.metadata.namespace}/${serviceNameOf(slice) ?? ''}`
  const sliced = new Set(given.map(keyOfService))
  const mirrored = new Set(given.filter(isMirror).map(keyOfService))
  const endpoints = new Map(objects.endpoints.map((object) => [keyOf(object), object]))
  const byName = new Map(nodes.map((node) => [node.metadata.name, node]))
  const index = new LabelIndex(pods)
  const zoneOf = (nodeName: string) => lookup(byName.get(nodeName)?.metadata.labels ?? {}, ZONE_LABEL)
  const slices = [...given]
  for (const service of services) {
    const key = keyOf(service)
    if (service.spec.type === 'ExternalName') continue
    if (sliced.has(key) && (mirrored.has(key) || !isUnmanaged(service))) continue
    const own = endpoints.get(key)
    if (own !== undefined && isMirrored(own, service)) {
      const made = mirroredSlices(own, service, zoneOf, filling.seed)
      for (const slice of made) filling.assumptions.add('MIRRORED_SLICES', () => keyOf(slice))
      slices.push(...made)
    } else if (key === 'default/kubernetes' && !hasSelector(service.spec.selector)) {
      slices.push(...kubernetesSlice(service, nodes, filling))
    } else if (hasSelector(service.spec.selector)) {
      noteHints(service, filling)
      const made = slicesOf(service, index, byName, filling.seed)
      filling.assumptions.add('ENDPOINT_SLICES', () => `${key} ${countOf(made)}`)
      slices.push(...made)
    }
  }
  return slices
}

/** Nothing in the cluster writes its slices but the mirroring controller. */
function isUnmanaged(service: Service): boolean {
  return !hasSelector(service.spec.selector) && keyOf(service) !== 'default/kubernetes'
}

const isMirror = (slice: EndpointSlice): boolean => lookup(slice.metadata.labels, MANAGED_BY_LABEL) === MIRRORING

function countOf(slices: readonly EndpointSlice[]): string {
  const count = slices.reduce((sum, { endpoints }) => sum + endpoints.length, 0)
  return count === 1 ? '(1 endpoint)' : `(${count} endpoints)`
}

/** Hints by the share of each zone's CPUs (endpointslice/topologycache) are not made. */
function noteHints(service: Service, filling: Filling): void {
  const wished = HINT_ANNOTATIONS.some((name) => /^auto$/i.test(lookup(service.metadata.annotations, name) ?? ''))
  if (!wished) return
  filling.note(
    'TOPOLOGY_HINTS',
    'Services ask for topology aware hints, which are not made: all endpoints are used',
    service,
  )
}
