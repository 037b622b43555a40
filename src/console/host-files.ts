import type { ClusterNetwork, NodeHost, PodHost } from '../cluster/index.ts'
import type { Files } from '../commands/index.ts'
import type { HostAlias, Pod } from '../kubernetes/index.ts'
import { addressAt, formatIpv4, formatPrefix } from '../packet/address.ts'
import { CLUSTER_DOMAIN } from './cluster-domain.ts'
import { resolverFile } from './resolver-file.ts'

// Files that programs of Kubernetes write on nodes and into pods.

export function filesOfNode(files: Files, network: ClusterNetwork, node: NodeHost): void {
  put(files, '/etc/hostname', `${node.plan.name}\n`)
  put(files, '/run/flannel/subnet.env', subnetFile(network, node))
}

export function filesOfPod(files: Files, network: ClusterNetwork, { pod, address }: PodHost): void {
  put(files, '/etc/hostname', `${hostNameOf(pod)}\n`)
  // in the host's network it is a copy of the host's own, which nobody knows
  if (!pod.spec.hostNetwork) put(files, '/etc/hosts', hostsFile(pod, formatIpv4(address)))
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
