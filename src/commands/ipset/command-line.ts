import { UnsupportedError } from '../../packet/index.ts'
import { IpsetSyntaxError, IpsetUsageError } from './errors.ts'

/** The commands by their names, each with the letters that stand for it too (lib/ipset.c, `ipset_commands`). */
const COMMANDS = {
  create: ['n', 'N', 'new'],
  add: ['a', 'A'],
  del: ['d', 'D'],
  test: ['t', 'T'],
  destroy: ['x', 'X'],
  list: ['l', 'L'],
  save: ['s', 'S'],
  restore: ['r', 'R'],
  flush: ['f', 'F'],
  rename: ['e', 'E'],
  swap: ['w', 'W'],
  help: ['h', 'H'],
  version: ['v', 'V'],
  quit: ['q', 'Q'],
} as const
export type IpsetCommand = keyof typeof COMMANDS

/** How many arguments a command must have, and may have. */
export const ARGUMENTS: { readonly [C in IpsetCommand]?: readonly [must: number, may: number] } = {
  create: [2, Number.POSITIVE_INFINITY],
  add: [2, Number.POSITIVE_INFINITY],
  del: [2, Number.POSITIVE_INFINITY],
  test: [2, Number.POSITIVE_INFINITY],
  destroy: [0, 1],
  list: [0, 1],
  save: [0, 1],
  restore: [0, 0],
  flush: [0, 1],
  rename: [2, 2],
  swap: [2, 2],
}

export interface IpsetOptions {
  exist: boolean
  quiet: boolean
  sorted: boolean
  /** Names only. */
  name: boolean
  /** No elements. */
  terse: boolean
  /** `-o save`: `list` prints as `save` does. */
  save: boolean
  file: string | null
}

const FLAGS: { readonly [word: string]: 'exist' | 'quiet' | 'sorted' | 'name' | 'terse' } = {
  '-!': 'exist',
  '-exist': 'exist',
  '-q': 'quiet',
  '-quiet': 'quiet',
  '-s': 'sorted',
  '-sorted': 'sorted',
  '-n': 'name',
  '-name': 'name',
  '-t': 'terse',
  '-terse': 'terse',
}

/** Options stand anywhere; what is left are the command and its arguments. */
export function splitOptions(words: readonly string[]): { options: IpsetOptions; rest: string[] } {
  const options: IpsetOptions = {
    exist: false,
    quiet: false,
    sorted: false,
    name: false,
    terse: false,
    save: false,
    file: null,
  }
  const rest: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!.replace(/^--(?=.)/, '-')
    const flag = Object.hasOwn(FLAGS, word) ? FLAGS[word] : undefined
    if (flag !== undefined) options[flag] = true
    else if (word === '-o' || word === '-output') readOutput(words[i]!, words[++i], options)
    else if (word === '-f' || word === '-file') options.file = mandatory(words[i]!, words[++i])
    else if (word === '-r' || word === '-resolve') throw new UnsupportedError('ipset -resolve')
    else rest.push(words[i]!)
  }
  return { options, rest }
}

function mandatory(option: string, value: string | undefined): string {
  if (value === undefined) throw new IpsetUsageError(`Missing mandatory argument to option ${option}`)
  return value
}

function readOutput(option: string, value: string | undefined, options: IpsetOptions): void {
  const mode = mandatory(option, value)
  if (mode === 'save') options.save = true
  else if (mode === 'xml' || mode === 'json') throw new UnsupportedError(`ipset -output ${mode}`)
  else if (mode !== 'plain') throw new IpsetSyntaxError(`Syntax error: unknown output mode '${mode}'`)
}

/** The command that a word stands for: its name, the beginning of it, or its letter; dashes before it do not count. */
export function readCommand(word: string | undefined): IpsetCommand {
  if (word === undefined) throw new IpsetUsageError('No command specified.')
  const name = word.replace(/^--?/, '')
  for (const [command, letters] of Object.entries(COMMANDS)) {
    if (name !== '' && (command.startsWith(name) || (letters as readonly string[]).includes(name))) {
      return command as IpsetCommand
    }
  }
  throw new IpsetUsageError(`No command specified: unknown argument ${word}`)
}

/** @throws IpsetUsageError unless the command has as many arguments as it must have and may have */
export function checkArguments(command: IpsetCommand, args: readonly string[]): void {
  const [must, may] = ARGUMENTS[command] ?? [0, 0]
  if (args.length < must) {
    const which = args.length === 0 ? 'mandatory' : 'second mandatory'
    throw new IpsetUsageError(`Missing ${which} argument to command ${command}`)
  }
  if (args.length > may) throw new IpsetUsageError(`Unknown argument ${args[may]}`)
}
