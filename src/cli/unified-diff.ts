/** Lines around a change. */
const CONTEXT = 3
/** Texts that differ in more lines are shown as all gone and all new: the way from one to the other would take too long to find. */
const MOST_EDITS = 2000

interface Line {
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

/**
 * What `diff -u` prints, without times; empty when both are the same. Texts end with a newline.
 *
 * @param names of the two sides, in the head
 */
export function unifiedDiff(before: string, after: string, names: readonly [string, string]): string {
  const [one, two] = [before, after].map((text) => text.split('\n').slice(0, -1)) as [string[], string[]]
  const hunks = hunksOf(edits(one, two))
  if (hunks.length === 0) return ''
  return [`--- ${names[0]}`, `+++ ${names[1]}`, ...hunks, ''].join('\n')
}

/** The shortest way from one list to the other (Myers, An O(ND) Difference Algorithm, 1986). */
function edits(one: readonly string[], two: readonly string[]): Line[] {
  const furthest = new Map<number, number>([[1, 0]])
  const steps: Map<number, number>[] = []
  for (let d = 0; d <= MOST_EDITS; d++) {
    steps.push(new Map(furthest))
    for (let k = -d; k <= d; k += 2) {
      let x = goesDown(furthest, k, d) ? furthest.get(k + 1)! : furthest.get(k - 1)! + 1
      while (x < one.length && x - k < two.length && one[x] === two[x - k]) x++
      furthest.set(k, x)
      if (x >= one.length && x - k >= two.length) return wayBack(one, two, steps)
    }
  }
  return [...one.map((text) => ({ mark: '-', text }) as const), ...two.map((text) => ({ mark: '+', text }) as const)]
}

function goesDown(furthest: ReadonlyMap<number, number>, k: number, d: number): boolean {
  return k === -d || (k !== d && furthest.get(k - 1)! < furthest.get(k + 1)!)
}

function wayBack(
  one: readonly string[],
  two: readonly string[],
  steps: readonly ReadonlyMap<number, number>[],
): Line[] {
  const lines: Line[] = []
  let x = one.length
  let y = two.length
  for (let d = steps.length - 1; d >= 0; d--) {
    const furthest = steps[d]!
    const k = x - y
    const from = goesDown(furthest, k, d) ? k + 1 : k - 1
    const oldX = d === 0 ? 0 : furthest.get(from)!
    const oldY = d === 0 ? 0 : oldX - from
    while (x > oldX && y > oldY) {
      lines.push({ mark: ' ', text: one[x - 1]! })
      x--
      y--
    }
    if (d === 0) break
    lines.push(x === oldX ? { mark: '+', text: two[oldY]! } : { mark: '-', text: one[oldX]! })
    x = oldX
    y = oldY
  }
  return lines.reverse()
}

function hunksOf(lines: readonly Line[]): string[] {
  const out: string[] = []
  let at = 0
  let [oldLine, newLine] = [1, 1]
  const pass = (to: number) => {
    for (; at < to; at++) {
      if (lines[at]!.mark !== '+') oldLine++
      if (lines[at]!.mark !== '-') newLine++
    }
  }
  for (;;) {
    const first = lines.findIndex(({ mark }, i) => i >= at && mark !== ' ')
    if (first < 0) return out
    pass(Math.max(at, first - CONTEXT))
    let end = first
    for (let i = first; i < lines.length && i <= end + 2 * CONTEXT + 1; i++) if (lines[i]!.mark !== ' ') end = i
    const hunk = lines.slice(at, end + 1 + CONTEXT)
    const count = (other: Line['mark']) => hunk.filter(({ mark }) => mark !== other).length
    out.push(`@@ -${range(oldLine, count('+'))} +${range(newLine, count('-'))} @@`)
    for (const { mark, text } of hunk) out.push(mark + text)
    pass(at + hunk.length)
  }
}

/** An empty range begins behind the line before it. */
function range(start: number, count: number): string {
  if (count === 1) return String(start)
  return `${count === 0 ? start - 1 : start},${count}`
}
