import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillIn, NO_OBJECTS } from '../../../src/kubernetes/index.ts'
import { cluster, documents, notes, problems, read } from '../support.ts'

const service = (name: string, spec = '', rest = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {${spec === '' ? '' : `${spec}, `}ports: [{port: 80}]}\n${rest}`
const first = (text: string, options = {}) => cluster(text, options).services[0]!

describe('the Services that every cluster has', () => {
  it('are there, with the API server behind them', () => {
    const objects = fillIn(NO_OBJECTS)
    expect(objects.services).toHaveLength(1)
    expect(objects.services[0]).toMatchObject({
      metadata: { namespace: 'default', name: 'kubernetes' },
      spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443 }] },
    })
    expect(objects.endpointSlices).toMatchObject([
      {
        metadata: { name: 'kubernetes' },
        endpoints: [{ addresses: ['192.168.0.11'] }],
        ports: [{ name: 'https', port: 6443 }],
      },
    ])
  })

  it('are used as the input has them', () => {
    const text = service('kubernetes', 'clusterIP: 10.43.0.1')
    const objects = cluster(text)
    expect(objects.services.map(({ spec }) => spec.clusterIP)).toEqual(['10.43.0.1'])
  })

  it('have the control plane nodes behind them', () => {
    const text = `apiVersion: v1
kind: NodeList
items:
- {metadata: {name: a}}
- {metadata: {name: b, labels: {node-role.kubernetes.io/control-plane: ""}}}`
    expect(cluster(text).endpointSlices[0]!.endpoints.map(({ addresses }) => addresses[0])).toEqual(['192.168.0.12'])
  })

  it('are not added to Services out of a cluster with kube-proxy’s configuration and no pods', () => {
    const configuration = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration'
    const printed = service('a', 'clusterIP: 10.96.7.7', 'status: {loadBalancer: {}}')
    expect(cluster(documents(configuration, printed)).services).toHaveLength(1)
    expect(cluster(configuration).services).toHaveLength(0)
    expect(cluster(printed).services).toHaveLength(2)
    expect(cluster(documents(configuration, service('a'))).services).toHaveLength(2)
    expect(cluster(documents(configuration, printed), { defaultService: true }).services).toHaveLength(2)
  })

  it('stand as they are beside kube-proxy’s configuration alone, when they have their cluster IPs', () => {
    const configuration = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration'
    const bare = service('a', 'clusterIP: 10.96.7.7, type: LoadBalancer, externalTrafficPolicy: Local')
    const [whole, ...more] = cluster(documents(configuration, bare)).services
    expect(more).toEqual([])
    expect(whole!.spec.ports[0]!.nodePort).toBeUndefined()
    expect(whole!.spec.healthCheckNodePort).toBeUndefined()
    expect(whole!.status.loadBalancer.ingress).toEqual([])
    // somebody still has to get an address: it is a manifest
    const [made] = cluster(documents(configuration, bare, service('b'))).services
    expect(made!.spec.ports[0]!.nodePort).toBeDefined()
  })

  it('want an address that nobody else has', () => {
    const message = 'Service default/a spec.clusterIP: 10.96.0.1 is that of Service default/kubernetes'
    expect(problems(() => cluster(service('a', 'clusterIP: 10.96.0.1')))).toEqual([`in.yaml:1 ${message}`])
    expect(notes(cluster(service('a', 'clusterIP: 10.96.0.1'), { validation: 'lenient' }))).toEqual([message])
  })

  it('are left out on request', () => {
    expect(fillIn(NO_OBJECTS, { defaultService: false }).services).toEqual([])
  })
})

describe('cluster IPs', () => {
  it('are given, but to headless Services and names', () => {
    expect(first(service('a')).spec.clusterIP).toMatch(/^10\.(9[6-9]|10[0-9]|11[01])\./)
    expect(first(service('a', 'clusterIP: None')).spec.clusterIP).toBe('None')
    expect(first(service('a', 'type: ExternalName, externalName: x.y')).spec.clusterIP).toBeUndefined()
    expect(first(service('a', 'clusterIP: 10.96.7.7')).spec.clusterIP).toBe('10.96.7.7')
  })

  it('of the cluster’s DNS is the tenth', () => {
    expect(
      first(service('kube-dns').replace('name: kube-dns', 'name: kube-dns, namespace: kube-system')).spec.clusterIP,
    ).toBe('10.96.0.10')
  })

  it('do not move when other Services come and go', () => {
    const alone = first(service('a')).spec.clusterIP
    const others = documents(service('a'), service('b'), service('c'))
    expect(first(others).spec.clusterIP).toBe(alone)
    expect(first(service('a'), { seed: 7 }).spec.clusterIP).not.toBe(alone)
  })

  it('are distinct, whatever the network', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 28 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(1000),
        (length, count, seed) => {
          const text = documents(...Array.from({ length: count }, (_, i) => service(`s${i}`)))
          const addresses = cluster(text, { serviceCidr: `10.200.0.0/${length}`, seed }).services.map(
            ({ spec }) => spec.clusterIP,
          )
          expect(new Set(addresses).size).toBe(count + 1)
          for (const address of addresses) expect(address).toMatch(/^10\.200\./)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('that run out are an error', () => {
    const text = documents(...Array.from({ length: 7 }, (_, i) => service(`s${i}`)))
    const message = 'the Service network 10.200.0.0/29 has no address left for it (give a larger one: --service-cidr)'
    expect(problems(() => cluster(text, { serviceCidr: '10.200.0.0/29' }))).toEqual([
      `in.yaml:31 Service default/s5 spec.clusterIP: ${message}`,
      `in.yaml:37 Service default/s6 spec.clusterIP: ${message}`,
    ])
  })

  it('that clash, or lie outside, are an error, or a note', () => {
    const clash = documents(service('a', 'clusterIP: 10.96.0.9'), service('b', 'clusterIP: 10.96.0.9'))
    const message = '10.96.0.9 is also the cluster IP of Service default/a'
    expect(problems(() => cluster(clash))).toEqual([`in.yaml:7 Service default/b spec.clusterIP: ${message}`])
    expect(notes(cluster(clash, { validation: 'lenient' }))).toEqual([`Service default/b spec.clusterIP: ${message}`])
    expect(problems(() => cluster(service('a', 'clusterIP: 10.1.0.9'), { serviceCidr: '10.96.0.0/12' }))).toEqual([
      'in.yaml:1 Service default/a spec.clusterIP: 10.1.0.9 is outside the Service network 10.96.0.0/12',
    ])
  })
})

describe('node ports', () => {
  const ports = (text: string, options = {}) => first(text, options).spec.ports.map(({ nodePort }) => nodePort)

  it('are given to those who have them', () => {
    expect(ports(service('a'))).toEqual([undefined])
    for (const type of ['NodePort', 'LoadBalancer']) {
      const [port] = ports(service('a', `type: ${type}`))
      expect(port).toBeGreaterThanOrEqual(30000)
      expect(port).toBeLessThanOrEqual(32767)
    }
    expect(ports(service('a', 'type: LoadBalancer, allocateLoadBalancerNodePorts: false'))).toEqual([undefined])
  })

  it('are kept when they are given', () => {
    const text =
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81}]}'
    expect(ports(text)[0]).toBe(30080)
  })

  it('are the same for TCP and UDP of one port', () => {
    const text =
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, ports: [{name: t, port: 53}, {name: u, port: 53, protocol: UDP}]}'
    const [tcp, udp] = ports(text)
    expect(udp).toBe(tcp)
  })

  it('are distinct', () => {
    const text = documents(...Array.from({ length: 500 }, (_, i) => service(`s${i}`, 'type: NodePort')))
    const all = cluster(text).services.flatMap(({ spec }) => spec.ports.flatMap(({ nodePort }) => nodePort ?? []))
    expect(new Set(all).size).toBe(500)
  })

  it('of health checks are given where they are wanted', () => {
    expect(
      first(service('a', 'type: LoadBalancer, externalTrafficPolicy: Local')).spec.healthCheckNodePort,
    ).toBeGreaterThanOrEqual(30000)
    expect(first(service('a', 'type: LoadBalancer')).spec.healthCheckNodePort).toBeUndefined()
    expect(
      first(service('a', 'type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30999')).spec
        .healthCheckNodePort,
    ).toBe(30999)
  })

  it('that clash are an error, or a note', () => {
    const text = documents(
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}',
      'apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}',
      'apiVersion: v1\nkind: Service\nmetadata: {name: c}\nspec: {type: NodePort, ports: [{port: 80, nodePort: 30080, protocol: UDP}]}',
    )
    const message = 'Service default/b spec.ports[0].nodePort: node port 30080/TCP is also that of Service default/a'
    expect(problems(() => cluster(text))).toEqual([`in.yaml:6 ${message}`])
    expect(notes(cluster(text, { validation: 'lenient' }))).toEqual([message])
  })

  it('that run out are an error', () => {
    const text = documents(...Array.from({ length: 2769 }, (_, i) => service(`s${i}`, 'type: NodePort')))
    expect(problems(() => cluster(text))).toHaveLength(1)
  })
})

describe('Services that a cluster printed', () => {
  it('lack what they lack', () => {
    const printed = 'status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}'
    const text = service('a', 'type: LoadBalancer, externalTrafficPolicy: Local, clusterIP: 10.96.7.7', printed)
    expect(first(text).spec).toMatchObject({
      healthCheckNodePort: undefined,
      ports: [{ nodePort: undefined, targetPort: 80 }],
    })
    expect(first(service('a', '', 'status: {loadBalancer: {}}')).spec.clusterIP).toBeDefined()
  })
})

describe('load balancer addresses', () => {
  it('come from the pool, but for those in use', () => {
    const text = documents(
      service('a', 'type: LoadBalancer', 'status: {loadBalancer: {ingress: [{ip: 203.0.113.1}]}}'),
      service('b', 'type: LoadBalancer'),
      service('c', 'type: LoadBalancer, loadBalancerIP: 203.0.113.77'),
      service('d'),
    )
    expect(cluster(text).services.map(({ status }) => status.loadBalancer.ingress.map(({ ip }) => ip))).toEqual([
      ['203.0.113.1'],
      ['203.0.113.2'],
      ['203.0.113.77'],
      [],
      [],
    ])
  })

  it('are not given to live Services that still wait', () => {
    const text = service('a', 'type: LoadBalancer', 'status: {loadBalancer: {}}')
    const objects = cluster(text)
    expect(objects.services[0]!.status.loadBalancer.ingress).toEqual([])
    expect(notes(objects)).toEqual(['Services of type LoadBalancer have no address yet, and get none here'])
  })

  it('that run out are an error', () => {
    const text = documents(...['a', 'b', 'c'].map((name) => service(name, 'type: LoadBalancer')))
    expect(problems(() => cluster(text, { loadBalancerPool: '192.0.2.0/30' }))).toEqual([
      expect.stringContaining(
        'Service default/c status.loadBalancer: the load balancer pool 192.0.2.0/30 has no address left for it',
      ),
    ])
  })
})

describe('defaults', () => {
  it('are the API’s', () => {
    expect(first(service('a')).spec).toMatchObject({
      internalTrafficPolicy: 'Cluster',
      externalTrafficPolicy: undefined,
      ports: [{ targetPort: 80, protocol: 'TCP' }],
    })
    expect(first(service('a', 'externalIPs: [192.0.2.1]')).spec.externalTrafficPolicy).toBe('Cluster')
    expect(first(service('a', 'type: LoadBalancer')).spec).toMatchObject({
      externalTrafficPolicy: 'Cluster',
      allocateLoadBalancerNodePorts: true,
    })
    expect(first(service('a', 'sessionAffinity: ClientIP')).spec.sessionAffinityConfig).toEqual({
      clientIP: { timeoutSeconds: 10800 },
    })
  })

  it('do not reach back into what was read', () => {
    const objects = read(service('a'))
    fillIn(objects)
    expect(objects.services[0]!.spec.clusterIP).toBeUndefined()
  })
})
