import {
  type ClusterObjects,
  type Endpoint,
  type EndpointAddress,
  type EndpointSlice,
  type EndpointSubset,
  type Endpoints,
  hasSelector,
  isHeadless,
  keyOf,
  type Service,
  serviceNameOf,
} from '../../kubernetes/index.ts'
import { compareIpv4, tryParseIpv4 } from '../../packet/address.ts'

/**
 * The Endpoints of a cluster: those of the input, and for the other Services with a selector what the endpoints controller makes beside their
 * EndpointSlices (pkg/controller/endpoint/endpoints_controller.go). `default/kubernetes` has Endpoints, too
 * (pkg/controlplane/reconcilers).
 *
 * Of several ports the real ones stand in the order of a hash; here in the order of the Service.
 */
export function endpointsOf(objects: ClusterObjects): Endpoints[] {
  const given = new Set(objects.endpoints.map(keyOf))
  const slices = new Map<string, EndpointSlice[]>()
  for (const slice of objects.endpointSlices) {
    const key = `${slice.metadata.namespace}/${serviceNameOf(slice) ?? slice.metadata.name}`
    slices.set(key, [...(slices.get(key) ?? []), slice])
  }
  const made = objects.services.filter((service) => {
    const key = keyOf(service)
    if (given.has(key) || service.spec.type === 'ExternalName') return false
    return hasSelector(service.spec.selector) || key === 'default/kubernetes'
  })
  return [...objects.endpoints, ...made.map((service) => endpointsObject(service, slices.get(keyOf(service)) ?? []))]
}

function endpointsObject(service: Service, slices: readonly EndpointSlice[]): Endpoints {
  const { name, namespace, labels } = service.metadata
  const byController = hasSelector(service.spec.selector)
  return {
    kind: 'Endpoints',
    metadata: {
      name,
      namespace,
      labels: byController
        ? {
            ...labels,
            'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
            ...(isHeadless(service) ? { 'service.kubernetes.io/headless': '' } : {}),
          }
        : { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
      annotations: {},
      ownerReferences: [],
    },
    subsets: subsetsOf(slices),
    source: { generatedFor: `Service ${keyOf(service)}` },
  }
}

/** One subset for all slices of the same ports (`RepackSubsets`, pkg/api/v1/endpoints/util.go). */
function subsetsOf(slices: readonly EndpointSlice[]): EndpointSubset[] {
  const groups = new Map<string, EndpointSlice[]>()
  for (const slice of slices) {
    const key = JSON.stringify(slice.ports)
    groups.set(key, [...(groups.get(key) ?? []), slice])
  }
  return [...groups.values()].flatMap((group) => {
    const endpoints = group.flatMap((slice) => slice.endpoints)
    if (endpoints.length === 0) return []
    const ready = endpoints.filter(({ conditions }) => conditions.ready !== false)
    // pods on their way out are in no Endpoints
    const notReady = endpoints.filter(({ conditions }) => conditions.ready === false && conditions.terminating !== true)
    if (ready.length + notReady.length === 0) return []
    return [
      {
        addresses: addressesOf(ready),
        notReadyAddresses: addressesOf(notReady),
        ports: group[0]!.ports.flatMap(({ name, port, protocol }) =>
          port === undefined ? [] : [{ name, port, protocol }],
        ),
      },
    ]
  })
}

function addressesOf(endpoints: readonly Endpoint[]): EndpointAddress[] {
  const addresses = endpoints.flatMap(({ addresses: [ip], hostname, nodeName, targetRef }) =>
    ip === undefined ? [] : [{ ip, hostname, nodeName, targetRef }],
  )
  return addresses.sort((a, b) => compareIpv4(tryParseIpv4(a.ip)!, tryParseIpv4(b.ip)!))
}
