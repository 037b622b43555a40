import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'

/** A cluster whose pods have addresses from blocks of their own, as Calico gives them, and one in its node's podCIDR. */
const CLUSTER = `apiVersion: v1
kind: List
items:
${[1, 2]
  .map(
    (node) => `
  - {apiVersion: v1, kind: Node, metadata: {name: node-${node}}, spec: {podCIDR: 10.244.${node}.0/24},
     status: {addresses: [{type: InternalIP, address: 192.168.0.1${node}}]}}
  - {apiVersion: v1, kind: Pod, metadata: {name: stray-${node}, labels: {app: stray}}, spec: {nodeName: node-${node}, containers: [{name: c}]},
     status: {phase: Running, podIP: 10.244.9${node}.65}}
  - {apiVersion: v1, kind: Pod, metadata: {name: home-${node}}, spec: {nodeName: node-${node}, containers: [{name: c}]},
     status: {phase: Running, podIP: 10.244.${node}.9}}
`,
  )
  .join('')}
  - {apiVersion: v1, kind: Pod, metadata: {name: far}, spec: {nodeName: node-2, containers: [{name: c}]},
     status: {phase: Running, podIP: 172.31.7.7}}
  - {apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: stray}, ports: [{port: 80}]}}
`

describe.each([
  ['vxlan', 'cni0'],
  ['host-gw', 'docker0'],
] as const)('pods with addresses outside the podCIDR of their node: %s, %s', (backend, bridge) => {
  const cluster = Cluster.fromManifests(CLUSTER, { backend, bridge })
  const pods = ['stray-1', 'stray-2', 'home-1', 'home-2', 'far']

  it('reach everybody', () => {
    for (const from of pods) {
      for (const to of pods) {
        const { disposition, reason } = cluster.trace({ from: `pod/${from}`, to: `pod/${to}:80` })
        expect([from, to, disposition, reason]).toEqual([from, to, 'delivered', expect.any(String)])
      }
      const { disposition, branches } = cluster.trace({ from: `pod/${from}`, to: 'svc/s', allBranches: true })
      expect([from, disposition, branches.length]).toEqual([from, 'delivered', 2])
    }
    expect(cluster.trace({ from: 'node/node-1', to: 'pod/far:80' }).disposition).toBe('delivered')
  })

  it('that is told to be made up', () => {
    expect(cluster.warnings.join('\n')).toContain('here each gets a route of its own')
  })
})
