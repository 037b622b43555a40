/** Where an object comes from. */
export interface ObjectSource {
  /** Name of the input that it stands in. */
  readonly file?: string | undefined
  /** Line of that input, counted from 1. Not known for the items of a JSON list. */
  readonly line?: number | undefined
  /** True of a Service with a status: a cluster printed it, so what it lacks, it lacks. */
  readonly live?: boolean | undefined
  /** Set when kubehop made the object: what for, for instance `Deployment default/frontend`. */
  readonly generatedFor?: string | undefined
}

/** Which object manages this one (`metav1.OwnerReference`). */
export interface OwnerReference {
  readonly kind: string
  readonly name: string
  readonly uid?: string | undefined
  readonly controller: boolean
}

/** Labels, annotations and the like: keys to look up with `Object.hasOwn`, because `constructor` is a lawful label. */
export type StringMap = Readonly<Record<string, string>>

/** `metav1.ObjectMeta`, as far as it matters here. */
export interface ObjectMeta {
  readonly name: string
  readonly labels: StringMap
  readonly annotations: StringMap
  readonly uid?: string | undefined
  /** Set on what is being deleted: a pod with it is terminating. */
  readonly deletionTimestamp?: string | undefined
  readonly ownerReferences: readonly OwnerReference[]
}

/** The metadata of what lives in a namespace; the namespace is always filled in. */
export interface NamespacedMeta extends ObjectMeta {
  readonly namespace: string
}

/** Looks a label or annotation up. */
export function lookup(map: StringMap, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

/** `NAMESPACE/NAME`, the key by which Kubernetes' own stores find objects. */
export function keyOf(object: { readonly metadata: NamespacedMeta }): string {
  return `${object.metadata.namespace}/${object.metadata.name}`
}
