import { nearestNames } from '../kubernetes/index.ts'
import { KubehopError } from '../packet/errors.ts'

/** A node by name. @throws KubehopError `NOT_FOUND` with the nearest names */
export function byName<T>(nodes: ReadonlyMap<string, T>, name: string): T {
  const node = nodes.get(name)
  if (node !== undefined) return node
  const near = nearestNames(name, nodes.keys())
  throw new KubehopError('NOT_FOUND', `there is no node ${name}`, {
    hint:
      near.length === 0
        ? `there are ${[...nodes.keys()].slice(0, 3).join(', ')}`
        : `did you mean ${near.join(' or ')}?`,
  })
}
