import { existsSync, readFileSync } from 'node:fs'

/** Beside this module in the source; in the package, where modules are merged, in `dist`. */
const PLACES = ['./collect.sh', '../collect.sh'].map((place) => new URL(place, import.meta.url))

/** The collector, a POSIX shell script. */
export function collectorScript(): string {
  const place = PLACES.find((each) => existsSync(each))
  if (place === undefined) throw new Error('collect.sh is not found')
  return readFileSync(place, 'utf8')
}
