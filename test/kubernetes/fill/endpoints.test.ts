import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClusterObjects, isPodReady, serviceSelects } from '../../../src/kubernetes/index.ts'
import { cluster, documents, notes, pod } from '../support.ts'

const service = (spec: string, name = 'web') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, labels: {own: label}}\nspec: {${spec}}`
const plain = service('selector: {app: web}, ports: [{port: 80}]')
const web = (name: string, status = '', labels = 'app: web') =>
  pod(name, status === '' ? '' : `status: {${status}}`).replace(`labels: {app: ${name}}`, `labels: {${labels}}`)

const slices = (objects: ClusterObjects, name = 'web') =>
  objects.endpointSlices.filter(({ metadata }) => metadata.labels['kubernetes.io/service-name'] === name)
const endpoints = (objects: ClusterObjects, name = 'web') => slices(objects, name).flatMap((slice) => slice.endpoints)

describe('EndpointSlices', () => {
  it('are made of selector and pods', () => {
    const [slice] = slices(cluster(documents(plain, web('a'), pod('other'))))
    expect(slice).toMatchObject({
      metadata: {
        name: expect.stringMatching(/^web-[a-z2-9]{5}$/),
        namespace: 'default',
        labels: {
          own: 'label',
          'kubernetes.io/service-name': 'web',
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
      },
      addressType: 'IPv4',
      ports: [{ name: '', protocol: 'TCP', port: 80 }],
      endpoints: [
        {
          addresses: ['10.244.0.2'],
          conditions: { ready: true, serving: true, terminating: false },
          nodeName: 'node-1',
          targetRef: { kind: 'Pod', namespace: 'default', name: 'a' },
        },
      ],
    })
  })

  it('of the input are used as they stand', () => {
    const given =
      'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: web-1, labels: {kubernetes.io/service-name: web}}\naddressType: IPv4\nports: [{port: 80}]\nendpoints: [{addresses: [10.9.9.9]}]'
    expect(endpoints(cluster(documents(plain, web('a'), given))).map(({ addresses }) => addresses)).toEqual([
      ['10.9.9.9'],
    ])
  })

  it('have a placeholder where no pod is selected', () => {
    expect(slices(cluster(plain))).toMatchObject([{ endpoints: [], ports: [] }])
  })

  it('are not made without a selector, nor for names', () => {
    expect(slices(cluster(documents(service('ports: [{port: 80}]'), web('a'))))).toEqual([])
    expect(slices(cluster(documents(service('selector: {}, ports: [{port: 80}]'), web('a'))))).toEqual([])
    expect(
      slices(cluster(documents(service('type: ExternalName, externalName: a.b, selector: {app: web}'), web('a')))),
    ).toEqual([])
  })

  it('of headless Services say so', () => {
    const [slice] = slices(cluster(documents(service('clusterIP: None, selector: {app: web}'), web('a'))))
    expect(slice!.metadata.labels['service.kubernetes.io/headless']).toBe('')
    expect(slice!.ports).toEqual([])
    expect(slice!.endpoints).toHaveLength(1)
  })

  it.each<[string, string, object | undefined]>([
    [
      'phase: Running, conditions: [{type: Ready, status: "False"}]',
      '',
      { ready: false, serving: false, terminating: false },
    ],
    [
      'phase: Running, conditions: [{type: Ready, status: "False"}]',
      'publishNotReadyAddresses: true, ',
      { ready: true, serving: false, terminating: false },
    ],
    ['phase: Succeeded, podIP: 10.244.0.9', '', undefined],
    ['phase: Failed, podIP: 10.244.0.9', 'publishNotReadyAddresses: true, ', undefined],
    ['phase: Pending', '', undefined],
    ['phase: Pending, podIP: 10.244.0.9', '', { ready: false, serving: false, terminating: false }],
  ])('have the conditions of the pod: %s %s', (status, spec, conditions) => {
    const objects = cluster(
      documents(
        plain.replace('spec: {', `spec: {${spec}`),
        web('a', status).replace('spec: {', 'spec: {nodeName: node-1, '),
      ),
    )
    expect(endpoints(objects)[0]?.conditions).toEqual(conditions)
  })

  it('tell of pods that are going', () => {
    const going = (status: string) =>
      web('a', status).replace('metadata: {', 'metadata: {deletionTimestamp: "2025-01-01T00:00:00Z", ')
    expect(endpoints(cluster(documents(plain, going(''))))[0]!.conditions).toEqual({
      ready: false,
      serving: true,
      terminating: true,
    })
    const notReady = going('conditions: [{type: Ready, status: "False"}]')
    expect(endpoints(cluster(documents(plain, notReady)))[0]!.conditions).toEqual({
      ready: false,
      serving: false,
      terminating: true,
    })
  })

  it('look named ports up in each pod', () => {
    const named = service(
      'selector: {app: web}, ports: [{name: http, port: 80, targetPort: web}, {name: dns, port: 53, protocol: UDP, targetPort: web}]',
    )
    const with_ = (name: string, ports: string) => web(name).replace('image: nginx', `ports: [${ports}]`)
    const objects = cluster(
      documents(
        named,
        with_('a', '{name: web, containerPort: 8080}'),
        with_(
          'b',
          '{name: web, containerPort: 9090}]}, {name: udp, ports: [{name: web, containerPort: 53, protocol: UDP}',
        ),
        with_('c', '{name: web, containerPort: 8080}'),
        with_('d', '{name: other, containerPort: 1}'),
        web('e').replace(
          'spec: {',
          'spec: {initContainers: [{name: s, restartPolicy: Always, ports: [{name: web, containerPort: 8080}]}], ',
        ),
      ),
    )
    expect(
      slices(objects).map(({ ports, endpoints: list }) => [
        ports.map(({ name, port }) => `${name} ${port}`),
        list.map(({ targetRef }) => targetRef!.name),
      ]),
    ).toEqual([
      [['http 8080'], ['a', 'c', 'e']],
      [['http 9090', 'dns 53'], ['b']],
      [[], ['d']],
    ])
  })

  it('hold a hundred endpoints each', () => {
    const deployment =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 250, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}'
    const made = slices(cluster(documents(plain, deployment), { nodes: 4 }))
    expect(made.map(({ endpoints: list }) => list.length)).toEqual([100, 100, 50])
    expect(new Set(made.map(({ metadata }) => metadata.name)).size).toBe(3)
  })

  it('know zones, and hints for them', () => {
    const nodes =
      'apiVersion: v1\nkind: NodeList\nitems: [{metadata: {name: node-1, labels: {topology.kubernetes.io/zone: z1}}}, {metadata: {name: node-2}}]'
    const of = (distribution: string) =>
      endpoints(cluster(documents(nodes, plain.replace('spec: {', `spec: {${distribution}`), web('a'), web('b'))))
    expect(of('').map(({ zone, hints }) => [zone, hints])).toEqual([
      ['z1', undefined],
      [undefined, undefined],
    ])
    expect(of('trafficDistribution: PreferClose, ').map(({ hints }) => hints)).toEqual([
      { forZones: ['z1'], forNodes: [] },
      undefined,
    ])
    expect(of('trafficDistribution: PreferSameNode, ').map(({ hints }) => hints)).toEqual([
      { forZones: ['z1'], forNodes: ['node-1'] },
      { forZones: [], forNodes: ['node-2'] },
    ])
    const auto = plain.replace('labels: {own: label}', 'annotations: {service.kubernetes.io/topology-mode: Auto}')
    expect(notes(cluster(documents(auto, web('a'))))).toEqual([
      'Services ask for topology aware hints, which are not made: all endpoints are used',
    ])
  })

  it('name hosts of pods with the Service as subdomain', () => {
    const own = web('a').replace('spec: {', 'spec: {hostname: first, subdomain: web, ')
    expect(endpoints(cluster(documents(plain, own)))[0]!.hostname).toBe('first')
    expect(
      endpoints(cluster(documents(plain, own.replace('subdomain: web', 'subdomain: other'))))[0]!.hostname,
    ).toBeUndefined()
  })

  it('have exactly the pods that are selected and have an address', () => {
    const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('a', 'b'))
    const onePod = fc.record({
      labels,
      namespace: fc.constantFrom('x', 'y'),
      phase: fc.constantFrom('Running', 'Pending', 'Succeeded', undefined),
      ready: fc.option(fc.boolean(), { nil: undefined }),
      going: fc.boolean(),
    })
    const oneService = fc.record({
      selector: fc.option(labels, { nil: undefined }),
      namespace: fc.constantFrom('x', 'y'),
      publish: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(onePod, { maxLength: 12 }), fc.array(oneService, { maxLength: 4 }), (pods, services) => {
        const items = [
          ...pods.map(({ labels: own, namespace, phase, ready, going }, i) => ({
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: `p${i}`, namespace, labels: own, ...(going ? { deletionTimestamp: 'now' } : {}) },
            spec: { containers: [{ name: 'c' }] },
            status: {
              phase,
              ...(ready === undefined ? {} : { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] }),
            },
          })),
          ...services.map(({ selector, namespace, publish }, i) => ({
            apiVersion: 'v1',
            kind: 'Service',
            metadata: { name: `s${i}`, namespace },
            spec: { selector, publishNotReadyAddresses: publish, ports: [{ port: 80 }] },
          })),
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } },
        ]
        const objects = cluster(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
        for (const one of objects.services) {
          if (one.metadata.name === 'kubernetes') continue
          const mine = objects.endpointSlices.filter(
            ({ metadata }) =>
              metadata.namespace === one.metadata.namespace &&
              metadata.labels['kubernetes.io/service-name'] === one.metadata.name,
          )
          const found = mine.flatMap(({ endpoints: list }) => list)
          const selected = objects.pods.filter(
            (candidate) =>
              candidate.metadata.namespace === one.metadata.namespace &&
              serviceSelects(one.spec.selector, candidate.metadata.labels) &&
              candidate.status.podIP !== undefined &&
              candidate.status.phase !== 'Succeeded',
          )
          expect(found.map(({ targetRef }) => targetRef!.name)).toEqual(selected.map(({ metadata }) => metadata.name))
          const ready = selected.filter(
            (candidate) =>
              one.spec.publishNotReadyAddresses ||
              (isPodReady(candidate) && candidate.metadata.deletionTimestamp === undefined),
          )
          expect(found.filter(({ conditions }) => conditions.ready).map(({ targetRef }) => targetRef!.name)).toEqual(
            ready.map(({ metadata }) => metadata.name),
          )
        }
      }),
    )
  })
})

describe('Endpoints objects', () => {
  const selectorless = service('ports: [{port: 5432}]', 'db')
  const object = (rest = '', meta = '') =>
    `apiVersion: v1\nkind: Endpoints\nmetadata: {name: db${meta}}\nsubsets:\n- {addresses: [{ip: 198.51.100.7}], notReadyAddresses: [{ip: 198.51.100.8, nodeName: node-1}], ports: [{port: 5432}]}\n${rest}`

  it('are mirrored', () => {
    const objects = cluster(
      documents(
        selectorless,
        object('- {addresses: [{ip: 198.51.100.9}], ports: [{port: 5433}]}\n- {ports: [{port: 1}]}'),
      ),
    )
    expect(
      slices(objects, 'db').map(({ ports, endpoints: list }) => [
        ports[0]!.port,
        list.map(({ addresses, conditions }) => `${addresses[0]} ${conditions.ready}`),
      ]),
    ).toEqual([
      [5432, ['198.51.100.7 true', '198.51.100.8 false']],
      [5433, ['198.51.100.9 true']],
    ])
    expect(slices(objects, 'db')[0]!.metadata.labels['endpointslice.kubernetes.io/managed-by']).toBe(
      'endpointslicemirroring-controller.k8s.io',
    )
  })

  it('are not mirrored when they say so, or are a lock', () => {
    const skip = ', labels: {endpointslice.kubernetes.io/skip-mirror: "true"}'
    expect(slices(cluster(documents(selectorless, object('', skip))), 'db')).toEqual([])
    const lock = ', annotations: {control-plane.alpha.kubernetes.io/leader: x}'
    expect(slices(cluster(documents(selectorless, object('', lock))), 'db')).toEqual([])
  })

  it('tell of Services with a selector, too, when there is no slice', () => {
    const objects = cluster(documents(service('selector: {app: web}, ports: [{port: 5432}]', 'db'), web('a'), object()))
    expect(endpoints(objects, 'db').map(({ addresses }) => addresses[0])).toEqual(['198.51.100.7', '198.51.100.8'])
  })

  it('are mirrored beside the slices that somebody else wrote', () => {
    const slice = (labels: string) =>
      `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: db-x, labels: {kubernetes.io/service-name: db${labels}}}\naddressType: IPv4\nports: [{port: 5432}]\nendpoints: [{addresses: [198.51.100.20]}]`
    const addressesOf = (...texts: string[]) =>
      endpoints(cluster(documents(...texts)), 'db').map(({ addresses }) => addresses[0])
    expect(addressesOf(selectorless, slice(''), object())).toEqual(['198.51.100.20', '198.51.100.7', '198.51.100.8'])
    const mirror = ', endpointslice.kubernetes.io/managed-by: endpointslicemirroring-controller.k8s.io'
    expect(addressesOf(selectorless, slice(mirror), object())).toEqual(['198.51.100.20'])
    expect(addressesOf(service('selector: {app: web}, ports: [{port: 5432}]', 'db'), slice(''), object())).toEqual([
      '198.51.100.20',
    ])
  })

  it('of the API server count, though they are not mirrored', () => {
    const text = `apiVersion: v1\nkind: Endpoints\nmetadata: {name: kubernetes, labels: {endpointslice.kubernetes.io/skip-mirror: "true"}}\nsubsets: [{addresses: [{ip: 10.0.0.5}], ports: [{name: https, port: 6443}]}]`
    expect(endpoints(cluster(text), 'kubernetes').map(({ addresses }) => addresses[0])).toEqual(['10.0.0.5'])
  })
})
