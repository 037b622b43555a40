import { formatIpv4, type Prefix } from '../packet/address.ts'
import { dsfieldName, IP_PROTOCOL_NAMES, PROTOCOL_NAMES, TABLE_NAMES } from './names.ts'
import type { RouteJson } from './print.ts'
import type { NumberRange, Rule } from './rule.ts'
import { type FibHost, RouteProtocol } from './types.ts'

/** How `ip rule` prints. */
export interface RulePrintOptions {
  /** `ip -d` */
  readonly details?: boolean
  /** The goto of this rule leads nowhere (`Fib.isUnresolved`). */
  readonly unresolved?: boolean
}

/** One rule as `ip rule show` of iproute2 6.1 prints it, without the line feed. */
export function printRule(rule: Rule, host: FibHost, options: RulePrintOptions = {}): string {
  const words: string[] = []
  if (rule.invert) words.push('not')
  words.push('from', rule.from === null || rule.from.length === 0 ? 'all' : printPrefix(rule.from))
  if (rule.to !== null && rule.to.length !== 0) words.push('to', printPrefix(rule.to))
  if (rule.tos !== 0) words.push('tos', dsfieldName(rule.tos))
  const mark = printMark(rule)
  if (mark !== '') words.push('fwmark', mark)
  printDevice('iif', rule.iif, host, words)
  printDevice('oif', rule.oif, host, words)
  if (rule.uids !== null) words.push('uidrange', `${rule.uids.first}-${rule.uids.last}`)
  if (rule.ipProtocol !== 0) words.push('ipproto', IP_PROTOCOL_NAMES.name(rule.ipProtocol))
  if (rule.sourcePorts !== null) words.push('sport', printRange(rule.sourcePorts))
  if (rule.destinationPorts !== null) words.push('dport', printRange(rule.destinationPorts))
  if (rule.table !== 0) {
    words.push('lookup', TABLE_NAMES.name(rule.table))
    if (rule.suppressPrefixLength !== -1) words.push('suppress_prefixlength', String(rule.suppressPrefixLength))
  }
  if (rule.action === 'goto')
    words.push('goto', String(rule.target), ...(options.unresolved === true ? ['[unresolved]'] : []))
  else if (rule.action !== 'table') words.push(rule.action)
  if (options.details === true || (rule.protocol !== RouteProtocol.UNSPEC && rule.protocol !== RouteProtocol.KERNEL)) {
    words.push('proto', PROTOCOL_NAMES.name(rule.protocol))
  }
  return `${rule.priority}:\t${words.join(' ')}`
}

/** One rule as `ip -j rule show` tells it. Null stands for a word that has no value. */
export function ruleJson(rule: Rule, host: FibHost, options: RulePrintOptions = {}): RouteJson {
  const json: Record<string, number | string | null> = { priority: rule.priority }
  if (rule.invert) json.not = null
  if (rule.from === null || rule.from.length === 0) json.src = 'all'
  else putPrefix(json, 'src', rule.from)
  if (rule.to !== null && rule.to.length !== 0) putPrefix(json, 'dst', rule.to)
  if (rule.tos !== 0) json.tos = dsfieldName(rule.tos)
  const [mark, mask] = printMark(rule).split('/')
  if (mark !== undefined && mark !== '') json.fwmark = mark
  if (mask !== undefined) json.fwmask = mask
  for (const way of ['iif', 'oif'] as const) {
    if (rule[way] === '') continue
    json[way] = rule[way]
    if (host.deviceByName(rule[way]) == null) json[`${way}_detached`] = null
  }
  if (rule.uids !== null) {
    json.uid_start = rule.uids.first
    json.uid_end = rule.uids.last
  }
  if (rule.ipProtocol !== 0) json.ipproto = IP_PROTOCOL_NAMES.name(rule.ipProtocol)
  putRange(json, 'sport', rule.sourcePorts)
  putRange(json, 'dport', rule.destinationPorts)
  if (rule.table !== 0) {
    json.table = TABLE_NAMES.name(rule.table)
    if (rule.suppressPrefixLength !== -1) json.suppress_prefixlen = rule.suppressPrefixLength
  }
  if (rule.action === 'goto') {
    json.goto = rule.target
    if (options.unresolved === true) json.unresolved = null
  } else if (rule.action !== 'table') json.action = rule.action
  if (options.details === true || (rule.protocol !== RouteProtocol.UNSPEC && rule.protocol !== RouteProtocol.KERNEL)) {
    json.protocol = PROTOCOL_NAMES.name(rule.protocol)
  }
  return json
}

function putPrefix(json: Record<string, number | string | null>, name: 'src' | 'dst', prefix: Prefix): void {
  json[name] = formatIpv4(prefix.address)
  if (prefix.length !== 32) json[`${name}len`] = prefix.length
}

function putRange(json: Record<string, number | string | null>, name: string, range: NumberRange | null): void {
  if (range === null) return
  if (range.first === range.last) json[name] = range.first
  else {
    json[`${name}_start`] = range.first
    json[`${name}_end`] = range.last
  }
}

function printDevice(word: string, name: string, host: FibHost, words: string[]): void {
  if (name === '') return
  words.push(word, name)
  if (host.deviceByName(name) == null) words.push('[detached]')
}

/** The mask is printed unless all bits count; zero is printed only with a mask. */
function printMark(rule: Rule): string {
  const hex = (value: number) => (value === 0 ? '0' : `0x${value.toString(16)}`)
  if (rule.markMask !== 0xffffffff && (rule.mark !== 0 || rule.markMask !== 0))
    return `${hex(rule.mark)}/${hex(rule.markMask)}`
  return rule.mark !== 0 ? hex(rule.mark) : ''
}

function printPrefix(prefix: Prefix): string {
  return prefix.length === 32 ? formatIpv4(prefix.address) : `${formatIpv4(prefix.address)}/${prefix.length}`
}

function printRange(range: NumberRange): string {
  return range.first === range.last ? String(range.first) : `${range.first}-${range.last}`
}
