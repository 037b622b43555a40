import { type Match, printMatch, printTarget, type Target } from '../../netfilter/index.ts'
import { icmpTypeName } from '../../netfilter/match/icmp.ts'
import { CHUNKS } from '../../netfilter/match/sctp.ts'
import { hexOctet } from '../../netfilter/text/numbers.ts'
import { serviceName } from '../../netfilter/text/services.ts'
import { splitWords } from '../../netfilter/text/tokens.ts'
import { UnsupportedError } from '../../packet/index.ts'
import { addressText } from './address-text.ts'
import { MORE_MATCHES, MORE_TARGETS } from './describe-more.ts'
import { type Describe, not, type Option, undashed, valueFor } from './option-words.ts'

const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG']
const LOG_FLAGS: Readonly<Record<string, number>> = {
  '--log-tcp-sequence': 1,
  '--log-tcp-options': 2,
  '--log-ip-options': 4,
  '--log-uid': 8,
  '--log-macdecode': 32,
}
const LOG_LEVELS = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug']
const ALL = 0xffffffff

/** What `iptables -L` says of a match: other words than iptables-save's. Each is how that extension's `print` does it. */
export function describeMatch(match: Match, numeric: boolean, protocol: string): string {
  const [, , ...words] = splitWords(printMatch(match).trim())
  const describe = MATCHES[match.kind]
  if (describe === undefined) throw new UnsupportedError(`iptables -L of match ${match.kind}`)
  return describe(optionsOf(words), numeric, protocol)
}

/** What `iptables -L` says of a target behind its name; empty when there is nothing to say. */
export function describeTarget(target: Target, numeric: boolean): string {
  if (['jump', 'goto', 'ACCEPT', 'DROP', 'RETURN', 'TRACE'].includes(target.kind)) return ''
  const [, , ...words] = splitWords(printTarget(target).trim())
  const describe = TARGETS[target.kind]
  if (describe === undefined) throw new UnsupportedError(`iptables -L of target ${target.kind}`)
  return describe(optionsOf(words), numeric, '')
}

/** Options whose value may look like anything. */
const TEXTS: ReadonlySet<string> = new Set(['--comment', '--log-prefix', '--nflog-prefix'])

function optionsOf(words: readonly string[]): Option[] {
  const options: { name: string; invert: boolean; values: string[] }[] = []
  let invert = false
  for (const word of words) {
    const last = options.at(-1)
    if (last !== undefined && TEXTS.has(last.name) && last.values.length === 0) last.values.push(word)
    else if (word === '!') invert = true
    else if (word.startsWith('--')) {
      options.push({ name: word, invert, values: [] })
      invert = false
    } else last?.values.push(word)
  }
  return options
}

/** `tcp spt:80 dpts:1:5 flags:0x17/0x02` */
function ports(protocol: string): Describe {
  return (options, numeric) => {
    const parts = [protocol]
    for (const option of options) {
      const [value = '', second = ''] = option.values
      if (option.name === '--sport' || option.name === '--dport') {
        const side = option.name === '--sport' ? 'spt' : 'dpt'
        parts.push(`${side}${value.includes(':') ? 's' : ''}:${not(option)}${portNames(value, protocol, numeric)}`)
      } else if (option.name === '--tcp-option') parts.push(`option=${not(option)}${value}`)
      else if (option.name === '--tcp-flags') {
        const text = numeric ? `${flagBits(value)}/${flagBits(second)}` : `${value}/${second}`
        parts.push(`flags:${not(option)}${text}`)
      } else if (option.name === '--chunk-types') {
        parts.push(`${not(option, '! ')}${value} ${numeric ? chunkNumbers(second) : second}`)
      } else throw new UnsupportedError(`iptables -L of option ${option.name}`)
    }
    return parts.join(' ')
  }
}

/** Ports as `80,8000:8080`, with names where they are wanted and known. */
function portNames(text: string, protocol: string, numeric: boolean): string {
  return numeric ? text : text.replace(/\d+/g, (port) => serviceName(Number(port), protocol) ?? port)
}

/** `DATA:Be,INIT` as `0x0000:Be,0x0001`. */
function chunkNumbers(list: string): string {
  return list.replace(/(?<=^|,)[A-Z_]+/g, (name) => {
    const chunk = CHUNKS.find((known) => known[0] === name)
    return chunk === undefined ? name : `0x${chunk[1].toString(16).toUpperCase().padStart(4, '0')}`
  })
}

/** `SYN,ACK` as `0x12`. */
function flagBits(names: string): string {
  const bits = TCP_FLAGS.reduce((sum, name, bit) => (names.split(',').includes(name) ? sum | (1 << bit) : sum), 0)
  return `0x${bits.toString(16).toUpperCase().padStart(2, '0')}`
}

const ANY_TYPE = 255
const ANY_CODE = 255

