import type { Node } from '../../../kubernetes/index.ts'
import { UNKNOWN_AGE } from './cells.ts'

const UNKNOWN = '<unknown>'
const ROLE_PREFIX = 'node-role.kubernetes.io/'
const ROLE = 'kubernetes.io/role'

/**
 * `printNode`. A node of manifests has no conditions, and is ready here: its kubelet and kube-proxy have done their work. The version of
 * its kubelet, its system and its container runtime are not known; kubectl leaves an unknown version empty, here it says so.
 */
export function nodeCells(node: Node, wide: boolean): string[] {
  const address = (type: string) => node.status.addresses.find((each) => each.type === type)?.address ?? '<none>'
  return [
    node.metadata.name,
    statusOf(node),
    rolesOf(node),
    UNKNOWN_AGE,
    UNKNOWN,
    ...(wide ? [address('InternalIP'), address('ExternalIP'), UNKNOWN, UNKNOWN, UNKNOWN] : []),
  ]
}

function statusOf({ spec, status }: Node): string {
  const ready =
    status.conditions === undefined ? 'True' : status.conditions.find(({ type }) => type === 'Ready')?.status
  const word = ready === undefined ? 'Unknown' : ready === 'True' ? 'Ready' : 'NotReady'
  return spec.unschedulable ? `${word},SchedulingDisabled` : word
}

/** `findNodeRoles` */
export function rolesOf({ metadata }: Node): string {
  const roles = new Set<string>()
  for (const [key, value] of Object.entries(metadata.labels)) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) roles.add(key.slice(ROLE_PREFIX.length))
    else if (key === ROLE && value !== '') roles.add(value)
  }
  return roles.size === 0 ? '<none>' : [...roles].sort().join(',')
}
