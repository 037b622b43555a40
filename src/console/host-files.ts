import type { ClusterNetwork, NodeHost, PodHost } from '../cluster/index.ts'
import type { Files } from '../commands/index.ts'
import type { HostAlias, Pod } from '../kubernetes/index.ts'
import { addressAt, formatIpv4, formatPrefix } from '../packet/address.ts'
import { CLUSTER_DOMAIN } from './cluster-domain.ts'
import { resolverFile } from './resolver-file.ts'

// Files that programs of Kubernetes write on nodes and into pods.

export function filesOfNode(files: Files, network: ClusterNetwork, node: NodeHost): void {
  put(files, '/etc/hostname', `${node.plan.name}\n`)
  put(files, '/etc/hosts', hostsOfNode(node.plan.name))
  put(files, '/run/flannel/subnet.env', subnetFile(network, node))
}

export function filesOfPod(files: Files, network: ClusterNetwork, { pod, address }: PodHost): void {
  put(files, '/etc/hostname', `${hostNameOf(pod)}\n`)
  put(files, '/etc/hosts', pod.spec.hostNetwork ? hostsOfHostNetwork(pod) : hostsFile(pod, formatIpv4(address)))
  const resolver = resolverFile(network, pod)
  if (resolver !== undefined) put(files, '/etc/resolv.conf', resolver)
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

/** As Debian's installer leaves it. What an administrator adds nobody told. */
function hostsOfNode(name: string): string {
  const [short = ''] = name.split('.')
  return [
    '127.0.0.1\tlocalhost',
    `127.0.1.1\t${name === short ? name : `${name}\t${short}`}`,
    '',
    '# The following lines are desirable for IPv6 capable hosts',
    '::1     localhost ip6-localhost ip6-loopback',
    'ff02::1 ip6-allnodes',
    'ff02::2 ip6-allrouters',
    '',
  ].join('\n')
}

/** A copy of the node's own (`nodeHostsFileContent`, pkg/kubelet/kubelet_pods.go). */
function hostsOfHostNetwork(pod: Pod): string {
  const aliases = aliasLines(pod.spec.hostAliases ?? []).map((line) => `${line}\n`)
  return `# Kubernetes-managed hosts file (host network).\n${hostsOfNode(hostNameOf(pod))}${aliases.join('')}`
}

/** `managedHostsFileContent`, pkg/kubelet/kubelet_pods.go. */
function hostsFile({ metadata, spec }: Pod, address: string): string {
  const host = shortHostName(spec.hostname ?? metadata.name)
  const names =
    spec.subdomain === undefined
      ? host
      : `${host}.${spec.subdomain}.${metadata.namespace}.svc.${CLUSTER_DOMAIN}\t${host}`
  return [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    `${address}\t${names}`,
    ...aliasLines(spec.hostAliases ?? []),
    '',
  ].join('\n')
}

/** `hostsEntriesFromHostAliases` */
function aliasLines(aliases: readonly HostAlias[]): string[] {
  if (aliases.length === 0) return []
  return ['', '# Entries added by HostAliases.', ...aliases.map(({ ip, hostnames }) => [ip, ...hostnames].join('\t'))]
}

/** What `hostname` says in a pod (`GetNodenameAndHostname`, pkg/kubelet/kubelet_pods.go): a host-network pod has the node's name. */
export function hostNameOf(pod: Pod): string {
  if (pod.spec.hostNetwork) return pod.spec.nodeName ?? pod.metadata.name
  return shortHostName(pod.spec.hostname ?? pod.metadata.name)
}

/** A host name has 63 characters at most (`truncatePodHostnameIfNeeded`). */
function shortHostName(name: string): string {
  return name.slice(0, 63).replace(/[-.]+$/, '')
}

function put(files: Files, path: string, text: string): void {
  files.write(path, false).write(text)
}
