import type { KubeProxyConfiguration } from '../objects/kube-proxy.ts'
import type { ReadContext } from './context.ts'
import { KUBE_PROXY_FIELDS, KUBE_PROXY_IPTABLES_FIELDS, noteUnknownFields } from './known-fields.ts'
import { sourceOf } from './meta.ts'
import {
  boolean,
  type Fields,
  field,
  integerBetween,
  ipv4Cidr,
  isIpv6,
  listField,
  mapping,
  oneOf,
  type Reader,
  text,
} from './values.ts'

const detectLocalMode = oneOf('ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix')

const KEYWORDS = ['primary', 'localhost', 'all']

/** A network, or a word that stands for some. IPv6 networks are left out. */
const nodePortAddress: Reader<string> = (value, context) => {
  if (typeof value === 'string' && (KEYWORDS.includes(value) || isIpv6(value))) return isIpv6(value) ? undefined : value
  return ipv4Cidr(value, context)
}

/** `10.244.0.0/16`, or one network of each family with a comma between. */
const clusterCidr: Reader<string> = (value, context) => {
  const given = text(value, context)
  if (given === undefined || given === '') return undefined
  const half = given.split(',').find((cidr) => !isIpv6(cidr))
  return ipv4Cidr(half ?? given, context)
}

const emptyIsAbsent: Reader<string> = (value, context) => {
  const given = text(value, context)
  return given === '' ? undefined : given
}

const featureGates: Reader<Readonly<Record<string, boolean>>> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  const gates = Object.entries(fields).filter((gate): gate is [string, boolean] => typeof gate[1] === 'boolean')
  return Object.fromEntries(gates)
}

/** `KubeProxyConfiguration` (pkg/proxy/apis/config/validation/validation.go). */
export function readKubeProxyConfiguration(fields: Fields, context: ReadContext): KubeProxyConfiguration {
  noteUnknownFields(fields, KUBE_PROXY_FIELDS, context)
  const iptables = field(fields, 'iptables', mapping, context)
  context.enter('iptables')
  if (iptables !== undefined) noteUnknownFields(iptables, KUBE_PROXY_IPTABLES_FIELDS, context)
  const iptablesSettings = {
    masqueradeBit: field(iptables, 'masqueradeBit', integerBetween(0, 31), context),
    masqueradeAll: field(iptables, 'masqueradeAll', boolean, context),
    localhostNodePorts: field(iptables, 'localhostNodePorts', boolean, context),
  }
  context.leave()
  const conntrack = field(fields, 'conntrack', mapping, context)
  context.enter('conntrack')
  const tcpBeLiberal = field(conntrack, 'tcpBeLiberal', boolean, context)
  context.leave()
  return {
    mode: field(fields, 'mode', emptyIsAbsent, context),
    clusterCIDR: field(fields, 'clusterCIDR', clusterCidr, context),
    hostnameOverride: field(fields, 'hostnameOverride', emptyIsAbsent, context),
    bindAddress: field(fields, 'bindAddress', emptyIsAbsent, context),
    detectLocalMode: field(fields, 'detectLocalMode', detectLocalMode, context),
    detectLocal: field(fields, 'detectLocal', detectLocal, context),
    nodePortAddresses: listField(fields, 'nodePortAddresses', nodePortAddress, context),
    iptables: iptablesSettings,
    conntrack: { tcpBeLiberal },
    featureGates: field(fields, 'featureGates', featureGates, context) ?? {},
    source: sourceOf(context),
  }
}

const detectLocal: Reader<NonNullable<KubeProxyConfiguration['detectLocal']>> = (value, context) => {
  const fields = mapping(value, context)
  return {
    bridgeInterface: field(fields, 'bridgeInterface', emptyIsAbsent, context),
    interfaceNamePrefix: field(fields, 'interfaceNamePrefix', emptyIsAbsent, context),
  }
}
