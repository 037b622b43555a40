/** Objects for large tables: so many Services, each with the same pods of two nodes behind it, and a client on the first node. */
export function manyServices(count: number, endpoints = 3, protocol = 'TCP'): string {
  const pods = Array.from({ length: endpoints }, (_, i) => ({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: `web-${i}`, labels: { app: 'web' } },
    spec: { nodeName: `node-${1 + (i % 2)}`, containers: [{ name: 'c', image: 'web' }] },
  }))
  const client = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'client', labels: { app: 'client' } },
    spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'client' }] },
  }
  const nodes = [1, 2].map((number) => ({
    kind: 'Node',
    apiVersion: 'v1',
    metadata: { name: `node-${number}` },
    spec: { podCIDR: `10.244.${(number - 1) * 4}.0/22` },
    status: { addresses: [{ type: 'InternalIP', address: `192.168.0.${10 + number}` }] },
  }))
  const services = Array.from({ length: count }, (_, i) => ({
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name: `svc-${i}` },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080, protocol }] },
  }))
  return JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [...nodes, client, ...pods, ...services] })
}
