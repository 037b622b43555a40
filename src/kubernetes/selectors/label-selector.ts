import { lookup, type StringMap } from '../objects/meta.ts'

/** `metav1.LabelSelectorOperator` */
export type LabelSelectorOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'

/** One condition on a label (`metav1.LabelSelectorRequirement`). */
export interface LabelSelectorRequirement {
  readonly key: string
  readonly operator: LabelSelectorOperator
  /** In and NotIn need one value at least; Exists and DoesNotExist none. */
  readonly values: readonly string[]
}

/**
 * `metav1.LabelSelector`: all of it must hold. An empty one selects everything; an absent one (`undefined`) nothing
 * (`LabelSelectorAsSelector`, apimachinery/pkg/apis/meta/v1/helpers.go).
 */
export interface LabelSelector {
  readonly matchLabels: StringMap
  readonly matchExpressions: readonly LabelSelectorRequirement[]
}

/** Does the requirement hold for the labels? (`Requirement.Matches`, apimachinery/pkg/labels/selector.go) */
export function requirementMatches(requirement: LabelSelectorRequirement, labels: StringMap): boolean {
  const value = lookup(labels, requirement.key)
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.includes(value)
    case 'NotIn':
      // A label that is not there is not among the values either.
      return value === undefined || !requirement.values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}

/** Do all the labels have these values? True for no values. */
export function labelsMatch(wanted: StringMap, labels: StringMap): boolean {
  for (const key of Object.keys(wanted)) {
    if (lookup(labels, key) !== wanted[key]) return false
  }
  return true
}

/** Does the selector select what has these labels? */
export function selectorMatches(selector: LabelSelector | undefined, labels: StringMap): boolean {
  if (selector === undefined) return false
  if (!labelsMatch(selector.matchLabels, labels)) return false
  return selector.matchExpressions.every((requirement) => requirementMatches(requirement, labels))
}

/**
 * Does a Service with this selector manage endpoints of what has these labels? Here an empty selector is like an absent one: it
 * selects nothing ("If empty or not present, the service is assumed to have an external process managing its endpoints",
 * api/core/v1/types.go; storage drops empty maps).
 */
export function serviceSelects(selector: StringMap | undefined, labels: StringMap): boolean {
  return hasSelector(selector) && labelsMatch(selector, labels)
}

/** Is there a selector with something in it? */
export function hasSelector(selector: StringMap | undefined): selector is StringMap {
  return selector !== undefined && Object.keys(selector).length > 0
}
