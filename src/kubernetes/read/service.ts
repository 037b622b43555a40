import type { LoadBalancerIngress, Service, ServicePort, ServiceSpec } from '../objects/service.ts'
import { checkService } from './check-service.ts'
import type { ReadContext } from './context.ts'
import { isMapping } from './document.ts'
import {
  CLIENT_IP_FIELDS,
  LOAD_BALANCER_INGRESS_FIELDS,
  LOAD_BALANCER_STATUS_FIELDS,
  noteUnknownFields,
  OBJECT_FIELDS,
  SERVICE_PORT_FIELDS,
  SERVICE_SPEC_FIELDS,
  SERVICE_STATUS_FIELDS,
  SESSION_AFFINITY_CONFIG_FIELDS,
} from './known-fields.ts'
import { labels, readNamespacedMeta, sourceOf } from './meta.ts'
import { dnsLabel } from './names.ts'
import { protocol } from './pod-spec.ts'
import {
  boolean,
  type Fields,
  field,
  integer,
  ipv4Address,
  ipv4Cidr,
  isIpv6,
  listField,
  mapping,
  NO_ITEMS,
  oneOf,
  portNumber,
  type Reader,
  text,
} from './values.ts'

const serviceType = oneOf('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName')
const trafficPolicy = oneOf('Cluster', 'Local')
const affinity = oneOf('None', 'ClientIP')
const knownIpMode = oneOf('VIP', 'Proxy')
/** kube-proxy asks for VIP alone: by any other word it leaves the address to the load balancer (`IsVIPMode`, pkg/proxy/util/utils.go). */
const ipMode: Reader<'VIP' | 'Proxy'> = (value, context) => {
  return value === '' ? 'Proxy' : (knownIpMode(value, context) ?? 'Proxy')
}

/** A port number or a port name (`intstr.IntOrString`). Zero and the empty text count as left out, as in Go. */
const targetPort: Reader<number | string> = (value, context) => {
  if (value === 0 || value === '') return undefined
  if (typeof value === 'number') return portNumber(value, context)
  return text(value, context)
}

/** A port that is 0 when it has not been given one (`nodePort`, `healthCheckNodePort`). */
const portOrZero: Reader<number> = (value, context) => (value === 0 ? undefined : portNumber(value, context))

/** kube-proxy takes a port 0, or none at all, as it stands. */
function ownPort(fields: Fields, context: ReadContext): number | undefined {
  if ((fields.port ?? 0) !== 0) return field(fields, 'port', portNumber, context)
  context.enter('port')
  context.refused(fields.port === 0 ? 'must be between 1 and 65535, not 0' : 'must be given')
  context.leave()
  return 0
}

const servicePort: Reader<ServicePort> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, SERVICE_PORT_FIELDS, context)
  const port = ownPort(fields, context)
  const result = {
    name: field(fields, 'name', text, context) ?? '',
    protocol: field(fields, 'protocol', protocol, context) ?? 'TCP',
    port: port ?? 0,
    targetPort: field(fields, 'targetPort', targetPort, context),
    nodePort: field(fields, 'nodePort', portOrZero, context),
    appProtocol: field(fields, 'appProtocol', text, context),
  }
  return port === undefined ? undefined : result
}

const ingress: Reader<LoadBalancerIngress> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, LOAD_BALANCER_INGRESS_FIELDS, context)
  const address = field(fields, 'ip', text, context)
  if (address !== undefined && isIpv6(address)) return undefined
  return {
    ip: field(fields, 'ip', ipv4Address, context),
    hostname: field(fields, 'hostname', text, context),
    ipMode: field(fields, 'ipMode', ipMode, context),
  }
}

/** An IPv4 address out of a list of both families; the IPv6 ones are left out. */
const ipv4Half: Reader<string> = (value, context) => {
  return typeof value === 'string' && isIpv6(value) ? undefined : ipv4Address(value, context)
}
const ipv4CidrHalf: Reader<string> = (value, context) => {
  return typeof value === 'string' && isIpv6(value) ? undefined : ipv4Cidr(value, context)
}

