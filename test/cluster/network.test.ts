import { describe, expect, it } from 'vitest'
import { Cluster, type ClusterOptions } from '../../src/cluster/index.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { formatMac } from '../../src/packet/mac.ts'

interface NodeSketch {
  readonly name: string
  readonly ip: string
  readonly annotations?: string
}

function nodes(...list: readonly NodeSketch[]): string {
  return list
    .map(
      ({ name, ip, annotations = '{}' }, i) => `kind: Node
apiVersion: v1
metadata: {name: ${name}, annotations: ${annotations}}
spec: {podCIDR: 10.244.${i}.0/24}
status: {addresses: [{type: InternalIP, address: ${ip}}]}
---
kind: Pod
apiVersion: v1
metadata: {name: pod-${i}, labels: {app: all}}
spec: {nodeName: ${name}, containers: [{name: c, image: c, ports: [{containerPort: 80}]}]}`,
    )
    .join('\n---\n')
}

const TWO = nodes({ name: 'a', ip: '10.0.1.5' }, { name: 'b', ip: '10.0.9.5' })
const reaches = (manifest: string, from: string, to: string, options: ClusterOptions = {}) =>
  Cluster.fromManifests(manifest, options).trace({ from, to }).disposition

describe("the nodes' network", () => {
  it('holds all nodes; the router takes the first free address', () => {
    const { plan } = Cluster.fromManifests(TWO).network
    expect(plan.underlay).toEqual({ address: parseIpv4('10.0.0.0'), length: 20 })
    expect(plan.gateway).toBe(parseIpv4('10.0.0.1'))
    const next = nodes({ name: 'a', ip: '192.168.7.1' }, { name: 'b', ip: '192.168.7.2' })
    expect(Cluster.fromManifests(next).network.plan.gateway).toBe(parseIpv4('192.168.7.3'))
  })

  it('connects nodes far apart', () => {
    expect(reaches(TWO, 'pod/pod-0', 'pod/pod-1:80')).toBe('delivered')
    expect(reaches(TWO, 'pod/pod-0', 'pod/pod-1:80', { backend: 'host-gw' })).toBe('delivered')
  })

  it('gives way when documentation addresses are in use', () => {
    const cluster = Cluster.fromManifests(nodes({ name: 'a', ip: '198.51.100.5' }))
    expect(cluster.trace({ from: 'pod/pod-0', to: 'external:443' }).seenBy?.server).toBe('192.0.2.10:443')
  })

  it('names a port after the host, or after its address when the name is too long', () => {
    const cluster = Cluster.fromManifests(nodes({ name: 'ip-10-0-1-5.eu-central-1.compute.internal', ip: '10.0.1.5' }))
    const ports = [...cluster.network.fabric.underlay.devices()].map(({ name }) => name)
    expect(ports).toContain('10.0.1.5')
  })

  it('has the size that is asked for', () => {
    const cluster = Cluster.fromManifests(nodes({ name: 'a', ip: '192.168.0.5' }), { mtu: 9000 })
    expect(cluster.node('a').podMtu).toBe(8950)
    expect(
      Cluster.fromManifests(nodes({ name: 'a', ip: '192.168.0.5' }), { backend: 'host-gw' }).node('a').podMtu,
    ).toBe(1500)
  })
})

describe('flannel', () => {
  it('is what its ConfigMap says', () => {
    const config = `kind: ConfigMap
apiVersion: v1
metadata: {name: kube-flannel-cfg, namespace: kube-flannel}
data: {net-conf.json: '{"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan", "VNI": 7, "Port": 4789, "DirectRouting": true}}'}
---
`
    const cluster = Cluster.fromManifests(config + TWO)
    expect(cluster.network.plan.flannel.backend).toEqual({ type: 'vxlan', vni: 7, port: 4789, directRouting: true })
    expect(cluster.assumptions.join('\n')).not.toContain('vxlan backend')
    expect(reaches(config + TWO, 'pod/pod-0', 'pod/pod-1:80')).toBe('delivered')
    expect(reaches(config + TWO, 'pod/pod-0', 'pod/pod-1:80', { directRouting: false })).toBe('delivered')
  })

  it('is what flanneld wrote on the nodes', () => {
    const annotated = (data: string) =>
      `{flannel.alpha.coreos.com/backend-type: vxlan, flannel.alpha.coreos.com/public-ip: 10.0.1.99, flannel.alpha.coreos.com/backend-data: '${data}'}`
    const manifest = nodes(
      { name: 'a', ip: '10.0.1.5', annotations: annotated('{"VNI":5,"VtepMAC":"a6:1b:00:00:00:05"}') },
      { name: 'b', ip: '10.0.1.6' },
    )
    const cluster = Cluster.fromManifests(manifest)
    const device = cluster.node('a').netns.link('flannel.5')
    expect(formatMac(device.mac)).toBe('a6:1b:00:00:00:05')
    const trace = cluster.trace({ from: 'pod/pod-1', to: 'pod/pod-0:80' })
    expect(trace.disposition).toBe('delivered')
    expect(JSON.stringify(trace)).toContain('10.0.1.99')
    const odd = manifest.replace('a6:1b:00:00:00:05', 'none')
    expect(reaches(odd, 'pod/pod-1', 'pod/pod-0:80')).toBe('delivered')
  })

  it('may have told host-gw on the nodes', () => {
    const manifest = nodes(
      { name: 'a', ip: '10.0.1.5', annotations: '{flannel.alpha.coreos.com/backend-type: host-gw}' },
      { name: 'b', ip: '10.0.1.6' },
    )
    expect(Cluster.fromManifests(manifest).network.plan.flannel.backend).toEqual({ type: 'host-gw' })
  })

  it('other backends are refused by name', () => {
    const config = `kind: ConfigMap
apiVersion: v1
metadata: {name: kube-flannel-cfg, namespace: kube-flannel}
data: {net-conf.json: '{"Network": "10.244.0.0/16", "Backend": {"Type": "wireguard"}}'}
---
`
    expect(() => Cluster.fromManifests(config + TWO).network).toThrow(/flannel backend wireguard/)
  })
})

