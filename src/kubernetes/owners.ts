import type { LabelIndex } from './label-index.ts'
import type { Pod } from './objects/pod.ts'
import type { Workload } from './objects/workload.ts'
import { selectorMatches } from './selectors/label-selector.ts'

/** The ReplicaSets of a Deployment are called after it, with the hash of the template. */
function isReplicaSetOf(name: string, deployment: string): boolean {
  return name.startsWith(`${deployment}-`) && /^[a-z0-9]+$/.test(name.slice(deployment.length + 1))
}

/** Is the pod the workload's own: controlled by it, or by nobody? Its selector is not looked at. */
function mayOwn(workload: Workload, pod: Pod): boolean {
  const controller = pod.metadata.ownerReferences.find((owner) => owner.controller)
  if (controller === undefined) return true
  const { name, uid } = workload.metadata
  if (workload.kind === 'Deployment') return controller.kind === 'ReplicaSet' && isReplicaSetOf(controller.name, name)
  if (controller.kind !== workload.kind || controller.name !== name) return false
  return controller.uid === undefined || uid === undefined || controller.uid === uid
}

/**
 * The pods of a workload: those that its selector selects and that it, or nobody, controls
 * (a controller adopts orphans: `ClaimPods`, pkg/controller/controller_ref_manager.go).
 */
export function podsOfWorkload(workload: Workload, pods: LabelIndex<Pod>): Pod[] {
  const { selector } = workload.spec
  const candidates = pods.select(workload.metadata.namespace, selector.matchLabels)
  return candidates.filter((pod) => selectorMatches(selector, pod.metadata.labels) && mayOwn(workload, pod))
}
