import { describe, expect, it } from 'vitest'
import { flannelNode, isPodReady } from '../../../src/kubernetes/index.ts'
import { UnsupportedError } from '../../../src/packet/errors.ts'
import { notes, problems, read } from '../support.ts'

describe('Nodes', () => {
  const node = (rest: string) => `apiVersion: v1\nkind: Node\nmetadata: {name: node-a}\n${rest}`

  it('keep the IPv4 half', () => {
    const [object] = read(
      node(`spec: {podCIDR: "fd00:1::/64", podCIDRs: ["fd00:1::/64", 10.244.1.0/24], unschedulable: true, taints: [{key: a, effect: NoSchedule}]}
status:
  addresses:
  - {type: InternalIP, address: "fd00::1"}
  - {type: InternalIP, address: 192.168.0.1}
  - {type: ExternalIP, address: 203.0.113.1}
  - {type: Hostname, address: node-a}
  allocatable: {pods: "250", cpu: 2}`),
    ).nodes
    expect(object!.spec).toEqual({
      podCIDR: '10.244.1.0/24',
      unschedulable: true,
      taints: [{ key: 'a', value: '', effect: 'NoSchedule' }],
    })
    expect(object!.status).toEqual({
      addresses: [
        { type: 'InternalIP', address: '192.168.0.1' },
        { type: 'ExternalIP', address: '203.0.113.1' },
        { type: 'Hostname', address: 'node-a' },
      ],
      allocatable: { pods: 250 },
    })
  })

  it('of IPv6 alone are refused by name', () => {
    const ipv6 = node('status: {addresses: [{type: InternalIP, address: "fd00::1"}]}')
    expect(() => read(ipv6)).toThrow(UnsupportedError)
    expect(problems(() => read(ipv6))).toEqual([
      'in.yaml:4 Node node-a status.addresses: IPv6-only Node node-a is not modelled',
    ])
    expect(() => read(node('spec: {podCIDR: "fd00::/64"}'))).toThrow(UnsupportedError)
  })

  it('have taints with a known effect', () => {
    expect(problems(() => read(node('spec: {taints: [{key: a, effect: Never}, {effect: NoExecute}]}')))).toEqual([
      'in.yaml:4 Node node-a spec.taints[0].effect: must be one of NoSchedule, PreferNoSchedule, NoExecute, not "Never"',
      'in.yaml:4 Node node-a spec.taints[1].key: must be given',
    ])
  })

  it('carry what flannel wrote on them', () => {
    const [object] = read(`apiVersion: v1
kind: Node
metadata:
  name: node-a
  annotations:
    flannel.alpha.coreos.com/backend-data: '{"VNI":1,"VtepMAC":"a6:1b:00:00:00:01"}'
    flannel.alpha.coreos.com/backend-type: vxlan
    flannel.alpha.coreos.com/kube-subnet-manager: "true"
    flannel.alpha.coreos.com/public-ip: 192.168.0.1`).nodes
    expect(flannelNode(object!.metadata.annotations)).toEqual({
      backendType: 'vxlan',
      publicIP: '192.168.0.1',
      vtepMAC: 'a6:1b:00:00:00:01',
      vni: 1,
      kubeSubnetManager: true,
    })
    expect(flannelNode({})).toBeUndefined()
    const hostGw = {
      'flannel.alpha.coreos.com/backend-type': 'host-gw',
      'flannel.alpha.coreos.com/backend-data': 'null',
    }
    expect(flannelNode(hostGw)).toMatchObject({ backendType: 'host-gw', vtepMAC: undefined, vni: undefined })
    expect(flannelNode({ ...hostGw, 'flannel.alpha.coreos.com/backend-data': '{' })).toMatchObject({ vni: undefined })
  })
})

