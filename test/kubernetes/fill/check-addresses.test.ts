import { describe, expect, it } from 'vitest'
import { cluster, documents, problems } from '../support.ts'

const node = (name: string, address: string, podCIDR: string) =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nspec: {podCIDR: ${podCIDR}}\nstatus: {addresses: [{type: InternalIP, address: ${address}}]}\n`
const pod = (podIP: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {${more}nodeName: n1, containers: [{name: c}]}\nstatus: {phase: Running, podIP: ${podIP}}\n`
const service = (clusterIP: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {clusterIP: ${clusterIP}, ports: [{port: 80}]}\n`
const good = node('n1', '192.168.0.1', '10.244.0.0/24')
const found = (...texts: string[]) =>
  problems(() => cluster(documents(...texts))).map((line) => line.replace(/^in\.yaml:\d+ /, ''))

describe('addresses that nobody can have', () => {
  it.each([
    [
      node('n1', '127.0.0.1', '10.244.0.0/24'),
      'Node n1 status.addresses: no single node can have the address 127.0.0.1',
    ],
    [node('n1', '0.0.0.0', '10.244.0.0/24'), 'Node n1 status.addresses: no single node can have the address 0.0.0.0'],
    [node('n1', '192.168.0.1', '127.1.0.0/16'), 'Node n1 spec.podCIDR: no pod can have an address of 127.1.0.0/16'],
    [node('n1', '192.168.0.1', '0.0.0.0/0'), 'Node n1 spec.podCIDR: no pod can have an address of 0.0.0.0/0'],
    [node('n1', '192.168.0.1', '224.0.0.0/24'), 'Node n1 spec.podCIDR: no pod can have an address of 224.0.0.0/24'],
  ])('as a node: %#', (text, problem) => {
    expect(found(text)).toContain(problem)
  })

  it.each([
    ['10.244.0.1', '10.244.0.1 is the bridge’s own in the podCIDR of n1'],
    ['10.244.0.0', '10.244.0.0 is no host’s in the podCIDR of n1'],
    ['10.244.0.255', '10.244.0.255 is no host’s in the podCIDR of n1'],
    ['127.0.0.1', 'no single pod can have the address 127.0.0.1'],
  ])('as a pod: %s', (address, problem) => {
    expect(found(good, pod(address))).toEqual([`Pod default/a status.podIP: ${problem}`])
  })

  it('unless the pod is elsewhere, or has ended', () => {
    expect(found(good, pod('10.244.7.255'))).toEqual([])
    expect(found(good, pod('192.168.0.1', 'hostNetwork: true, '))).toEqual([])
    expect(found(good, pod('10.244.0.1').replace('Running', 'Failed'))).toEqual([])
  })

  it('as a Service', () => {
    expect(found(good, node('n2', '192.168.0.2', '10.96.0.0/24'), service('10.96.0.77'))).toEqual([
      'Service default/s spec.clusterIP: 10.96.0.77 lies in the podCIDR of Node n2, 10.96.0.0/24',
    ])
    expect(found(good, service('10.96.0.77'))).toEqual([])
    expect(found(good, service('None'))).toEqual([])
  })

  it('are told, and no more, when the input is taken leniently', () => {
    const { notes } = cluster(documents(good, pod('10.244.0.1')), { validation: 'lenient' })
    expect(notes.map(({ code }) => code)).toContain('BAD_ADDRESS')
  })
})
