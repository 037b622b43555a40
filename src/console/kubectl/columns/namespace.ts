import type { Namespace } from '../../../kubernetes/index.ts'
import { UNKNOWN_AGE } from './cells.ts'

/** `printNamespace` */
export function namespaceCells({ metadata }: Namespace): string[] {
  return [metadata.name, metadata.deletionTimestamp === undefined ? 'Active' : 'Terminating', UNKNOWN_AGE]
}
