import type { Endpoint, EndpointSlice } from '../objects/endpoint-slice.ts'
import type { EndpointAddress, Endpoints } from '../objects/endpoints.ts'
import { lookup, type StringMap } from '../objects/meta.ts'
import type { Service } from '../objects/service.ts'
import { hasSelector } from '../selectors/label-selector.ts'
import { newSlice, sliceLabels } from './endpoint-slices.ts'

/** Who writes mirrored slices, in their label. */
export const MIRRORING = 'endpointslicemirroring-controller.k8s.io'
/** Endpoints with this label are not mirrored (discovery/v1/well_known_labels.go). */
const SKIP_MIRROR_LABEL = 'endpointslice.kubernetes.io/skip-mirror'
/** Endpoints that are really a lock for leader election (client-go resourcelock). */
const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader'
/** Addresses of a subset beyond these are not mirrored (`mirroringMaxEndpointsPerSubset`). */
const MOST_ADDRESSES = 1000

/** Is it mirrored (`shouldMirror`, pkg/controller/endpointslicemirroring/utils.go)? */
export function isMirrored(endpoints: Endpoints, service: Service): boolean {
  if (lookup(endpoints.metadata.annotations, LEADER_ANNOTATION) !== undefined) return false
  // The slices of these are made by somebody else; the input has only the Endpoints to tell what is in them.
  const managed = hasSelector(service.spec.selector) || service.metadata.name === 'kubernetes'
  return managed || lookup(endpoints.metadata.labels, SKIP_MIRROR_LABEL) !== 'true'
}

/** `addressToEndpoint` */
function endpointOf(
  address: EndpointAddress,
  ready: boolean,
  nodeZone: (nodeName: string) => string | undefined,
): Endpoint {
  return {
    addresses: [address.ip],
    conditions: { ready },
    nodeName: address.nodeName,
    zone: address.nodeName === undefined ? undefined : nodeZone(address.nodeName),
    hostname: address.hostname,
    targetRef: address.targetRef,
  }
}

/** The EndpointSlices that are made of an Endpoints object: one for each subset (endpointslicemirroring/reconciler.go). */
export function mirroredSlices(
  endpoints: Endpoints,
  service: Service,
  nodeZone: (nodeName: string) => string | undefined,
  seed: number,
): EndpointSlice[] {
  const labels: StringMap = sliceLabels(service, endpoints.metadata.labels, MIRRORING)
  return endpoints.subsets.flatMap((subset, index) => {
    const ready = subset.addresses.map((address) => endpointOf(address, true, nodeZone))
    const notReady = subset.notReadyAddresses.map((address) => endpointOf(address, false, nodeZone))
    const all = [...ready, ...notReady].slice(0, MOST_ADDRESSES)
    return all.length === 0 ? [] : [newSlice(service, index, subset.ports, all, labels, seed)]
  })
}
