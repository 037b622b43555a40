import type { Namespace } from '../../../kubernetes/index.ts'
import { namespaceCells } from '../columns/namespace.ts'
import { headOf } from './metadata.ts'

/** `describeNamespace`: kubehop reads no quotas and no limits. */
export function describeNamespace(namespace: Namespace): string {
  const [, status] = namespaceCells(namespace)
  return `${headOf(namespace.metadata)}Status:\t${status}\n\nNo resource quota.\n\nNo LimitRange resource.\n`
}
