import type { PodTemplate, Workload, WorkloadKind } from '../objects/workload.ts'
import { type LabelSelector, type LabelSelectorRequirement, selectorMatches } from '../selectors/label-selector.ts'
import type { ReadContext } from './context.ts'
import {
  LABEL_SELECTOR_FIELDS,
  noteUnknownFields,
  OBJECT_FIELDS,
  POD_TEMPLATE_FIELDS,
  WORKLOAD_SPEC_FIELDS,
} from './known-fields.ts'
import { labels, readNamespacedMeta, sourceOf } from './meta.ts'
import { dnsSubdomain } from './names.ts'
import { podSpec } from './pod-spec.ts'
import {
  type Fields,
  field,
  integer,
  listField,
  mapping,
  NO_ITEMS,
  NO_STRINGS,
  oneOf,
  type Reader,
  required,
  text,
  texts,
} from './values.ts'

const operator = oneOf('In', 'NotIn', 'Exists', 'DoesNotExist')

const requirement: Reader<LabelSelectorRequirement> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  const key = required(fields, 'key', text, context)
  const found = required(fields, 'operator', operator, context)
  const values = listField(fields, 'values', text, context)
  if (key === undefined || found === undefined) return undefined
  const needsValues = found === 'In' || found === 'NotIn'
  if (needsValues !== values.length > 0) {
    context.enter('values')
    context.refused(
      needsValues ? `must be given when operator is ${found}` : `may not be given when operator is ${found}`,
    )
    context.leave()
  }
  return { key, operator: found, values }
}

/** `metav1.LabelSelector` (`ValidateLabelSelector`, apimachinery/pkg/apis/meta/v1/validation/validation.go). */
export const labelSelector: Reader<LabelSelector> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, LABEL_SELECTOR_FIELDS, context)
  return {
    matchLabels: field(fields, 'matchLabels', labels, context) ?? NO_STRINGS,
    matchExpressions: listField(fields, 'matchExpressions', requirement, context),
  }
}

/** A ReplicationController's selector is a plain set of labels, the template's own when left out. */
const plainSelector: Reader<LabelSelector> = (value, context) => {
  const matchLabels = labels(value, context)
  return matchLabels === undefined ? undefined : { matchLabels, matchExpressions: NO_ITEMS }
}

const template: Reader<PodTemplate> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, POD_TEMPLATE_FIELDS, context)
  const meta = field(fields, 'metadata', mapping, context)
  context.enter('metadata')
  const metadata = {
    labels: field(meta, 'labels', labels, context) ?? NO_STRINGS,
    annotations: field(meta, 'annotations', texts, context) ?? NO_STRINGS,
  }
  context.leave()
  const spec = required(fields, 'spec', podSpec, context)
  return spec === undefined ? undefined : { metadata, spec }
}

const count: Reader<number> = (value, context) => {
  const number = integer(value, context)
  if (number === undefined || number >= 0) return number
  context.problem(`must be 0 or more, not ${number}`)
  return undefined
}

/** How many pods the cluster said that there are; absent in a manifest. */
function observed(fields: Fields, kind: WorkloadKind, context: ReadContext): Workload['status'] {
  const status = field(fields, 'status', mapping, context)
  if (status === undefined || !('observedGeneration' in status || 'replicas' in status)) return undefined
  const name = kind === 'DaemonSet' ? 'currentNumberScheduled' : 'replicas'
  return { replicas: field(status, name, count, context) ?? 0 }
}

/** Deployments, ReplicaSets, ReplicationControllers, StatefulSets, DaemonSets (pkg/apis/apps/validation/validation.go). */
export function readWorkload(fields: Fields, context: ReadContext): Workload | undefined {
  const kind = context.kind as WorkloadKind
  noteUnknownFields(fields, OBJECT_FIELDS, context)
  const metadata = readNamespacedMeta(fields, dnsSubdomain, context)
  const spec = required(fields, 'spec', mapping, context)
  if (spec === undefined) return undefined
  context.enter('spec')
  noteUnknownFields(spec, WORKLOAD_SPEC_FIELDS[kind] ?? new Set(), context)
  const pods = required(spec, 'template', template, context)
  const selector = readSelector(spec, kind, pods, context)
  const ordinals = field(spec, 'ordinals', mapping, context)
  const result = {
    replicas: kind === 'DaemonSet' ? undefined : field(spec, 'replicas', count, context),
    serviceName: kind === 'StatefulSet' ? field(spec, 'serviceName', text, context) : undefined,
    ordinalsStart: field(ordinals, 'start', count, context) ?? 0,
  }
  context.leave()
  if (pods === undefined || selector === undefined) return undefined
  return {
    kind,
    metadata,
    spec: { ...result, selector, template: pods },
    status: observed(fields, kind, context),
    source: sourceOf(context),
  }
}

function readSelector(
  spec: Fields,
  kind: WorkloadKind,
  pods: PodTemplate | undefined,
  context: ReadContext,
): LabelSelector | undefined {
  if (kind === 'ReplicationController') {
    const given = field(spec, 'selector', plainSelector, context)
    if (given !== undefined) return given
    return pods === undefined ? undefined : { matchLabels: pods.metadata.labels, matchExpressions: NO_ITEMS }
  }
  const selector = required(spec, 'selector', labelSelector, context)
  if (selector === undefined || pods === undefined) return undefined
  if (!selectorMatches(selector, pods.metadata.labels)) {
    context.enter('template')
    context.enter('metadata')
    context.enter('labels')
    context.refused('the selector does not select the template’s labels')
    context.leave()
    context.leave()
    context.leave()
  } else if (Object.keys(selector.matchLabels).length + selector.matchExpressions.length === 0) {
    context.enter('selector')
    context.refused(`an empty selector is not allowed for a ${kind}`)
    context.leave()
  }
  return selector
}
