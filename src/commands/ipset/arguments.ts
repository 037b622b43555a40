import { IpsetUsageError, syntaxError } from './errors.ts'

/** How many words belong to each option of a command: 0 or 1. */
export type OptionWords = { readonly [name: string]: 0 | 1 }

/** The options behind a set's type or behind an element: what was given, by name. A flag has an empty word. */
export function readOptions(words: readonly string[], known: OptionWords): ReadonlyMap<string, string> {
  const given = new Map<string, string>()
  for (let i = 0; i < words.length; i++) {
    // `-4` and `-6` are names of their own
    const name = /^-[46]$/.test(words[i]!) ? words[i]! : words[i]!.replace(/^--?/, '')
    const takes = Object.hasOwn(known, name) ? known[name] : undefined
    if (takes === undefined) throw new IpsetUsageError(`Unknown argument: \`${words[i]}'`)
    if (takes === 0) {
      given.set(name, '')
      continue
    }
    const value = words[++i]
    if (value === undefined) throw new IpsetUsageError(`Missing mandatory argument of option \`${name}'`)
    if (given.has(name)) syntaxError(`${name} already specified`)
    given.set(name, value)
  }
  return given
}
