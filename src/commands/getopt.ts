import { UnsupportedError } from '../packet/errors.ts'

/*
 * Options as getopt_long(3) of glibc reads them: letters may stand together, long names may be cut short as long as they are clear, options and
 * operands may be mixed. What a program has and kubehop does not model is in the list, too, so that it is refused by its name.
 */

/** What a program understands. */
export interface OptionTable {
  /** Letters; one that wants a value has a colon behind it, as getopt(3) has it. */
  readonly letters: string
  /** Long names to the letter (or the name) that they stand for; `NAME=` wants a value, `NAME=?` may have one. */
  readonly names?: Readonly<Record<string, string>>
  /** Letters and long names that the real program has and kubehop does not. */
  readonly refused?: string
  /** What to type instead of one of these. */
  readonly instead?: Readonly<Record<string, string | undefined>>
  /** Options end at the first operand (`+` of getopt(3)). */
  readonly ordered?: boolean
}

export interface Options {
  /** In their order: what each stands for, and its value; empty when it has none. */
  readonly options: readonly (readonly [name: string, value: string])[]
  readonly operands: readonly string[]
}

/** An option that the program does not know, or one that lacks its value: in the words of glibc. */
export class OptionError extends Error {}

/**
 * @param program its name, for errors
 * @throws OptionError @throws UnsupportedError
 */
export function readOptions(program: string, args: readonly string[], table: OptionTable): Options {
  const options: [string, string][] = []
  const operands: string[] = []
  const refused = new Set((table.refused ?? '').split(' '))
  let i = 0
  const refuse = (name: string, spelled: string): never => {
    const hint = table.instead?.[name]
    throw new UnsupportedError(`${program} ${spelled}`, hint === undefined ? {} : { hint })
  }
  const put = (name: string, value: string, spelled: string): void => {
    if (refused.has(name)) refuse(name, spelled)
    options.push([name, value])
  }
  for (; i < args.length; i++) {
    const word = args[i]!
    if (word === '--') {
      i++
      break
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=')
      const { name, spelled, wants } = longOption(program, word, table)
      if (wants === 'none' && equals >= 0) {
        throw new OptionError(`${program}: option '--${spelled}' doesn't allow an argument`)
      }
      let value = equals < 0 ? '' : word.slice(equals + 1)
      if (wants === 'value' && equals < 0) {
        if (i + 1 >= args.length) throw new OptionError(`${program}: option '--${spelled}' requires an argument`)
        value = args[++i]!
      }
      put(name, value, `--${spelled}`)
    } else if (word.length > 1 && word.startsWith('-')) {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at]!
        const found = letter === ':' ? -1 : table.letters.indexOf(letter)
        if (found < 0) {
          if (refused.has(letter)) refuse(letter, `-${letter}`)
          throw new OptionError(`${program}: invalid option -- '${letter}'`)
        }
        if (table.letters[found + 1] !== ':') {
          put(letter, '', `-${letter}`)
          continue
        }
        const rest = word.slice(at + 1)
        if (rest === '' && i + 1 >= args.length) {
          throw new OptionError(`${program}: option requires an argument -- '${letter}'`)
        }
        put(letter, rest === '' ? args[++i]! : rest, `-${letter}`)
        break
      }
    } else if (table.ordered === true) break
    else operands.push(word)
  }
  return { options, operands: [...operands, ...args.slice(i)] }
}

interface LongOption {
  readonly name: string
  readonly spelled: string
  readonly wants: 'none' | 'value' | 'maybe'
}

function longOption(program: string, word: string, { names = {}, refused = '' }: OptionTable): LongOption {
  const [typed = ''] = word.slice(2).split('=', 1)
  const known = new Map<string, LongOption>()
  for (const [key, name] of Object.entries(names)) {
    const spelled = key.replace(/=\??$/, '')
    known.set(spelled, { name, spelled, wants: key.endsWith('=') ? 'value' : key.endsWith('=?') ? 'maybe' : 'none' })
  }
  for (const each of refused.split(' ')) {
    if (each.length > 1) known.set(each, { name: each, spelled: each, wants: 'maybe' })
  }
  const exact = known.get(typed)
  if (exact !== undefined) return exact
  const possible = [...known.values()].filter(({ spelled }) => spelled.startsWith(typed))
  const [first] = possible
  if (first === undefined) throw new OptionError(`${program}: unrecognized option '${word}'`)
  if (possible.some(({ name, wants }) => name !== first.name || wants !== first.wants)) {
    const list = possible.map(({ spelled }) => ` '--${spelled}'`).join('')
    throw new OptionError(`${program}: option '${word}' is ambiguous; possibilities:${list}`)
  }
  return first
}
