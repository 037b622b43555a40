import type { Timer } from '../sim/event-slots.ts'
import type { Simulation } from '../sim/simulation.ts'

/** A tick in nanoseconds: Debian's kernels count 250 of them in a second (CONFIG_HZ). */
const JIFFY = 4_000_000
/** The first level of the wheel holds so many ticks one by one; each further level counts eight times as coarsely. */
const LEVEL_SIZE = 64
const LEVEL_FACTOR = 8
const LEVELS = 8

/**
 * Sets a timer of the kernel for `delay` nanoseconds from now. It fires never early, and later by up to an eighth, because the timer wheel
 * rounds up (`calc_index`, kernel/time/timer.c). A second becomes 1.004 to 1.032 seconds: so a ping that waits for three seconds is gone
 * before its neighbour has failed. All namespaces of a machine share the wheel, so its order is seen between hosts of a script.
 */
export function startTimer<T>(sim: Simulation, delay: number, run: (arg: T) => void, arg: T): Timer {
  const start = Math.floor(sim.now / JIFFY)
  const expires = start + Math.ceil(delay / JIFFY)
  let level = 0
  let granularity = 1
  while (level < LEVELS && expires - start >= (LEVEL_SIZE - 1) * granularity) {
    level++
    granularity *= LEVEL_FACTOR
  }
  const tick = (Math.floor(expires / granularity) + 1) * granularity
  return sim.scheduleTimer(tick * JIFFY - sim.now, level, run, arg)
}