describe('wiring', () => {
  it('switches: br_netfilter, hairpin mode', () => {
    const off = Cluster.fromManifests(TWO, { bridgeNfCallIptables: false, hairpinMode: false })
    const { netns, bridge } = off.node('a')
    expect(netns.sysctl.get('bridge.bridge-nf-call-iptables')).toBe(0)
    expect(bridge.ports.map(({ settings }) => settings.hairpin)).toEqual([false])
    const on = Cluster.fromManifests(TWO).node('a')
    expect(on.netns.sysctl.get('bridge.bridge-nf-call-iptables')).toBe(1)
    expect(on.bridge.ports.map(({ settings }) => settings.hairpin)).toEqual([true])
  })

  it('a pod listens where its containers declare, when told so', () => {
    const cluster = Cluster.fromManifests(TWO, { listeners: 'declared' })
    expect(cluster.trace({ from: 'pod/pod-0', to: 'pod/pod-1:80' }).disposition).toBe('delivered')
    expect(cluster.trace({ from: 'pod/pod-0', to: 'pod/pod-1:81' }).disposition).toBe('rejected')
  })

  it('docker0 gives its containers a default route and no other', () => {
    const routesOf = (bridge: 'cni0' | 'docker0') =>
      Cluster.fromManifests(TWO, { bridge }).network.pods.get('default/pod-0')?.netns.fib.routes().length ?? 0
    expect(routesOf('cni0') - routesOf('docker0')).toBe(1)
  })

  it('a pod that has run to its end has no namespace', () => {
    const manifest = `${TWO}
---
kind: Pod
apiVersion: v1
metadata: {name: job}
spec: {nodeName: a, containers: [{name: c, image: c}]}
status: {phase: Succeeded, podIP: 10.244.0.77}
`
    const { network } = Cluster.fromManifests(manifest)
    expect([...network.pods.keys()]).toEqual(['default/pod-0', 'default/pod-1'])
  })
})

describe('addresses that lead to a node from outside', () => {
  const service = (spec: string) => `
---
kind: Service
apiVersion: v1
metadata: {name: web}
spec: {selector: {app: all}, ports: [{port: 80}], ${spec}}`

  it('a node’s own address needs no other route', () => {
    const manifest = TWO + service('externalIPs: [10.0.9.5]')
    const { network } = Cluster.fromManifests(manifest)
    expect(network.attracted).toEqual([])
    expect(reaches(manifest, 'external', '10.0.9.5:80')).toBe('delivered')
  })

  it('policy Local: the first node that has a ready endpoint; without one the first of all', () => {
    const local = 'type: LoadBalancer, externalTrafficPolicy: Local, loadBalancerIP: 203.0.113.5'
    const entry = (manifest: string) =>
      Cluster.fromManifests(manifest).network.attracted.map(({ node }) => node.plan.name)
    expect(entry(TWO + service(local).replace('app: all', 'app: all, at: b'))).toEqual(['a'])
    const onB = TWO.replace('metadata: {name: pod-0, labels: {app: all}}', 'metadata: {name: pod-0}')
    expect(entry(onB + service(local))).toEqual(['b'])
  })

  it('a name instead of an address leads nowhere', () => {
    const live = `${TWO}
---
kind: Service
apiVersion: v1
metadata: {name: web}
spec: {type: LoadBalancer, clusterIP: 10.96.0.9, selector: {app: all}, ports: [{port: 80, nodePort: 30080}]}
status: {loadBalancer: {ingress: [{hostname: lb.example.org}]}}`
    expect(Cluster.fromManifests(live).network.attracted).toEqual([])
  })
})

describe('the API server', () => {
  it('listens where the EndpointSlice of a live cluster says', () => {
    const live = `${TWO}
---
kind: Service
apiVersion: v1
metadata: {name: kubernetes, namespace: default}
spec: {clusterIP: 10.96.0.1, ports: [{name: https, port: 443, targetPort: 8443}]}
---
kind: EndpointSlice
apiVersion: discovery.k8s.io/v1
metadata: {name: kubernetes, namespace: default, labels: {kubernetes.io/service-name: kubernetes}}
addressType: IPv4
endpoints: [{addresses: [10.0.9.5]}]
ports: [{name: https, port: 8443}]`
    expect(Cluster.fromManifests(live).trace({ from: 'pod/pod-0', to: 'svc/kubernetes' }).endpoint).toBe(
      'b 10.0.9.5:8443',
    )
  })
})
