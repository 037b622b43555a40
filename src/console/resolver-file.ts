import type { ClusterNetwork } from '../cluster/index.ts'
import type { Pod, PodDnsConfig } from '../kubernetes/index.ts'
import { addressAt, formatIpv4, parsePrefix } from '../packet/address.ts'
import { CLUSTER_DOMAIN } from './cluster-domain.ts'

/** kubeadm gives the cluster's DNS the tenth address of the Services' network (`GetDNSIP`, cmd/kubeadm/app/constants). */
const DNS_ADDRESS = 10

/** What does not fit is cut off (`formDNSConfigFitsLimits`; the numbers: pkg/apis/core/validation/validation.go). */
const MAX_NAMESERVERS = 3
const MAX_SEARCHES = 32
const MAX_SEARCH_CHARACTERS = 2048
const MAX_DOMAIN = 253

/** Runtimes do not sort them. Kubernetes goes through a map of Go here, which has no order: here they stand as they came. */
type DnsOptions = ReadonlyMap<string, string>

interface Resolver {
  readonly servers: readonly string[]
  readonly searches: readonly string[]
  readonly options: DnsOptions
}

const NOTHING: Resolver = { servers: [], searches: [], options: new Map() }

/**
 * A pod's /etc/resolv.conf: by its dnsPolicy and dnsConfig (`GetPodDNS`, pkg/kubelet/network/dns/dns.go), written as containerd does
 * (`parseDNSOptions`, internal/cri/server/sandbox_run_linux.go). Undefined: it begins with the node's own, which nobody knows.
 *
 * A node may have search domains of its own, which kubelet puts behind the cluster's; here it has none.
 */
export function resolverFile(network: ClusterNetwork, { metadata, spec }: Pod): string | undefined {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = spec
  const ofCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork)
  if (!ofCluster && dnsPolicy !== 'None') return undefined
  const base = ofCluster ? clusterResolver(network, metadata.namespace) : NOTHING
  const { servers, searches, options } = dnsConfig === undefined ? base : withConfig(base, dnsConfig)
  const fitting = fittingSearches(searches)
  const words = [...options].map(([name, value]) => (value === '' ? name : `${name}:${value}`))
  const lines = [
    ...(fitting.length === 0 ? [] : [`search ${fitting.join(' ')}\n`]),
    ...servers.slice(0, MAX_NAMESERVERS).map((server) => `nameserver ${server}\n`),
    ...(words.length === 0 ? [] : [`options ${words.join(' ')}\n`]),
  ]
  return lines.join('')
}

function clusterResolver(network: ClusterNetwork, namespace: string): Resolver {
  const services = `svc.${CLUSTER_DOMAIN}`
  return {
    servers: [dnsAddress(network)],
    searches: [`${namespace}.${services}`, services, CLUSTER_DOMAIN],
    options: new Map([['ndots', '5']]),
  }
}

/** `appendDNSConfig` */
function withConfig(base: Resolver, config: PodDnsConfig): Resolver {
  const options = new Map(base.options)
  for (const { name, value = '' } of config.options) options.set(name, value)
  return {
    servers: [...new Set([...base.servers, ...config.nameservers])],
    searches: [...new Set([...base.searches, ...config.searches])],
    options,
  }
}

/** `formDNSSearchFitsLimits` */
function fittingSearches(searches: readonly string[]): readonly string[] {
  const fitting = searches.slice(0, MAX_SEARCHES).filter(({ length }) => length <= MAX_DOMAIN)
  while (fitting.join(' ').length > MAX_SEARCH_CHARACTERS) fitting.pop()
  return fitting
}

/** Where the cluster's names are asked for: the Service kube-dns, or where kubeadm would put it. */
export function dnsAddress({ objects }: Pick<ClusterNetwork, 'objects'>): string {
  const dns = objects.services.find(
    ({ metadata }) => metadata.namespace === 'kube-system' && metadata.name === 'kube-dns',
  )
  return dns?.spec.clusterIP ?? formatIpv4(addressAt(parsePrefix(objects.networks.services).address, DNS_ADDRESS))
}
