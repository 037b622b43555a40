/** How many names "did you mean" offers. */
const OFFERED = 3

/** The number of insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`, or `limit + 1` if more. */
export function editDistance(a: string, b: string, limit = Number.MAX_SAFE_INTEGER): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let smallest = i
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1)
      row.push(cost)
      if (cost < smallest) smallest = cost
    }
    if (smallest > limit) return limit + 1
    beforeLast = last
    last = row
  }
  return last[b.length]!
}

/**
 * The names most like `wanted`, best first: those that begin with it or contain it, and those within a few typing mistakes.
 * Equal distances keep the order of `names`.
 *
 * @param limit so many mistakes at most
 */
export function nearestNames(
  wanted: string,
  names: Iterable<string>,
  limit = Math.max(2, Math.floor(wanted.length / 3)),
): string[] {
  const found: { name: string; distance: number }[] = []
  for (const name of names) {
    const contains = wanted.length > 2 && name.includes(wanted)
    const distance = contains ? (name.startsWith(wanted) ? 0.5 : 1.5) : editDistance(wanted, name, limit)
    if (distance <= limit) found.push({ name, distance })
  }
  found.sort((a, b) => a.distance - b.distance)
  return found.slice(0, OFFERED).map(({ name }) => name)
}

/** `did you mean node-1 or node-2?`; or what there is, when nothing is near; undefined when there is nothing. */
export function didYouMean(wanted: string, names: readonly string[]): string | undefined {
  const near = nearestNames(wanted, names)
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`
  if (names.length === 0) return undefined
  const some = names.slice(0, OFFERED).join(', ')
  return `there is ${some}${names.length > OFFERED ? ` and ${names.length - OFFERED} more` : ''}`
}
