import fc from 'fast-check'
import { APPS, WEB_PORT } from './pods.ts'

/** The kinds of Service that are generated. `outside`: without selector, its EndpointSlice names a host beyond the cluster. */
export type GeneratedServiceKind = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'headless' | 'outside'

/** All of them. */
export const SERVICE_KINDS: readonly GeneratedServiceKind[] = [
  'ClusterIP',
  'NodePort',
  'LoadBalancer',
  'headless',
  'outside',
]

/** A Service, before it has a name. */
export interface ServiceSketch {
  readonly kind: GeneratedServiceKind
  /** The pods that it selects; `none` selects nothing. */
  readonly app: string
  readonly protocol: 'TCP' | 'UDP'
  /** By number, or by the name that pods give it. */
  readonly targetPort: 'number' | 'name'
  readonly externalTrafficPolicy: 'Cluster' | 'Local'
  readonly internalTrafficPolicy: 'Cluster' | 'Local'
  readonly affinity: boolean
  readonly externalIP: boolean
  readonly publishNotReady: boolean
}

const SERVICE_PORT = 80
const OUTSIDE_HOST = '198.51.100.77'

const seldom = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })
const policy = fc.oneof(
  { weight: 2, arbitrary: fc.constant('Cluster' as const) },
  { weight: 1, arbitrary: fc.constant('Local' as const) },
)

export function serviceSketches(kinds: readonly GeneratedServiceKind[] = SERVICE_KINDS): fc.Arbitrary<ServiceSketch> {
  return fc.record({
    kind: fc.constantFrom(...kinds),
    app: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...APPS) }, { weight: 1, arbitrary: fc.constant('none') }),
    protocol: fc.constantFrom('TCP', 'UDP'),
    targetPort: fc.constantFrom('number', 'name'),
    externalTrafficPolicy: policy,
    internalTrafficPolicy: policy,
    affinity: seldom,
    externalIP: seldom,
    publishNotReady: seldom,
  })
}

/** The manifests: the Service, and an EndpointSlice where nobody else makes one. The number makes its name. */
export function serviceManifests(sketch: ServiceSketch, number: number): object[] {
  const { kind, protocol } = sketch
  const name = `svc-${number}`
  const metadata = { name, namespace: 'default' }
  const isOpen = kind === 'NodePort' || kind === 'LoadBalancer'
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      type: isOpen ? kind : 'ClusterIP',
      ...(kind === 'headless' ? { clusterIP: 'None' } : {}),
      ...(kind === 'outside' ? {} : { selector: { app: sketch.app } }),
      ports: [{ name: 'p', protocol, port: SERVICE_PORT, targetPort: targetPort(sketch) }],
      ...(isOpen ? { externalTrafficPolicy: sketch.externalTrafficPolicy } : {}),
      ...(kind === 'headless' ? {} : { internalTrafficPolicy: sketch.internalTrafficPolicy }),
      ...(sketch.affinity ? { sessionAffinity: 'ClientIP' } : {}),
      ...(sketch.externalIP && kind !== 'headless' ? { externalIPs: [`192.0.2.${number + 1}`] } : {}),
      ...(sketch.publishNotReady ? { publishNotReadyAddresses: true } : {}),
    },
  }
  if (kind !== 'outside') return [service]
  return [
    service,
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, name: `${name}-outside`, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [OUTSIDE_HOST] }],
      ports: [{ name: 'p', protocol, port: WEB_PORT }],
    },
  ]
}

function targetPort({ kind, protocol, targetPort: by }: ServiceSketch): number | string {
  if (by === 'number' || kind === 'outside') return WEB_PORT
  return protocol === 'TCP' ? 'web' : 'web-udp'
}
