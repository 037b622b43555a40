import fc from 'fast-check'
import type { EndpointInput, EndpointSliceInput, ServiceInput } from '../../src/kubeproxy/input.ts'

// Generated Services and EndpointSlices on three nodes: few names and addresses, so that things meet.

export const NODES = ['node-1', 'node-2', 'node-3'] as const

export interface Objects {
  readonly services: readonly ServiceInput[]
  readonly endpointSlices: readonly EndpointSliceInput[]
}

const policy = fc.constantFrom('Cluster', 'Local')

const condition = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ ready: true, serving: true, terminating: false }) },
  { weight: 1, arbitrary: fc.constant({ ready: false, serving: false, terminating: false }) },
  { weight: 1, arbitrary: fc.constant({ ready: false, serving: true, terminating: true }) },
  { weight: 1, arbitrary: fc.constant({ ready: false, serving: false, terminating: true }) },
)

const endpoint: fc.Arbitrary<EndpointInput> = fc
  .tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 }), condition)
  .map(([node, host, conditions]) => ({
    addresses: [`10.244.${node + 1}.${host + 1}`],
    nodeName: NODES[node]!,
    conditions,
  }))

/** Endpoints with different addresses. */
const endpoints = fc.uniqueArray(endpoint, { maxLength: 6, selector: ({ addresses }) => addresses[0] })

const oneService = (index: number): fc.Arbitrary<Objects> =>
  fc
    .record({
      type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
      internalTrafficPolicy: policy,
      externalTrafficPolicy: policy,
      affinity: fc.boolean(),
      external: fc.boolean(),
      ranges: fc.subarray(['203.0.113.0/24', '192.168.0.0/16'], { minLength: 0 }),
      protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
      endpoints,
    })
    .map((given) => {
      const name = `svc-${index}`
      const isLoadBalancer = given.type === 'LoadBalancer'
      const nodePort = given.type === 'ClusterIP' ? undefined : 30000 + index
      return {
        services: [
          {
            metadata: { name, namespace: 'ns' },
            spec: {
              type: given.type,
              clusterIP: `10.96.0.${index + 1}`,
              ports: [{ name: 'p', protocol: given.protocol, port: 80, nodePort }],
              internalTrafficPolicy: given.internalTrafficPolicy,
              externalTrafficPolicy: given.type === 'ClusterIP' ? undefined : given.externalTrafficPolicy,
              externalIPs: given.external ? [`203.0.113.${100 + index}`] : [],
              sessionAffinity: given.affinity ? 'ClientIP' : 'None',
              loadBalancerSourceRanges: isLoadBalancer ? given.ranges : [],
            },
            status: { loadBalancer: { ingress: isLoadBalancer ? [{ ip: `198.51.100.${index + 1}` }] : [] } },
          },
        ],
        endpointSlices: [
          {
            metadata: { name: `${name}-1`, namespace: 'ns', labels: { 'kubernetes.io/service-name': name } },
            addressType: 'IPv4',
            endpoints: given.endpoints,
            ports: [{ name: 'p', protocol: given.protocol, port: 8080 }],
          },
        ],
      }
    })

/** Up to four Services; which of them are there is part of what is drawn. */
export const objects: fc.Arbitrary<Objects> = fc
  .tuple(...[0, 1, 2, 3].map((index) => fc.option(oneService(index), { nil: undefined })))
  .map((drawn) => {
    const there = drawn.filter((each) => each !== undefined)
    return {
      services: there.flatMap(({ services }) => services),
      endpointSlices: there.flatMap(({ endpointSlices }) => endpointSlices),
    }
  })
