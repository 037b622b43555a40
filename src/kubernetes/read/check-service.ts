import { isLinkLocal, isLoopback, isMulticast, tryParseIpv4 } from '../../packet/address.ts'
import type { ServicePort, ServiceSpec } from '../objects/service.ts'
import type { ReadContext } from './context.ts'
import { isDnsLabel, isDnsSubdomain, isPortName } from './names.ts'
import type { Fields } from './values.ts'

/** API servers give node ports out of this range, unless told otherwise (`--service-node-port-range`). */
export const NODE_PORT_RANGE = { first: 30000, last: 32767 } as const

const TRAFFIC_DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']

/** What an API server refuses in a Service's spec (`ValidateService`, pkg/apis/core/validation/validation.go). */
export function checkService(spec: ServiceSpec, given: Fields, context: ReadContext): void {
  const refuse = (field: string, message: string, hint?: string) => {
    context.enter(field)
    context.refused(message, hint)
    context.leave()
  }
  checkPorts(spec, given, context)
  if (spec.type === 'ExternalName') {
    const name = spec.externalName ?? ''
    if (!isDnsSubdomain(name.replace(/\.$/, ''))) refuse('externalName', 'must be a DNS name when type is ExternalName')
    if (typeof given.clusterIP === 'string' && given.clusterIP !== '') {
      refuse('clusterIP', 'may not be set when type is ExternalName')
    }
  } else if (spec.externalName !== undefined && spec.externalName !== '') {
    context.note('NO_EFFECT', 'Service: spec.externalName has no effect unless type is ExternalName')
  }
  if (spec.clusterIP === 'None' && (spec.type === 'NodePort' || spec.type === 'LoadBalancer')) {
    refuse('clusterIP', `may not be None when type is ${spec.type}`)
  }
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer'
  if (given.externalTrafficPolicy && !external && spec.externalIPs.length === 0) {
    refuse('externalTrafficPolicy', 'may only be set when type is NodePort or LoadBalancer, or with externalIPs')
  }
  const healthChecked = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
  if (spec.healthCheckNodePort !== undefined && !healthChecked) {
    refuse('healthCheckNodePort', 'may only be set when type is LoadBalancer and externalTrafficPolicy is Local')
  }
  const timeout = spec.sessionAffinityConfig?.clientIP.timeoutSeconds
  if (timeout !== undefined && (timeout < 1 || timeout > 86_400)) {
    const message = `clientIP.timeoutSeconds must be between 1 and 86400, not ${timeout}`
    if (timeout > 86_400) refuse('sessionAffinityConfig', message)
    else {
      // iptables-restore takes no --seconds 0, and with it none of kube-proxy's rules
      context.enter('sessionAffinityConfig')
      context.problem(message)
      context.leave()
    }
  }
  if (timeout !== undefined && spec.sessionAffinity === 'None') {
    refuse('sessionAffinityConfig', 'may only be set when sessionAffinity is ClientIP')
  }
  if (spec.loadBalancerSourceRanges.length > 0 && spec.type !== 'LoadBalancer') {
    refuse('loadBalancerSourceRanges', 'may only be set when type is LoadBalancer')
  }
  const { trafficDistribution } = spec
  if (trafficDistribution !== undefined && !TRAFFIC_DISTRIBUTIONS.includes(trafficDistribution)) {
    refuse(
      'trafficDistribution',
      `must be one of ${TRAFFIC_DISTRIBUTIONS.join(', ')}, not ${JSON.stringify(trafficDistribution)}`,
    )
  }
  for (const [index, address] of spec.externalIPs.entries()) checkExternalIp(address, index, context)
}

/** `ValidateNonSpecialIP` */
function checkExternalIp(text: string, index: number, context: ReadContext): void {
  const address = tryParseIpv4(text)
  if (address === undefined) return
  const special =
    address === 0 ||
    isLoopback(address) ||
    isLinkLocal(address) ||
    (isMulticast(address) && text.startsWith('224.0.0.'))
  if (!special) return
  context.enter('externalIPs')
  context.enter(index)
  context.refused(`may not be unspecified, loopback, link-local or link-local multicast, as ${text} is`)
  context.leave()
  context.leave()
}

function checkPorts(spec: ServiceSpec, given: Fields, context: ReadContext): void {
  const count = Array.isArray(given.ports) ? given.ports.length : 0
  context.enter('ports')
  if (count === 0 && spec.clusterIP !== 'None' && spec.type !== 'ExternalName')
    context.refused('a Service needs one port at least')
  const names = new Set<string>()
  const ports = new Set<string>()
  const nodePorts = new Set<string>()
  for (const [index, port] of spec.ports.entries()) {
    context.enter(index)
    checkPort(port, spec, count, context)
    once(names, port.name, 'name', `port name ${JSON.stringify(port.name)} stands twice in one Service`, context)
    const own = `${port.port}/${port.protocol}`
    once(ports, own, 'port', `port ${own} stands twice in one Service`, context)
    if (port.nodePort !== undefined) {
      const node = `${port.nodePort}/${port.protocol}`
      once(nodePorts, node, 'nodePort', `node port ${node} stands twice in one Service`, context)
    }
    context.leave()
  }
  context.leave()
}

function once(seen: Set<string>, value: string, field: string, message: string, context: ReadContext): void {
  if (value === '') return
  if (seen.has(value)) {
    context.enter(field)
    context.refused(message)
    context.leave()
  }
  seen.add(value)
}

function checkPort(port: ServicePort, spec: ServiceSpec, count: number, context: ReadContext): void {
  const refuse = (field: string, message: string) => {
    context.enter(field)
    context.refused(message)
    context.leave()
  }
  if (count > 1 && port.name === '') refuse('name', 'must be given when a Service has several ports')
  if (port.name !== '' && !isDnsLabel(port.name)) {
    refuse('name', `${JSON.stringify(port.name)} must be a DNS label: lower case letters, digits and "-", at most 63`)
  }
  if (typeof port.targetPort === 'string' && !isPortName(port.targetPort)) {
    const quoted = JSON.stringify(port.targetPort)
    refuse('targetPort', `must be a number or a port name (15 lower case letters, digits, "-" at most), not ${quoted}`)
  }
  if (port.nodePort === undefined) return
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') {
    refuse('nodePort', `may not be set when type is ${spec.type}`)
  }
  if (port.nodePort < NODE_PORT_RANGE.first || port.nodePort > NODE_PORT_RANGE.last) {
    const { first, last } = NODE_PORT_RANGE
    refuse('nodePort', `must be in the node port range ${first}-${last}, not ${port.nodePort}`)
  }
}
