import type { ObjectMeta, ObjectSource } from './meta.ts'

/** `v1.Namespace` */
export interface Namespace {
  readonly kind: 'Namespace'
  readonly metadata: ObjectMeta
  readonly source: ObjectSource
}
