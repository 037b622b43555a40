import { UnsupportedError } from '../../packet/errors.ts'
import type { TableName } from '../rule.ts'
import { TABLE_NAMES } from '../rule.ts'
import { badRule, IptablesError } from '../text/errors.ts'
import { parseUnsigned } from '../text/numbers.ts'
import { type KeepUnread, type ParsedRule, RuleParser } from '../text/rule-parser.ts'
import { checkChainName } from './chain-name.ts'
import type { Command } from './command.ts'

/** What `iptables` was asked to do. */
export interface ParsedCommand {
  readonly table: TableName
  /** A change or a check; null when something is to be listed. */
  readonly command: Command | null
  readonly list: ListRequest | null
  /** `-Z` beside what lists. */
  readonly zeroes: Command | null
  /** `-6`: it is for ip6tables. */
  readonly otherFamily: boolean
  /** `-V` */
  readonly version: boolean
  /** What is said on standard error although nothing is wrong. */
  readonly notices: readonly string[]
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

/** The letters of commands, as iptables numbers them. */
const COMMANDS = 'IDRALFZNXPESC'
/** How an option that belongs to some commands alone is called, and the commands. Counted rules of `-D` take no rule. */
const OPTIONS: readonly (readonly [option: string, commands: string])[] = [
  ['n', 'L'],
  ['s', 'IDRAC'],
  ['d', 'IDRAC'],
  ['p', 'IDRAC'],
  ['j', 'IDRAC'],
  ['x', 'L'],
  ['i', 'IDRAC'],
  ['o', 'IDRAC'],
  ['0', 'L'],
  ['c', 'IRAP'],
  ['f', 'IDRAC'],
]
/** Options of what lists. */
const LISTING = /[nx0]/
const MAX_POSITION = 0x7fffffff
const MAX_CHAIN_NAME = 28

/**
 * Reads the words behind `iptables`, or a line of what iptables-restore reads (iptables/xshared.c, `do_parse`).
 *
 * @param keep not null: matches and targets that are not known here are kept
 * @throws IptablesError as iptables words it
 */
export function parseCommand(
  words: readonly string[],
  table: TableName = 'filter',
  inRestore = false,
  keep: KeepUnread | null = null,
): ParsedCommand {
  const parser = new CommandParser(words, table, inRestore, keep)
  parser.read()
  return parser.finish()
}

class CommandParser extends RuleParser {
  readonly #inRestore: boolean
  #table: string
  /** The letters of its commands: one, or `-Z` beside what lists. */
  #letters = ''
  #chain: string | null = null
  /** A new name or a policy. */
  #second: string | null = null
  #position: number | null = null
  #waits = false
  #waitInterval = false
  #version = false

  constructor(words: readonly string[], table: TableName, inRestore: boolean, keep: KeepUnread | null) {
    super(words, 0, keep)
    this.#table = table
    this.#inRestore = inRestore
  }