describe('Pods', () => {
  const pod = (spec: string, status = '{}') =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: ${spec}\nstatus: ${status}`

  it('are read with ports, sidecars and wishes about nodes', () => {
    const [object] = read(
      pod(`
  hostNetwork: true
  nodeSelector: {disk: ssd}
  hostname: h
  subdomain: s
  tolerations: [{operator: Exists}, {key: a, value: b, effect: NoSchedule}]
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]
  initContainers:
  - {name: once, ports: [{containerPort: 1}]}
  - {name: side, restartPolicy: Always, ports: [{containerPort: 15001, name: mesh}]}
  containers:
  - {name: c, image: nginx, command: [nginx], args: ["-g", x], ports: [{containerPort: 80, name: http, hostPort: 8080}, {containerPort: 53, protocol: UDP}]}`),
    ).pods
    expect(JSON.parse(JSON.stringify(object!.spec))).toEqual({
      hostNetwork: true,
      nodeSelector: { disk: 'ssd' },
      nodeAffinity: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }], matchFields: [] }],
      tolerations: [
        { operator: 'Exists', value: '' },
        { key: 'a', operator: 'Equal', value: 'b', effect: 'NoSchedule' },
      ],
      containers: [
        {
          name: 'c',
          image: 'nginx',
          command: ['nginx'],
          args: ['-g', 'x'],
          ports: [
            { name: 'http', containerPort: 80, protocol: 'TCP', hostPort: 8080 },
            { containerPort: 53, protocol: 'UDP' },
          ],
        },
      ],
      sidecars: [{ name: 'side', ports: [{ name: 'mesh', containerPort: 15001, protocol: 'TCP' }] }],
      hostname: 'h',
      subdomain: 's',
    })
  })

  it('are ready as their condition says, or, without one, when they may run', () => {
    const ready = (status: string) => isPodReady(read(pod('{containers: [{name: c}]}', status)).pods[0]!)
    expect(ready('{}')).toBe(true)
    expect(ready('{phase: Running}')).toBe(true)
    expect(ready('{phase: Pending}')).toBe(false)
    expect(ready('{phase: Running, conditions: [{type: Ready, status: "True"}]}')).toBe(true)
    expect(ready('{phase: Running, conditions: [{type: Ready, status: "False"}]}')).toBe(false)
    expect(ready('{phase: Running, conditions: [{type: PodScheduled, status: "True"}]}')).toBe(false)
  })

  it('keep the IPv4 half of their addresses', () => {
    const address = (status: string) => read(pod('{containers: [{name: c}]}', status)).pods[0]!.status.podIP
    expect(address('{podIP: 10.244.0.7, podIPs: [{ip: 10.244.0.7}, {ip: "fd00::7"}]}')).toBe('10.244.0.7')
    expect(address('{podIP: "fd00::7", podIPs: [{ip: "fd00::7"}, {ip: 10.244.0.7}]}')).toBe('10.244.0.7')
    expect(address('{podIP: ""}')).toBeUndefined()
    expect(problems(() => address('{podIP: "fd00::7"}'))).toEqual([
      'in.yaml:5 Pod default/web status.podIP: the IPv6-only Pod default/web is not modelled',
    ])
  })

  it('have ports with proper names', () => {
    const spec =
      '{containers: [{name: c, ports: [{containerPort: 1, name: x}, {containerPort: 2, name: x}, {containerPort: 3, name: a--b}, {name: q}]}]}'
    expect(problems(() => read(pod(spec)))).toEqual([
      'in.yaml:4 Pod default/web spec.containers[0].ports[2].name: "a--b" must be at most 15 lower case letters, digits and single "-", one letter at least',
      'in.yaml:4 Pod default/web spec.containers[0].ports[3].containerPort: must be given',
      'in.yaml:4 Pod default/web spec.containers[0].ports[1]: port name "x" stands twice in one container',
    ])
  })

  it('need a spec with containers', () => {
    expect(problems(() => read('apiVersion: v1\nkind: Pod\nmetadata: {name: web}'))).toEqual([
      'in.yaml:1 Pod default/web spec: must be given',
    ])
    expect(problems(() => read(pod('{containers: []}')))).toEqual([
      'in.yaml:4 Pod default/web spec.containers: a pod needs one container at least',
    ])
    expect(problems(() => read(pod('{containers: [{name: c}], tolerations: [{key: ""}]}')))).toEqual([
      'in.yaml:4 Pod default/web spec.tolerations[0]: operator must be Exists when no key is given: all values and all keys',
    ])
  })
})

describe('EndpointSlices', () => {
  const slice = (rest: string) =>
    `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: web-1, labels: {kubernetes.io/service-name: web}}\n${rest}`

  it('are read with conditions, hints and targets', () => {
    const [object] = read(
      slice(`addressType: IPv4
