import { UnsupportedError } from '../../packet/errors.ts'
import { KubectlError } from './errors.ts'

/** A flag: whether it takes a value, and whether kubehop does what it asks for. */
export interface Flag {
  readonly short?: string
  readonly value?: true
  readonly refused?: true
}

export type Flags = Readonly<Record<string, Flag>>

const REFUSED = { refused: true } as const
const REFUSED_VALUE = { refused: true, value: true } as const

/** Those of every verb (`kubectl options`): who asks which cluster how. */
export const GLOBAL_FLAGS: Flags = {
  namespace: { short: 'n', value: true },
  help: { short: 'h' },
  as: REFUSED_VALUE,
  'as-group': REFUSED_VALUE,
  'as-uid': REFUSED_VALUE,
  'cache-dir': REFUSED_VALUE,
  'certificate-authority': REFUSED_VALUE,
  'client-certificate': REFUSED_VALUE,
  'client-key': REFUSED_VALUE,
  cluster: REFUSED_VALUE,
  context: REFUSED_VALUE,
  'insecure-skip-tls-verify': REFUSED,
  kubeconfig: REFUSED_VALUE,
  'request-timeout': REFUSED_VALUE,
  server: { short: 's', ...REFUSED_VALUE },
  token: REFUSED_VALUE,
  user: REFUSED_VALUE,
  v: { short: 'v', ...REFUSED_VALUE },
}

/** What a command line says. */
export interface CommandLine {
  readonly words: readonly string[]
  /** Values by the flag's long name; `true` of one without. */
  readonly flags: ReadonlyMap<string, string | true>
}

/**
 * Reads flags as kubectl does (spf13/pflag `parseLongArg`, `parseShortArg`): anywhere, `-o yaml`, `-oyaml`, `-o=yaml`, `--output=yaml`.
 *
 * @param verb for the hint behind errors
 * @throws KubectlError in pflag's words @throws UnsupportedError for a flag that kubectl has and kubehop does not
 */
export function readFlags(args: readonly string[], known: Flags, verb: string): CommandLine {
  const words: string[] = []
  const flags = new Map<string, string | true>()
  const fail = (text: string): never => {
    const usage = verb === '' ? 'kubectl --help' : `kubectl ${verb} --help`
    throw new KubectlError(`error: ${text}\nSee '${usage}' for usage.`)
  }
  const set = (name: string, flag: Flag, value: string | true): void => {
    if (flag.refused) throw new UnsupportedError(`kubectl ${verb} --${name}`)
    if (flag.value || value === true || value === 'true') flags.set(name, flag.value ? value : true)
    else if (value === 'false') flags.delete(name)
    else
      fail(
        `invalid argument ${JSON.stringify(value)} for "${spelled(name, flag)}" flag: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
      )
  }
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word === '--') {
      words.push(...args.slice(i + 1))
      break
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=')
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals)
      const flag = Object.hasOwn(known, name) ? known[name]! : fail(`unknown flag: --${name}`)
      if (equals >= 0) set(name, flag, word.slice(equals + 1))
      else if (!flag.value) set(name, flag, true)
      else if (i + 1 < args.length) set(name, flag, args[++i]!)
      else fail(`flag needs an argument: --${name}`)
    } else if (word.startsWith('-') && word.length > 1) {
      let rest = word.slice(1)
      while (rest !== '') {
        const [letter] = rest
        const [name, flag] =
          Object.entries(known).find(([, { short }]) => short === letter) ??
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
    } else words.push(word)
  }
  return { words, flags }
}

function spelled(name: string, { short }: Flag): string {
  return short === undefined ? `--${name}` : `-${short}, --${name}`
}