  finish(): ParsedCommand {
    if (this.#version) return { ...NOTHING, table: 'filter', version: true }
    // in iptables-restore such a line counts for nothing, whatever it says
    if (this.otherFamily) return { ...NOTHING, table: 'filter', otherFamily: true }
    if (this.#table === 'nat' && (this.dropsIt || this.#second === 'DROP')) {
      badRule('\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n')
    }
    if (!this.#waits && this.#waitInterval) badRule('--wait-interval only makes sense with --wait\n')
    const parsed = this.rule()
    const letters = this.#letters
    if (letters === 'R' && parsed.rules.length !== 1) badRule('Replacement rule does not specify a unique address')
    this.#checkOptions()
    if (this.#chain !== null && this.#chain.length > MAX_CHAIN_NAME) {
      badRule(`chain name \`${this.#chain}' too long (must be under ${MAX_CHAIN_NAME + 1} chars)`)
    }
    this.#checkInterfaces()
    const table = tableName(this.#table)
    if (this.seen.includes('v') && !/[LS]/.test(letters)) throw new UnsupportedError(`iptables -v -${letters}`)
    const lists = letters !== 'A' && /[LS]/.test(letters)
    return {
      table,
      command: lists ? null : this.#build(letters, parsed),
      list: lists ? this.#listRequest() : null,
      zeroes: lists && letters.includes('Z') ? this.#zero() : null,
      otherFamily: false,
      version: false,
      notices: this.#waitInterval ? ['Ignoring deprecated --wait-interval option.'] : NO_NOTICES,
    }
  }

  protected override checkCommand(): void {
    if (this.#letters === '') badRule('no command specified')
  }

  protected override command(letter: string, value: string | null, invert: boolean): boolean {
    if (COMMANDS.includes(letter)) this.#command(letter, value, invert)
    else if (letter === 't') {
      if (invert) badRule('unexpected ! flag before --table')
      if (this.#inRestore) badRule('The -t option cannot be used in iptables-nft-restore.\n')
      this.#table = value!
    } else if (letter === 'w' || letter === 'W') this.#wait(letter, value)
    else if (letter === 'V') {
      if (invert) throw new UnsupportedError('iptables ! -V')
      this.#version = true
      return false
    } else if (letter === 'v' && this.seen.includes('v')) return true
    else if (letter !== 'M') this.once(letter, invert)
    return true
  }

  #command(letter: string, value: string | null, invert: boolean): void {
    if (letter === 'N') checkChainName(value!)
    if (invert) badRule("unexpected '!' flag")
    this.#add(letter)
    // -L, -S, -F, -Z and -X may go without a chain
    const chain = value ?? this.take()
    if (chain !== undefined) this.#chain = chain
    switch (letter) {
      case 'E':
        this.#second = this.take() ?? badRule('-E requires old-chain-name and new-chain-name')
        break
      case 'P':
        this.#second = this.take() ?? badRule('-P requires a chain and a policy')
        break
      case 'R':
        this.#position = readPosition(this.take() ?? badRule('-R requires a rule number'))
        break
      case 'D':
      case 'I':
      case 'L':
      case 'S':
      case 'Z': {
        const number = this.take()
        if (number !== undefined) this.#position = readPosition(number)
      }
    }
  }

  #add(letter: string): void {
    if (this.#letters !== '') {
      const clash = [...this.#letters].filter((other) => !mayGoTogether(letter, other)).at(-1)
      if (clash !== undefined) badRule(`Cannot use -${letter} with -${clash}`)
    }
    this.#letters += letter
  }

  #wait(letter: string, value: string | null): void {
    if (this.#inRestore) badRule(`You cannot use \`-${letter}' from iptables-restore`)
    const text = value ?? this.take()
    if (letter === 'w') {
      this.#waits = true
      if (text !== undefined && !NUMERIC.test(text)) badRule('wait seconds not numeric')
      return
    }
    this.#waitInterval = true
    if (text === undefined) badRule('wait interval value required')
    const microseconds = /^[ \t-\r]*\+?(\d+)/.exec(text)?.[1]
    if (microseconds === undefined) badRule('wait interval not numeric')
    if (Number(microseconds) > 999_999) badRule(`too long usec wait ${microseconds} > 999999 usec`)
  }

  #checkOptions(): void {
    // -D CHAIN NUMBER takes no rule
    const letters = this.#letters === 'D' && this.#position !== null ? '' : this.#letters
    // by far the most lines: a rule with a rule's options
    if (letters === 'A' && !LISTING.test(this.seen)) return
    for (const [option, commands] of OPTIONS) {
      if (this.seen.includes(option) && ![...letters].some((letter) => commands.includes(letter))) {
        badRule(`Illegal option \`-${option}' with this command`)
      }
    }
  }

  /** There is no input device on the way out and no output device on the way in. */
  #checkInterfaces(): void {
    const seen = this.seen
    if (!(seen.includes('o') || seen.includes('i')) || !/^[ADCIR]$/.test(this.#letters)) return
    const chain = this.#chain
    if ((chain === 'PREROUTING' || chain === 'INPUT') && this.seen.includes('o'))
      badRule(`Can't use -o with ${chain}\n`)
    if ((chain === 'POSTROUTING' || chain === 'OUTPUT') && this.seen.includes('i')) {
      badRule(`Can't use -i with ${chain}\n`)
    }
  }

  #build(letter: string, { rules, counters: pair }: ParsedRule): Command {
    const chain = this.#chain!
    const some = this.#chain === null ? {} : { chain: this.#chain }
    const counters = pair === null ? {} : { counters: pair }
    switch (letter) {
      case 'A':
        return { kind: 'append', chain, rules, ...counters }
      case 'C':
        return { kind: 'check', chain, rules }
      case 'D':
        return this.#position === null
          ? { kind: 'delete', chain, rules }
          : { kind: 'delete-at', chain, position: this.#position }
      case 'I':
        // one after the other to the same place: of several addresses the last comes first
        return { kind: 'insert', chain, position: this.#position ?? 1, rules: [...rules].reverse(), ...counters }
      case 'R':
        return { kind: 'replace', chain, position: this.#position!, rule: rules[0]!, ...counters }
      case 'F':
        return { kind: 'flush', ...some }
      case 'Z':
        return this.#zero()
      case 'N':
        return { kind: 'new-chain', chain }
      case 'X':
        return { kind: 'delete-chain', ...some }
      case 'E':
        return { kind: 'rename-chain', chain, to: this.#second! }
      default:
        return { kind: 'policy', chain, policy: this.#second! }
    }
  }

  #zero(): Command {
    const chain = this.#chain === null ? {} : { chain: this.#chain }
    return { kind: 'zero', ...chain, ...(this.#position !== null && { position: this.#position }) }
  }

  #listRequest(): ListRequest {
    return {
      style: this.#letters.includes('S') ? 'rules' : 'table',
      chain: this.#chain,
      position: this.#position,
      numeric: this.seen.includes('n'),
      verbose: this.seen.includes('v'),
      exact: this.seen.includes('x'),
      lineNumbers: this.seen.includes('0'),
    }
  }
}

const NO_NOTICES: readonly string[] = []
const NOTHING = { command: null, list: null, zeroes: null, otherFamily: false, version: false, notices: [] }
/** As sscanf(3) reads `%i`. */
const NUMERIC = /^[ \t-\r]*[-+]?\d/

function mayGoTogether(a: string, b: string): boolean {
  return (a === 'Z' && /[LS]/.test(b)) || (b === 'Z' && /[LS]/.test(a))
}

function readPosition(text: string): number {
  const value = parseUnsigned(text, MAX_POSITION, 1)
  if (value === undefined) badRule(`Invalid rule number \`${text}'`)
  return value
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
