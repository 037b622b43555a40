import { Bench } from 'tinybench'

/** One thing that is measured. */
export interface Row {
  readonly suite: string
  readonly name: string
  /** What was counted: how large, how many. */
  readonly size?: number
  readonly run: () => unknown
}

/** What was measured of it. Times are nanoseconds. */
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

/** Runs rows one after the other. Nothing is asserted: a slow machine is no error. */
export async function measure(
  rows: readonly Row[],
  effort: Effort,
  tell: (row: Measured) => void,
): Promise<Measured[]> {
  const measured: Measured[] = []
  for (const { suite, name, size, run } of rows) {
    const bench = new Bench({
      time: effort.time,
      iterations: 5,
      warmupTime: effort.time / 4,
      warmupIterations: 2,
      throws: true,
    })
    bench.add(name, () => void run())
    const [task] = await bench.run()
    const result = task?.result
    if (result === undefined || !('latency' in result)) throw new Error(`${suite}, ${name}: nothing was measured`)
    const { latency } = result
    const row: Measured = {
      suite,
      name,
      ...(size === undefined ? {} : { size }),
      perSecond: round(1000 / latency.p50),
      median: Math.round(latency.p50 * 1e6),
      p99: Math.round(latency.p99 * 1e6),
      samples: latency.samplesCount,
    }
    measured.push(row)
    tell(row)
  }
  return measured
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}

/** `123 ns`, `4.56 ms` */
export function timeText(nanoseconds: number): string {
  for (const [unit, of] of [
    ['s', 1e9],
    ['ms', 1e6],
    ['µs', 1e3],
  ] as const) {
    if (nanoseconds >= of) return `${(nanoseconds / of).toPrecision(3)} ${unit}`
  }
  return `${nanoseconds} ns`
}
