import type { Namespace } from '../objects/namespace.ts'
import type { Node } from '../objects/node.ts'
import { writeMeta } from './meta.ts'
import { type Manifest, present } from './plain.ts'

export function writeNode({ metadata, spec, status }: Node): Manifest {
  const { podCIDR, taints, unschedulable } = spec
  const pods = status.allocatable?.pods
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: writeMeta(metadata),
    spec: present({
      podCIDR,
      podCIDRs: podCIDR === undefined ? undefined : [podCIDR],
      taints: taints.map(({ key, value, effect }) => present({ key, value, effect })),
      unschedulable: unschedulable || undefined,
    }),
    status: present({
      addresses: status.addresses.map(({ type, address }) => ({ type, address })),
      // quantities are text
      allocatable: pods === undefined ? undefined : { pods: String(pods) },
      conditions: status.conditions?.map(({ type, status }) => ({ type, status })),
    }),
  }
}

export function writeNamespace({ metadata }: Namespace): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: writeMeta(metadata),
    spec: {},
    status: { phase: metadata.deletionTimestamp === undefined ? 'Active' : 'Terminating' },
  }
}
