import { IPV4_LOOPBACK, type Ipv4, isLoopback, type Prefix, parseIpv4, prefixContains } from '../packet/address.ts'
import { KubehopError } from '../packet/errors.ts'
import type { KubeProxyConfigurationInput, NodeInput } from './input.ts'
import { detectLocalByCidr, detectLocalByInterface, type LocalDetector } from './local-detector.ts'
import { parseAddressSloppily, parseCidrSloppily } from './sloppy-address.ts'

/** The label of a node by which zone hints are read. */
const LABEL_ZONE = 'topology.kubernetes.io/zone'

/** `SetDefaults_KubeProxyConfiguration`, pkg/proxy/apis/config/v1alpha1/defaults.go. */
const DEFAULT_MASQUERADE_BIT = 14

/** What kube-proxy finds out about its host rather than reading it in its configuration. */
export interface HostFacts {
  /** iptables knows `--random-fully` (1.6.2 and later). True unless told otherwise. */
  readonly randomFully?: boolean | undefined
  /** Which nfacct counters could be made (kernel module nfnetlink_acct). Both unless told otherwise. */
  readonly nfacct?: { readonly invalidDropped?: boolean; readonly localhostNodePorts?: boolean } | undefined
}

/** One kube-proxy, on one node: everything that its rules depend on besides Services and endpoints. */
export interface ProxySettings {
  readonly nodeName: string
  readonly zone: string
  /** The address that `loadBalancerSourceRanges` are compared with. */
  readonly nodeIP: Ipv4
  readonly masqueradeAll: boolean
  /** The packet mark that asks for masquerading: one bit. */
  readonly masqueradeMark: number
  /** Null: `IsImplemented()` is false. */
  readonly detector: LocalDetector | null
  /** Node ports answer on 127.0.0.0/8, too; kube-proxy sets the sysctl `net.ipv4.conf.all.route_localnet` then. */
  readonly localhostNodePorts: boolean
  /** Node addresses that serve node ports; null: all addresses of the node. */
  readonly nodePortAddresses: readonly Ipv4[] | null
  /** INVALID packets are not dropped. */
  readonly conntrackTCPLiberal: boolean
  readonly randomFully: boolean
  readonly nfacctInvalidDropped: boolean
  readonly nfacctLocalhostNodePorts: boolean
}

/** What is known of the node that kube-proxy runs on. */
export interface ProxyHost {
  /** The Node object of the name that {@link proxyNodeName} gives. */
  readonly node: NodeInput
  /**
   * All IPv4 addresses of the node's interfaces, lo's among them: `nodePortAddresses` choose from them. Absent:
   * 127.0.0.1 and the addresses that the Node object tells.
   */
  readonly interfaceAddresses?: readonly Ipv4[] | undefined
}

/**
 * Works out the settings of a node's kube-proxy from its configuration, as cmd/kube-proxy does (app/server.go,
 * app/server_linux.go).
 *
 * @throws KubehopError `BAD_KUBE_PROXY_CONFIGURATION` for what kube-proxy's own validation refuses
 */
export function proxySettings(
  configuration: KubeProxyConfigurationInput,
  host: ProxyHost,
  facts: HostFacts = {},
): ProxySettings {
  const { node } = host
  const iptables = configuration.iptables ?? {}
  const addresses = host.interfaceAddresses ?? [IPV4_LOOPBACK, ...nodeAddresses(node, isAnyAddress)]
  const nodeIP = detectNodeIP(configuration, node)
  const ports = nodePorts(configuration.nodePortAddresses ?? [], nodeIP, addresses)
  const localhostNodePorts = (iptables.localhostNodePorts ?? true) && ports.containsLoopback
  return {
    nodeName: proxyNodeName(configuration, node.metadata.name),
    zone: node.metadata.labels?.[LABEL_ZONE] ?? '',
    nodeIP,
    masqueradeAll: iptables.masqueradeAll ?? false,
    masqueradeMark: (1 << masqueradeBit(iptables.masqueradeBit ?? DEFAULT_MASQUERADE_BIT)) >>> 0,
    detector: localDetector(configuration, node),
    localhostNodePorts,
    nodePortAddresses: ports.addresses,
    conntrackTCPLiberal: configuration.conntrack?.tcpBeLiberal ?? false,
    randomFully: facts.randomFully ?? true,
    nfacctInvalidDropped: facts.nfacct?.invalidDropped ?? true,
    nfacctLocalhostNodePorts: facts.nfacct?.localhostNodePorts ?? true,
  }
}

/**
 * The name under which kube-proxy looks for its Node and for its own endpoints (`GetHostname`,
 * component-helpers/node/util).
 */
export function proxyNodeName(configuration: KubeProxyConfigurationInput, hostname: string): string {
  const override = (configuration.hostnameOverride ?? '').trim().toLowerCase()
  return override === '' ? hostname : override
}

function masqueradeBit(bit: number): number {
  if (Number.isInteger(bit) && bit >= 0 && bit <= 31) return bit
  throw refused('iptables.masqueradeBit', `${bit} is not a bit number`, 'write 0 to 31')
}

