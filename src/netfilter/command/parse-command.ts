import { UnsupportedError } from '../../packet/errors.ts'
import type { TableName } from '../rule.ts'
import { TABLE_NAMES } from '../rule.ts'
import { badRule, IptablesError } from '../text/errors.ts'
import { parseUnsigned } from '../text/numbers.ts'
import { parseRule } from '../text/rule-parser.ts'
import type { Command } from './command.ts'

/** What `iptables` was asked to do. */
export interface ParsedCommand {
  readonly table: TableName
  /** A change or a check; null when something is to be listed. */
  readonly command: Command | null
  readonly list: ListRequest | null
  /** `-6` in front of a rule: it is for ip6tables. */
  readonly otherFamily: boolean
}

/** `-L` and `-S` */
export interface ListRequest {
  readonly style: 'table' | 'rules'
  readonly chain: string | null
  /** One rule of it, from 1. */
  readonly position: number | null
  readonly numeric: boolean
  readonly verbose: boolean
  readonly exact: boolean
  readonly lineNumbers: boolean
}

/** Commands by letter: their long names, how many words they take, whether a rule follows. */
const COMMANDS = {
  A: { long: 'append', chain: 'required', rule: true },
  C: { long: 'check', chain: 'required', rule: true },
  D: { long: 'delete', chain: 'required', rule: true },
  I: { long: 'insert', chain: 'required', rule: true },
  R: { long: 'replace', chain: 'required', rule: true },
  L: { long: 'list', chain: 'optional', rule: false },
  S: { long: 'list-rules', chain: 'optional', rule: false },
  F: { long: 'flush', chain: 'optional', rule: false },
  Z: { long: 'zero', chain: 'optional', rule: false },
  N: { long: 'new-chain', chain: 'required', rule: false },
  X: { long: 'delete-chain', chain: 'optional', rule: false },
  E: { long: 'rename-chain', chain: 'required', rule: false },
  P: { long: 'policy', chain: 'required', rule: false },
} as const
type Letter = keyof typeof COMMANDS

/** Options that are no part of a rule. */
const FLAGS: { readonly [option: string]: string } = {
  '-n': 'numeric',
  '--numeric': 'numeric',
  '-v': 'verbose',
  '--verbose': 'verbose',
  '-x': 'exact',
  '--exact': 'exact',
  '--line-numbers': 'lineNumbers',
}
/** Clusters such as `-nvL` and `-vnxL`. */
const FLAG_LETTERS: { readonly [letter: string]: string } = { n: 'numeric', v: 'verbose', x: 'exact' }

interface Reading {
  table: TableName
  letter: Letter | null
  words: string[]
  rule: string[]
  readonly flags: Set<string>
}

/**
 * Reads the words behind `iptables`, in the order in which they stand; `-w` and its seconds are passed over.
 *
 * @throws IptablesError as iptables words it
 */
export function parseCommand(words: readonly string[], table: TableName = 'filter', inRestore = false): ParsedCommand {
  const reading: Reading = { table, letter: null, words: [], rule: [], flags: new Set() }
  for (let i = 0; i < words.length; ) i = readWord(words, i, reading, inRestore)
  const { letter } = reading
  if (letter === null) {
    parseRule(reading.rule)
    return badRule('no command specified')
  }
  checkFlags(letter, reading.flags)
  const { otherFamily, command } = build(letter, reading)
  return { table: reading.table, command, list: command === null ? listRequest(letter, reading) : null, otherFamily }
}

function readWord(words: readonly string[], i: number, reading: Reading, inRestore: boolean): number {
  const word = words[i]!
  // free text may look like an option
  const before = reading.rule.at(-1)
  if (before === '--comment' || before === '--log-prefix') {
    reading.rule.push(word)
    return i + 1
  }
  if (word === '-t' || word === '--table') {
    if (inRestore) badRule('The -t option cannot be used in iptables-nft-restore.\n')
    reading.table = tableName(wordAfter(words, i))
    return i + 2
  }
  if (word === '-w' || word === '--wait' || word === '-W' || word === '--wait-interval') {
    return i + (i + 1 < words.length && /^[0-9]+$/.test(words[i + 1]!) ? 2 : 1)
  }
  if (FLAGS[word] !== undefined) {
    reading.flags.add(FLAGS[word])
    return i + 1
  }
  if (word.length > 2 && word[0] === '-' && areFlags(word.slice(1))) {
    addFlags(word.slice(1), reading.flags)
    return i + 1
  }
  const command = commandOf(word, reading.flags)
  if (command !== null) return readCommand(words, i, command, reading)
  reading.rule.push(word)
  return i + 1
}

function wordAfter(words: readonly string[], i: number): string {
  const next = words[i + 1]
  if (next === undefined) badRule(`option "${words[i]}" requires an argument`)
  return next
}

function tableName(name: string): TableName {
  const table = TABLE_NAMES.find((known) => known === name)
  if (table === undefined) {
    throw new IptablesError(
      'NO_TABLE',
      `table '${name}' does not exist\nPerhaps iptables or your kernel needs to be upgraded.`,
      'table',
    )
  }
  return table
}

function commandOf(word: string, flags: Set<string>): Letter | null {
  if (word.startsWith('--')) {
    const name = word.slice(2)
    for (const letter of Object.keys(COMMANDS) as Letter[]) if (COMMANDS[letter].long === name) return letter
    return null
  }
  if (word.length < 2 || word[0] !== '-') return null
  // flags may stand around the command's letter: -nL, -Lnv
  const letters = word.slice(1)
  const at = [...letters].findIndex((each) => each in COMMANDS)
  if (at < 0 || !areFlags(letters.slice(0, at)) || !areFlags(letters.slice(at + 1))) return null
  addFlags(letters.slice(0, at) + letters.slice(at + 1), flags)
  return letters[at] as Letter
}

