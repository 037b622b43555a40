import { TARGETS } from '../../../netfilter/index.ts'
import { quote } from '../../../netfilter/text/quote.ts'
import { ListCursor } from './list-cursor.ts'

/** Reads all that is left, as iptables-save writes it behind `-j NAME`; null: that is not what the target says. */
type ReadTarget = (cursor: ListCursor) => string | null

/** Targets of which nothing is said. */
const SILENT: ReadonlySet<string> = new Set(['ACCEPT', 'DROP', 'RETURN', 'TRACE'])

/**
 * What `iptables -L -n` says of a target behind all matches, as iptables-save writes it: ` --to-ports 80`. Null: this is not all that the
 * target says, or there is something else before it.
 */
export function readListTarget(name: string, text: string): string | null {
  const read = TARGET_TEXTS.get(name)
  return read === undefined ? null : read(new ListCursor(text))
}

/** Is it a target of which nothing is said but its name? */
export function isSilentTarget(name: string): boolean {
  return SILENT.has(name)
}

/** Is it one of which it is known what is said? */
export function isListTarget(name: string): boolean {
  return TARGET_TEXTS.has(name)
}

/** An address or ports behind a word, and flags: `to:10.0.0.1:80 random`. */
function translation(words: readonly string[], option: string, flags: readonly string[], needed: boolean): ReadTarget {
  return (cursor) => {
    let text = ''
    const last = words[words.length - 1]!
    if (last.endsWith(':') && words.length === 1) {
      if (cursor.peek().startsWith(last)) text = ` ${option} ${cursor.word().slice(last.length)}`
    } else if (cursor.take(...words)) text = ` ${option} ${cursor.word()}`
    if (needed && text === '') return null
    while (!cursor.atEnd) {
      const flag = cursor.word()
      if (!flags.includes(flag)) return null
      text += ` --${flag}`
    }
    return text
  }
}

const ALL = 0xffffffff

/** `set 0x1`, `and 0xff`, `xset 0x1/0xff` as value and mask (`mark_tg_print`, extensions/libxt_MARK.c). */
function setMark(cursor: ListCursor): string | null {
  const verb = cursor.word()
  const [value, mask, more] = cursor.word().split('/').map(hexNumber)
  if (value === undefined || Number.isNaN(value) || more !== undefined || !cursor.atEnd) return null
  if ((verb === 'xset') !== (mask !== undefined) || Number.isNaN(mask)) return null
  const hex = (number: number): string => `0x${(number >>> 0).toString(16)}`
  switch (verb) {
    case 'set':
      return `${hex(value)}/${hex(ALL)}`
    case 'and':
      return `0x0/${hex(~value)}`
    case 'or':
      return `${hex(value)}/${hex(value)}`
    case 'xor':
      return `${hex(value)}/0x0`
    case 'xset':
      return `${hex(value)}/${hex(mask!)}`
    default:
      return null
  }
}

function hexNumber(text: string): number {
  return /^0x[0-9a-f]{1,8}$/.test(text) ? Number(text) : Number.NaN
}

const mark: ReadTarget = (cursor) => {
  const value = cursor.take('MARK') ? setMark(cursor) : null
  return value === null ? null : ` --set-xmark ${value}`
}

/** `CONNMARK set 0x1`, `CONNMARK save mask 0xff`, `CONNMARK restore ctmask 0x1 nfmask ~0x2` */
const connmark: ReadTarget = (cursor) => {
  if (!cursor.take('CONNMARK')) return null
  const verb = cursor.peek()
  if (verb !== 'save' && verb !== 'restore') {
    const value = setMark(cursor)
    return value === null ? null : ` --set-xmark ${value}`
  }
  cursor.word()
  let nfmask = '0xffffffff'
  let ctmask = '0xffffffff'
  if (cursor.take('mask')) {
    nfmask = cursor.word()
    ctmask = nfmask
  } else if (!cursor.atEnd) {
    const first = cursor.word()
    const value = cursor.word()
    const second = cursor.word()
    const other = cursor.word()
    const order = verb === 'save' ? ['nfmask', 'ctmask'] : ['ctmask', 'nfmask']
    if (first !== order[0] || second !== order[1] || !other.startsWith('~')) return null
    nfmask = verb === 'save' ? value : other.slice(1)
    ctmask = verb === 'save' ? other.slice(1) : value
  }
  return cursor.atEnd ? ` --${verb}-mark --nfmask ${nfmask} --ctmask ${ctmask}` : null
}

const reject: ReadTarget = (cursor) => {
  if (!cursor.take('reject-with')) return null
  const kind = cursor.word()
  return cursor.atEnd && kind !== '' ? ` --reject-with ${kind}` : null
}

const LOG_FLAGS: readonly (readonly [number, string])[] = [
  [1, '--log-tcp-sequence'],
  [2, '--log-tcp-options'],
  [4, '--log-ip-options'],
  [8, '--log-uid'],
  [32, '--log-macdecode'],
]

