import { KubehopError, UnsupportedError, type Where } from '../../packet/errors.ts'
import { requireSets } from '../ipset/rule-sets.ts'
import { type Rule, type RuleOrigin, TABLE_NAMES, type TableName } from '../rule.ts'
import { IptablesError } from '../text/errors.ts'
import type { CounterPair, KeepUnread } from '../text/rule-parser.ts'
import { splitWords } from '../text/tokens.ts'
import type { UnsupportedMatch, UnsupportedTarget } from '../unsupported.ts'
import { applyCommand } from './apply.ts'
import { checkTable } from './check.ts'
import type { Command } from './command.ts'
import { parseCommand } from './parse-command.ts'
import { TableEditor } from './table-editor.ts'
import { NO_TABLES, type Tables } from './tables.ts'

/** How iptables-restore is called. */
export interface RestoreOptions {
  /** `--noflush`: the tables' present contents stay, and are added to. */
  readonly noflush?: boolean
  /** `--counters`: take over the counters that stand in the text. */
  readonly counters?: boolean
  /** `-T`: only this table; the others' sections are passed over. */
  readonly table?: TableName
  /** Nothing behind the first mistake is read, as iptables-restore does it; otherwise all mistakes of a text are found. */
  readonly stopAtFirst?: boolean
  /** Named in errors. */
  readonly file?: string
  /** The number by which errors name each line, when the text was made of another one. */
  readonly lines?: readonly number[]
  /** Rules that are not modelled are kept instead of refused, matches and targets that nobody here has heard of too. */
  readonly keepUnsupported?: boolean
  /** The ip sets that there are: a rule that speaks of another one is refused. Absent: nobody looks. */
  readonly sets?: {
    /** Undefined: there is no such set. */
    get(name: string): unknown
  }
  /** What a rule is there for, as far as its own words tell; traces name it. */
  readonly originOf?: (chain: string, rule: Rule) => RuleOrigin | undefined
  /** Throws for a command that the machine would refuse for want of something else. */
  readonly admit?: (command: Command) => void
}

/** A counter that the text sets. */
export interface RestoredCounter extends CounterPair {
  readonly table: TableName
  readonly chain: string
  /** From 1; 0 is the chain's policy. */
  readonly position: number
}

/** What a text for iptables-restore comes to. */
export interface RestoreResult {
  /** All tables, those of the sections that came to their COMMIT with their new contents. */
  readonly tables: Tables
  /** The tables that sections of the text were about and committed. */
  readonly committed: readonly TableName[]
  /** The counters that the text sets: those of rules with `-c`, and with `counters` all that stand there. */
  readonly counters: readonly RestoredCounter[]
  /** The base chains that the text names (`:INPUT ACCEPT`, `:INPUT -`): their policies count from zero now. */
  readonly policies: readonly { readonly table: TableName; readonly chain: string }[]
  /** What went wrong; the section that it stands in changed nothing. iptables-restore stops at the first. */
  readonly errors: readonly KubehopError[]
}

/** Longer texts are refused before anything is read: about ten times what kube-proxy writes for 10,000 Services. */
const MAX_TEXT = 256 * 1024 * 1024

/**
 * Runs the text that iptables-restore reads (iptables/iptables-restore.c, xtables-restore.c). Each section, from `*table` to `COMMIT`, is a
 * transaction.
 *
 * @param before the tables that are there; never changed
 */
export function restoreTables(text: string, before: Tables, options: RestoreOptions = {}): RestoreResult {
  if (text.length > MAX_TEXT) throw new KubehopError('TOO_LARGE', `the rules are longer than ${MAX_TEXT} characters`)
  const restore = new Restore(before, options)
  let line = 1
  for (let start = 0; start < text.length; line++) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    restore.readLine(text, start, end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end, line)
    start = end + 1
  }
  return restore.finish(line - 1)
}

/**
 * Reads what iptables-save has written: tables as data, and the counters that stand there.
 *
 * @throws RuleTextError with every mistake of the text
 * @throws UnsupportedError when a rule is not modelled, unless `keepUnsupported`
 */
export function parseTables(
  text: string,
  options: Pick<RestoreOptions, 'file' | 'keepUnsupported' | 'originOf'> = {},
): Pick<RestoreResult, 'tables' | 'counters'> {
  const { tables, counters, errors } = restoreTables(text, NO_TABLES, { ...options, counters: true })
  throwErrors(errors)
  return { tables, counters }
}

/** Throws what there is to throw. */
export function throwErrors(errors: readonly KubehopError[]): void {
  if (errors.length === 1) throw errors[0]!
  if (errors.length > 1) throw new RuleTextError(errors)
}

/** Several mistakes of one text. */
export class RuleTextError extends KubehopError {
  readonly errors: readonly KubehopError[]

  constructor(errors: readonly KubehopError[]) {
    super('BAD_RULE_FILE', errors.map((error) => error.message.trim()).join('\n'))
    this.errors = errors
  }
}

