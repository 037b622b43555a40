import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClusterObjects, fillIn, NO_OBJECTS, nodeAddress } from '../../../src/kubernetes/index.ts'
import { parsePrefix, prefixContains, prefixesOverlap, tryParseIpv4 } from '../../../src/packet/address.ts'
import { cluster, documents, pod, problems } from '../support.ts'

const node = (name: string, podCIDR = '', address = '') =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nspec: {${podCIDR === '' ? '' : `podCIDR: ${podCIDR}`}}\nstatus: {addresses: [${address === '' ? '' : `{type: InternalIP, address: ${address}}`}]}`

const summary = (objects: ClusterObjects) =>
  objects.nodes.map((one) => `${one.metadata.name} ${nodeAddress(one)} ${one.spec.podCIDR}`)

describe('nodes', () => {
  it('are two when there are none', () => {
    expect(summary(fillIn(NO_OBJECTS))).toEqual([
      'node-1 192.168.0.11 10.244.0.0/24',
      'node-2 192.168.0.12 10.244.1.0/24',
    ])
  })

  it('are as many as asked for', () => {
    expect(summary(fillIn(NO_OBJECTS, { nodes: 3 })).map((line) => line.split(' ')[0])).toEqual([
      'node-1',
      'node-2',
      'node-3',
    ])
    expect(problems(() => fillIn(NO_OBJECTS, { nodes: 0 }))).toEqual(['the number of nodes must be 1 or more, not 0'])
  })

  it('of the input are used as they stand, and what they lack is filled in', () => {
    const objects = cluster(
      documents(node('a', '10.244.0.0/24', '192.168.0.11'), node('b'), node('c', '10.244.2.0/24', '192.168.0.77')),
      { nodes: 5 },
    )
    expect(summary(objects)).toEqual([
      'a 192.168.0.11 10.244.0.0/24',
      'b 192.168.0.12 10.244.1.0/24',
      'c 192.168.0.77 10.244.2.0/24',
    ])
    expect(objects.notes.map(({ text }) => text)).toEqual(['the input has 3 nodes, so 5 are not made'])
  })

  it('have the labels that kubelets give', () => {
    const [first] = cluster(
      documents(node('a').replace('name: a', 'name: a, labels: {kubernetes.io/os: windows}')),
    ).nodes
    expect(first!.metadata.labels).toEqual({
      'kubernetes.io/hostname': 'a',
      'kubernetes.io/os': 'windows',
      'kubernetes.io/arch': 'amd64',
    })
  })

  it('have the address that flannel wrote down, when they have none', () => {
    const text = node('a').replace('name: a', 'name: a, annotations: {flannel.alpha.coreos.com/public-ip: 172.16.0.9}')
    expect(summary(cluster(text))).toEqual(['a 172.16.0.9 10.244.0.0/24'])
  })

  it('are those that live pods run on, when the input has no nodes', () => {
    const live = (name: string, on: string, ip: string, host: string) =>
      pod(name, `status: {phase: Running, podIP: ${ip}, hostIP: ${host}}`).replace(
        'spec: {',
        `spec: {nodeName: ${on}, `,
      )
    const objects = cluster(
      documents(live('a', 'w1', '10.244.1.5', '10.0.0.1'), live('b', 'w2', '10.244.2.5', '10.0.0.2')),
    )
    expect(objects.nodes.map((one) => [one.metadata.name, nodeAddress(one)])).toEqual([
      ['w1', '10.0.0.1'],
      ['w2', '10.0.0.2'],
    ])
  })

  it('that do not exist are an error, with the nearest ones', () => {
    const text = pod('a').replace('spec: {', 'spec: {nodeName: node-3, ')
    expect(problems(() => cluster(text))).toEqual([
      'in.yaml:1 Pod default/a spec.nodeName: there is no node node-3 (did you mean node-1 or node-2?)',
    ])
    expect(problems(() => cluster(documents(text, node('worker'))))).toEqual([
      'in.yaml:1 Pod default/a spec.nodeName: there is no node node-3 (there is worker)',
    ])
    expect(problems(() => cluster(text, { nodes: 3 }))).toEqual([])
  })

  it('never share an address or a pod network', () => {
    const given = fc.record({ podCIDR: fc.option(fc.nat(40)), address: fc.option(fc.nat(250)) })
    fc.assert(
      fc.property(
        fc.uniqueArray(given, {
          selector: ({ podCIDR, address }) => podCIDR ?? -1 - (address ?? 0),
          minLength: 1,
          maxLength: 20,
        }),
        (nodes) => {
          const used = new Set<number>()
          const text = documents(
            ...nodes.map(({ podCIDR, address }, i) => {
              const own = address === null || used.has(address + 1) ? '' : `192.168.0.${address + 1}`
              if (address !== null) used.add(address + 1)
              return node(`n${i}`, podCIDR === null ? '' : `10.244.${podCIDR}.0/24`, own)
            }),
          )
          const objects = cluster(text)
          const network = parsePrefix(objects.networks.pods)
          const cidrs = objects.nodes.map(({ spec }) => parsePrefix(spec.podCIDR!))
          const addresses = objects.nodes.map((one) => nodeAddress(one)!)
          expect(new Set(addresses).size).toBe(addresses.length)
          for (const [i, cidr] of cidrs.entries()) {
            expect(prefixContains(network, cidr.address)).toBe(true)
            for (const other of cidrs.slice(i + 1)) expect(prefixesOverlap(cidr, other)).toBe(false)
          }
        },
      ),
    )
  })

  it('that share an address or a pod network are an error', () => {
    expect(problems(() => cluster(documents(node('a', '', '192.168.0.5'), node('b', '', '192.168.0.5'))))).toEqual([
      'in.yaml:7 Node b status.addresses: 192.168.0.5 is also the address of Node a',
    ])
    expect(problems(() => cluster(documents(node('a', '10.244.0.0/23'), node('b', '10.244.1.0/24'))))).toEqual([
      'in.yaml:7 Node b spec.podCIDR: 10.244.1.0/24 overlaps that of Node a, 10.244.0.0/23',
    ])
  })

  it('with a pod network outside the cluster’s are an error, or a note', () => {
    const text = node('a', '10.99.0.0/24')
    const message = '10.99.0.0/24 is outside the cluster’s pod network 10.244.0.0/16'
    expect(problems(() => cluster(text, { podCidr: '10.244.0.0/16', serviceCidr: '172.20.0.0/16' }))).toEqual([
      `in.yaml:1 Node a spec.podCIDR: ${message}`,
    ])
    const objects = cluster(text, { podCidr: '10.244.0.0/16', validation: 'lenient' })
    expect(objects.notes.map((note) => note.text)).toEqual([`Node a spec.podCIDR: ${message}`])
  })

  it('that are too many for their network are an error', () => {
    expect(problems(() => fillIn(NO_OBJECTS, { nodes: 5, podCidr: '10.0.0.0/22', nodeCidrMaskSize: 24 }))).toEqual([
      'Node node-5 spec.podCIDR: the pod network 10.0.0.0/22 has no /24 left for node-5 (give a larger one: --pod-cidr)',
    ])
    expect(problems(() => fillIn(NO_OBJECTS, { nodes: 20, nodeCidr: '192.168.0.0/28' }))).toEqual([
      'the node network 192.168.0.0/28 has too few addresses for 20 nodes (give a larger one: --node-cidr)',
    ])
  })

  it('share a small pod network', () => {
    const cidrs = fillIn(NO_OBJECTS, { nodes: 3, podCidr: '10.0.0.0/24' }).nodes.map(({ spec }) => spec.podCIDR)
    expect(cidrs).toEqual(['10.0.0.0/26', '10.0.0.64/26', '10.0.0.128/26'])
  })

  it('by the thousand have networks of their own', () => {
    const objects = fillIn(NO_OBJECTS, { nodes: 5000 })
    expect(objects.networks).toMatchObject({ pods: '10.128.0.0/9', nodes: ['192.168.0.0/16'] })
    const cidrs = objects.nodes.map(({ spec }) => spec.podCIDR!)
    expect(new Set(cidrs).size).toBe(5000)
    for (const one of objects.nodes) expect(tryParseIpv4(nodeAddress(one)!)).toBeDefined()
  })
})

describe('the nodes of an input about kube-proxy alone', () => {
  const slice = (node: string, address = '10.244.0.5') => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: on-${node}, labels: {kubernetes.io/service-name: a}}
addressType: IPv4
endpoints: [{addresses: [${address}], nodeName: ${node}}]`
  const configuration = (more = '') =>
    `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${more}`
  const names = (...args: Parameters<typeof cluster>) => cluster(...args).nodes.map(({ metadata }) => metadata.name)

  it('are those that it speaks of, the one that is asked for first', () => {
    const input = documents(configuration('hostnameOverride: " Gamma "'), slice('beta'), slice('alpha'), slice('beta'))
    expect(names(input)).toEqual(['gamma', 'beta', 'alpha'])
    expect(names(input, { asked: { node: 'alpha' } })).toEqual(['alpha', 'gamma', 'beta'])
    expect(names(documents(configuration()), { asked: { node: 'alpha' } })).toEqual(['alpha'])
  })

  it('are made as ever when it has Nodes, pods, or a number of nodes is given', () => {
    const asked = { asked: { node: 'alpha' } }
    expect(names(documents(configuration(), node('one')), asked)).toEqual(['one'])
    expect(names(documents(configuration(), pod('web')), asked)).toEqual(['node-1', 'node-2'])
    expect(names(documents(configuration(), slice('beta')), { ...asked, nodes: 1 })).toEqual(['node-1'])
    expect(names(documents('apiVersion: v1\nkind: Namespace\nmetadata: {name: some}'), asked)).toEqual([
      'node-1',
      'node-2',
    ])
  })

  it('get no part of the pods’ network that somebody else lives in', () => {
    const input = documents(configuration(), slice('alpha', '10.244.0.1'), slice('beta', '10.244.2.1'))
    expect(cluster(input).nodes.map(({ spec }) => spec.podCIDR)).toEqual(['10.244.1.0/24', '10.244.3.0/24'])
    const asked = cluster(input, { asked: { address: '10.244.1.1' } })
    expect(asked.nodes.map(({ spec }) => spec.podCIDR)).toEqual(['10.244.3.0/24', '10.244.4.0/24'])
  })
})