/** `LOG flags 0 level 4 prefix "whatever "there" is "`; in old lists with other quotes: "prefix `whatever '" */
const log: ReadTarget = (cursor) => {
  if (!cursor.take('LOG', 'flags')) return null
  const flags = Number(cursor.word())
  if (!cursor.take('level')) return null
  const level = cursor.word()
  let text = ` --log-level ${level}`
  if (!Number.isInteger(flags) || flags < 0 || (flags & ~47) !== 0) return null
  for (const [bit, option] of LOG_FLAGS) if ((flags & bit) !== 0) text += ` ${option}`
  if (cursor.atEnd) return text
  const { rest } = cursor
  const isQuoted = rest.startsWith('prefix "') ? rest.endsWith('"') : rest.startsWith('prefix `') && rest.endsWith("'")
  if (!isQuoted || rest.length < 'prefix ""'.length) return null
  return `${text} --log-prefix ${quote(rest.slice('prefix "'.length, -1))}`
}

const TTL_VERBS: readonly (readonly [string, string])[] = [
  ['set to', '--ttl-set'],
  ['increment by', '--ttl-inc'],
  ['decrement by', '--ttl-dec'],
]

const ttl: ReadTarget = (cursor) => {
  if (!cursor.take('TTL')) return null
  for (const [words, option] of TTL_VERBS) {
    if (!cursor.take(...words.split(' '))) continue
    const value = cursor.word()
    return cursor.atEnd ? ` ${option} ${value}` : null
  }
  return null
}

/** Words, and then one value. */
function valued(option: string, ...words: readonly string[]): ReadTarget {
  return (cursor) => {
    if (!cursor.take(...words)) return null
    const value = cursor.word()
    return cursor.atEnd && value !== '' ? ` ${option} ${value}` : null
  }
}

const tcpmss: ReadTarget = (cursor) => {
  if (cursor.take('TCPMSS', 'clamp', 'to', 'PMTU')) return cursor.atEnd ? ' --clamp-mss-to-pmtu' : null
  return valued('--set-mss', 'TCPMSS', 'set')(cursor)
}

/** Options that lost nothing but their dashes. */
function undashed(kind: string, head: string | null, extra: readonly (readonly [string, number])[] = []): ReadTarget {
  const own = TARGETS.get(kind)!.options.flatMap(({ names, words }) => names.map((name) => [name, words] as const))
  const counts = new Map<string, number>([...own, ...extra])
  return (cursor) => {
    if (head !== null && !cursor.take(head)) return null
    let text = ''
    while (!cursor.atEnd) {
      const not = cursor.take('!') ? '! ' : ''
      const name = cursor.word()
      const count = counts.get(name)
      if (count === undefined) return null
      text += ` ${not}--${name}`
      for (let i = 0; i < count; i++) {
        const value = cursor.peek().startsWith('"') ? quotedWord(cursor) : cursor.word()
        if (value === null || value === '') return null
        text += ` ${value}`
      }
    }
    return text
  }
}

/** A word in quotes, as `quote` writes it. */
function quotedWord(cursor: ListCursor): string | null {
  const start = cursor.at
  let at = start + 1
  for (; at < cursor.text.length && cursor.text[at] !== '"'; at++) if (cursor.text[at] === '\\') at++
  if (at >= cursor.text.length) return null
  cursor.moveTo(at + 1)
  return cursor.text.slice(start, at + 1)
}

const ctOptions = undashed('CT', 'CT')

/** What is said of CT where it stands for `-j NOTRACK`. */
export const NOTRACK = ' NOTRACK'

const ct: ReadTarget = (cursor) => (cursor.rest === 'NOTRACK' ? NOTRACK : ctOptions(cursor))

const TARGET_TEXTS: ReadonlyMap<string, ReadTarget> = new Map<string, ReadTarget>([
  ['DNAT', translation(['to:'], '--to-destination', ['random', 'persistent'], true)],
  ['SNAT', translation(['to:'], '--to-source', ['random', 'random-fully', 'persistent'], true)],
  ['NETMAP', translation(['to:'], '--to', [], true)],
  ['REDIRECT', translation(['redir', 'ports'], '--to-ports', ['random'], false)],
  ['MASQUERADE', translation(['masq', 'ports:'], '--to-ports', ['random', 'random-fully'], false)],
  ['MARK', mark],
  ['CONNMARK', connmark],
  ['REJECT', reject],
  ['LOG', log],
  ['TTL', ttl],
  ['TOS', valued('--set-tos', 'TOS', 'set')],
  ['DSCP', valued('--set-dscp', 'DSCP', 'set')],
  ['TCPMSS', tcpmss],
  ['CLASSIFY', valued('--set-class', 'CLASSIFY', 'set')],
  ['NOTRACK', (cursor) => (cursor.atEnd || (cursor.take('NOTRACK') && cursor.atEnd) ? '' : null)],
  ['NFLOG', undashed('NFLOG', null)],
  ['SET', undashed('SET', null)],
  ['CT', ct],
])
