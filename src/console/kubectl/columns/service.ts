import type { Service } from '../../../kubernetes/index.ts'
import { formatLabels, UNKNOWN_AGE } from './cells.ts'

/** `loadBalancerWidth` */
const WIDTH = 16

/** `printService` */
export function serviceCells(service: Service, wide: boolean): string[] {
  const { spec, metadata } = service
  const ports = spec.ports.map(({ port, nodePort, protocol }) =>
    nodePort === undefined ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`,
  )
  return [
    metadata.name,
    spec.type,
    spec.clusterIP ?? '<none>',
    externalAddresses(service, wide),
    ports.length === 0 ? '<none>' : ports.join(','),
    UNKNOWN_AGE,
    ...(wide ? [formatLabels(spec.selector)] : []),
  ]
}

/** `getServiceExternalIP` */
function externalAddresses({ spec, status }: Service, wide: boolean): string {
  if (spec.type === 'ExternalName') return spec.externalName ?? ''
  const balanced = spec.type === 'LoadBalancer' ? ingressText(status.loadBalancer.ingress, wide) : ''
  const all = [...(balanced === '' ? [] : [balanced]), ...spec.externalIPs]
  if (all.length > 0) return all.join(',')
  return spec.type === 'LoadBalancer' ? '<pending>' : '<none>'
}

/** `loadBalancerStatusStringer`: cut off unless there is room. */
function ingressText(ingress: Service['status']['loadBalancer']['ingress'], wide: boolean): string {
  const names = new Set(ingress.map(({ ip, hostname }) => ip ?? hostname ?? '').filter((name) => name !== ''))
  const text = [...names].sort().join(',')
  return wide || text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 3)}...`
}
