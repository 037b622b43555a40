import type { NamespacedMeta, StringMap } from './objects/meta.ts'
import { labelsMatch } from './selectors/label-selector.ts'

interface Labelled {
  readonly metadata: NamespacedMeta
}

const NONE: readonly never[] = Object.freeze([])

/**
 * Objects by namespace and label, so that ten thousand Services find theirs among a hundred thousand pods without looking at
 * each. The table of a label is made when that label is first asked for.
 */
export class LabelIndex<T extends Labelled> {
  readonly #namespaces = new Map<string, T[]>()
  readonly #tables = new Map<string, Map<string, T[]>>()

  constructor(objects: Iterable<T>) {
    for (const object of objects) push(this.#namespaces, object.metadata.namespace, object)
  }

  /** All objects of the namespace, in their order. */
  in(namespace: string): readonly T[] {
    return this.#namespaces.get(namespace) ?? NONE
  }

  /** The objects of the namespace that have all these labels, in their order; all of them, for no labels. */
  select(namespace: string, labels: StringMap): readonly T[] {
    const keys = Object.keys(labels)
    if (keys.length === 0) return this.in(namespace)
    let shortest: readonly T[] | undefined
    for (const key of keys) {
      const found = this.#table(namespace, key).get(labels[key]!) ?? NONE
      if (shortest === undefined || found.length < shortest.length) shortest = found
    }
    const candidates = shortest ?? NONE
    return keys.length === 1 ? candidates : candidates.filter((object) => labelsMatch(labels, object.metadata.labels))
  }

  #table(namespace: string, key: string): Map<string, T[]> {
    const name = `${namespace}/${key}`
    const known = this.#tables.get(name)
    if (known !== undefined) return known
    const table = new Map<string, T[]>()
    for (const object of this.in(namespace)) {
      const { labels } = object.metadata
      if (Object.hasOwn(labels, key)) push(table, labels[key]!, object)
    }
    this.#tables.set(name, table)
    return table
  }
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [item])
  else list.push(item)
}
