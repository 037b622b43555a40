import { BASE_CHAINS, TARGETS, type TableName } from '../../../netfilter/index.ts'
import { KubehopError } from '../../../packet/index.ts'
import type { Source } from '../../evidence.ts'
import { ListCursor } from './list-cursor.ts'
import { readListExtras } from './list-extras.ts'
import { NOTRACK } from './list-targets.ts'
import { addUntoldBases, addUntoldChains, type ChainText, chainIn, type TableText } from './ruleset.ts'
import { placeOf, shortened } from './save.ts'

/**
 * What `iptables -L -n -v` prints of a table, or of one chain of it. Counters with K, M, G or T are rounded there, and so they are here.
 *
 * @param chain null: all of them
 * @param first the line of the file that the text begins with
 * @throws KubehopError for a line that it does not print, and for lists that hide addresses or devices
 */
export function readList(
  name: TableName,
  chain: string | null,
  text: string,
  source: Source,
  first: number,
): TableText {
  const table: TableText = new Map()
  const lines = text.split('\n').map((line) => line.trimEnd())
  const fail = (at: number, message: string, hint: string): never => {
    throw new KubehopError('BAD_RULE_FILE', message, { where: placeOf(source, first + at), hint })
  }
  const heads = new Map<number, ChainText>()
  lines.forEach((line, i) => {
    if (!line.startsWith('Chain ')) return
    const made = readHead(name, table, line, first + i, source)
    if (made === null)
      fail(i, `no heading of a chain of table ${name}: ${shortened(line)}`, 'give the list of one table')
    else heads.set(i, made)
  })
  let current: ChainText | null = null
  let numbered = false
  lines.forEach((line, i) => {
    if (line === '' || line.startsWith('#')) return
    const head = heads.get(i)
    if (head !== undefined) current = head
    else if (isColumns(line)) {
      if (!line.includes(' pkts ') && !line.startsWith('pkts ')) fail(i, HIDDEN, 'give what `iptables -L -n -v` prints')
      numbered = line.startsWith('num')
    } else if (current === null) fail(i, `no line of iptables -L: ${shortened(line)}`, WRAPPED)
    else {
      const rule = readRule(line, numbered, (target) => table.has(target) || (chain !== null && !TARGETS.has(target)))
      if (rule === null) fail(i, `no line of iptables -L -n -v: ${shortened(line)}`, WRAPPED)
      else if (rule === 'names')
        fail(i, 'names stand for addresses', 'give what `iptables -L -n -v` prints, with -n for numbers')
      else {
        const { counters, text: asked } = rule
        current.rules.push({ text: `${counters} -A ${current.name}${asked}`, line: first + i, source })
      }
    }
  })
  if (chain !== null) addUntoldChains(table, source)
  addUntoldBases(name, table, source)
  return table
}

/** Why a list without -v is refused. */
const HIDDEN = 'the list does not say for which devices a rule is: -v is missing'
const WRAPPED = 'a long line that was wrapped cannot be read'

function isColumns(line: string): boolean {
  return line.includes('target ') && line.includes(' prot opt ') && line.includes(' source ')
}

/** `Chain INPUT (policy ACCEPT 5 packets, 300 bytes)`, `Chain X (2 references)` */
function readHead(name: TableName, table: TableText, line: string, at: number, source: Source): ChainText | null {
  const [, chain = '', ...about] = line.split(' ')
  const isBase = BASE_CHAINS[name].includes(chain)
  const policy = about[0] === '(policy' ? (about[1] ?? '').replace(')', '') : null
  if (table.has(chain) || isBase !== (policy !== null) || !(policy !== null || about[1]?.startsWith('references')))
    return null
  const made = chainIn(table, chain, source, at)
  if (policy === null) return made
  made.policy = policy
  const packets = readCount(about[2] ?? '')
  const bytes = readCount(about[4] ?? '')
  if (packets !== null && bytes !== null) made.counters = `[${packets}:${bytes}]`
  return made
}

const UNITS = 'KMGT'

/**
 * `1234`, `12M`: thousands, as `xtables_print_num` (libxtables/xtables.c) counts them. Old 32-bit routers print a counter that ran over as a
 * negative number: nobody knows it, and nothing but numbers hangs on it.
 */
function readCount(text: string): number | null {
  if (text.startsWith('-')) return readCount(text.slice(1)) === null || text[1] === '-' ? null : 0
  const unit = UNITS.indexOf(text[text.length - 1] ?? ' ')
  const digits = unit < 0 ? text : text.slice(0, -1)
  if (!/^[0-9]{1,15}$/.test(digits)) return null
  const value = Number(digits) * 1000 ** (unit + 1)
  return Number.isSafeInteger(value) ? value : Number.MAX_SAFE_INTEGER
}

interface ListRule {
  readonly counters: string
  /** With a leading blank, unless it is empty. */
  readonly text: string
}

const ADDRESS = /^!?[0-9./]{7,32}$/

/** A line of a rule; `names`: the addresses are not numbers. */
function readRule(line: string, numbered: boolean, isChain: (name: string) => boolean): ListRule | 'names' | null {
  const cursor = new ListCursor(line)
  if (numbered) cursor.word()
  const packets = readCount(cursor.word())
  const bytes = readCount(cursor.word())
  if (packets === null || bytes === null) return null
  let target = cursor.word()
  let protocol = target
  // a rule without a target has blanks there
  if (isFragmentColumn(cursor.peek())) target = ''
  else protocol = cursor.word()
  const fragment = cursor.word()
  if (!isFragmentColumn(fragment) || protocol === '') return null
  let text = ''
  const input = cursor.word()
  const output = cursor.word()
  const from = cursor.word()
  const to = cursor.word()
  if (to === '') return null
  if (!ADDRESS.test(from) || !ADDRESS.test(to)) return 'names'
  text += test('-s', from, '0.0.0.0/0') + test('-d', to, '0.0.0.0/0') + test('-i', input, '*') + test('-o', output, '*')
  if (protocol !== '0' && protocol !== 'all') text += test('-p', protocol, '')
  if (fragment !== '--') text += fragment === '-f' ? ' -f' : ' ! -f'
  const goes = cursor.take('[goto]')
  const { matches, targetText } = readListExtras(cursor.rest, target, target === '' || isChain(target))
  text += matches
  if (target !== '') {
    // NOTRACK is listed as a use of CT
    text += target === 'CT' && targetText === NOTRACK ? ' -j NOTRACK' : ` ${goes ? '-g' : '-j'} ${target}${targetText}`
  }
  return { counters: `[${packets}:${bytes}]`, text }
}

function isFragmentColumn(word: string): boolean {
  return word === '--' || word === '-f' || word === '!f'
}

function test(option: string, word: string, any: string): string {
  if (word === any) return ''
  return word.startsWith('!') ? ` ! ${option} ${word.slice(1)}` : ` ${option} ${word}`
}

/** Why a list that was asked for like this says too little; null: it does not. */
export function missingOptions(numeric: boolean, verbose: boolean): string | null {
  if (numeric) return verbose ? null : HIDDEN
  const also = verbose ? '' : ', and so is -v, without which the devices are hidden'
  return `the list has names instead of addresses: -n is missing${also}`
}
