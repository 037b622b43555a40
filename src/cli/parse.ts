import { parseArgs } from 'node:util'
import { Call } from './call.ts'
import type { Io } from './io.ts'
import type { CommandSpec, OptionSpec } from './spec.ts'
import { UsageError } from './usage-error.ts'

export const HELP_OPTION: OptionSpec = { name: 'help', short: 'h', what: 'Show this help.' }

/**
 * Reads the words after a command's name. Options may stand anywhere, `--` ends them.
 *
 * @returns null when help was asked for
 * @throws UsageError with the nearest names
 */
export async function parseCall(command: CommandSpec, words: readonly string[], io: Io): Promise<Call | null> {
  try {
    return readCall(command, words, io)
  } catch (error) {
    if (!(error instanceof UnknownOption)) throw error
    const near = await nearestOf(error.option.replace(/^--?/, ''), error.known)
    throw new UsageError(error.what, near === undefined ? error.hint : `did you mean --${near}?`)
  }
}

/** As `parseCall`, at once, and without the nearest names. */
export function readCall(command: CommandSpec, words: readonly string[], io: Io): Call | null {
  const options = [...command.options, HELP_OPTION]
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      options.map(({ name, short, value }) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
      ]),
    ),
  })
  const values = new Map<string, (string | number)[]>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const option = options.find(({ name }) => name === token.name)
    if (option === undefined) throw new UnknownOption(command, token.rawName, options)
    if (option === HELP_OPTION) return null
    const value = readValue(option, token)
    const given = values.get(option.name)
    if (given === undefined) values.set(option.name, [value])
    else given.push(value)
  }
  for (const option of command.options) {
    if (option.required && !values.has(option.name))
      throw new UsageError(`${written(option)} is missing`, `see kubehop ${command.name} --help`)
  }
  checkArguments(command, positionals)
  return new Call(io, values, positionals)
}

/** The option as a user writes it: `-f FILE`, `--node NODE`. */
function written({ name, short, value }: OptionSpec): string {
  const dashed = short === undefined ? `--${name}` : `-${short}`
  return value === undefined ? dashed : `${dashed} ${value}`
}

/** The form alone; whether the numbers are in their ranges is seen by who uses them. */
const CIDR = /^\d+(\.\d+){3}\/\d+$/

interface OptionToken {
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

function readValue(option: OptionSpec, token: OptionToken): string | number {
  const { value } = token
  if (option.value === undefined) {
    if (value !== undefined) throw new UsageError(`${token.rawName} takes no value`)
    return 1
  }
  // what looks like the next option is none of this one's value, unless it was written with `=`
  const negative = option.integer !== undefined && value !== undefined && /^-\d/.test(value)
  if (value === undefined || value === '' || (token.inlineValue !== true && !negative && /^-./.test(value))) {
    throw new UsageError(`${token.rawName} needs a value`, `write ${token.rawName} ${option.value}`)
  }
  if (option.choices !== undefined && !option.choices.includes(value)) {
    throw new UsageError(`${token.rawName} "${value}" is not one of ${option.choices.join(', ')}`)
  }
  if (option.integer !== undefined) return wholeNumber(token.rawName, value, option.integer)
  if (option.bytes) return octets(token.rawName, value)
  if (option.cidr && !CIDR.test(value)) {
    throw new UsageError(`${token.rawName} "${value}" is no network`, 'such as 10.244.0.0/16')
  }
  return value
}

function wholeNumber(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const number = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max) return number
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`
  throw new UsageError(`${name} "${text}" is not a whole number, ${range}`)
}

const UNITS = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const

function octets(name: string, text: string): number {
  const [, digits, unit] = /^(\d{1,12})([kmg]?)b?$/i.exec(text) ?? []
  if (digits === undefined)
    throw new UsageError(`${name} "${text}" is no number of bytes`, 'such as 1000000, 64M or 1G')
  return Number(digits) * UNITS[(unit ?? '').toLowerCase() as keyof typeof UNITS]
}

function checkArguments(command: CommandSpec, given: readonly string[]): void {
  const missing = command.arguments.filter(
    (argument, index) => argument.optional !== true && given[index] === undefined,
  )
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(' and ')
    throw new UsageError(
      `${names} ${missing.length === 1 ? 'is' : 'are'} missing`,
      `see kubehop ${command.name} --help`,
    )
  }
  const takesAll = command.arguments.at(-1)?.many === true
  const extra = given[command.arguments.length]
  if (!takesAll && extra !== undefined) throw new UsageError(`there is one word too many: "${extra}"`)
  command.arguments.forEach(({ name, choices }, index) => {
    const value = given[index]
    if (choices === undefined || value === undefined || choices.includes(value)) return
    throw new UsageError(`${name} "${value}" is not one of ${choices.join(', ')}`)
  })
}

/** Somebody may have meant another one: `known`. */
class UnknownOption extends UsageError {
  readonly what: string
  readonly option: string
  readonly known: readonly string[]

  constructor(command: CommandSpec, option: string, options: readonly OptionSpec[]) {
    const what = `kubehop ${command.name} has no option ${option}`
    super(what, `see kubehop ${command.name} --help`)
    this.what = what
    this.option = option
    this.known = option.startsWith('--') ? options.map(({ name }) => name) : []
  }
}

/** The nearest of some names; loaded only when somebody has made a mistake. */
export async function nearestOf(
  wanted: string,
  names: readonly string[],
  mistakes?: number,
): Promise<string | undefined> {
  const { nearestNames } = await import('../kubernetes/nearest.ts')
  return nearestNames(wanted, names, mistakes)[0]
}