function refused(field: string, message: string, hint: string): KubehopError {
  return new KubehopError('BAD_KUBE_PROXY_CONFIGURATION', message, {
    where: { field: `KubeProxyConfiguration ${field}` },
    hint,
  })
}

/** `getLocalDetectors`, cmd/kube-proxy/app/server_linux.go. */
function localDetector(configuration: KubeProxyConfigurationInput, node: NodeInput): LocalDetector | null {
  const mode = configuration.detectLocalMode ?? 'ClusterCIDR'
  switch (mode === '' ? 'ClusterCIDR' : mode) {
    case 'ClusterCIDR': {
      const texts = (configuration.clusterCIDR ?? '').split(',').filter((text) => text !== '')
      return byFirstCidr(texts)
    }
    case 'NodeCIDR': {
      const one = node.spec?.podCIDR
      return byFirstCidr(node.spec?.podCIDRs ?? (one == null ? [] : [one]))
    }
    case 'BridgeInterface':
      return byInterface(configuration.detectLocal?.bridgeInterface, '')
    case 'InterfaceNamePrefix':
      return byInterface(configuration.detectLocal?.interfaceNamePrefix, '+')
    default:
      throw refused(
        'detectLocalMode',
        `"${mode}" is not a mode`,
        'write ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix',
      )
  }
}

/** The first IPv4 network counts; without one there is no detector. */
function byFirstCidr(texts: readonly string[]): LocalDetector | null {
  for (const text of texts) {
    const cidr = parseCidrSloppily(text.trim())
    if (cidr !== undefined) return detectLocalByCidr(cidr)
    if (!text.includes(':'))
      throw refused('clusterCIDR', `"${text}" is not a CIDR`, 'write a network such as 10.244.0.0/16')
  }
  return null
}

function byInterface(name: string | null | undefined, ending: string): LocalDetector {
  if (name == null || name === '') {
    throw refused('detectLocal', 'the interface is missing', 'name the interface, or its prefix, that pods come in by')
  }
  return detectLocalByInterface(name + ending)
}

/**
 * The node's own address: bindAddress when it names one, else the Node's first InternalIP, else its first ExternalIP,
 * else 127.0.0.1 (`detectNodeIPs`; `GetNodeHostIPs`, pkg/util/node/node.go).
 */
function detectNodeIP(configuration: KubeProxyConfigurationInput, node: NodeInput): Ipv4 {
  const bind = parseAddressSloppily(configuration.bindAddress ?? '')
  if (bind !== undefined && bind !== 0) return bind
  return (
    nodeAddresses(node, (type) => type === 'InternalIP')[0] ??
    nodeAddresses(node, (type) => type === 'ExternalIP')[0] ??
    IPV4_LOOPBACK
  )
}

const isAnyAddress = (type: string): boolean => type === 'InternalIP' || type === 'ExternalIP'

function nodeAddresses(node: NodeInput, wanted: (type: string) => boolean): Ipv4[] {
  const found: Ipv4[] = []
  for (const { type, address } of node.status?.addresses ?? []) {
    if (!wanted(type)) continue
    const value = parseAddressSloppily(address)
    if (value !== undefined) found.push(value)
  }
  return found
}

/**
 * `NewNodePortAddresses` and `GetNodeIPs`, pkg/proxy/util/nodeport_addresses.go. Where kube-proxy has the addresses in
 * the order of a Go map, here they have the order of the ranges and then of the interfaces.
 */
function nodePorts(
  texts: readonly string[],
  nodeIP: Ipv4,
  addresses: readonly Ipv4[],
): { addresses: readonly Ipv4[] | null; containsLoopback: boolean } {
  const cidrs = nodePortCidrs(texts, nodeIP)
  let containsLoopback = cidrs.length === 0
  const found = new Set<Ipv4>()
  for (const cidr of cidrs) {
    if (isLoopback(cidr.address) || prefixContains(cidr, parseIpv4('127.0.0.0'))) containsLoopback = true
    if (cidr.length === 0) return { addresses: null, containsLoopback: true }
    for (const address of addresses) {
      if (prefixContains(cidr, address)) found.add(address)
    }
  }
  return { addresses: cidrs.length === 0 ? null : [...found], containsLoopback }
}

function nodePortCidrs(texts: readonly string[], nodeIP: Ipv4): Prefix[] {
  if (texts.length === 1 && texts[0] === 'primary') return isLoopback(nodeIP) ? [] : [{ address: nodeIP, length: 32 }]
  const cidrs: Prefix[] = []
  for (const text of texts) {
    const cidr = parseCidrSloppily(text)
    if (cidr !== undefined) cidrs.push(cidr)
    else if (!text.includes(':')) {
      throw refused(
        'nodePortAddresses',
        `"${text}" is not a CIDR`,
        'write networks such as 192.168.0.0/24, or primary alone',
      )
    }
  }
  return cidrs
}
