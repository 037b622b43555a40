import type { KubeProxyConfiguration } from '../objects/kube-proxy.ts'
import type { ReadContext } from './context.ts'
import { KUBE_PROXY_FIELDS, KUBE_PROXY_IPTABLES_FIELDS, noteUnknownFields } from './known-fields.ts'
import { sourceOf } from './meta.ts'
import {
  boolean,
  type Fields,
  field,
  integer,
  integerBetween,
  ipv4Cidr,
  ipv4Network,
  isIpv6,
  listField,
  mapping,
  type Reader,
  text,
} from './values.ts'

const emptyIsAbsent: Reader<string> = (value, context) => {
  const given = text(value, context)
  return given === '' ? undefined : given
}

const MODES = ['ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix'] as const

/** kube-proxy does not start with another one. */
const detectLocalMode: Reader<(typeof MODES)[number]> = (value, context) => {
  const given = emptyIsAbsent(value, context)
  const mode = MODES.find((each) => each === given)
  if (mode === undefined && given !== undefined)
    context.problem(`must be one of ${MODES.join(', ')}, not ${JSON.stringify(given)}`)
  return mode
}

/** A network, or the word for the node's own addresses. IPv6 networks are left out. */
const nodePortAddress: Reader<string> = (value, context) => {
  if (value === 'primary') return value
  if (typeof value === 'string' && isIpv6(value)) return undefined
  return ipv4Cidr(value, context)
}

/** `10.244.0.0/16`, or one network of each family with a comma between. */
const clusterCidr: Reader<string> = (value, context) => {
  const given = text(value, context)
  if (given === undefined || given === '') return undefined
  const half = given.split(',').find((cidr) => !isIpv6(cidr))
  return ipv4Network(half ?? given, context)
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1_000,
  µs: 1_000,
  ms: 1_000_000,
  s: 1_000_000_000,
  m: 60_000_000_000,
  h: 3_600_000_000_000,
}

/** A length of time as Go writes it (`24h0m0s`, time.ParseDuration), in nanoseconds. */
const duration: Reader<number> = (value, context) => {
  const given = text(value, context)
  if (given === undefined) return undefined
  if (given === '0') return 0
  if (!/^[-+]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(given)) {
    context.problem(`must be a length of time such as 30s or 1h0m0s, not ${JSON.stringify(given)}`)
    return undefined
  }
  let sum = 0
  for (const [, number, unit] of given.matchAll(/([\d.]+)([a-zµ]+)/g)) sum += Number(number) * UNITS[unit!]!
  return given.startsWith('-') ? -sum : sum
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
    syncPeriod: field(iptables, 'syncPeriod', duration, context),
  }
  // Proposed for kube-proxy, and in builds of some: it would write SNAT instead of MASQUERADE.
  if (field(iptables, 'snatNodeInternalIP', boolean, context) === true)
    context.unsupported('kube-proxy’s iptables.snatNodeInternalIP', 'kubehop’s kube-proxy masquerades; leave it out')
  context.leave()
  const conntrack = field(fields, 'conntrack', mapping, context)
  context.enter('conntrack')
  const conntrackSettings = {
    maxPerCore: field(conntrack, 'maxPerCore', integer, context),
    min: field(conntrack, 'min', integer, context),
    tcpEstablishedTimeout: field(conntrack, 'tcpEstablishedTimeout', duration, context),
    tcpCloseWaitTimeout: field(conntrack, 'tcpCloseWaitTimeout', duration, context),
    tcpBeLiberal: field(conntrack, 'tcpBeLiberal', boolean, context),
    udpTimeout: field(conntrack, 'udpTimeout', duration, context),
    udpStreamTimeout: field(conntrack, 'udpStreamTimeout', duration, context),
  }
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
    conntrack: conntrackSettings,
    healthzBindAddress: field(fields, 'healthzBindAddress', emptyIsAbsent, context),
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
