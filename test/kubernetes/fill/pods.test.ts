import { describe, expect, it } from 'vitest'
import { cluster, documents, pod, problems } from '../support.ts'

const on = (name: string, nodeName: string, status = '') =>
  pod(name, status === '' ? '' : `status: {${status}}`).replace('spec: {', `spec: {nodeName: ${nodeName}, `)

describe('pod addresses', () => {
  it('are given in order from the third of the node’s network', () => {
    const objects = cluster(documents(on('a', 'node-1'), on('b', 'node-2'), on('c', 'node-1')))
    expect(objects.pods.map(({ status }) => [status.podIP, status.hostIP])).toEqual([
      ['10.244.0.2', '192.168.0.11'],
      ['10.244.1.2', '192.168.0.12'],
      ['10.244.0.3', '192.168.0.11'],
    ])
  })

  it('pass over those in use', () => {
    const objects = cluster(
      documents(
        on('a', 'node-1'),
        on('b', 'node-1', 'podIP: 10.244.0.2'),
        on('c', 'node-1'),
        on('d', 'node-2', 'podIP: 10.244.0.4'),
      ),
    )
    expect(objects.pods.map(({ status }) => status.podIP)).toEqual([
      '10.244.0.3',
      '10.244.0.2',
      '10.244.0.5',
      '10.244.0.4',
    ])
    expect(objects.notes.map(({ code }) => code)).toEqual(['POD_ADDRESS_OUTSIDE'])
  })

  it('of hostNetwork pods are the node’s', () => {
    const objects = cluster(
      documents(...['a', 'b'].map((name) => on(name, 'node-1').replace('spec: {', 'spec: {hostNetwork: true, '))),
    )
    expect(objects.pods.map(({ status }) => status.podIP)).toEqual(['192.168.0.11', '192.168.0.11'])
  })

  it('that two pods have are an error', () => {
    const text = documents(on('a', 'node-1', 'podIP: 10.244.0.9'), on('b', 'node-1', 'podIP: 10.244.0.9'))
    expect(problems(() => cluster(text))).toEqual([
      'in.yaml:7 Pod default/b status.podIP: 10.244.0.9 is also the address of Pod default/a',
    ])
    expect(problems(() => cluster(on('a', 'node-1', 'podIP: 192.168.0.11')))).toEqual([
      'in.yaml:1 Pod default/a status.podIP: 192.168.0.11 is also the address of Node node-1',
    ])
  })

  it('of pods that have run to their end are free again', () => {
    const done = on('done', 'node-1', 'podIP: 10.244.0.2, phase: Succeeded')
    expect(cluster(documents(done, on('b', 'node-1', 'podIP: 10.244.0.2'))).pods).toHaveLength(2)
    expect(cluster(documents(done, on('b', 'node-1'))).pods[1]!.status.podIP).toBe('10.244.0.2')
  })

  it('that run out are an error', () => {
    const text = documents(...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => on(name, 'node-1')))
    expect(problems(() => cluster(text, { nodes: 1, podCidr: '10.0.0.0/29' }))).toEqual([
      'in.yaml:31 Pod default/f status.podIP: the pod network of node-1, 10.0.0.0/29, has no address left for it (give the node a larger podCIDR)',
    ])
  })
})

describe('pods that wait', () => {
  it('in a live cluster keep waiting', () => {
    const [waiting, creating] = cluster(
      documents(pod('a', 'status: {phase: Pending}'), on('b', 'node-1', 'phase: Pending')),
    ).pods
    expect([waiting!.spec.nodeName, waiting!.status.podIP]).toEqual([undefined, undefined])
    expect([creating!.spec.nodeName, creating!.status.podIP]).toEqual(['node-1', undefined])
  })

  it('but have an address are left as they are', () => {
    const [object] = cluster(on('a', 'node-1', 'phase: Pending, podIP: 10.244.0.7, hostIP: 192.168.0.11')).pods
    expect(object!.status).toMatchObject({ phase: 'Pending', podIP: '10.244.0.7' })
  })
})

describe('complete pods', () => {
  it('are the same objects afterwards', () => {
    const text = on(
      'a',
      'node-1',
      'phase: Running, podIP: 10.244.0.7, hostIP: 192.168.0.11, conditions: [{type: Ready, status: "True"}]',
    )
    const objects = cluster(text)
    const again = cluster(text)
    expect(objects.pods).toEqual(again.pods)
    expect(objects.assumptions.map(({ code }) => code)).not.toContain('PODS_READY')
  })
})
