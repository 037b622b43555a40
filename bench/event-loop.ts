import { RandomStream, Simulation } from '../src/sim/index.ts'
import { BareHeap } from './bare-heap.ts'
import type { Row, Suite } from './suite.ts'

export const HOLD = 'hold: each event schedules another one'
const HEAP = 'the same on a bare heap without callbacks'
/** Events in one call. */
const BATCH = 2000
const DELAYS = 65_536

/** The hold model: so many events wait, and each that runs schedules one more, at a random time. */
export const EVENT_LOOP: Suite = {
  name: 'event loop',
  rows: ({ quick }) => (quick ? [1000, 100_000] : [1000, 100_000, 1_000_000]).flatMap(rowsOf),
  ratios: (results) => [
    results.ratio('event loop, 1,000 pending / bare heap', results.median(HOLD, 1000), results.median(HEAP, 1000)),
    results.ratio(
      'event loop, 100,000 pending / bare heap',
      results.median(HOLD, 100_000),
      results.median(HEAP, 100_000),
    ),
  ],
}

/** Drawn before: chance is not what is measured. */
function someDelays(): Int32Array {
  const random = new RandomStream(1, 'bench')
  return Int32Array.from({ length: DELAYS }, () => 1 + random.below(1_000_000_000))
}

function rowsOf(size: number): Row[] {
  const suite = 'event loop'
  const delays = someDelays()
  return [
    { suite, size, name: HOLD, operations: BATCH, run: holdInSimulation(size, delays) },
    { suite, size, name: HEAP, operations: BATCH, run: holdInHeap(size, delays) },
  ]
}

function holdInSimulation(size: number, delays: Int32Array): () => void {
  const sim = new Simulation()
  let next = 0
  const again = (): void => {
    sim.schedule(delays[next++ & (DELAYS - 1)]!, again, null)
  }
  for (let i = 0; i < size; i++) again()
  return () => {
    for (let i = 0; i < BATCH; i++) sim.step()
  }
}

function holdInHeap(size: number, delays: Int32Array): () => void {
  const heap = new BareHeap(size + 1)
  let next = 0
  for (let i = 0; i < size; i++) heap.push(delays[next++ & (DELAYS - 1)]!)
  return () => {
    for (let i = 0; i < BATCH; i++) heap.push(heap.pop() + delays[next++ & (DELAYS - 1)]!)
  }
}
