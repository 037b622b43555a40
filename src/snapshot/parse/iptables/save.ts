import { TABLE_NAMES, type TableName } from '../../../netfilter/index.ts'
import { KubehopError, type Where } from '../../../packet/index.ts'
import type { Source } from '../../evidence.ts'
import { chainIn, isUntoldRule, type RulesetText, type TableText } from './ruleset.ts'

/** What stands in a text of iptables-save. */
export interface SaveText {
  readonly tables: RulesetText
  /** The comment lines, without the `#`. */
  readonly comments: readonly string[]
}

/** Where a line stands in the file. */
export function placeOf(source: Source, line: number): Where {
  return { ...(source.file !== undefined && { file: source.file }), line }
}

/**
 * Takes a text of iptables-save apart: chains and rules, the rules as they stand there.
 *
 * @param lineOf the line of the file for each line of the text, from 0
 * @param sourceOf the same for what it was read from
 * @throws KubehopError for a line that iptables-save does not write
 */
export function readSave(
  text: string,
  lineOf: (index: number) => number,
  sourceOf: (index: number) => Source,
): SaveText {
  const tables: RulesetText = new Map()
  const comments: string[] = []
  let table: TableText | null = null
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!.trimEnd()
    const source = sourceOf(i)
    const at = lineOf(i)
    if (line === '') continue
    const fail = (message: string, hint?: string): never => {
      throw new KubehopError('BAD_RULE_FILE', message, {
        where: placeOf(source, at),
        ...(hint !== undefined && { hint }),
      })
    }
    switch (line[0]) {
      case '#':
        comments.push(line.slice(1).trim())
        break
      case '*':
        if (table !== null) fail(`COMMIT expected before ${line}`, 'the text was cut off')
        table = beginTable(tables, line.slice(1).trim(), fail)
        break
      case ':':
        if (table === null) fail(`${line} stands in no table`, 'paste the text from its line `*filter` or the like on')
        else readChain(table, line, at, source, fail)
        break
      case '-':
      case '[':
        if (table === null) fail('a rule stands in no table', 'paste the text from its line `*filter` or the like on')
        else readRule(table, line, at, source, fail)
        break
      default:
        if (line !== 'COMMIT')
          fail(`no line of iptables-save: ${shortened(line)}`, 'a long line that was wrapped cannot be read')
        if (table === null) fail('COMMIT without a table')
        table = null
    }
  }
  if (table !== null) {
    const last = lines.length - 1
    throw new KubehopError('BAD_RULE_FILE', 'COMMIT expected: the text was cut off', {
      where: placeOf(sourceOf(last), lineOf(last)),
    })
  }
  return { tables, comments }
}

/** So much of a line as an error names. */
export function shortened(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}…` : line
}

type Fail = (message: string, hint?: string) => never

function beginTable(tables: RulesetText, word: string, fail: Fail): TableText {
  const name: TableName | undefined = TABLE_NAMES.find((known) => known === word)
  if (name === undefined) return fail(`iptables has no table '${shortened(word)}'`)
  if (tables.has(name)) fail(`table ${name} stands there twice`, 'give the prints of one back end and one time alone')
  const table: TableText = new Map()
  tables.set(name, table)
  return table
}

/** `:CHAIN POLICY [packets:bytes]` */
function readChain(table: TableText, line: string, at: number, source: Source, fail: Fail): void {
  const [name = '', policy = '', counters = '[0:0]'] = line.slice(1).split(' ')
  if (name === '' || policy === '') fail(`no chain: ${shortened(line)}`)
  if (table.has(name)) fail(`chain ${name} stands there twice`)
  const chain = chainIn(table, name, source, at)
  if (policy !== '-') chain.policy = policy
  chain.counters = counters
}

/** `[packets:bytes] -A CHAIN …` */
function readRule(table: TableText, line: string, at: number, source: Source, fail: Fail): void {
  const start = line[0] === '[' ? line.indexOf('] ') + 2 : 0
  if (!line.startsWith('-A ', start) || (line[0] === '[' && start === 1))
    fail(`no line of iptables-save: ${shortened(line)}`, 'a long line that was wrapped cannot be read')
  const end = line.indexOf(' ', start + 3)
  const name = line.slice(start + 3, end < 0 ? undefined : end)
  const chain = chainIn(table, name, source, at)
  if (isUntoldRule(line)) chain.told = false
  else chain.rules.push({ text: line, line: at, source })
}
