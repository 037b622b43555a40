import {
  type EndpointSlice,
  isEndpointReady,
  type Service,
  type ServicePort,
  type ServiceSpec,
} from '../../../kubernetes/index.ts'
import { formatLabels, withMore } from '../columns/cells.ts'
import { EVENTS, headOf } from './metadata.ts'

/** `describeService` */
export function describeService(service: Service, slices: readonly EndpointSlice[]): string {
  const { spec, status } = service
  const hasAddress = spec.clusterIP !== undefined
  const ingress = status.loadBalancer.ingress
  const lines: (readonly [string, string | number | undefined])[] = [
    ['Selector', formatLabels(spec.selector)],
    ['Type', spec.type],
    ['IP Family Policy', hasAddress ? 'SingleStack' : undefined],
    ['IP Families', hasAddress ? 'IPv4' : '<none>'],
    ['IP', spec.clusterIP ?? ''],
    ['IPs', spec.clusterIP ?? '<none>'],
    ['External IPs', spec.externalIPs.join(',') || undefined],
    ['Desired LoadBalancer IP', spec.loadBalancerIP],
    ['External Name', spec.externalName],
    ['LoadBalancer Ingress', ingress.length === 0 ? undefined : ingress.map(ingressText).join(', ')],
    ...spec.ports.flatMap((port) => portLines(port, slices)),
    ...policyLines(spec),
  ]
  const texts = lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name}:\t${value}\n`]))
  return headOf(service.metadata) + texts.join('') + EVENTS
}

function policyLines(spec: ServiceSpec): (readonly [string, string | number | undefined])[] {
  return [
    ['Session Affinity', spec.sessionAffinity],
    ['External Traffic Policy', spec.externalTrafficPolicy],
    ['Internal Traffic Policy', spec.internalTrafficPolicy],
    ['HealthCheck NodePort', spec.healthCheckNodePort],
    ['LoadBalancer Source Ranges', spec.loadBalancerSourceRanges.join(',') || undefined],
    // since 1.34; where it stands is what its review asked for
    ['Traffic Distribution', spec.trafficDistribution],
  ]
}

function portLines(port: ServicePort, slices: readonly EndpointSlice[]): (readonly [string, string | undefined])[] {
  const name = port.name || '<unset>'
  return [
    ['Port', `${name}\t${port.port}/${port.protocol}`],
    ['TargetPort', `${port.targetPort ?? port.port}/${port.protocol}`],
    ['NodePort', port.nodePort === undefined ? undefined : `${name}\t${port.nodePort}/${port.protocol}`],
    ['Endpoints', endpointsText(port, slices)],
  ]
}

/** `formatEndpointSlices`: the ready endpoints of a port. */
function endpointsText({ name }: ServicePort, slices: readonly EndpointSlice[]): string {
  if (slices.length === 0) return '<none>'
  const all = slices.flatMap(({ endpoints, ports }) => {
    const ready = endpoints.filter(isEndpointReady).map(({ addresses }) => addresses[0] ?? '')
    if (ports.length === 0) return ready
    return ports
      .filter((port) => port.name === name)
      .flatMap(({ port }) => ready.map((address) => `${address}:${port}`))
  })
  return withMore(all)
}

/** `buildIngressString` */
function ingressText({ ip, hostname, ipMode }: Service['status']['loadBalancer']['ingress'][number]): string {
  return `${ip ?? hostname ?? ''}${ipMode === undefined || ip === undefined ? '' : ` (${ipMode})`}`
}