ports: [{name: http, port: 80}, {port: null, name: all}]
endpoints:
- {addresses: [10.0.0.1], conditions: {ready: true}, nodeName: node-a, zone: z, hints: {forZones: [{name: z}], forNodes: [{name: node-a}]}}
- {addresses: [10.0.0.2], targetRef: {kind: Pod, namespace: default, name: web}}`),
    ).endpointSlices
    expect(JSON.parse(JSON.stringify([object!.endpoints, object!.ports]))).toEqual([
      [
        {
          addresses: ['10.0.0.1'],
          conditions: { ready: true },
          nodeName: 'node-a',
          zone: 'z',
          hints: { forZones: ['z'], forNodes: ['node-a'] },
        },
        { addresses: ['10.0.0.2'], conditions: {}, targetRef: { kind: 'Pod', namespace: 'default', name: 'web' } },
      ],
      [
        { name: 'http', protocol: 'TCP', port: 80 },
        { name: 'all', protocol: 'TCP' },
      ],
    ])
  })

  it('of IPv6 are left out, with a note', () => {
    const objects = read(slice('addressType: IPv6\nendpoints: [{addresses: ["fd00::1"]}]'))
    expect(objects.endpointSlices).toEqual([])
    expect(notes(objects)).toEqual(['EndpointSlice: IPv6 slices are left out, kubehop follows IPv4'])
  })

  it('of names keep them', () => {
    const [object] = read(slice('addressType: FQDN\nendpoints: [{addresses: [db.example.com]}]')).endpointSlices
    expect(object!.endpoints[0]!.addresses).toEqual(['db.example.com'])
  })

  it('that belong to no Service are noted', () => {
    const text =
      'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: IPv4\nendpoints: []'
    expect(notes(read(text))).toEqual([
      'EndpointSlice: without the label kubernetes.io/service-name it belongs to no Service',
    ])
  })

  it('of a type that nobody knows are passed over, as kube-proxy does', () => {
    const text = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
addressType: ipv4
endpoints: [{addresses: [10.0.0.1]}]
`
    const objects = read(text, { validation: 'lenient' })
    expect(objects.endpointSlices).toEqual([])
    expect(notes(objects)).toEqual([
      'EndpointSlice default/web-1 addressType: must be one of IPv4, IPv6, FQDN, not "ipv4"',
    ])
  })

  it('with mistakes tell where', () => {
    const text = slice(`addressType: IPv5
ports: [{port: 70000}, {name: a}, {name: a}]
endpoints: [{addresses: []}, {addresses: [10.0.0.1, fd00::1]}, {addresses: [x], conditions: {ready: "yes"}}]`)
    expect(problems(() => read(text))).toEqual([
      'in.yaml:4 EndpointSlice default/web-1 addressType: must be one of IPv4, IPv6, FQDN, not "IPv5"',
      'in.yaml:5 EndpointSlice default/web-1 ports[0].port: must be between 1 and 65535, not 70000',
      'in.yaml:5 EndpointSlice default/web-1 ports[2]: port name "a" stands twice in one slice',
      'in.yaml:6 EndpointSlice default/web-1 endpoints[0].addresses: an endpoint needs one address at least',
      'in.yaml:6 EndpointSlice default/web-1 endpoints[1].addresses[1]: the IPv6 address fd00::1 is not modelled',
      'in.yaml:6 EndpointSlice default/web-1 endpoints[2].addresses[0]: must be an IPv4 address, not "x"',
      'in.yaml:6 EndpointSlice default/web-1 endpoints[2].conditions.ready: must be true or false, not the text "yes"',
    ])
  })
})

describe('Endpoints', () => {
  it('are read without their IPv6 addresses', () => {
    const [object] = read(`apiVersion: v1
kind: Endpoints
metadata: {name: db}
subsets:
- addresses: [{ip: 192.0.2.1, nodeName: node-a, hostname: h}, {ip: "2001:db8::1"}]
  notReadyAddresses: [{ip: 192.0.2.2}]
  ports: [{port: 5432, name: sql}]`).endpoints
    expect(JSON.parse(JSON.stringify(object!.subsets))).toEqual([
      {
        addresses: [{ ip: '192.0.2.1', nodeName: 'node-a', hostname: 'h' }],
        notReadyAddresses: [{ ip: '192.0.2.2' }],
        ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
      },
    ])
  })

  it('need ports with numbers', () => {
    const text =
      'apiVersion: v1\nkind: Endpoints\nmetadata: {name: db}\nsubsets: [{addresses: [{}], ports: [{name: a}]}]'
    expect(problems(() => read(text))).toEqual([
      'in.yaml:4 Endpoints default/db subsets[0].addresses[0].ip: must be given',
      'in.yaml:4 Endpoints default/db subsets[0].ports[0]: port must be given',
    ])
  })
})