const CARRIAGE_RETURN = 13
const HASH = 35
const STAR = 42
const COLON = 58
const OPEN = 91

class Restore {
  readonly #options: RestoreOptions
  readonly #tables: Map<TableName, Tables extends ReadonlyMap<TableName, infer T> ? T : never>
  readonly #committed: TableName[] = []
  readonly #counters: RestoredCounter[] = []
  readonly #policies: { readonly table: TableName; readonly chain: string }[] = []
  #sectionPolicies: { readonly table: TableName; readonly chain: string }[] = []
  readonly #errors: KubehopError[] = []
  #editor: TableEditor | null = null
  #sectionCounters: RestoredCounter[] = []
  #sectionErrors = 0
  /** What the kernel will say at COMMIT, if the text gets that far. */
  #refusals: KubehopError[] = []
  /** A section that `-T` passes over. */
  #skipping = false
  /** What a rule may lead to in the section that is being read. */
  readonly #keep: KeepUnread | null
  #where: Where = {}
  /** The line of the last command, for what the kernel sees only at the end. */
  #lastRule: Where = {}

  constructor(before: Tables, options: RestoreOptions) {
    this.#options = options
    this.#keep = options.keepUnsupported === true ? { isChain: (name) => this.#isChain(name) } : null
    this.#tables = new Map(before)
  }

