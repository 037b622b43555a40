import fc from 'fast-check'
import type { EndpointInput, EndpointSliceInput, ServiceInput } from '../../src/kubeproxy/input.ts'
import { type Objects, objects } from './generated.ts'

// Changes of generated Services and EndpointSlices, as they happen in a cluster: one object, or one field of it, at a time.

/** A step from one state to the next. */
export type Edit = (before: Objects) => Objects

/** One of the list, by a number that may be larger than it; none of an empty one. */
function changeOne<T>(list: readonly T[], index: number, change: (one: T) => T | undefined): T[] {
  if (list.length === 0) return []
  const chosen = index % list.length
  return list.flatMap((one, i) => {
    const changed = i === chosen ? change(one) : one
    return changed === undefined ? [] : [changed]
  })
}

const spec =
  (change: (given: ServiceInput['spec'], service: ServiceInput) => Partial<ServiceInput['spec']>) =>
  (service: ServiceInput): ServiceInput => ({
    ...service,
    spec: { ...service.spec, ...change(service.spec, service) },
  })

const other = (policy: string | null | undefined) => (policy === 'Local' ? 'Cluster' : 'Local')

const SERVICE_CHANGES: readonly ((service: ServiceInput) => ServiceInput | undefined)[] = [
  () => undefined,
  spec(({ internalTrafficPolicy }) => ({ internalTrafficPolicy: other(internalTrafficPolicy) })),
  spec(({ externalTrafficPolicy }) => ({ externalTrafficPolicy: other(externalTrafficPolicy) })),
  spec(({ sessionAffinity }) => ({ sessionAffinity: sessionAffinity === 'ClientIP' ? 'None' : 'ClientIP' })),
  spec(({ externalIPs }) => ({ externalIPs: externalIPs?.length === 1 ? [] : ['203.0.113.77'] })),
  spec(() => ({ type: 'ClusterIP' })),
  spec(({ ports }) => ({ ports: ports!.map((port) => ({ ...port, nodePort: (port.nodePort ?? 30100) + 1 })) })),
  spec(({ ports }) => ({
    ports: ports!.map((port) => ({ ...port, protocol: port.protocol === 'UDP' ? 'TCP' : 'UDP' })),
  })),
  spec(({ ports }) => ({
    ports: ports!.length > 1 ? ports!.slice(0, 1) : [...ports!, { ...ports![0]!, name: 'q', port: 81, nodePort: null }],
  })),
  spec(({ loadBalancerSourceRanges }) => ({
    loadBalancerSourceRanges: loadBalancerSourceRanges?.length === 0 ? ['192.168.0.0/30'] : [],
  })),
  (service) => ({ ...service, status: { loadBalancer: { ingress: [] } } }),
  (service) => ({ ...service, metadata: { ...service.metadata, labels: { 'service.kubernetes.io/headless': '' } } }),
]

const endpoints =
  (change: (list: readonly EndpointInput[]) => readonly EndpointInput[]) =>
  (slice: EndpointSliceInput): EndpointSliceInput => ({ ...slice, endpoints: change(slice.endpoints ?? []) })

const SLICE_CHANGES: readonly ((slice: EndpointSliceInput) => EndpointSliceInput | undefined)[] = [
  () => undefined,
  endpoints((list) => list.slice(1)),
  endpoints(() => []),
  endpoints((list) => [...list, { addresses: [`10.244.1.${100 + list.length}`], nodeName: 'node-1' }]),
  endpoints(([first, ...rest]) =>
    first === undefined
      ? rest
      : [{ ...first, conditions: { ready: false, serving: true, terminating: true } }, ...rest],
  ),
  endpoints(([first, ...rest]) => (first === undefined ? rest : [{ ...first, nodeName: 'node-2' }, ...rest])),
  endpoints((list) => list.map((one) => ({ ...one, hints: { forNodes: [{ name: one.nodeName ?? 'node-3' }] } }))),
  (slice) => ({ ...slice, ports: slice.ports!.map((port) => ({ ...port, port: port.port! + 1 })) }),
  // nothing that kube-proxy has a use for
  (slice) => ({ ...slice, metadata: { ...slice.metadata, labels: { ...slice.metadata.labels, note: 'x' } } }),
]

/** One more slice of the same Service: what it holds stands in both of them, or moves to it, or is terminating in one. */
const SPLITS: readonly ((slice: EndpointSliceInput, more: EndpointSliceInput) => EndpointSliceInput[])[] = [
  (slice, more) => [slice, more],
  (slice, more) => [
    { ...slice, endpoints: slice.endpoints!.slice(1) },
    { ...more, endpoints: slice.endpoints!.slice(0, 1) },
  ],
  (slice, more) => [
    slice,
    {
      ...more,
      endpoints: slice.endpoints!.map((one) => ({
        ...one,
        conditions: { ready: false, serving: true, terminating: true },
      })),
    },
  ],
]

const which = fc.nat({ max: 3 })

export const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(which, fc.constantFrom(...SERVICE_CHANGES)).map(
      ([index, change]): Edit =>
        (before) => ({ ...before, services: changeOne(before.services, index, change) }),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(which, fc.constantFrom(...SLICE_CHANGES)).map(
      ([index, change]): Edit =>
        (before) => ({ ...before, endpointSlices: changeOne(before.endpointSlices, index, change) }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(which, fc.constantFrom(...SPLITS), fc.nat(1e6)).map(
      ([index, split, suffix]): Edit =>
        (before) => {
          const slices = before.endpointSlices
          const slice = slices[index % Math.max(1, slices.length)]
          if (slice === undefined) return before
          const more = { ...slice, metadata: { ...slice.metadata, name: `${slice.metadata.name}-${suffix}` } }
          return { ...before, endpointSlices: slices.flatMap((one) => (one === slice ? split(slice, more) : [one])) }
        },
    ),
  },
  {
    weight: 1,
    arbitrary: objects.map(
      (after): Edit =>
        () =>
          after,
    ),
  },
)
