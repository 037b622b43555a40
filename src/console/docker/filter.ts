import { UnsupportedError } from '../../packet/errors.ts'
import { DaemonError } from './errors.ts'

type Tests<T> = Readonly<Record<string, (value: string, of: T) => boolean>>

/**
 * `--filter KEY=VALUE`: different keys must all agree, of the values of one key one is enough (daemon/internal/filters).
 *
 * @param others filters that docker has and kubehop does not
 * @param fail gets what docker says is wrong with the flag
 * @throws DaemonError @throws UnsupportedError
 */
export function filterOf<T>(
  texts: readonly string[],
  tests: Tests<T>,
  others: readonly string[],
  fail: (why: string) => never,
): (of: T) => boolean {
  const wanted = new Map<string, string[]>()
  for (const text of texts) {
    const sign = text.indexOf('=')
    if (sign < 0)
      fail(
        `invalid argument ${JSON.stringify(text)} for "-f, --filter" flag: bad format of filter (expected name=value)`,
      )
    const key = text.slice(0, sign).trim().toLowerCase()
    if (others.includes(key)) throw new UnsupportedError(`the filter ${key} of docker`)
    if (!Object.hasOwn(tests, key)) throw new DaemonError(`invalid filter '${key}'`)
    wanted.set(key, [...(wanted.get(key) ?? []), text.slice(sign + 1).trim()])
  }
  return (of) => [...wanted].every(([key, values]) => values.some((value) => tests[key]!(value, of)))
}

/** A name by a part of it, or by a regular expression. */
export function matchesName(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern).test(name)
  } catch {
    return name === pattern
  }
}

export function matchesLabel(text: string, labels: ReadonlyMap<string, string>): boolean {
  const [name = '', ...value] = text.split('=')
  return value.length === 0 ? labels.has(name) : labels.get(name) === value.join('=')
}
