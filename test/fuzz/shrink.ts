import { type DrawnLab, smallerLabs } from './draw.ts'

export interface ShrinkOptions {
  /** As the script that both machines run. */
  readonly print: (lab: DrawnLab) => string
  /** Does it still fail? `slot` is one of `slots`, and used by one call at a time. */
  readonly fails: (text: string, slot: number) => Promise<boolean>
  /** How many are tried at a time. */
  readonly slots: number
  /** Milliseconds since some beginning, and when to be content with what there is. */
  readonly clock: () => number
  readonly deadline: number
}

/**
 * Makes a failing lab smaller as long as it fails: fast-check proposes, the smallest first; the first proposal that fails is
 * taken, and the search goes on from there.
 */
export async function shrink(start: DrawnLab, options: ShrinkOptions): Promise<DrawnLab> {
  const tried = new Set([options.print(start)])
  let best = start
  for (;;) {
    const next = await firstThatFails(best, tried, options)
    if (next === null) return best
    best = next
  }
}

async function firstThatFails(lab: DrawnLab, tried: Set<string>, options: ShrinkOptions): Promise<DrawnLab | null> {
  let batch: { lab: DrawnLab; text: string }[] = []
  const tryBatch = async (): Promise<DrawnLab | null> => {
    const failing = await Promise.all(batch.map(({ text }, slot) => options.fails(text, slot)))
    const found = batch[failing.indexOf(true)]
    batch = []
    return found?.lab ?? null
  }
  for (const smaller of smallerLabs(lab)) {
    if (options.clock() > options.deadline) return null
    const text = options.print(smaller)
    if (tried.has(text)) continue
    tried.add(text)
    batch.push({ lab: smaller, text })
    if (batch.length < options.slots) continue
    const found = await tryBatch()
    if (found !== null) return found
  }
  return batch.length === 0 ? null : tryBatch()
}