  readLine(text: string, start: number, end: number, line: number): void {
    const first = text.charCodeAt(start)
    if (end === start || first === HASH) return
    if (this.#options.stopAtFirst === true && this.#errors.length > 0) return
    this.#where = this.#place(line)
    try {
      this.#read(text, start, end, first)
    } catch (error) {
      this.#fail(error)
    }
  }

  finish(lines: number): RestoreResult {
    const stopped = this.#options.stopAtFirst === true && this.#errors.length > 0
    if (!stopped && (this.#editor !== null || this.#skipping)) {
      this.#where = this.#place(lines + 1)
      this.#fail(new IptablesError('BAD_RULE_FILE', `COMMIT expected at line ${lines + 1}`, 'plain'))
    }
    return {
      tables: this.#tables,
      committed: this.#committed,
      counters: this.#counters,
      policies: this.#policies,
      errors: this.#errors,
    }
  }

  #place(line: number): Where {
    const { file, lines } = this.#options
    const named = lines?.[line - 1] ?? line
    return file === undefined ? { line: named } : { file, line: named }
  }

  #fail(error: unknown): void {
    if (!(error instanceof KubehopError)) throw error
    this.#sectionErrors++
    const placed = error instanceof IptablesError ? error.at({ ...this.#where, ...error.where }) : error
    const waits = this.#options.stopAtFirst === true && this.#editor !== null && isRefusal(error)
    ;(waits ? this.#refusals : this.#errors).push(placed)
  }

  #read(text: string, start: number, end: number, first: number): void {
    const editor = this.#editor
    const inSection = editor !== null || this.#skipping
    if (!inSection && first === STAR) this.#begin(text.slice(start + 1, end).trim())
    else if (inSection && isCommit(text, start, end)) this.#commit()
    else if (editor !== null && first === COLON) this.#chain(editor, text.slice(start + 1, end))
    else if (editor !== null && first !== STAR) this.#command(editor, text, start, end, first)
    else if (!this.#skipping) throw new IptablesError('BAD_RULE_FILE', `line ${this.#where.line} failed`, 'plain')
  }

  #begin(name: string): void {
    const table = TABLE_NAMES.find((known) => known === name)
    this.#sectionErrors = 0
    this.#sectionCounters = []
    this.#sectionPolicies = []
    if (table === undefined) {
      this.#skipping = true
      throw new IptablesError('NO_TABLE', `iptables-nft-restore: line ${this.#where.line} table name '${name}' invalid`)
    }
    this.#skipping = this.#options.table !== undefined && this.#options.table !== table
    if (this.#skipping) return
    const before = this.#tables.get(table) ?? null
    this.#editor = new TableEditor(table, before)
    if (this.#options.noflush !== true) this.#editor.clear()
  }

  #commit(): void {
    const editor = this.#editor
    this.#editor = null
    if (this.#skipping) {
      this.#skipping = false
      return
    }
    this.#errors.push(...this.#refusals)
    this.#refusals = []
    if (editor === null || this.#sectionErrors > 0) return
    const table = editor.toTable()
    try {
      checkTable(table)
    } catch (error) {
      this.#where = this.#lastRule
      throw error
    }
    // a section without a word about any chain makes no table, and takes away the one that was there
    if (table.chains.size > 0 || (this.#options.noflush === true && this.#tables.has(table.name)))
      this.#tables.set(table.name, table)
    else this.#tables.delete(table.name)
    this.#committed.push(table.name)
    this.#counters.push(...this.#sectionCounters)
    this.#policies.push(...this.#sectionPolicies)
  }

  /** `:CHAIN POLICY [packets:bytes]` */
  #chain(editor: TableEditor, text: string): void {
    const [chain, policy, counters] = text.trim().split(/[ \t]+/, 3)
    if (chain === undefined || chain === '' || policy === undefined) {
      throw new IptablesError('BAD_RULE_FILE', `line ${this.#where.line} ${chain ? 'policy' : 'chain name'} invalid`)
    }
    if (!editor.isBase(chain)) {
      if (editor.has(chain)) editor.flush(chain)
      else editor.newChain(chain)
      return
    }
    if (policy !== 'ACCEPT' && policy !== 'DROP' && policy !== '-') {
      throw new IptablesError('BAD_POLICY', `line ${this.#where.line} failed: Bad policy name.`, 'plain')
    }
    editor.ensureBase(chain)
    this.#sectionPolicies.push({ table: editor.name, chain })
    if (policy === '-') return
    editor.setPolicy(chain, policy)
    if (this.#options.counters !== true) return
    const pair = counters === undefined ? undefined : parseCounters(counters)
    if (pair === undefined) throw new IptablesError('BAD_RULE_FILE', `invalid policy counters for chain '${chain}'`)
    this.#sectionCounters.push({ table: editor.name, chain, position: 0, ...pair })
  }

  #command(editor: TableEditor, text: string, start: number, end: number, first: number): void {
    let from = start
    let pair: CounterPair | undefined
    if (first === OPEN) {
      const close = text.indexOf(']', start)
      pair = close < 0 || close >= end ? undefined : parseCounters(text.slice(start, close + 1))
      if (pair === undefined) throw new IptablesError('BAD_RULE_FILE', `Bad line ${this.#where.line}: need ]\n`)
      from = close + 1
    }
    this.#lastRule = this.#where
    const words = splitWords(text.slice(from, end))
    const { command, list, zeroes, version } = parseCommand(words, editor.name, true, this.#keep)
    if (list !== null || zeroes !== null || version)
      throw new UnsupportedError(`${words.join(' ')} in a text for iptables-restore`, { where: this.#where })
    if (command === null) return
    this.#options.admit?.(command)
    if (command.kind === 'append') {
      // what a rule itself says of its counters holds in any case
      this.#append(
        editor,
        command.chain,
        command.rules,
        command.counters ?? (this.#options.counters === true ? pair : undefined),
      )
      return
    }
    if ('rules' in command) for (const rule of command.rules) this.#judge(rule)
    if ('rule' in command) this.#judge(command.rule)
    applyCommand(editor, command)
  }

  #isChain(name: string): boolean {
    return this.#editor !== null && (this.#editor.has(name) || this.#editor.isBase(name))
  }

  #append(editor: TableEditor, chain: string, rules: readonly Rule[], pair: CounterPair | undefined): void {
    for (const rule of rules) this.#judge(rule)
    applyCommand(editor, { kind: 'append', chain, rules: this.#withOrigins(chain, rules) })
    if (pair === undefined || (pair.packets === 0 && pair.bytes === 0)) return
    const last = editor.rules(chain)!.length
    for (let i = 0; i < rules.length; i++) {
      this.#sectionCounters.push({ table: editor.name, chain, position: last - i, ...pair })
    }
  }

  #withOrigins(chain: string, rules: readonly Rule[]): readonly Rule[] {
    const { originOf } = this.#options
    if (originOf === undefined) return rules
    return rules.map((rule) => {
      const origin = originOf(chain, rule)
      return origin === undefined ? rule : { ...rule, origin }
    })
  }

  #judge(rule: Rule): void {
    if (this.#options.sets !== undefined) requireSets(rule, this.#options.sets)
    if (this.#options.keepUnsupported === true) return
    const what = unsupportedPart(rule)
    if (what === null) return
    throw new UnsupportedError(what, {
      where: this.#where,
      hint: 'leave the rule out, or keep it unread: a packet that reaches it then ends in depends',
    })
  }
}

/** Is it the kernel that says so? iptables-restore hears of it at COMMIT. */
function isRefusal(error: KubehopError): boolean {
  return error instanceof IptablesError && error.style === 'kernel'
}

/** The first part of a rule that is not modelled, as `match u32` or `target TEE`; null when all of it is. */
export function unsupportedPart(rule: Rule): string | null {
  for (const match of rule.matches) if (match.kind === 'unsupported') return `match ${(match as UnsupportedMatch).name}`
  if (rule.target?.kind !== 'unsupported') return null
  const { name, text } = rule.target as UnsupportedTarget
  return `target ${name}${text}`
}

function isCommit(text: string, start: number, end: number): boolean {
  return text.startsWith('COMMIT', start) && text.slice(start + 6, end).trim() === ''
}

/** `[packets:bytes]` */
function parseCounters(text: string): CounterPair | undefined {
  const found = /^\[([0-9]{1,16}):([0-9]{1,16})\]$/.exec(text)
  return found === null ? undefined : { packets: Number(found[1]), bytes: Number(found[2]) }
}
