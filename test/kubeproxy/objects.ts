import type {
  EndpointInput,
  EndpointSliceInput,
  KubeProxyConfigurationInput,
  NodeInput,
  ServiceInput,
} from '../../src/kubeproxy/input.ts'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import type { ProxyRules } from '../../src/kubeproxy/proxy-rules.ts'

// Short ways to write the objects of a test.

type Spec = ServiceInput['spec']

/** A Service in namespace `ns` with one TCP port 80 named `http`, unless `spec` says otherwise. */
export function service(
  name: string,
  spec: Partial<Spec> = {},
  ingress: readonly { ip?: string; ipMode?: string }[] = [],
): ServiceInput {
  return {
    metadata: { name, namespace: 'ns' },
    spec: { type: 'ClusterIP', clusterIP: '10.96.0.1', ports: [{ name: 'http', protocol: 'TCP', port: 80 }], ...spec },
    status: { loadBalancer: { ingress } },
  }
}

type EndpointLike = string | (Partial<EndpointInput> & { readonly ip: string })

/** A slice of a Service; endpoints as `ip` or `ip@node`, port 8080 named `http`. */
export function slice(
  serviceName: string,
  endpoints: readonly EndpointLike[],
  ports: EndpointSliceInput['ports'] = [{ name: 'http', protocol: 'TCP', port: 8080 }],
  name = `${serviceName}-1`,
): EndpointSliceInput {
  return {
    metadata: { name, namespace: 'ns', labels: { 'kubernetes.io/service-name': serviceName } },
    addressType: 'IPv4',
    endpoints: endpoints.map(endpoint),
    ports,
  }
}

function endpoint(like: EndpointLike): EndpointInput {
  if (typeof like !== 'string') return { ...like, addresses: [like.ip] }
  const [address, nodeName] = like.split('@')
  return { addresses: [address!], ...(nodeName === undefined ? {} : { nodeName }) }
}

/** A Node with the address 192.168.0.N, where N is the number at the end of its name. */
export function node(name = 'node-1', labels: Record<string, string> = {}): NodeInput {
  return {
    metadata: { name, labels },
    spec: { podCIDR: `10.244.${name.split('-')[1]}.0/24` },
    status: { addresses: [{ type: 'InternalIP', address: `192.168.0.${name.split('-')[1]}` }] },
  }
}

/** The rules of a node for these objects, without counters and with the pods' network 10.244.0.0/16 unless told otherwise. */
export function rulesFor(
  services: readonly ServiceInput[],
  endpointSlices: readonly EndpointSliceInput[],
  configuration: KubeProxyConfigurationInput = {},
  on: NodeInput = node(),
): ProxyRules {
  const proxy = new KubeProxy({
    services,
    endpointSlices,
    configuration: { clusterCIDR: '10.244.0.0/16', ...configuration },
    facts: { nfacct: { invalidDropped: false, localhostNodePorts: false } },
  })
  return proxy.forNode({ node: on })
}

/** The lines of a chain in the text for iptables-restore, without `-A CHAIN `. */
export function linesOf(rules: ProxyRules, table: 'nat' | 'filter', chain: string): string[] {
  const text = rules.restoreText()
  const part = text.slice(text.indexOf(`*${table}\n`)).split('COMMIT')[0]!
  const prefix = `-A ${chain} `
  return part
    .split('\n')
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length))
}

/** The only chain whose name begins like this. */
export function chainLike(rules: ProxyRules, prefix: string): string {
  const names = [...rules.nat.keys()].filter((name) => name.startsWith(prefix))
  if (names.length !== 1) throw new Error(`${names.length} chains ${prefix}`)
  return names[0]!
}
