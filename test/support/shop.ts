/**
 * A cluster of two nodes on which every flow can be shown: names, places and addresses are given, so that a test can say what it
 * expects in plain words.
 *
 *     node-1 192.168.0.11 10.244.0.0/24: client .10 (two containers), near .20, self .30, db-0 .40, host-a and host-clash (host network)
 *     node-2 192.168.0.12 10.244.1.0/24: guest .10, far .20, db-1 .40, db-2 .41 (not ready), host-b (host network)
 */
interface PodSketch {
  readonly name: string
  readonly node: 'node-1' | 'node-2'
  /** Absent: a pod in the host's network. */
  readonly ip?: string
  readonly app: string
  readonly ports?: readonly number[]
  readonly udpPorts?: readonly number[]
  readonly containers?: number
  readonly ready?: boolean
}

const PODS: readonly PodSketch[] = [
  { name: 'client', node: 'node-1', ip: '10.244.0.10', app: 'client', containers: 2 },
  { name: 'near', node: 'node-1', ip: '10.244.0.20', app: 'near' },
  { name: 'self', node: 'node-1', ip: '10.244.0.30', app: 'self' },
  { name: 'guest', node: 'node-2', ip: '10.244.1.10', app: 'guest' },
  { name: 'far', node: 'node-2', ip: '10.244.1.20', app: 'far' },
  { name: 'db-0', node: 'node-1', ip: '10.244.0.40', app: 'db' },
  { name: 'db-1', node: 'node-2', ip: '10.244.1.40', app: 'db' },
  { name: 'db-2', node: 'node-2', ip: '10.244.1.41', app: 'db', ready: false },
  { name: 'stable-1', node: 'node-1', ip: '10.244.0.51', app: 'grey' },
  { name: 'stable-2', node: 'node-2', ip: '10.244.1.52', app: 'grey' },
  { name: 'stable-3', node: 'node-2', ip: '10.244.1.53', app: 'grey' },
  { name: 'canary-1', node: 'node-1', ip: '10.244.0.54', app: 'grey' },
  { name: 'host-a', node: 'node-1', app: 'host-a', ports: [9100], udpPorts: [8125] },
  { name: 'host-b', node: 'node-2', app: 'host-b', ports: [9100], udpPorts: [8125] },
]

/** Listens where host-a does. */
const CLASH: PodSketch = { name: 'host-clash', node: 'node-1', app: 'host-clash', ports: [9100] }

function podYaml({ name, node, ip, app, ports = [], udpPorts = [], containers = 1, ready = true }: PodSketch): string {
  const list = Array.from({ length: containers }, (_, i) => {
    const declared = [
      ...ports.map((port) => `{containerPort: ${port}}`),
      ...udpPorts.map((port) => `{containerPort: ${port}, protocol: UDP}`),
    ]
    return `{name: c${i}, image: shop, ports: [${declared.join(', ')}]}`
  })
  const host = ip === undefined ? ', hostNetwork: true' : ''
  const address = ip === undefined ? '' : `podIP: ${ip}, `
  const labels = ip === undefined ? `${app}, network: host` : app
  return `kind: Pod
apiVersion: v1
metadata: {name: ${name}, labels: {app: ${labels}}}
spec: {nodeName: ${node}${host}, containers: [${list.join(', ')}]}
status: {phase: Running, ${address}conditions: [{type: Ready, status: '${ready ? 'True' : 'False'}'}]}`
}

function nodeYaml(name: string, ip: string, podCidr: string): string {
  return `kind: Node
apiVersion: v1
metadata: {name: ${name}}
spec: {podCIDR: ${podCidr}}
status: {addresses: [{type: InternalIP, address: ${ip}}]}`
}

interface ServiceSketch {
  readonly name: string
  readonly yaml: string
}

function serviceOf(name: string, spec: string, ...more: readonly string[]): ServiceSketch {
  const service = `kind: Service
apiVersion: v1
metadata: {name: ${name}}
spec: {${spec}}`
  return { name, yaml: [service, ...more].join('\n---\n') }
}

