import { UnsupportedError } from '../packet/errors.ts'
import { UsageError } from './errors.ts'
import { dsfieldNumber, IP_PROTOCOL_NAMES, PROTOCOL_NAMES, readNumber, TABLE_NAMES } from './names.ts'
import type { NumberRange, Rule, RuleAction } from './rule.ts'
import type { RuleSpec } from './rules.ts'
import { abbreviates, prefixOf, routeTypeOf, Words, wrong } from './words.ts'

type Draft = { -readonly [name in keyof Rule]?: Rule[name] }

const UNSUPPORTED = ['realms', 'tun_id', 'suppress_ifgroup', 'sup_group', 'l3mdev', 'nat', 'map-to']

/** IFNAMSIZ without the zero at the end. */
const MAX_DEVICE_NAME = 15

/**
 * Reads the words behind `ip rule add` and `ip rule del` (`iprule_modify`, iproute2 ip/iprule.c).
 *
 * @throws UsageError what `ip` itself refuses, in its words and with its exit code
 * @throws UnsupportedError what `ip` knows and kubehop does not
 */
export function parseRule(args: readonly string[], verb: 'add' | 'del' | 'show'): RuleSpec {
  if (args.length === 0) throw new UsageError(`"ip rule ${verb}" requires arguments.`, 1)
  const words = new Words(args)
  const draft: Draft = {}
  while (!words.atEnd) {
    const word = words.next()
    if (verb === 'show' && readFilter(word, words, draft)) continue
    if (readSelector(word, words, draft) || readAction(word, words, draft)) continue
    if (UNSUPPORTED.includes(word)) throw new UnsupportedError(`ip rule option ${word}`)
    // to the list a word of its own is a destination (`iprule_list_flush_or_save`)
    if (verb === 'show') {
      draft.to = prefixOf(word, 'inet')
      continue
    }
    readType(word === 'type' ? words.next() : word, draft)
  }
  return draft
}

/** What `ip rule show` words otherwise. */
function readFilter(word: string, words: Words, draft: Draft): boolean {
  if (word === 'from') draft.from = words.prefix('inet')
  else if (word === 'to' || abbreviates(word, 'dst')) draft.to = words.prefix('inet')
  else if (abbreviates(word, 'table') || word === 'lookup')
    draft.table = words.named((name) => TABLE_NAMES.number(name), 'table id value is invalid')
  else return false
  return true
}

function readSelector(word: string, words: Words, draft: Draft): boolean {
  if (word === 'not') draft.invert = true
  else if (word === 'from') draft.from = words.prefix()
  else if (word === 'to') draft.to = words.prefix()
  else if (abbreviates(word, 'preference') || abbreviates(word, 'order') || abbreviates(word, 'priority')) {
    draft.priority = words.number('preference value is invalid')
  } else if (word === 'tos' || abbreviates(word, 'dsfield'))
    draft.tos = words.named(dsfieldNumber, 'TOS value is invalid')
  else if (word === 'fwmark') readMark(words.next(), draft)
  else if (word === 'dev' || word === 'iif') draft.iif = readDeviceName(words.next(), '"iif"/"dev"')
  else if (word === 'oif') draft.oif = readDeviceName(words.next(), '"oif"')
  else if (word === 'uidrange') draft.uids = readRange(words.next(), 0xffffffff, 'invalid UID range')
  else if (word === 'ipproto') {
    draft.ipProtocol = words.named((name) => IP_PROTOCOL_NAMES.number(name), 'Invalid "ipproto" value')
  } else if (word === 'sport') draft.sourcePorts = readRange(words.next(), 0xffff, 'invalid port range')
  else if (word === 'dport') draft.destinationPorts = readRange(words.next(), 0xffff, 'invalid dport range')
  else return false
  return true
}

function readAction(word: string, words: Words, draft: Draft): boolean {
  if (abbreviates(word, 'table') || word === 'lookup') {
    draft.table = words.named((name) => TABLE_NAMES.number(name), 'invalid table ID')
  } else if (abbreviates(word, 'suppress_prefixlength') || word === 'sup_pl') {
    draft.suppressPrefixLength = words.number('suppress_prefixlength value is invalid')
  } else if (abbreviates(word, 'protocol')) {
    draft.protocol = words.named((name) => PROTOCOL_NAMES.number(name), '"protocol" value is invalid')
  } else if (abbreviates(word, 'goto')) {
    draft.action = 'goto'
    draft.target = words.number('invalid target')
  } else if (abbreviates(word, 'nop')) draft.action = 'nop'
  else return false
  return true
}

/** A type of route as action; anything else is wrong. Trap: naming one means that no table is named, which is then table 0. */
function readType(word: string, draft: Draft): void {
  const type = routeTypeOf(word)
  if (type === undefined) throw wrong(word, 'Failed to parse rule type')
  if (type === 'unicast') draft.action = 'table'
  else if (type === 'blackhole' || type === 'unreachable' || type === 'prohibit')
    draft.action = type satisfies RuleAction
  else throw new UnsupportedError(`ip rule action ${type}`)
  draft.table ??= 0
}

function readMark(word: string, draft: Draft): void {
  const slash = word.indexOf('/')
  const mark = readNumber(slash < 0 ? word : word.slice(0, slash))
  if (mark === undefined) throw wrong(slash < 0 ? word : word.slice(0, slash), 'fwmark value is invalid\n')
  draft.mark = mark
  if (slash < 0) return
  const mask = readNumber(word.slice(slash + 1))
  if (mask === undefined) throw wrong(word.slice(slash + 1), 'fwmask value is invalid\n')
  draft.markMask = mask
}

function readDeviceName(word: string, option: string): string {
  if (word === '' || word.length > MAX_DEVICE_NAME || /[/\s]/.test(word))
    throw wrong(word, `${option} not a valid ifname`)
  return word
}

function readRange(word: string, limit: number, message: string): NumberRange {
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? []
  const range = { first: Number(first), last: Number(last ?? first) }
  if (first === undefined || range.first > limit || range.last > limit) throw wrong(word, `${message}\n`)
  return range
}
