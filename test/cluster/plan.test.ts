import { describe, expect, it } from 'vitest'
import { Cluster, type ClusterOptions } from '../../src/cluster/index.ts'
import { GREY_RELEASE } from '../support/shop.ts'

const build = (options: ClusterOptions) => Cluster.fromManifests(GREY_RELEASE, options)

describe('planning a cluster', () => {
  it('refuses a network of nodes without room for a router', () => {
    expect(() => build({ nodes: 2, nodeCidr: '192.168.0.0/30' }).network).toThrow(
      /192\.168\.0\.0\/30 has no address left/,
    )
  })

  it('refuses networks that leave nothing for the world outside', () => {
    const all: ClusterOptions = {
      nodeCidr: '198.51.100.0/24',
      serviceCidr: '192.0.2.0/24',
      podCidr: '198.18.0.0/15',
      loadBalancerPool: '203.0.113.0/24',
    }
    expect(() => Cluster.fromManifests(GREY_RELEASE.replace('clusterIP: 10.96.0.50, ', ''), all).network).toThrow(
      /leave none for the world outside/,
    )
  })

  it('refuses a node that was not filled in', () => {
    const { objects } = build({})
    const bare = objects.nodes.map((node) => ({ ...node, spec: { ...node.spec, podCIDR: undefined } }))
    expect(() => new Cluster({ ...objects, nodes: bare }).network).toThrow(/node-1 has no InternalIP or no podCIDR/)
  })

  it('takes nodes of several networks as one, and says so', () => {
    const nodes = ['10.1.0.5', '10.2.0.5'].map(
      (ip, i) => `kind: Node
apiVersion: v1
metadata: {name: n${i}}
status: {addresses: [{type: InternalIP, address: ${ip}}]}`,
    )
    const cluster = Cluster.fromManifests([...nodes, GREY_RELEASE].join('\n---\n'))
    const told = cluster.assumptions.filter((text) => text.startsWith('all nodes share one network'))
    expect(told.length).toBe(cluster.objects.networks.nodes.length > 1 ? 1 : 0)
    expect(cluster.trace({ from: 'node/n0', to: 'node/n1' }).disposition).toBe('delivered')
  })

  it('plans a cluster without nodes', () => {
    const { objects } = build({})
    const empty = new Cluster({ ...objects, nodes: [], pods: [], endpointSlices: [] })
    expect(empty.network.nodes.size).toBe(0)
    expect(empty.trace({ from: 'external', to: 'external:443' }).disposition).toBe('delivered')
  })
})