describe('workloads', () => {
  const workload = (kind: string, spec: string, rest = '') =>
    `apiVersion: ${kind === 'ReplicationController' ? 'v1' : 'apps/v1'}\nkind: ${kind}\nmetadata: {name: web}\nspec: ${spec}\n${rest}`
  const template = 'template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}'
  const selector = 'selector: {matchLabels: {app: web}}'

  it.each(['Deployment', 'ReplicaSet', 'StatefulSet'])('%s has replicas and a selector', (kind) => {
    const [object] = read(workload(kind, `{replicas: 3, ${selector}, ${template}}`)).workloads
    expect(object).toMatchObject({ kind, spec: { replicas: 3, selector: { matchLabels: { app: 'web' } } } })
    expect(object!.status).toBeUndefined()
  })

  it('a ReplicationController has a plain selector, or that of its template', () => {
    const [given] = read(workload('ReplicationController', `{selector: {app: web}, ${template}}`)).workloads
    const [left] = read(workload('ReplicationController', `{${template}}`)).workloads
    expect(given!.spec.selector).toEqual({ matchLabels: { app: 'web' }, matchExpressions: [] })
    expect(left!.spec.selector).toEqual(given!.spec.selector)
  })

  it('a StatefulSet has a Service and a first number', () => {
    const [object] = read(
      workload('StatefulSet', `{serviceName: s, ordinals: {start: 3}, ${selector}, ${template}}`),
    ).workloads
    expect(object!.spec).toMatchObject({ serviceName: 's', ordinalsStart: 3 })
  })

  it('a live one says how many pods there are', () => {
    const live = (kind: string, status: string) =>
      read(workload(kind, `{${selector}, ${template}}`, `status: ${status}`)).workloads[0]!.status
    expect(live('Deployment', '{observedGeneration: 1, replicas: 2}')).toEqual({ replicas: 2 })
    expect(live('Deployment', '{observedGeneration: 1}')).toEqual({ replicas: 0 })
    expect(live('DaemonSet', '{observedGeneration: 1, currentNumberScheduled: 4}')).toEqual({ replicas: 4 })
    expect(live('Deployment', '{}')).toBeUndefined()
  })

  it('with mistakes tell where', () => {
    expect(problems(() => read(workload('Deployment', '{replicas: -1}')))).toEqual([
      'in.yaml:4 Deployment default/web spec.template: must be given',
      'in.yaml:4 Deployment default/web spec.selector: must be given',
      'in.yaml:4 Deployment default/web spec.replicas: must be 0 or more, not -1',
    ])
    expect(
      problems(() => read(workload('Deployment', `{selector: {matchLabels: {app: other}}, ${template}}`))),
    ).toEqual([
      'in.yaml:4 Deployment default/web spec.template.metadata.labels: the selector does not select the template’s labels',
    ])
    expect(problems(() => read(workload('Deployment', `{selector: {}, ${template}}`)))).toEqual([
      'in.yaml:4 Deployment default/web spec.selector: an empty selector is not allowed for a Deployment',
    ])
    const expressions =
      '[{key: app, operator: In}, {key: app, operator: Exists, values: [a]}, {key: app, operator: Is}]'
    expect(
      problems(() => read(workload('Deployment', `{selector: {matchExpressions: ${expressions}}, ${template}}`))),
    ).toEqual([
      'in.yaml:4 Deployment default/web spec.selector.matchExpressions[0].values: must be given when operator is In',
      'in.yaml:4 Deployment default/web spec.selector.matchExpressions[1].values: may not be given when operator is Exists',
      'in.yaml:4 Deployment default/web spec.selector.matchExpressions[2].operator: must be one of In, NotIn, Exists, DoesNotExist, not "Is"',
      'in.yaml:4 Deployment default/web spec.template.metadata.labels: the selector does not select the template’s labels',
    ])
    expect(problems(() => read('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}'))).toEqual([
      'in.yaml:1 Deployment default/web spec: must be given',
    ])
  })
})
