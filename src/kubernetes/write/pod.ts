import type { Container, ContainerStatus, NodeSelectorRequirement, Pod, PodSpec, Toleration } from '../objects/pod.ts'
import { writeMeta } from './meta.ts'
import { type Manifest, type PlainObject, present } from './plain.ts'

function writeContainer({ name, image, command, args, ports }: Container): PlainObject {
  return present({
    name,
    image,
    command,
    args,
    ports: ports.map((port) => present({ ...port })),
  })
}

function writeToleration({ key, operator, value, effect }: Toleration): PlainObject {
  return present({ key, operator, value, effect })
}

function writeRequirement({ key, operator, values }: NodeSelectorRequirement): PlainObject {
  return present({ key, operator, values })
}

function writeAffinity({ nodeAffinity }: PodSpec): PlainObject | undefined {
  if (nodeAffinity === undefined) return undefined
  const nodeSelectorTerms = nodeAffinity.map(({ matchExpressions, matchFields }) =>
    present({
      matchExpressions: matchExpressions.map(writeRequirement),
      matchFields: matchFields.map(writeRequirement),
    }),
  )
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } }
}

function writeSpec(spec: PodSpec): PlainObject {
  const { dnsConfig } = spec
  return present({
    affinity: writeAffinity(spec),
    containers: spec.containers.map(writeContainer),
    initContainers: spec.sidecars.map((sidecar) => ({ ...writeContainer(sidecar), restartPolicy: 'Always' })),
    nodeName: spec.nodeName,
    nodeSelector: spec.nodeSelector,
    hostNetwork: spec.hostNetwork || undefined,
    hostname: spec.hostname,
    subdomain: spec.subdomain,
    dnsPolicy: spec.dnsPolicy,
    dnsConfig:
      dnsConfig === undefined
        ? undefined
        : present({ ...dnsConfig, options: dnsConfig.options.map(({ name, value }) => present({ name, value })) }),
    hostAliases: spec.hostAliases?.map((alias) => present({ ...alias })),
    tolerations: spec.tolerations.map(writeToleration),
  })
}

function writeStatus({ name, ready, restartCount, started, state }: ContainerStatus): PlainObject {
  const written = present({ name, ready, restartCount, started })
  if (state === undefined) return written
  const { kind, ...rest } = state
  return { ...written, state: { [kind]: present(rest) } }
}

export function writePod({ metadata, spec, status }: Pod): Manifest {
  const { phase, reason, podIP, hostIP, conditions } = status
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: writeMeta(metadata),
    spec: writeSpec(spec),
    status: {
      // that there are none says that the pod is not ready
      ...(conditions === undefined ? {} : { conditions: conditions.map(({ type, status }) => ({ type, status })) }),
      ...present({
        phase,
        reason,
        initContainerStatuses: status.initContainerStatuses?.map(writeStatus),
        containerStatuses: status.containerStatuses?.map(writeStatus),
        podIP,
        podIPs: podIP === undefined ? undefined : [{ ip: podIP }],
        hostIP,
        hostIPs: hostIP === undefined ? undefined : [{ ip: hostIP }],
      }),
    },
  }
}