function icmp(options: readonly Option[], numeric: boolean): string {
  const [option] = options
  if (option === undefined) return ''
  const [value = ''] = option.values
  const [number, only] = value === 'any' ? [ANY_TYPE, undefined] : value.split('/').map(Number)
  const name = numeric ? undefined : icmpTypeName(number!, only ?? 0, only ?? ANY_CODE)
  if (name !== undefined) return `icmp ${not(option)}${name}`
  const [type, code] = value === 'any' ? ['255', undefined] : (value.split('/') as [string, string | undefined])
  return `icmp${option.invert ? ' !type ' : 'type '}${type}${code === undefined ? '' : ` code ${code}`}`
}

function statistic(options: readonly Option[]): string {
  const parts = ['statistic']
  for (const option of options) {
    if (option.name === '--packet' && option.values[0] === '0') continue
    parts.push(`${not(option, '! ')}${[option.name.slice(2), ...option.values].join(' ')}`)
  }
  return parts.join(' ')
}

function addrtype(options: readonly Option[]): string {
  const parts = ['ADDRTYPE match']
  for (const option of options) {
    if (option.name === '--limit-iface-in') parts.push('limit-in')
    else if (option.name === '--limit-iface-out') parts.push('limit-out')
    else parts.push(`${option.name.slice(2)} ${not(option)}${option.values[0]}`)
  }
  return parts.join(' ')
}

const TTL_SIGNS: Readonly<Record<string, string>> = { '--ttl-eq': '==', '--ttl-lt': '<', '--ttl-gt': '>' }
const RECENT_VERBS: Readonly<Record<string, string>> = {
  '--set': 'SET',
  '--rcheck': 'CHECK',
  '--update': 'UPDATE',
  '--remove': 'REMOVE',
}

function recent(options: readonly Option[]): string {
  const parts: string[] = []
  for (const option of options) {
    const verb = RECENT_VERBS[option.name]
    const [value] = option.values
    if (verb !== undefined) parts.push(`${not(option, '! ')}recent: ${verb}`)
    else if (option.name === '--seconds') parts.push(`seconds: ${value}`)
    else if (option.name === '--reap') parts.push('reap')
    else if (option.name === '--hitcount') parts.push(`hit_count: ${value}`)
    else if (option.name === '--rttl') parts.push('TTL-Match')
    else if (option.name === '--name') parts.push(`name: ${value}`)
    else if (option.name === '--rsource' || option.name === '--rdest') {
      parts.push(`side: ${option.name === '--rsource' ? 'source' : 'dest'} mask: ${valueFor(options, '--mask')}`)
    }
  }
  return parts.join(' ')
}

/** Names of types of service; only with the mask that leaves out the lowest bits are they printed (extensions/tos_values.c). */
const TOS_NAMES: Readonly<Record<string, string>> = {
  '0x00/0x3f': 'Normal-Service',
  '0x02/0x3f': 'Minimize-Cost',
  '0x04/0x3f': 'Maximize-Reliability',
  '0x08/0x3f': 'Maximize-Throughput',
  '0x10/0x3f': 'Minimize-Delay',
}

function tosText({ values: [value = ''] }: Option, numeric: boolean): string {
  return (numeric ? undefined : TOS_NAMES[value]) ?? value
}

/** `TOS set 0x08/0x0f`, `TOS and 0x05`; a name sticks to the word before it, as the real one prints it (extensions/libxt_TOS.c). */
function tosChange(text: string, numeric: boolean): string {
  const name = TOS_NAMES[text]
  const [value = 0, mask = 0xff] = text.split('/').map(Number)
  if (numeric) return `TOS set ${text}`
  if (name !== undefined) return ` TOS set${name}`
  if (value === 0) return `TOS and ${hexOctet(~mask & 0xff)}`
  if (value === mask) return `TOS or ${hexOctet(value)}`
  return mask === 0 ? `TOS xor ${hexOctet(value)}` : `TOS set ${text}`
}

/** One value behind a word: `length !100:200`. */
function worded(word: string, inverted = '!'): Describe {
  return ([option]) => (option === undefined ? word : `${word}${not(option, inverted)}${option.values.join(' ')}`)
}

const MATCHES: Readonly<Record<string, Describe | undefined>> = {
  tcp: ports('tcp'),
  udp: ports('udp'),
  sctp: ports('sctp'),
  icmp,
  comment: (options) => `/* ${options[0]?.values[0]} */`,
  state: ([option]) => `${not(option!, '! ')}state ${option!.values[0]}`,
  conntrack: (options, numeric) =>
    undashed(
      options.map((option) =>
        /(src|dst)$/.test(option.name)
          ? { ...option, values: option.values.map((value) => addressText(value, numeric)) }
          : option,
      ),
    ),
  mark: worded('mark match ', '! '),
  connmark: ([option]) => `connmark match ${not(option!)} ${option!.values[0]}`,
  multiport: ([option], numeric, protocol) =>
    `multiport ${option!.name.slice(2)} ${not(option!, ' !')}${portNames(option!.values[0]!, protocol, numeric)}`,
  addrtype,
  statistic,
  limit: (options) => `limit: avg ${valueFor(options, '--limit')} burst ${valueFor(options, '--limit-burst') ?? 5}`,
  physdev: (options) =>
    ['PHYSDEV match', ...options.map((each) => `${not(each, '! ')}${[each.name, ...each.values].join(' ')}`)].join(' '),
  mac: worded('MAC ', '! '),
  iprange: (options) =>
    options
      .map(
        (each) =>
          `${each.name === '--src-range' ? 'source' : 'destination'} IP range ${not(each, '! ')}${each.values[0]}`,
      )
      .join(' '),
  length: worded('length '),
  ttl: ([option]) => `TTL match TTL ${option!.invert ? '!=' : TTL_SIGNS[option!.name]} ${option!.values[0]}`,
  tos: ([option], numeric) => {
    const text = tosText(option!, numeric)
    return `tos match${not(option!)}${text.startsWith('0x') ? '' : ' '}${text}`
  },
  dscp: worded('DSCP match '),
  tcpmss: worded('tcpmss match '),
  pkttype: ([option]) => `PKTTYPE ${option!.invert ? '!=' : '='} ${option!.values[0]}`,
  recent,
  ...MORE_MATCHES,
}

