import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { InputError, readObjects } from '../../../src/kubernetes/index.ts'
import { documents, notes, pod, problems, read } from '../support.ts'

const service =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}'

describe('readObjects', () => {
  it('reads documents, lists and typed lists, in lists, too', () => {
    const objects = read(
      documents(
        'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: Namespace, metadata: {name: b}}',
        'apiVersion: v1\nkind: NodeList\nitems:\n- metadata: {name: n1}\n- metadata: {name: n2}',
        'apiVersion: v1\nkind: PodList\nitems: null',
        service,
      ),
    )
    expect(objects.namespaces.map(({ metadata }) => metadata.name)).toEqual(['a', 'b'])
    expect(objects.nodes.map(({ metadata }) => metadata.name)).toEqual(['n1', 'n2'])
    expect(objects.services).toHaveLength(1)
  })

  it('keeps file and line', () => {
    const objects = readObjects([
      { name: 'a.yaml', content: documents(pod('one'), pod('two')) },
      { name: 'b.json', content: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } }) },
    ])
    expect(objects.pods.map(({ source }) => source)).toEqual([
      { file: 'a.yaml', line: 1 },
      { file: 'a.yaml', line: 7 },
    ])
    expect(objects.namespaces[0]!.source.file).toBe('b.json')
  })

  it('puts what names no namespace into the given one', () => {
    const text = documents(pod('a'), pod('b').replace('name: b,', 'name: b, namespace: own,'))
    expect(read(text).pods.map(({ metadata }) => metadata.namespace)).toEqual(['default', 'own'])
    expect(read(text, { namespace: 'shop' }).pods.map(({ metadata }) => metadata.namespace)).toEqual(['shop', 'own'])
  })

  it('passes other kinds over, and counts them in one note', () => {
    const other = (kind: string, apiVersion = 'v1') => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x}`
    const text = documents(
      service,
      other('Secret'),
      other('Secret'),
      other('Service', 'serving.knative.dev/v1'),
      other('Ingress', 'networking.k8s.io/v1'),
    )
    const objects = read(text)
    expect(objects.services).toHaveLength(1)
    expect(notes(objects)).toEqual(['4 objects of other kinds were passed over: 1 Ingress, 2 Secret, 1 Service'])
  })

  it('reads old versions as the current ones, and says so', () => {
    const text = `apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: web}
spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c}]}}}`
    const objects = read(text)
    expect(objects.workloads).toHaveLength(1)
    expect(notes(objects)).toEqual(['Deployment: apiVersion extensions/v1beta1 is read as the current one'])
  })

  it('takes the last of two objects with one name', () => {
    const objects = read(documents(service, service.replace('80', '81')))
    expect(objects.services.map(({ spec }) => spec.ports[0]!.port)).toEqual([81])
    expect(notes(objects)).toEqual(['Service default/web stands twice in the input: the last one counts'])
  })

  it('knows workloads of one name but several kinds apart', () => {
    const workload = (kind: string) => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: web}
spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c}]}}}`
    expect(read(documents(workload('Deployment'), workload('StatefulSet'))).workloads).toHaveLength(2)
  })

  it('calls back after every thousandth object', () => {
    const items = Array.from({ length: 2500 }, (_, i) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `n${i}` },
    }))
    const calls: number[] = []
    read(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), { onProgress: (count) => calls.push(count) })
    expect(calls).toEqual([1000, 2000])
  })

  it('tells all problems in one go, with file, line, object and field', () => {
    const text = documents(
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: Balancer\n  ports:\n  - port: 99999\n    protocol: tcp',
      'apiVersion: v1\nkind: Node\nmetadata:\n  name: n1\nspec:\n  podCIDR: 10.0.0.0/33',
    )
    expect(problems(() => readObjects({ name: 'shop.yaml', content: text }))).toEqual(
      [
        'shop.yaml:6 Service default/web spec.type: must be one of ClusterIP, NodePort, LoadBalancer, ExternalName, not "Balancer"',
        'shop.yaml:8 Service default/web spec.ports[0].port: must be between 1 and 65535, not 99999',
        'shop.yaml:9 Service default/web spec.ports[0].protocol: must be one of TCP, UDP, SCTP, not "tcp"',
        'shop.yaml:11 Node n1 spec.podCIDR: must be an IPv4 network such as 10.0.0.0/8, not "10.0.0.0/33"',
      ].map((line) => line.replace('shop.yaml:11 Node n1', 'shop.yaml:16 Node n1')),
    )
  })

  it('tells the lines of JSON fields, too', () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } },
        { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 0 }] } },
      ],
    }
    expect(problems(() => readObjects({ name: 'a.json', content: JSON.stringify(list, null, 1) }))).toEqual([
      'a.json:21 Service default/web spec.ports[0].port: must be between 1 and 65535, not 0',
    ])
  })

  it('is one error with one message for one problem, and a list for many', () => {
    const bad = (name: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {ports: [{port: 0}]}`
    const one = () => read(bad('a'))
    expect(one).toThrow(InputError)
    expect(one).toThrow('in.yaml:4 Service default/a spec.ports[0].port: must be between 1 and 65535, not 0')
    const many = () => read(documents(...Array.from({ length: 60 }, (_, i) => bad(`s${i}`))))
    expect(many).toThrow(/^60 problems in the input:\n {2}in\.yaml:4 Service default\/s0 [^\n]*\n/)
    expect(many).toThrow(/… and 10 more$/)
    try {
      many()
    } catch (error) {
      expect((error as InputError).problems).toHaveLength(60)
      expect((error as InputError).code).toBe('BAD_FIELD')
    }
  })
})

describe('unknown fields', () => {
  it('are noted, with the name that was likely meant', () => {
    const text = `apiVersion: v1
kind: Service
metadata: {name: web, lables: {a: b}}
spec: {selectors: {a: b}, ports: [{port: 80, tragetPort: 8080}], sessionAffinityConfig: {clientIp: {}}}
status: {loadbalancer: {}}
extra: 1`
    expect(notes(read(text))).toEqual([
      'Service: unknown field "extra"',
      'Service: unknown field "metadata.lables", did you mean "labels"?',
      'Service: unknown field "spec.selectors", did you mean "selector"?',
      'Service: unknown field "spec.ports[].tragetPort", did you mean "targetPort"?',
      'Service: unknown field "spec.sessionAffinityConfig.clientIp", did you mean "clientIP"?',
      'Service: unknown field "status.loadbalancer", did you mean "loadBalancer"?',
    ])
  })

  it('that are many alike are one note with a count and the first place', () => {
    const many = (name: string) => pod(name).replace('spec: {', 'spec: {nodename: x, ')
    const objects = read(documents(many('a'), many('b'), many('c')))
    expect(objects.notes).toEqual([
      {
        code: 'UNKNOWN_FIELD',
        text: 'Pod: unknown field "spec.nodename", did you mean "nodeName"?',
        where: { file: 'in.yaml', line: 4, field: 'Pod default/a spec.nodename' },
        count: 3,
      },
    ])
  })

  it('of nodes, slices, templates and proxy configurations are noted, too', () => {
    const text = documents(
      'apiVersion: v1\nkind: Node\nmetadata: {name: node}\nspec: {podCidr: x}\nstatus: {adresses: []}',
      'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s, labels: {kubernetes.io/service-name: s}}\naddressType: IPv4\nendpoints: [{addresses: [10.0.0.1], conditions: {redy: true}}]\nport: []',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replica: 2, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, port: []}]}}}',
      'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCidr: x\niptables: {masquerade: true}',
    )
    expect(notes(read(text))).toEqual([
      'Node: unknown field "spec.podCidr", did you mean "podCIDR"?',
      'Node: unknown field "status.adresses", did you mean "addresses"?',
      'EndpointSlice: unknown field "port", did you mean "ports"?',
      'EndpointSlice: unknown field "endpoints[].conditions.redy", did you mean "ready"?',
      'Deployment: unknown field "spec.replica", did you mean "replicas"?',
      'Deployment: unknown field "spec.template.spec.containers[].port", did you mean "ports"?',
      'KubeProxyConfiguration: unknown field "clusterCidr", did you mean "clusterCIDR"?',
      'KubeProxyConfiguration: unknown field "iptables.masquerade", did you mean "masqueradeAll"?',
    ])
  })
})

describe('YAML and JSON', () => {
  const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/)
  const label = fc.dictionary(name, fc.stringMatching(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,5}[A-Za-z0-9])?)?$/), {
    maxKeys: 3,
  })
  const port = fc.integer({ min: 1, max: 65535 })
  const protocol = fc.constantFrom('TCP', 'UDP', 'SCTP')
  const serviceObject = fc.record({
    apiVersion: fc.constant('v1'),
    kind: fc.constant('Service'),
    metadata: fc.record({ name, labels: label }),
    spec: fc.record({
      clusterIP: fc.constantFrom('None', '10.96.0.7', ''),
      selector: label,
      publishNotReadyAddresses: fc.boolean(),
      ports: fc.uniqueArray(fc.record({ name, port, protocol, targetPort: fc.oneof(port, name) }), {
        selector: ({ name: own }) => own,
        minLength: 1,
        maxLength: 3,
      }),
    }),
  })
  const podObject = fc.record({
    apiVersion: fc.constant('v1'),
    kind: fc.constant('Pod'),
    metadata: fc.record({ name, namespace: name, labels: label }),
    spec: fc.record({
      hostNetwork: fc.boolean(),
      containers: fc.array(
        fc.record({ name, ports: fc.array(fc.record({ containerPort: port, protocol }), { maxLength: 2 }) }),
        {
          minLength: 1,
          maxLength: 2,
        },
      ),
    }),
    status: fc.record({ phase: fc.constantFrom('Running', 'Pending'), podIP: fc.constantFrom('10.244.0.9', '') }),
  })

  it('are read as the same objects', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(serviceObject, podObject), { minLength: 1, maxLength: 5 }), (items) => {
        const list = { apiVersion: 'v1', kind: 'List', items }
        const options = { validation: 'lenient' } as const
        const bare = (content: string) => {
          const { notes: _, ...objects } = readObjects({ name: 'x', content }, options)
          return JSON.parse(JSON.stringify(objects, (key, value) => (key === 'source' ? undefined : value)))
        }
        const json = bare(JSON.stringify(list))
        expect(bare(stringify(list, { version: '1.1' }))).toEqual(json)
        expect(bare(items.map((item) => stringify(item, { version: '1.1' })).join('---\n'))).toEqual(json)
        expect(bare(items.map((item) => JSON.stringify(item, null, 2)).join('\n'))).toEqual(json)
      }),
    )
  })
})
