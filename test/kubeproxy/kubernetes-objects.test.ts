import { expect, it } from 'vitest'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import { readObjects } from '../../src/kubernetes/index.ts'

const YAML = `
apiVersion: v1
kind: Node
metadata: {name: node-1}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.1}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  clusterIP: 10.96.0.7
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-x, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints:
- addresses: [10.244.1.5]
  nodeName: node-1
  hints: {forZones: [{name: a}]}
ports: [{name: http, port: 8080}]
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clusterCIDR: 10.244.0.0/16
`

it('takes the objects as they were read', () => {
  const { services, endpointSlices, nodes, kubeProxy } = readObjects([{ name: 'shop.yaml', content: YAML }])
  const proxy = new KubeProxy({ services, endpointSlices, configuration: kubeProxy })
  const text = proxy.forNode({ node: nodes[0]! }).restoreText()
  expect(text).toContain('--comment "shop/web:http -> 10.244.1.5:8080" -j KUBE-SEP-')
  expect(text).toContain('-d 10.96.0.7 --dport 80 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ')
  expect(proxy.entries[0]!.endpoints[0]!.zoneHints).toEqual(['a'])
})
