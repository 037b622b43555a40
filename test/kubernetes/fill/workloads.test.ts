import { describe, expect, it } from 'vitest'
import type { ClusterObjects } from '../../../src/kubernetes/index.ts'
import { cluster, documents, pod, problems } from '../support.ts'

const workload = (kind: string, name: string, { spec = '', status = '', meta = '', apiVersion = 'apps/v1' } = {}) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}${meta}}\nspec: {${spec}selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}, annotations: {a: b}}, spec: {containers: [{name: c}]}}}\n${status}`
const names = (objects: ClusterObjects) => objects.pods.map(({ metadata }) => metadata.name)

/** A pod as a cluster shows it. */
const live = (name: string, app: string, owner = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${app}}, ownerReferences: [${owner}]}\nspec: {nodeName: node-1, containers: [{name: c}]}\nstatus: {phase: Running, podIP: 10.244.0.${name.length + 50}}\n`
const nodes = 'apiVersion: v1\nkind: NodeList\nitems: [{metadata: {name: node-1}}, {metadata: {name: node-2}}]'

describe('pods of workloads', () => {
  it('are called as their controllers call them', () => {
    const [first] = cluster(workload('Deployment', 'web')).pods
    expect(first!.metadata.name).toMatch(/^web-[bcdf456789]{7,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    expect(names(cluster(workload('ReplicaSet', 'web')))[0]).toMatch(/^web-[a-z2-9]{5}$/)
    expect(names(cluster(workload('DaemonSet', 'web')))).toHaveLength(2)
    expect(names(cluster(workload('StatefulSet', 'web', { spec: 'replicas: 2, ' })))).toEqual(['web-0', 'web-1'])
    expect(names(cluster(workload('StatefulSet', 'web', { spec: 'ordinals: {start: 5}, ' })))).toEqual(['web-5'])
    const rc =
      'apiVersion: v1\nkind: ReplicationController\nmetadata: {name: web}\nspec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}'
    expect(names(cluster(rc))[0]).toMatch(/^web-[a-z2-9]{5}$/)
  })

  it('have labels, annotations, owners and a source', () => {
    const [first] = cluster(workload('Deployment', 'web', { meta: ', namespace: shop' })).pods
    const hash = first!.metadata.labels['pod-template-hash']!
    expect(first).toMatchObject({
      metadata: {
        namespace: 'shop',
        labels: { app: 'web', 'pod-template-hash': hash },
        annotations: { a: 'b' },
        ownerReferences: [{ kind: 'ReplicaSet', name: `web-${hash}`, controller: true }],
      },
      spec: { nodeName: 'node-1' },
      status: {
        phase: 'Running',
        podIP: '10.244.0.2',
        hostIP: '192.168.0.11',
        conditions: [{ type: 'Ready', status: 'True' }],
      },
      source: { file: 'in.yaml', line: 1, generatedFor: 'Deployment shop/web' },
    })
    const [numbered] = cluster(workload('StatefulSet', 'db', { spec: 'serviceName: dbs, ' })).pods
    expect(numbered).toMatchObject({
      metadata: { labels: { 'statefulset.kubernetes.io/pod-name': 'db-0', 'apps.kubernetes.io/pod-index': '0' } },
      spec: { hostname: 'db-0', subdomain: 'dbs' },
    })
  })

  it('have the same names every time, and others with another seed', () => {
    const text = workload('Deployment', 'web', { spec: 'replicas: 3, ' })
    expect(names(cluster(text))).toEqual(names(cluster(text)))
    expect(names(cluster(text, { seed: 1 }))).not.toEqual(names(cluster(text)))
    expect(new Set(names(cluster(text))).size).toBe(3)
  })

  it('are distinct, also by the thousand', () => {
    const objects = cluster(workload('Deployment', 'web', { spec: 'replicas: 5000, ' }), { nodes: 50 })
    expect(new Set(names(objects)).size).toBe(5000)
  })

  it('are refused by the thousand million, workload by workload', () => {
    const text = documents(
      workload('Deployment', 'web', { spec: 'replicas: 2000000000, ' }),
      workload('StatefulSet', 'db', { spec: 'replicas: 3, ' }),
      workload('ReplicaSet', 'all', { spec: 'replicas: 1000000, ' }),
    )
    expect(problems(() => cluster(text))).toEqual([
      'in.yaml:1 Deployment default/web spec.replicas: 2000000000 pods are more than kubehop makes of workloads, 1000000',
      'in.yaml:13 ReplicaSet default/all spec.replicas: 1000003 pods are more than kubehop makes of workloads, 1000000',
    ])
  })

  it('with long names are cut', () => {
    const long = 'a'.repeat(63)
    for (const name of names(cluster(workload('DaemonSet', long)))) expect(name.length).toBeLessThanOrEqual(63)
  })

  it('are none for zero replicas, one by default', () => {
    expect(names(cluster(workload('Deployment', 'web', { spec: 'replicas: 0, ' })))).toEqual([])
    expect(names(cluster(workload('Deployment', 'web')))).toHaveLength(1)
  })
})

describe('workloads that have pods already', () => {
  const owned = '{apiVersion: apps/v1, kind: ReplicaSet, name: web-abc, controller: true}'

  it('get none when they are live', () => {
    const deployment = workload('Deployment', 'web', {
      spec: 'replicas: 3, ',
      status: 'status: {observedGeneration: 1, replicas: 3}',
    })
    expect(names(cluster(documents(nodes, deployment, live('web-abc-1', 'web', owned))))).toEqual(['web-abc-1'])
  })

  it('are expanded to what their status says when the input has none of their pods', () => {
    const deployment = workload('Deployment', 'web', {
      spec: 'replicas: 3, ',
      status: 'status: {observedGeneration: 1, replicas: 2}',
    })
    expect(names(cluster(documents(nodes, deployment)))).toHaveLength(2)
    const down = workload('Deployment', 'web', { spec: 'replicas: 3, ', status: 'status: {observedGeneration: 1}' })
    expect(names(cluster(documents(nodes, down)))).toEqual([])
  })

  it('adopt orphans that they select, and make the rest', () => {
    const objects = cluster(documents(workload('Deployment', 'web', { spec: 'replicas: 3, ' }), pod('web')))
    expect(names(objects)).toHaveLength(3)
    expect(names(objects)[0]).toBe('web')
  })

  it('do not take what others control', () => {
    const other = '{apiVersion: apps/v1, kind: ReplicaSet, name: web-two-abc, controller: true}'
    expect(names(cluster(documents(nodes, workload('Deployment', 'web'), live('x', 'web', other))))).toHaveLength(2)
  })

  it('do not count pods that have run to their end', () => {
    const done = live('done', 'web', owned).replace('Running', 'Failed')
    expect(names(cluster(documents(nodes, workload('Deployment', 'web'), done)))).toHaveLength(2)
  })

  it('leave it to their ReplicaSets', () => {
    const set = workload('ReplicaSet', 'web', {
      meta: ', ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]',
    })
    expect(names(cluster(documents(workload('Deployment', 'web'), set)))).toHaveLength(1)
  })

  it('complete StatefulSets and DaemonSets', () => {
    const second = pod('db-1').replace('app: db-1', 'app: db')
    expect(names(cluster(documents(workload('StatefulSet', 'db', { spec: 'replicas: 3, ' }), second)))).toEqual([
      'db-1',
      'db-0',
      'db-2',
    ])
    const agent = live('agent-1', 'agent', '{apiVersion: apps/v1, kind: DaemonSet, name: agent, controller: true}')
    const objects = cluster(documents(nodes, workload('DaemonSet', 'agent'), agent))
    expect(objects.pods.map(({ spec }) => spec.nodeName)).toEqual(['node-1', 'node-2'])
    const running = workload('DaemonSet', 'agent', {
      status: 'status: {observedGeneration: 1, currentNumberScheduled: 1}',
    })
    expect(names(cluster(documents(nodes, running, agent)))).toEqual(['agent-1'])
  })
})