/** `clusterIPs` holds one address per family, `clusterIP` the first of them. */
function clusterIp(spec: Fields, context: ReadContext): string | undefined {
  const single = field(spec, 'clusterIP', text, context)
  const all = listField(spec, 'clusterIPs', text, context)
  if (single === 'None' || all.includes('None')) return 'None'
  const families = listField(spec, 'ipFamilies', text, context)
  if (single !== undefined && single !== '' && !isIpv6(single)) return field(spec, 'clusterIP', ipv4Address, context)
  const index = all.findIndex((address) => address !== '' && !isIpv6(address))
  if (index >= 0) {
    context.enter('clusterIPs')
    const address = ipv4Address(all[index], context)
    context.leave()
    return address
  }
  const addresses = [single, ...all].filter((address) => address !== undefined && address !== '')
  const familiesWithoutIpv4 = families.length > 0 && !families.includes('IPv4')
  if (addresses.length > 0 || familiesWithoutIpv4) {
    context.enter(addresses.length > 0 ? 'clusterIP' : 'ipFamilies')
    context.unsupported(`the IPv6-only ${context.name}`)
    context.leave()
  }
  return undefined
}

function readSpec(spec: Fields, context: ReadContext): ServiceSpec {
  noteUnknownFields(spec, SERVICE_SPEC_FIELDS, context)
  const type = field(spec, 'type', serviceType, context) ?? 'ClusterIP'
  return {
    type,
    clusterIP: type === 'ExternalName' ? undefined : clusterIp(spec, context),
    selector: field(spec, 'selector', labels, context),
    ports: listField(spec, 'ports', servicePort, context),
    externalIPs: listField(spec, 'externalIPs', ipv4Half, context),
    externalName: field(spec, 'externalName', text, context),
    externalTrafficPolicy: field(spec, 'externalTrafficPolicy', trafficPolicy, context),
    internalTrafficPolicy: field(spec, 'internalTrafficPolicy', trafficPolicy, context),
    healthCheckNodePort: field(spec, 'healthCheckNodePort', portOrZero, context),
    loadBalancerIP: field(spec, 'loadBalancerIP', ipv4Half, context),
    loadBalancerClass: field(spec, 'loadBalancerClass', text, context),
    loadBalancerSourceRanges: listField(spec, 'loadBalancerSourceRanges', ipv4CidrHalf, context),
    allocateLoadBalancerNodePorts: field(spec, 'allocateLoadBalancerNodePorts', boolean, context),
    publishNotReadyAddresses: field(spec, 'publishNotReadyAddresses', boolean, context) ?? false,
    sessionAffinity: field(spec, 'sessionAffinity', affinity, context) ?? 'None',
    sessionAffinityConfig: field(spec, 'sessionAffinityConfig', affinityConfig, context),
    trafficDistribution: field(spec, 'trafficDistribution', text, context),
  }
}

const affinityConfig: Reader<NonNullable<ServiceSpec['sessionAffinityConfig']>> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, SESSION_AFFINITY_CONFIG_FIELDS, context)
  const clientIP = field(fields, 'clientIP', mapping, context)
  if (clientIP === undefined) return undefined
  context.enter('clientIP')
  noteUnknownFields(clientIP, CLIENT_IP_FIELDS, context)
  const timeoutSeconds = field(clientIP, 'timeoutSeconds', integer, context)
  context.leave()
  return { clientIP: { timeoutSeconds } }
}

function readIngress(fields: Fields, context: ReadContext): readonly LoadBalancerIngress[] {
  const status = field(fields, 'status', mapping, context)
  if (status === undefined) return NO_ITEMS
  context.enter('status')
  noteUnknownFields(status, SERVICE_STATUS_FIELDS, context)
  const loadBalancer = field(status, 'loadBalancer', mapping, context)
  context.enter('loadBalancer')
  if (loadBalancer !== undefined) noteUnknownFields(loadBalancer, LOAD_BALANCER_STATUS_FIELDS, context)
  const result = listField(loadBalancer, 'ingress', ingress, context)
  context.leave()
  context.leave()
  return result
}

/** Services (`ValidateService`, pkg/apis/core/validation/validation.go). */
export function readService(fields: Fields, context: ReadContext): Service {
  noteUnknownFields(fields, OBJECT_FIELDS, context)
  const metadata = readNamespacedMeta(fields, dnsLabel, context)
  const given = field(fields, 'spec', mapping, context) ?? {}
  context.enter('spec')
  const spec = readSpec(given, context)
  checkService(spec, given, context)
  context.leave()
  return {
    kind: 'Service',
    metadata,
    spec,
    status: { loadBalancer: { ingress: readIngress(fields, context) } },
    source: isMapping(fields.status) ? { ...sourceOf(context), live: true } : sourceOf(context),
  }
}
