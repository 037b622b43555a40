import { describe, expect, it } from 'vitest'
import { Assumptions } from '../../../src/kubernetes/fill/assumptions.ts'
import { fillIn } from '../../../src/kubernetes/index.ts'
import { cluster, documents, pod, read } from '../support.ts'

const shop = documents(
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: 5, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}',
  'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}',
  pod('client'),
)

describe('fillIn', () => {
  it('tells what it supposed, one line for each kind of thing', () => {
    expect(
      cluster(shop).assumptions.map(({ text }) => text.replace(/web-[a-z0-9]+-[a-z0-9]{5}/g, 'web-…')),
    ).toMatchInlineSnapshot(`
      [
        "2 nodes were made: node-1, node-2",
        "2 nodes got an address: node-1 192.168.0.11, node-2 192.168.0.12",
        "2 nodes got a pod network: node-1 10.244.0.0/24, node-2 10.244.1.0/24",
        "4 networks were supposed: pods 10.244.0.0/16, services 10.96.0.0/12, nodes 192.168.0.0/24, load balancers 203.0.113.0/24",
        "5 pods were made of workloads: shop/web-…, shop/web-…, shop/web-…, shop/web-…, shop/web-…",
        "6 pods were put on nodes, fewest pods first: default/client on node-1, shop/web-… on node-2, shop/web-… on node-1, shop/web-… on node-2, shop/web-… on node-1, shop/web-… on node-2",
        "6 pods got an address: default/client 10.244.0.2, shop/web-… 10.244.1.2, shop/web-… 10.244.0.3, shop/web-… 10.244.1.3, shop/web-… 10.244.0.4, shop/web-… 10.244.1.4",
        "6 pods without status are taken as running and ready: default/client, shop/web-…, shop/web-…, shop/web-…, shop/web-…, shop/web-…",
        "1 Service that every cluster has was added: default/kubernetes 10.96.0.1",
        "1 node is taken as the API server’s: node-1",
        "1 Service got a cluster IP: shop/web 10.109.79.49",
        "1 node port was given: shop/web 80→31561",
        "1 Service got a load balancer address: shop/web 203.0.113.1",
        "1 Service got EndpointSlices made of its selector and pods: shop/web (5 endpoints)",
      ]
    `)
  })

  it('makes the same cluster of the same input', () => {
    expect(JSON.stringify(cluster(shop))).toBe(JSON.stringify(cluster(shop)))
  })

  it('makes the same cluster of YAML and of JSON', () => {
    const objects = read(shop)
    const bare = JSON.parse(JSON.stringify(objects)) as typeof objects
    expect(fillIn(bare)).toEqual(fillIn(objects))
  })

  it('makes the namespaces that things are in', () => {
    expect(cluster(shop).namespaces.map(({ metadata }) => metadata.name)).toEqual(['default', 'kube-system', 'shop'])
  })

  it('keeps the notes of reading', () => {
    const objects = cluster(documents(shop, 'apiVersion: v1\nkind: Secret\nmetadata: {name: x}'))
    expect(objects.notes.map(({ code }) => code)).toEqual(['OTHER_KINDS'])
  })

  it('completes what is complete to itself', () => {
    const once = cluster(shop)
    const twice = fillIn(once)
    expect({ ...twice, assumptions: [] }).toEqual({ ...once, assumptions: [] })
  })
})

describe('Assumptions', () => {
  it('name a hundred examples', () => {
    const names = Array.from({ length: 100 }, (_, i) => `node-${i + 1}`)
    const assumptions = new Assumptions()
    for (const name of [...names, 'node-101']) assumptions.add('NODES', () => name)
    assumptions.add('SERVICES', () => 'default/kubernetes')
    expect(assumptions.list()).toEqual([
      { code: 'NODES', text: `101 nodes were made: ${names.join(', ')}, …` },
      { code: 'SERVICES', text: '1 Service that every cluster has was added: default/kubernetes' },
    ])
  })
})
