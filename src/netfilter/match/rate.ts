/** Seconds of each unit of a rate, the longest first, as iptables looks for the one to print. */
const UNITS = [
  ['day', 86400],
  ['hour', 3600],
  ['min', 60],
  ['sec', 1],
] as const
const NAMES = ['day', 'hour', 'minute', 'second']

type RateUnit = (typeof UNITS)[number][0]

/** The seconds of a unit, which may be shortened as one likes; undefined: there is no such unit. */
export function secondsOf(word: string): number | undefined {
  return UNITS[NAMES.findIndex((name) => word !== '' && name.startsWith(word))]?.[1]
}

/**
 * The rate and unit that iptables makes of the time between two packets when it prints it (`print_rate`, extensions/libxt_limit.c and
 * libxt_hashlimit.c).
 *
 * @param scale parts of a second in which the period is given
 */
export function rateOf(period: number, scale: number): { rate: number; unit: RateUnit; seconds: number } {
  let i = 1
  for (; i < UNITS.length; i++) {
    const ticks = scale * UNITS[i]![1]
    if (period > ticks || Math.floor(ticks / period) < ticks % period) break
  }
  const [unit, seconds] = UNITS[i - 1]!
  return { rate: Math.floor((scale * seconds) / period), unit, seconds }
}