/** `to:10.0.0.1:80 random`: an address or ports, and flags. */
function translation(word: string): Describe {
  return (options) => {
    const parts = options.map(({ name, values }) => (values.length > 0 ? `${word}${values[0]}` : name.slice(2)))
    return parts.join(' ')
  }
}

/** `set 0x5`, `or 0x1` … of a value under a mask (`mark_tg_print`, extensions/libxt_MARK.c). */
function changed(value: number, mask: number): string {
  const hex = (number: number): string => `0x${(number >>> 0).toString(16)}`
  if (value === 0) return `and ${hex(~mask)}`
  if (value === mask) return `or ${hex(value)}`
  if (mask === 0) return `xor ${hex(value)}`
  if (mask === ALL) return `set ${hex(value)}`
  return `xset ${hex(value)}/${hex(mask)}`
}

function setMark([option]: readonly Option[]): string {
  const [value = 0, mask = ALL] = option!.values[0]!.split('/').map(Number)
  return changed(value, mask)
}

function connmark(options: readonly Option[]): string {
  const [option] = options
  if (option!.name === '--set-xmark') return `CONNMARK ${setMark(options)}`
  const verb = option!.name === '--save-mark' ? 'save' : 'restore'
  const nfmask = Number(valueFor(options, '--nfmask') ?? ALL)
  const ctmask = Number(valueFor(options, '--ctmask') ?? ALL)
  if (nfmask === ALL && ctmask === ALL) return `CONNMARK ${verb}`
  if (nfmask === ctmask) return `CONNMARK ${verb} mask 0x${nfmask.toString(16)}`
  const [first, second] =
    verb === 'save'
      ? [
          ['nfmask', nfmask],
          ['ctmask', ctmask],
        ]
      : [
          ['ctmask', ctmask],
          ['nfmask', nfmask],
        ]
  return `CONNMARK ${verb} ${first![0]} 0x${first![1]!.toString(16)} ${second![0]} ~0x${second![1]!.toString(16)}`
}

function log(options: readonly Option[], numeric: boolean): string {
  const flags = options.filter(({ name }) => LOG_FLAGS[name] !== undefined)
  const level = Number(valueFor(options, '--log-level') ?? 4)
  const prefix = valueFor(options, '--log-prefix')
  const shown = numeric
    ? [`flags ${flags.reduce((sum, { name }) => sum + LOG_FLAGS[name]!, 0)}`, `level ${level}`]
    : [`level ${LOG_LEVELS[level]}`, ...flags.map(({ name }) => name.slice('--log-'.length))]
  return ['LOG', ...shown, ...(prefix === undefined ? [] : [`prefix "${prefix}"`])].join(' ')
}

const TTL_VERBS: Readonly<Record<string, string>> = {
  '--ttl-set': 'set to',
  '--ttl-inc': 'increment by',
  '--ttl-dec': 'decrement by',
}

const TARGETS: Readonly<Record<string, Describe | undefined>> = {
  DNAT: translation('to:'),
  SNAT: translation('to:'),
  NETMAP: translation('to:'),
  REDIRECT: translation('redir ports '),
  MASQUERADE: translation('masq ports: '),
  MARK: (options) => `MARK ${setMark(options)}`,
  CONNMARK: connmark,
  REJECT: ([option]) => `reject-with ${option?.values[0]}`,
  LOG: log,
  TTL: ([option]) => `TTL ${TTL_VERBS[option!.name]} ${option!.values[0]}`,
  TOS: ([option], numeric) => tosChange(option!.values[0]!, numeric),
  DSCP: ([option]) => `DSCP set ${option!.values[0]}`,
  TCPMSS: ([option]) => (option!.values.length > 0 ? `TCPMSS set ${option!.values[0]}` : 'TCPMSS clamp to PMTU'),
  CLASSIFY: ([option]) => `CLASSIFY set ${option!.values[0]!.replace(/\b0+(?=[0-9a-f])/g, '')}`,
  NOTRACK: () => 'NOTRACK',
  ...MORE_TARGETS,
  CT: (options) => ['CT', ...options.map(({ name, values }) => [name.slice(2), ...values].join(' '))].join(' '),
}
