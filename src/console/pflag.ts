/** A flag: whether it takes a value, and whether kubehop does what it asks for. */
export interface Flag {
  readonly short?: string
  readonly value?: true
  readonly refused?: true
}

export type Flags = Readonly<Record<string, Flag>>

/** What a command line says. */
export interface CommandLine {
  readonly words: readonly string[]
  /** Values by the flag's long name, the last one of each; `true` of one without. */
  readonly flags: ReadonlyMap<string, string | true>
  /** Those with values, in their order. */
  readonly values: readonly (readonly [name: string, value: string])[]
}

/** What happens to flags that nobody knows, and to those that are not modelled. */
interface Reactions {
  readonly fail: (text: string) => never
  readonly refuse: (name: string) => never
  /** What follows the first word belongs to somebody else. */
  readonly ordered?: boolean
}

/** Reads flags as Go programs do (spf13/pflag `parseLongArg`, `parseShortArg`): `-o yaml`, `-oyaml`, `-o=yaml`, `--output=yaml`. */
export function parseFlags(args: readonly string[], known: Flags, { fail, refuse, ordered }: Reactions): CommandLine {
  const words: string[] = []
  const flags = new Map<string, string | true>()
  const values: [string, string][] = []
  const set = (name: string, flag: Flag, value: string | true): void => {
    if (flag.refused) refuse(name)
    if (flag.value) {
      flags.set(name, value)
      values.push([name, String(value)])
    } else if (value === true || value === 'true') flags.set(name, true)
    else if (value === 'false') flags.delete(name)
    else fail(wrongBoolean(name, flag, value))
  }
  let i = 0
  const long = (word: string): void => {
    const equals = word.indexOf('=')
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals)
    const flag = Object.hasOwn(known, name) ? known[name]! : fail(`unknown flag: --${name}`)
    if (equals >= 0) set(name, flag, word.slice(equals + 1))
    else if (!flag.value) set(name, flag, true)
    else if (i + 1 < args.length) set(name, flag, args[++i]!)
    else fail(`flag needs an argument: --${name}`)
  }
  const short = (word: string): void => {
    let rest = word.slice(1)
    while (rest !== '') {
      const letter = rest[0]!
      const [name, flag] =
        Object.entries(known).find(([, each]) => each.short === letter) ??
        fail(`unknown shorthand flag: '${letter}' in -${rest}`)
      const tail = rest.slice(1)
      rest = ''
      if (tail.startsWith('=')) set(name, flag, tail.slice(1))
      else if (!flag.value) {
        set(name, flag, true)
        rest = tail
      } else if (tail !== '') set(name, flag, tail)
      else if (i + 1 < args.length) set(name, flag, args[++i]!)
      else fail(`flag needs an argument: '${letter}' in -${letter}`)
    }
  }
  for (; i < args.length; i++) {
    const word = args[i]!
    if (word === '--' || (ordered === true && !word.startsWith('-'))) {
      words.push(...args.slice(word === '--' ? i + 1 : i))
      break
    }
    if (word.startsWith('--')) long(word)
    else if (word.startsWith('-') && word.length > 1) short(word)
    else words.push(word)
  }
  return { words, flags, values }
}

function wrongBoolean(name: string, { short }: Flag, value: string): string {
  const spelled = short === undefined ? `--${name}` : `-${short}, --${name}`
  const text = JSON.stringify(value)
  return `invalid argument ${text} for "${spelled}" flag: strconv.ParseBool: parsing ${text}: invalid syntax`
}
