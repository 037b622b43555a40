/** A line of the left list beside a line of the right one; null where a side has none. */
export interface AlignedPair {
  readonly left: string | null
  readonly right: string | null
}

/** Above this many cells the middle parts are paired in order instead: a report need not be minimal. */
const MAX_CELLS = 4_000_000

/**
 * Aligns two lists on a longest common subsequence. Between two common lines, what is left over on both sides is paired in order,
 * so that a changed line stands beside what it was.
 */
export function alignLines(left: readonly string[], right: readonly string[]): AlignedPair[] {
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start++
  let leftEnd = left.length
  let rightEnd = right.length
  while (leftEnd > start && rightEnd > start && left[leftEnd - 1] === right[rightEnd - 1]) {
    leftEnd--
    rightEnd--
  }
  const pairs: AlignedPair[] = left.slice(0, start).map((line) => ({ left: line, right: line }))
  alignMiddle(left.slice(start, leftEnd), right.slice(start, rightEnd), pairs)
  for (const line of left.slice(leftEnd)) pairs.push({ left: line, right: line })
  return pairs
}

function alignMiddle(left: readonly string[], right: readonly string[], pairs: AlignedPair[]): void {
  const common = left.length * right.length > MAX_CELLS ? [] : commonSubsequence(left, right)
  let i = 0
  let j = 0
  for (const [nextI, nextJ] of [...common, [left.length, right.length] as const]) {
    while (i < nextI || j < nextJ) {
      pairs.push({ left: i < nextI ? left[i++]! : null, right: j < nextJ ? right[j++]! : null })
    }
    if (i < left.length && j < right.length) pairs.push({ left: left[i++]!, right: right[j++]! })
  }
}

/** Index pairs of a longest common subsequence. */
function commonSubsequence(left: readonly string[], right: readonly string[]): (readonly [number, number])[] {
  const width = right.length + 1
  const length = new Uint32Array((left.length + 1) * width)
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      length[i * width + j] =
        left[i] === right[j]
          ? length[(i + 1) * width + j + 1]! + 1
          : Math.max(length[(i + 1) * width + j]!, length[i * width + j + 1]!)
    }
  }
  const common: (readonly [number, number])[] = []
  let i = 0
  let j = 0
  while (i < left.length && j < right.length) {
    if (left[i] === right[j]) common.push([i++, j++])
    else if (length[(i + 1) * width + j]! >= length[i * width + j + 1]!) i++
    else j++
  }
  return common
}