const SERVICES: readonly ServiceSketch[] = [
  serviceOf('near', 'clusterIP: 10.96.0.20, selector: {app: near}, ports: [{port: 80, targetPort: 8080}]'),
  serviceOf('far', 'clusterIP: 10.96.0.21, selector: {app: far}, ports: [{port: 80, targetPort: 8080}]'),
  serviceOf('self', 'clusterIP: 10.96.0.30, selector: {app: self}, ports: [{port: 80, targetPort: 8080}]'),
  serviceOf('dns', 'clusterIP: 10.96.0.10, selector: {app: far}, ports: [{port: 53, protocol: UDP}]'),
  serviceOf('stream', 'clusterIP: 10.96.0.11, selector: {app: far}, ports: [{port: 3868, protocol: SCTP}]'),
  serviceOf('db', 'clusterIP: None, selector: {app: db}, ports: [{port: 5432}]'),
  serviceOf('grey', 'clusterIP: 10.96.0.50, selector: {app: grey}, ports: [{port: 80, targetPort: 8080}]'),
  serviceOf(
    'empty',
    'type: LoadBalancer, clusterIP: 10.96.0.40, loadBalancerIP: 203.0.113.40, selector: {app: nobody}, ports: [{port: 80, nodePort: 30040}]',
  ),
  serviceOf(
    'open',
    'type: NodePort, clusterIP: 10.96.0.60, selector: {app: far}, ports: [{port: 80, targetPort: 8080, nodePort: 30060}]',
  ),
  serviceOf(
    'local',
    'type: NodePort, externalTrafficPolicy: Local, clusterIP: 10.96.0.61, selector: {app: far}, ports: [{port: 80, targetPort: 8080, nodePort: 30061}]',
  ),
  serviceOf(
    'balanced',
    'type: LoadBalancer, clusterIP: 10.96.0.70, loadBalancerIP: 203.0.113.70, selector: {app: far}, ports: [{port: 80, targetPort: 8080, nodePort: 30070}]',
  ),
  serviceOf(
    'balanced-local',
    'type: LoadBalancer, externalTrafficPolicy: Local, clusterIP: 10.96.0.71, loadBalancerIP: 203.0.113.71, selector: {app: far}, ports: [{port: 80, targetPort: 8080, nodePort: 30071}]',
  ),
  serviceOf(
    'by-address',
    'clusterIP: 10.96.0.80, externalIPs: [203.0.113.80], selector: {app: near}, ports: [{port: 80, targetPort: 8080}]',
  ),
  serviceOf('host-a', 'clusterIP: 10.96.0.90, selector: {app: host-a}, ports: [{port: 9100}]'),
  serviceOf('host-b', 'clusterIP: 10.96.0.91, selector: {app: host-b}, ports: [{port: 9100}]'),
  serviceOf(
    'agent',
    'internalTrafficPolicy: Local, clusterIP: 10.96.0.92, selector: {network: host}, ports: [{name: metrics, port: 9100}, {name: statsd, port: 8125, protocol: UDP}]',
  ),
  // no selector: somebody else says where they lead
  serviceOf(
    'legacy',
    'clusterIP: 10.96.0.100, ports: [{port: 3306}]',
    `kind: EndpointSlice
apiVersion: discovery.k8s.io/v1
metadata: {name: legacy-1, labels: {kubernetes.io/service-name: legacy}}
addressType: IPv4
endpoints: [{addresses: [198.51.100.77]}]
ports: [{port: 3306}]`,
  ),
  serviceOf(
    'older',
    'clusterIP: 10.96.0.101, ports: [{port: 3306}]',
    `kind: Endpoints
apiVersion: v1
metadata: {name: older}
subsets: [{addresses: [{ip: 192.168.0.99}], ports: [{port: 3306}]}]`,
  ),
]

/** Workloads of which two make one Service's endpoints, three to one. */
export const GREY_RELEASE = `kind: Deployment
apiVersion: apps/v1
metadata: {name: stable}
spec:
  replicas: 3
  selector: {matchLabels: {track: stable}}
  template: {metadata: {labels: {app: shop, track: stable}}, spec: {containers: [{name: c, image: shop:1}]}}
---
kind: Deployment
apiVersion: apps/v1
metadata: {name: canary}
spec:
  replicas: 1
  selector: {matchLabels: {track: canary}}
  template: {metadata: {labels: {app: shop, track: canary}}, spec: {containers: [{name: c, image: shop:2}]}}
---
kind: Service
apiVersion: v1
metadata: {name: shop}
spec: {clusterIP: 10.96.0.50, selector: {app: shop}, ports: [{port: 80, targetPort: 8080}]}
`

const NODES = [nodeYaml('node-1', '192.168.0.11', '10.244.0.0/24'), nodeYaml('node-2', '192.168.0.12', '10.244.1.0/24')]

export interface ShopOptions {
  /** Adds a pod that wants a port of its host that is taken. */
  readonly clash?: boolean
  /** Only these pods and Services; all unless given. */
  readonly only?: readonly string[]
}

export function shopManifest({ clash = false, only }: ShopOptions = {}): string {
  const wanted = ({ name }: { readonly name: string }) => only === undefined || only.includes(name)
  const pods = (clash ? [...PODS, CLASH] : PODS).filter(wanted).map(podYaml)
  return [...NODES, ...pods, ...SERVICES.filter(wanted).map(({ yaml }) => yaml)].join('\n---\n')
}
