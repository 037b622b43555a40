import { Bench } from 'tinybench'

/** One thing that is measured. */
export interface Row {
  readonly suite: string
  readonly name: string
  /** What was counted: how large, how many. */
  readonly size?: number
  /** How many operations one call of `run` is. Default 1. */
  readonly operations?: number
  readonly run: () => unknown
}

/** What was measured of it. Times are nanoseconds of processor time for one operation. */
export interface Measured {
  readonly suite: string
  readonly name: string
  readonly size?: number
  readonly perSecond: number
  readonly median: number
  readonly p99: number
  readonly samples: number
}

export interface Effort {
  /** Milliseconds for each row. */
  readonly time: number
  readonly quick: boolean
}

/** How two rows of one run compare: what is left of them on any machine. Each is told so that less is better. */
export interface Ratio {
  readonly name: string
  readonly value: number
}

/** Rows that belong together, and what is to be compared among them. Rows are made when their turn has come. */
export interface Suite {
  readonly name: string
  readonly rows: (effort: Effort) => readonly Row[]
  readonly ratios: (results: Results) => readonly (Ratio | null)[]
}

/**
 * Measures each row in two rounds, and keeps the better one: a row that came when the compiler was at work gets another chance. Nothing is
 * asserted: a slow machine is no error.
 */
export async function measure(rows: readonly Row[], effort: Effort, tell: (row: Row) => void): Promise<Measured[]> {
  warmUp(rows)
  const first: Measured[] = []
  for (const row of rows) {
    tell(row)
    first.push(await measureOnce(row, effort.time / 2))
  }
  const best: Measured[] = []
  for (const [i, row] of rows.entries()) {
    tell(row)
    const second = await measureOnce(row, effort.time / 2)
    best.push(second.median < first[i]!.median ? second : first[i]!)
  }
  return best
}

async function measureOnce({ suite, name, size, operations = 1, run }: Row, time: number): Promise<Measured> {
  const bench = new Bench({
    time,
    iterations: 5,
    warmupTime: time / 4,
    warmupIterations: 1,
    throws: true,
    now: cpuTime,
  })
  bench.add(name, () => void run())
  const [task] = await bench.run()
  const result = task?.result
  if (result === undefined || !('latency' in result)) throw new Error(`${suite}, ${name}: nothing was measured`)
  const { latency } = result
  return {
    suite,
    name,
    ...(size === undefined ? {} : { size }),
    perSecond: round((1000 / latency.p50) * operations),
    median: round((latency.p50 * 1e6) / operations),
    p99: round((latency.p99 * 1e6) / operations),
    samples: latency.samplesCount,
  }
}

/** Rounds in which each row has its turn. */
const ROUNDS = 3
/** Milliseconds for each row in a round. */
const TURN = 60

/**
 * Runs all rows for a while, in turn: the compiler has seen everything then, and does not throw its work away in the middle of a
 * measurement. On a busy machine that takes its time.
 */
function warmUp(rows: readonly Row[]): void {
  for (let round = 0; round < ROUNDS; round++) {
    for (const { run } of rows) {
      const end = performance.now() + TURN
      do run()
      while (performance.now() < end)
    }
  }
}

/** What was measured, to look things up in. */
export class Results {
  readonly all: readonly Measured[]

  constructor(all: readonly Measured[]) {
    this.all = all
  }

  median(name: string, size?: number): number | undefined {
    return this.all.find((row) => row.name === name && (size === undefined || row.size === size))?.median
  }

  /** How many times as long the first takes as the second; null when one of them was not measured. */
  ratio(name: string, first: number | undefined, second: number | undefined): Ratio | null {
    return first === undefined || second === undefined ? null : { name, value: round(first / second) }
  }
}

/** Four digits. */
export function round(value: number): number {
  return Number(value.toPrecision(4))
}

/** The one in the middle. */
export function medianOf(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}

/**
 * Milliseconds of processor time that this process has used, its compiler and garbage collector included. Unlike the time of day it does not
 * run on while others have the processor.
 */
function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
