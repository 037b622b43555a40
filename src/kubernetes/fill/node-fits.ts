import { lookup, type StringMap } from '../objects/meta.ts'
import type { Node, Taint } from '../objects/node.ts'
import type { NodeSelectorRequirement, NodeSelectorTerm, PodSpec, Toleration } from '../objects/pod.ts'
import { labelsMatch } from '../selectors/label-selector.ts'

/** The taint that stands for `spec.unschedulable` (pkg/scheduler/framework/plugins/nodeunschedulable). */
const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' }

function compareNumbers(left: string | undefined, right: string | undefined): number | undefined {
  if (left === undefined || right === undefined || !/^[-+]?\d+$/.test(left) || !/^[-+]?\d+$/.test(right))
    return undefined
  return Number(left) - Number(right)
}

function requirementHolds(requirement: NodeSelectorRequirement, labels: StringMap): boolean {
  const value = lookup(labels, requirement.key)
  const { operator, values } = requirement
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return (compareNumbers(value, values[0]) ?? 0) > 0
    case 'Lt':
      return (compareNumbers(value, values[0]) ?? 0) < 0
  }
}

/** An empty term selects nothing (`nodeaffinity.NewNodeSelector`, component-helpers/scheduling/corev1/nodeaffinity). */
function termHolds(term: NodeSelectorTerm, node: Node): boolean {
  if (term.matchExpressions.length === 0 && term.matchFields.length === 0) return false
  const fields = { 'metadata.name': node.metadata.name }
  return (
    term.matchExpressions.every((requirement) => requirementHolds(requirement, node.metadata.labels)) &&
    term.matchFields.every((requirement) => requirementHolds(requirement, fields))
  )
}

/** `Toleration.ToleratesTaint` (api/core/v1/toleration.go) */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== taint.effect) return false
  if (toleration.key !== undefined && toleration.key !== taint.key) return false
  switch (toleration.operator) {
    case 'Exists':
      return true
    case 'Equal':
      return toleration.value === taint.value
    case 'Lt':
      return (compareNumbers(taint.value, toleration.value) ?? 0) < 0
    case 'Gt':
      return (compareNumbers(taint.value, toleration.value) ?? 0) > 0
  }
}

function isTolerated(taint: Taint, tolerations: readonly Toleration[]): boolean {
  return taint.effect === 'PreferNoSchedule' || tolerations.some((toleration) => tolerates(toleration, taint))
}

/** May the pod run on the node, as far as nodeSelector, required node affinity and taints go? */
export function nodeFits(spec: PodSpec, node: Node, tolerations: readonly Toleration[] = spec.tolerations): boolean {
  if (!labelsMatch(spec.nodeSelector, node.metadata.labels)) return false
  if (spec.nodeAffinity !== undefined && !spec.nodeAffinity.some((term) => termHolds(term, node))) return false
  if (node.spec.unschedulable && !isTolerated(UNSCHEDULABLE, tolerations)) return false
  return node.spec.taints.every((taint) => isTolerated(taint, tolerations))
}

/** What a DaemonSet's pods tolerate of themselves (`AddOrUpdateDaemonPodTolerations`, pkg/controller/daemon/util/daemonset_util.go). */
export function daemonTolerations(spec: PodSpec): readonly Toleration[] {
  const own: Toleration[] = [
    { key: 'node.kubernetes.io/not-ready', operator: 'Exists', value: '', effect: 'NoExecute' },
    { key: 'node.kubernetes.io/unreachable', operator: 'Exists', value: '', effect: 'NoExecute' },
    { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', value: '', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', value: '', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', value: '', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', value: '', effect: 'NoSchedule' },
  ]
  if (spec.hostNetwork) {
    own.push({ key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', value: '', effect: 'NoSchedule' })
  }
  return [...spec.tolerations, ...own]
}
