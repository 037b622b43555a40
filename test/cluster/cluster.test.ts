import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import { KubehopError } from '../../src/packet/errors.ts'
import { PcapngWriter } from '../../src/packet/pcapng.ts'
import { GREY_RELEASE, shopManifest } from '../support/shop.ts'

const shop = Cluster.fromManifests(shopManifest())

describe('a cluster from manifests', () => {
  it('takes text, a named text, and several', () => {
    const parts = GREY_RELEASE.split('---\n').map((content, i) => ({ name: `${i}.yaml`, content }))
    const whole = Cluster.fromManifests(GREY_RELEASE)
    for (const input of [{ name: 'all.yaml', content: GREY_RELEASE }, parts])
      expect(Cluster.fromManifests(input).objects.pods.map(({ status }) => status.podIP)).toEqual(
        whole.objects.pods.map(({ status }) => status.podIP),
      )
  })

  it('refuses what is too large, and takes leniently what kube-proxy takes', () => {
    expect(() => Cluster.fromManifests(GREY_RELEASE, { maxInput: 10 })).toThrow(/10/)
    expect(Cluster.fromManifests(GREY_RELEASE, { validation: 'lenient', maxInput: 10_000 }).objects.pods).toHaveLength(
      4,
    )
  })

  it('the demo of the documentation', () => {
    const cluster = Cluster.fromManifests(GREY_RELEASE, { nodes: 3 })
    const trace = cluster.trace({ from: 'deploy/stable', to: 'svc/shop:80' })
    expect(trace.disposition).toBe('delivered')
    expect(trace.translations).toHaveLength(trace.endpoint?.includes(trace.packet.src) === true ? 2 : 1)
    expect(trace.format('summary')).toContain('svc/shop:80')
  })
})

describe('reading a cluster', () => {
  it('rules as iptables-save prints them, all or one table', () => {
    expect(shop.iptablesSave('node-1', 'nat')).toMatch(/^\*nat\n/)
    expect(shop.iptablesSave('node-1', 'nat')).not.toContain('*filter')
    expect(shop.iptablesSave('node-1')).toContain('*filter')
  })

  it("what kube-proxy hands to iptables-restore holds kube-proxy's rules only", () => {
    const text = shop.kubeProxyRestoreText('node-2')
    expect(text).toContain('KUBE-SVC-')
    expect(text).not.toContain('FLANNEL')
  })

  it('a node that is not there, with the nearest names', () => {
    expect(() => shop.node('node-3')).toThrow(KubehopError)
    expect(hintOf(() => shop.node('nodee-1'))).toContain('did you mean node-1')
    expect(hintOf(() => shop.node('zzzzzzzzzzzz'))).toBe('there are node-1, node-2')
  })

  it('the graph: every namespace, its devices, and what connects them', () => {
    const names = shop.topology().namespaces.map(({ name }) => name)
    expect(names.slice(0, 5)).toEqual(['underlay', 'external', 'host-192.168.0.99', 'node-1', 'node-2'])
    expect(names).toContain('default/client')
    expect(names.filter((name) => name.includes('host-a'))).toEqual([])
  })
})

function hintOf(work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    if (error instanceof KubehopError) return error.hint
  }
  return undefined
}

describe('traces', () => {
  it('take a source port, more packets, a seed, a detail and a capture', () => {
    const capture = new PcapngWriter()
    const trace = shop.trace({
      from: 'pod/client',
      to: 'svc/far',
      sourcePort: 40_001,
      packets: 6,
      seed: 3,
      detail: 'detailed',
      capture,
    })
    expect(trace.packet.sport).toBe(40_001)
    expect(trace.data.seed).toBe(3)
    expect(trace.data.more?.length).toBe(4)
    expect(capture.take().length).toBeGreaterThan(1000)
  })

  it('leave no mark: equal calls give equal traces, in any order', () => {
    const cluster = Cluster.fromManifests(shopManifest())
    const requests = [
      { from: 'pod/client', to: 'svc/far' },
      { from: 'external:192.168.0.77', to: 'node/node-1:30060' },
      { from: 'pod/self', to: 'svc/self' },
      { from: 'pod/client', to: 'external:192.168.0.78' },
    ]
    const first = requests.map((request) => JSON.stringify(cluster.trace(request)))
    const again = requests.toReversed().map((request) => JSON.stringify(cluster.trace(request)))
    expect(again.toReversed()).toEqual(first)
  })

  it('keep the rules’ counters, conntrack and neighbours as they were', () => {
    const state = () =>
      [...shop.network.nodes.values()].map(({ netns }) => [
        netns.netfilter.save({ counters: true }),
        [...netns.netfilter.conntrack.entries()].length,
        [...netns.neighbours.entries()].length,
      ])
    const before = state()
    shop.trace({ from: 'external', to: 'node/node-1:30060', packets: 8 })
    expect(state()).toEqual(before)
    expect(shop.network.sim.now).toBe(0)
    expect(shop.network.sim.pending).toBe(0)
  })
})

describe('what if', () => {
  it('an edited cluster is another one, and keeps names and addresses', () => {
    const before = Cluster.fromManifests(GREY_RELEASE)
    const after = before.edit((objects) => {
      const stable = objects.workloads.find(({ metadata }) => metadata.name === 'stable')
      if (stable !== undefined) stable.spec.replicas = 5
    })
    expect(before.objects.pods).toHaveLength(4)
    expect(after.objects.pods).toHaveLength(6)
    const addresses = (cluster: Cluster) => cluster.objects.pods.map(({ status }) => status.podIP)
    expect(addresses(after)).toEqual(expect.arrayContaining(addresses(before) as string[]))
    expect(after.trace({ from: 'deploy/canary', to: 'svc/shop', allBranches: true }).branches).toHaveLength(6)
  })
})

describe('what is told', () => {
  it('assumptions are worked out once', () => {
    expect(shop.assumptions).toBe(shop.assumptions)
    expect(shop.warnings).toBe(shop.warnings)
  })

  it('listeners, kube-proxy, and where load balancer addresses lead', () => {
    const text = shop.assumptions.join('\n')
    expect(text).toContain('a pod listens on every port')
    expect(text).toContain('kube-proxy runs in iptables mode with clusterCIDR 10.244.0.0/16')
    expect(text).toContain('203.0.113.40 to node-1, 203.0.113.70 to node-1, 203.0.113.71 to node-2, …')
    const other = Cluster.fromManifests(
      `${GREY_RELEASE}---\nkind: KubeProxyConfiguration\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nclusterCIDR: 10.244.0.0/16\n`,
      { listeners: 'declared', ipMasq: true },
    )
    expect(other.assumptions.join('\n')).not.toContain('kube-proxy runs')
    expect(other.assumptions.join('\n')).not.toContain('--ip-masq')
    expect(other.assumptions).toContain('a pod listens on the ports that its containers declare')
  })

  it('hostPort is not modelled, and says so', () => {
    const pod = `kind: Pod
apiVersion: v1
metadata: {name: web}
spec: {containers: [{name: c, image: web, ports: [{containerPort: 80, hostPort: 8080}]}]}
`
    expect(Cluster.fromManifests(pod).warnings).toEqual([
      'hostPort is not modelled: nothing leads from the ports of the nodes to default/web',
    ])
    expect(
      Cluster.fromManifests(
        pod.replace('spec: {', 'spec: {hostNetwork: true, ').replace('hostPort: 8080', 'hostPort: 80'),
      ).warnings,
    ).toEqual([])
  })
})
