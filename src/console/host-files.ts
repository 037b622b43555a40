import type { ClusterNetwork, NodeHost, PodHost } from '../cluster/index.ts'
import type { Files } from '../commands/index.ts'
import type { Pod } from '../kubernetes/index.ts'
import { addressAt, formatIpv4, formatPrefix, parsePrefix } from '../packet/address.ts'

// Files that programs of Kubernetes write on nodes and into pods.

/** What cluster members are named under (`clusterDomain` of KubeletConfiguration, as kubeadm has it). */
const CLUSTER_DOMAIN = 'cluster.local'
/** kubeadm gives the cluster's DNS the tenth address of the Services' network (`GetDNSIP`, cmd/kubeadm/app/constants). */
const DNS_ADDRESS = 10

export function filesOfNode(files: Files, network: ClusterNetwork, node: NodeHost): void {
  put(files, '/etc/hostname', `${node.plan.name}\n`)
  put(files, '/run/flannel/subnet.env', subnetFile(network, node))
}

export function filesOfPod(files: Files, network: ClusterNetwork, { pod, address }: PodHost): void {
  const { namespace } = pod.metadata
  const host = hostNameOf(pod)
  const { subdomain } = pod.spec
  put(files, '/etc/hostname', `${host}\n`)
  put(
    files,
    '/etc/hosts',
    hostsFile(
      formatIpv4(address),
      subdomain === undefined ? host : `${host}.${subdomain}.${namespace}.svc.${CLUSTER_DOMAIN}\t${host}`,
    ),
  )
  const resolver = resolverFile(network, namespace, pod.spec)
  if (resolver !== null) put(files, '/etc/resolv.conf', resolver)
}

/** `WriteSubnetFile`, flannel's pkg/subnet/subnet.go. The subnet is written with the bridge's own address. */
function subnetFile(network: ClusterNetwork, { plan, podMtu }: NodeHost): string {
  const { flannel } = network.plan
  const { subnet } = plan.lease
  return [
    `FLANNEL_NETWORK=${formatPrefix(flannel.network)}`,
    `FLANNEL_SUBNET=${formatIpv4(addressAt(subnet.address, 1))}/${subnet.length}`,
    `FLANNEL_MTU=${podMtu}`,
    `FLANNEL_IPMASQ=${flannel.ipMasq}`,
    '',
  ].join('\n')
}

/** `managedHostsFileContent`, pkg/kubelet/kubelet_pods.go. */
function hostsFile(address: string, names: string): string {
  return [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    `${address}\t${names}`,
    '',
  ].join('\n')
}

interface DnsWishes {
  readonly hostNetwork: boolean
  readonly dnsPolicy?: string | undefined
  readonly dnsConfig?:
    | {
        readonly nameservers?: readonly string[] | undefined
        readonly searches?: readonly string[] | undefined
        readonly options?: readonly { readonly name: string; readonly value?: string | undefined }[] | undefined
      }
    | undefined
}

/**
 * Who answers names, by the pod's dnsPolicy (`GetPodDNS`, pkg/kubelet/network/dns/dns.go), written as containerd does (`parseDNSOptions`). Null:
 * it is the node's own file, which nobody knows.
 */
function resolverFile(network: ClusterNetwork, namespace: string, wishes: DnsWishes): string | null {
  const { hostNetwork, dnsPolicy = 'ClusterFirst', dnsConfig } = wishes
  const ofCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork)
  if (!ofCluster && dnsPolicy !== 'None') return null
  const svc = `svc.${CLUSTER_DOMAIN}`
  const servers = [...(ofCluster ? [dnsAddress(network)] : []), ...(dnsConfig?.nameservers ?? [])]
  const searches = [...(ofCluster ? [`${namespace}.${svc}`, svc, CLUSTER_DOMAIN] : []), ...(dnsConfig?.searches ?? [])]
  const options = new Map<string, string>(ofCluster ? [['ndots', '5']] : [])
  for (const { name, value = '' } of dnsConfig?.options ?? []) options.set(name, value)
  const words = [...options].map(([name, value]) => (value === '' ? name : `${name}:${value}`))
  const lines = [
    ...(searches.length === 0 ? [] : [`search ${[...new Set(searches)].join(' ')}`]),
    ...[...new Set(servers)].map((server) => `nameserver ${server}`),
    ...(words.length === 0 ? [] : [`options ${words.join(' ')}`]),
  ]
  return `${lines.join('\n')}\n`
}

/** Where the cluster's names are asked for: the Service kube-dns, or where kubeadm would put it. */
function dnsAddress(network: ClusterNetwork): string {
  const { services, networks } = network.objects
  const dns = services.find(({ metadata }) => metadata.namespace === 'kube-system' && metadata.name === 'kube-dns')
  return dns?.spec.clusterIP ?? formatIpv4(addressAt(parsePrefix(networks.services).address, DNS_ADDRESS))
}

/** What `hostname` says in a pod (`GetNodenameAndHostname`, pkg/kubelet/kubelet_pods.go): a host-network pod has the node's name. */
export function hostNameOf(pod: Pod): string {
  if (pod.spec.hostNetwork) return pod.spec.nodeName ?? pod.metadata.name
  return (pod.spec.hostname ?? pod.metadata.name).slice(0, 63).replace(/[-.]+$/, '')
}

function put(files: Files, path: string, text: string): void {
  files.write(path, false).write(text)
}
