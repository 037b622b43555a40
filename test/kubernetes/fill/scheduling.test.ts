import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tolerates } from '../../../src/kubernetes/fill/node-fits.ts'
import { NodeHeap } from '../../../src/kubernetes/fill/node-heap.ts'
import type { ClusterObjects, Taint, Toleration } from '../../../src/kubernetes/index.ts'
import { cluster, documents, pod } from '../support.ts'

const node = (name: string, { labels = '', spec = '', status = '' } = {}) =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}, labels: {${labels}}}\nspec: {${spec}}\nstatus: {${status}}`
const workload = (kind: string, name: string, podSpec = '', spec = 'replicas: 1') =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec === '' ? '' : `${spec}, `}selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: {${podSpec === '' ? '' : `${podSpec}, `}containers: [{name: c}]}}}`

const places = (objects: ClusterObjects) => objects.pods.map(({ spec }) => spec.nodeName)

describe('pods', () => {
  it('of one workload go to different nodes, fewest pods first', () => {
    expect(places(cluster(workload('Deployment', 'web', '', 'replicas: 4'), { nodes: 3 }))).toEqual([
      'node-1',
      'node-2',
      'node-3',
      'node-1',
    ])
    expect(
      places(
        cluster(
          documents(
            pod('a').replace('spec: {', 'spec: {nodeName: node-1, '),
            workload('Deployment', 'web', '', 'replicas: 2'),
          ),
          { nodes: 3 },
        ),
      ),
    ).toEqual(['node-1', 'node-2', 'node-3'])
    // Two replicas on two nodes, though node-1 has many pods already.
    const many = ['a', 'b', 'c'].map((name) => pod(name).replace('spec: {', 'spec: {nodeName: node-1, '))
    expect(
      places(cluster(documents(...many, workload('Deployment', 'web', '', 'replicas: 2'))))
        .slice(3)
        .toSorted(),
    ).toEqual(['node-1', 'node-2'])
  })

  it('stay where they are told to be', () => {
    expect(places(cluster(pod('a').replace('spec: {', 'spec: {nodeName: node-2, ')))).toEqual(['node-2'])
  })

  it('obey nodeSelector and required node affinity', () => {
    const nodes = [
      node('a', { labels: 'disk: hdd, cpus: "4"' }),
      node('b', { labels: 'disk: ssd, cpus: "16"' }),
      node('c', { labels: 'cpus: "8"' }),
    ]
    const with_ = (spec: string) =>
      places(cluster(documents(...nodes, pod('p').replace('spec: {', `spec: {${spec}, `))))
    const affinity = (terms: string) =>
      `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: ${terms}}}}`
    expect(with_('nodeSelector: {disk: ssd}')).toEqual(['b'])
    expect(with_('nodeSelector: {kubernetes.io/hostname: c}')).toEqual(['c'])
    expect(with_('nodeSelector: {disk: none}')).toEqual([undefined])
    expect(with_(affinity('[{matchExpressions: [{key: disk, operator: NotIn, values: [hdd, ssd]}]}]'))).toEqual(['c'])
    expect(with_(affinity('[{matchExpressions: [{key: disk, operator: In, values: [x, ssd]}]}]'))).toEqual(['b'])
    expect(with_(affinity('[{matchExpressions: [{key: disk, operator: DoesNotExist}]}]'))).toEqual(['c'])
    expect(
      with_(
        affinity('[{matchExpressions: [{key: disk, operator: Exists}, {key: cpus, operator: Gt, values: ["8"]}]}]'),
      ),
    ).toEqual(['b'])
    expect(with_(affinity('[{matchExpressions: [{key: cpus, operator: Lt, values: ["5"]}]}]'))).toEqual(['a'])
    expect(with_(affinity('[{matchExpressions: [{key: cpus, operator: Gt, values: [many]}]}]'))).toEqual([undefined])
    expect(with_(affinity('[{matchFields: [{key: metadata.name, operator: In, values: [c]}]}]'))).toEqual(['c'])
    expect(with_(affinity('[{}]'))).toEqual([undefined])
    expect(
      with_(
        affinity(
          '[{matchExpressions: [{key: disk, operator: In, values: [x]}]}, {matchExpressions: [{key: disk, operator: In, values: [hdd]}]}]',
        ),
      ),
    ).toEqual(['a'])
  })

  it('obey taints and cordons', () => {
    const nodes = [
      node('a', { spec: 'taints: [{key: only, value: x, effect: NoSchedule}]' }),
      node('b', { spec: 'unschedulable: true' }),
      node('c', { spec: 'taints: [{key: soft, effect: PreferNoSchedule}, {key: gone, effect: NoExecute}]' }),
    ]
    const with_ = (spec: string) => places(cluster(documents(...nodes, pod('p').replace('spec: {', `spec: {${spec}`))))
    expect(with_('')).toEqual([undefined])
    expect(with_('tolerations: [{key: only, operator: Equal, value: x, effect: NoSchedule}], ')).toEqual(['a'])
    expect(with_('tolerations: [{key: only, value: z}], ')).toEqual([undefined])
    expect(with_('tolerations: [{key: gone, operator: Exists}], ')).toEqual(['c'])
    expect(with_('tolerations: [{key: node.kubernetes.io/unschedulable, operator: Exists}], ')).toEqual(['b'])
    expect(with_('tolerations: [{operator: Exists}], nodeSelector: {kubernetes.io/hostname: b}, ')).toEqual(['b'])
  })

  it('keep apart when they want the same port of the node', () => {
    const hostPort = (name: string, port: string) =>
      pod(name).replace('image: nginx', `ports: [{containerPort: 80, hostPort: ${port}}]`)
    expect(
      places(
        cluster(documents(hostPort('a', '8080'), hostPort('b', '8080'), hostPort('c', '8080'), hostPort('d', '8081'))),
      ),
    ).toEqual(['node-1', 'node-2', undefined, 'node-1'])
    const host = (name: string) =>
      pod(name).replace('spec: {', 'spec: {hostNetwork: true, ').replace('image: nginx', 'ports: [{containerPort: 80}]')
    expect(places(cluster(documents(host('a'), host('b'), host('c'))))).toEqual(['node-1', 'node-2', undefined])
  })

  it('fill a node up to its room', () => {
    const objects = cluster(
      documents(node('a', { status: 'allocatable: {pods: "2"}' }), workload('Deployment', 'web', '', 'replicas: 3')),
    )
    expect(places(objects)).toEqual(['a', 'a', undefined])
    expect(objects.assumptions.find(({ code }) => code === 'PODS_PENDING')?.text).toMatch(
      /^1 pod fits on no node: default\/web-/,
    )
    expect(
      cluster(workload('Deployment', 'web', '', 'replicas: 300')).pods.filter(
        ({ spec }) => spec.nodeName !== undefined,
      ),
    ).toHaveLength(220)
  })

  it('of a DaemonSet are one on each node that fits, cordoned or not', () => {
    const nodes = [
      node('a'),
      node('b', { spec: 'unschedulable: true' }),
      node('c', { spec: 'taints: [{key: x, effect: NoSchedule}]' }),
      node('d', { labels: 'gpu: "yes"' }),
    ]
    expect(places(cluster(documents(...nodes, workload('DaemonSet', 'agent', '', ''))))).toEqual(['a', 'b', 'd'])
    expect(
      places(cluster(documents(...nodes, workload('DaemonSet', 'agent', 'nodeSelector: {gpu: "yes"}', '')))),
    ).toEqual(['d'])
    expect(
      places(cluster(documents(...nodes, workload('DaemonSet', 'agent', 'tolerations: [{operator: Exists}]', '')))),
    ).toEqual(['a', 'b', 'c', 'd'])
    expect(
      places(
        cluster(
          documents(...nodes, workload('DaemonSet', 'agent', 'nodeName: c, tolerations: [{operator: Exists}]', '')),
        ),
      ),
    ).toEqual(['c'])
  })
})

