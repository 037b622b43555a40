import fc from 'fast-check'

/** A pod, before it has a name. */
export interface PodSketch {
  /** Its label `app`, by which Services select it. */
  readonly app: string
  readonly state: 'ready' | 'not ready' | 'terminating'
  readonly hostNetwork: boolean
}

/** The values of the label `app` in generated clusters. */
export const APPS = ['a', 'b', 'c'] as const
/** The port that a generated pod declares under the name `web`, for TCP and UDP; a host-network pod has one of its own. */
export const WEB_PORT = 8080
const FIRST_HOST_PORT = 9000

export function podSketches(hostNetwork: boolean): fc.Arbitrary<PodSketch> {
  return fc.record({
    app: fc.constantFrom(...APPS),
    state: fc.oneof(
      { weight: 8, arbitrary: fc.constant('ready' as const) },
      { weight: 1, arbitrary: fc.constantFrom('not ready' as const, 'terminating' as const) },
    ),
    hostNetwork: hostNetwork
      ? fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })
      : fc.constant(false),
  })
}

/** The manifest. The number makes its name, and the port of a host-network pod. */
export function podManifest({ app, state, hostNetwork }: PodSketch, number: number, nodeName: string): object {
  const containerPort = hostNetwork ? FIRST_HOST_PORT + number : WEB_PORT
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${app}-${number}`,
      namespace: 'default',
      labels: { app },
      ...(state === 'terminating' ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: {
      nodeName,
      ...(hostNetwork ? { hostNetwork } : {}),
      containers: [{ name: 'c', image: 'i', ports: ports(containerPort) }],
    },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: state === 'not ready' ? 'False' : 'True' }],
    },
  }
}

function ports(containerPort: number): object[] {
  return [
    { name: 'web', containerPort, protocol: 'TCP' },
    { name: 'web-udp', containerPort, protocol: 'UDP' },
  ]
}