function areFlags(letters: string): boolean {
  return [...letters].every((letter) => FLAG_LETTERS[letter] !== undefined)
}

function addFlags(letters: string, flags: Set<string>): void {
  for (const letter of letters) flags.add(FLAG_LETTERS[letter]!)
}

function readCommand(words: readonly string[], i: number, letter: Letter, reading: Reading): number {
  if (reading.letter !== null) badRule(`Cannot use -${letter} with -${reading.letter}`)
  reading.letter = letter
  const optional = COMMANDS[letter].chain === 'optional'
  let next = i + 1
  const isArgument = (word: string | undefined) => word !== undefined && word[0] !== '-' && word[0] !== '!'
  if (optional) {
    // a chain, and with -Z, -S and -L perhaps a number
    if (isArgument(words[next])) reading.words.push(words[next++]!)
    const numbered = letter === 'Z' || letter === 'S' || letter === 'L'
    if (numbered && reading.words.length > 0 && isArgument(words[next])) reading.words.push(words[next++]!)
    return next
  }
  if (words[next] === undefined) badRule(`option "${words[i]}" requires an argument`)
  reading.words.push(words[next++]!)
  const more =
    letter === 'E' ||
    letter === 'P' ||
    ((letter === 'D' || letter === 'I' || letter === 'R') && isArgument(words[next]))
  if (more) {
    if (words[next] === undefined) {
      badRule(letter === 'E' ? '-E requires old-chain-name and new-chain-name' : '-P requires a chain and a policy')
    }
    reading.words.push(words[next++]!)
  }
  return next
}

function position(text: string): number {
  const value = parseUnsigned(text, 0xffffffff, 1)
  if (value === undefined) badRule(`Invalid rule number \`${text}'`)
  return value
}

function build(letter: Letter, { words, rule: ruleWords }: Reading): { command: Command | null; otherFamily: boolean } {
  const [chain, second] = words
  const parsed = parseRule(ruleWords)
  const { rules, otherFamily } = parsed
  const counters = parsed.counters === null ? {} : { counters: parsed.counters }
  const left = ruleWords.filter((word) => word !== '-4' && word !== '-6')
  if (!COMMANDS[letter].rule && left.length > 0) refuseRule(left, letter)
  switch (letter) {
    case 'A':
      return { command: { kind: 'append', chain: chain!, rules, ...counters }, otherFamily }
    case 'C':
      return { command: { kind: 'check', chain: chain!, rules }, otherFamily }
    case 'D':
      if (parsed.counters !== null) badRule("Illegal option `-c' with this command")
      return second === undefined
        ? { command: { kind: 'delete', chain: chain!, rules }, otherFamily }
        : { command: { kind: 'delete-at', chain: chain!, position: position(second) }, otherFamily }
    case 'I': {
      const at = second === undefined ? 1 : position(second)
      return { command: { kind: 'insert', chain: chain!, position: at, rules, ...counters }, otherFamily }
    }
    case 'R': {
      if (second === undefined) badRule('-R requires a rule number')
      if (rules.length !== 1) badRule('Replacement rule does not specify a unique address')
      return {
        command: { kind: 'replace', chain: chain!, position: position(second), rule: rules[0]!, ...counters },
        otherFamily,
      }
    }
    case 'F':
      return { command: { kind: 'flush', ...(chain !== undefined && { chain }) }, otherFamily }
    case 'Z': {
      const at = second === undefined ? {} : { position: position(second) }
      return { command: { kind: 'zero', ...(chain !== undefined && { chain }), ...at }, otherFamily }
    }
    case 'N':
      return { command: { kind: 'new-chain', chain: chain! }, otherFamily }
    case 'X':
      return { command: { kind: 'delete-chain', ...(chain !== undefined && { chain }) }, otherFamily }
    case 'E':
      return { command: { kind: 'rename-chain', chain: chain!, to: second! }, otherFamily }
    case 'P':
      return { command: { kind: 'policy', chain: chain!, policy: second! }, otherFamily }
    default:
      return { command: null, otherFamily }
  }
}

/** How to list is said to what lists. */
function checkFlags(letter: Letter, flags: ReadonlySet<string>): void {
  if (letter === 'L') return
  if (flags.has('numeric')) badRule("Illegal option `-n' with this command")
  if (flags.has('exact')) badRule("Illegal option `-x' with this command")
  if (flags.has('lineNumbers')) badRule("Illegal option `-0' with this command")
  if (flags.has('verbose') && letter !== 'S') throw new UnsupportedError(`iptables -v -${letter}`)
}

function refuseRule(words: readonly string[], letter: Letter): never {
  const option = words.find((word) => word[0] === '-')
  if (option === undefined) throw new IptablesError('BAD_RULE', `Bad argument \`${words[0]}'`, 'bare')
  return badRule(`Illegal option \`${option}' with this command (-${letter})`)
}

function listRequest(letter: Letter, { words, flags }: Reading): ListRequest {
  return {
    style: letter === 'S' ? 'rules' : 'table',
    chain: words[0] ?? null,
    position: words[1] === undefined ? null : position(words[1]),
    numeric: flags.has('numeric'),
    verbose: flags.has('verbose'),
    exact: flags.has('exact'),
    lineNumbers: flags.has('lineNumbers'),
  }
}