describe('tolerations', () => {
  const taint: Taint = { key: 'k', value: '5', effect: 'NoSchedule' }
  it.each<[Partial<Toleration>, boolean]>([
    [{ operator: 'Exists' }, true],
    [{ key: 'k', operator: 'Exists' }, true],
    [{ key: 'other', operator: 'Exists' }, false],
    [{ key: 'k', value: '5' }, true],
    [{ key: 'k', value: '6' }, false],
    [{ key: 'k', value: '5', effect: 'NoExecute' }, false],
    [{ key: 'k', value: '5', effect: 'NoSchedule' }, true],
    [{ key: 'k', operator: 'Lt', value: '6' }, true],
    [{ key: 'k', operator: 'Lt', value: '5' }, false],
    [{ key: 'k', operator: 'Gt', value: '4' }, true],
    [{ key: 'k', operator: 'Gt', value: 'x' }, false],
  ])('%j: %s', (toleration, tolerated) => {
    expect(tolerates({ operator: 'Equal', value: '', ...toleration }, taint)).toBe(tolerated)
  })
})

describe('NodeHeap', () => {
  it('always gives the node with the fewest pods', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 10 }),
        fc.array(fc.nat(9), { maxLength: 40 }),
        (start, bumps) => {
          const counts = [...start]
          const heap = new NodeHeap(counts, counts.keys())
          for (const bump of bumps) {
            const least = counts.indexOf(Math.min(...counts))
            expect(heap.pop()).toBe(least)
            counts[least]!++
            heap.push(least)
            counts[bump % counts.length]!++
          }
          const rest: number[] = []
          for (let next = heap.pop(); next !== undefined; next = heap.pop()) rest.push(next)
          expect(rest.toSorted((a, b) => a - b)).toEqual([...counts.keys()])
        },
      ),
    )
  })
})
