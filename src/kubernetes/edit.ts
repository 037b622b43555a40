import { type Draft, enablePatches, Immer, type Patch } from 'immer'
import type { KubernetesObjects } from './objects/kubernetes-objects.ts'

/** A step from one set of objects to another, as JSON Patch has it but with the path as a list. */
export interface ObjectPatch {
  readonly op: 'add' | 'remove' | 'replace'
  readonly path: readonly (string | number)[]
  readonly value?: unknown
}

/** An edited set of objects, and the way there and back. */
export interface EditResult<T> {
  readonly objects: T
  readonly patches: readonly ObjectPatch[]
  readonly inverse: readonly ObjectPatch[]
}

/**
 * Freezing would walk over all objects, also those that the edit leaves alone: a second for a hundred thousand pods.
 * The types forbid writing all the same.
 */
const immer = new Immer({ autoFreeze: false })

/**
 * A what-if edit: the recipe changes a draft as if it were mutable; the objects themselves stay as they are, and what the recipe does
 * not touch is shared. Complete an edited cluster again with `refill`.
 *
 * ```ts
 * const edited = editObjects(cluster, (draft) => {
 *   draft.workloads.find(({ metadata }) => metadata.name === 'frontend')!.spec.replicas = 3
 * })
 * ```
 */
export function editObjects<T extends KubernetesObjects>(objects: T, recipe: (draft: Draft<T>) => void): T {
  return immer.produce(objects, (draft: Draft<T>) => {
    recipe(draft)
  }) as T
}

/** Like {@link editObjects}, with patches: a diff to show, or to undo the edit with {@link applyObjectPatches}. */
export function editObjectsWithPatches<T extends KubernetesObjects>(
  objects: T,
  recipe: (draft: Draft<T>) => void,
): EditResult<T> {
  enablePatches()
  const [edited, patches, inverse] = immer.produceWithPatches(objects, (draft: Draft<T>) => {
    recipe(draft)
  })
  return { objects: edited as T, patches, inverse }
}

/** Applies patches of {@link editObjectsWithPatches}. */
export function applyObjectPatches<T extends KubernetesObjects>(objects: T, patches: readonly ObjectPatch[]): T {
  enablePatches()
  return immer.applyPatches(objects as object, patches as readonly Patch[]) as T
}
