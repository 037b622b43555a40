/** A tick in nanoseconds: Debian's kernels count 250 of them in a second (CONFIG_HZ). */
const JIFFY = 4_000_000
/** The first level of the wheel holds so many ticks one by one; each further level counts eight times as coarsely. */
const LEVEL_SIZE = 64
const LEVEL_FACTOR = 8
const LEVELS = 8

/**
 * In how many nanoseconds a timer of the kernel fires that is set now for `delay` nanoseconds: never early, and later by up to an eighth,
 * because the timer wheel rounds up (`calc_index`, kernel/time/timer.c). A second becomes 1.004 to 1.032 seconds: so a ping that waits for
 * three seconds is gone before its neighbour has failed.
 */
export function timerDelay(now: number, delay: number): number {
  const start = Math.floor(now / JIFFY)
  const expires = start + Math.ceil(delay / JIFFY)
  let granularity = 1
  for (let level = 0; level < LEVELS; level++) {
    if (expires - start < (LEVEL_SIZE - 1) * granularity) break
    granularity *= LEVEL_FACTOR
  }
  return (Math.floor(expires / granularity) + 1) * granularity * JIFFY - now
}
