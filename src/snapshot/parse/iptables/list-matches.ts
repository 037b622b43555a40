import { MATCHES } from '../../../netfilter/match/index.ts'
import { CHUNKS } from '../../../netfilter/match/sctp.ts'
import { quote } from '../../../netfilter/text/quote.ts'
import { UNTOLD } from '../../../netfilter/text/rule-parser.ts'
import { inverted, type ListCursor } from './list-cursor.ts'

/** Reads one match where the cursor stands, as iptables-save writes it; null: it is none that is known. The cursor then stands anywhere. */
type ReadMatch = (cursor: ListCursor) => string | null

/**
 * What `iptables -L -n` says of each match, by the word that it begins with (behind `!`, when it stands there): the reverse of
 * `commands/iptables/describe.ts`. A comment is read by who calls, for its end is a question of what follows.
 */
export function readListMatch(cursor: ListCursor): string | null {
  const word = cursor.peek()
  if (word === '!') {
    const start = cursor.at
    cursor.word()
    const read = INVERTED.get(cursor.peek())
    cursor.at = start
    return read === undefined ? null : read(cursor)
  }
  const read = STARTS.get(word)
  if (read !== undefined) return read(cursor)
  // a value sticks to the word
  if (word.startsWith('icmptype')) return icmp(cursor)
  if (word.startsWith('tcpflags:')) return tcp(cursor)
  return null
}

const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG']

function flagNames(hex: string): string | null {
  if (!/^0x[0-9A-Fa-f]{1,2}$/.test(hex)) return null
  const bits = Number(hex)
  if (bits > 0x3f) return null
  return bits === 0 ? 'NONE' : TCP_FLAGS.filter((_, bit) => (bits & (1 << bit)) !== 0).join(',')
}

/**
 * `tcp spt:80 dpts:1:5 flags:0x17/0x02 option=!5`. Some releases of iptables 1.4 have the blank before `flags:` behind it:
 * `tcp dpt:22flags: 0x17/0x02`, `tcpflags: 0x17/0x02`.
 */
function ports(kind: string): ReadMatch {
  return (cursor) => {
    const start = cursor.at
    let never = false
    cursor.moveTo(start + kind.length)
    let text = `-m ${kind}`
    for (;;) {
      const whole = cursor.peek()
      const stuck = whole.indexOf('flags:')
      let word = stuck > 0 ? whole.slice(0, stuck) : whole
      const colon = word.indexOf(':')
      const name = word.slice(0, colon + 1)
      let value = word.slice(colon + 1)
      const not = value.startsWith('!') ? '! ' : ''
      if (not !== '') value = value.slice(1)
      // what never matches with iptables-legacy, iptables-save and iptables-nft forget
      never ||= not !== '' && value === '0:65535'
      if (name === 'spt:' || name === 'spts:') text += ` ${not}--sport ${value}`
      else if (name === 'dpt:' || name === 'dpts:') text += ` ${not}--dport ${value}`
      else if (kind === 'tcp' && name === 'flags:') {
        if (value === '') {
          cursor.word()
          word = cursor.peek()
          value = word
        }
        const [mask, set, more] = value.split('/').map((hex) => flagNames(hex))
        if (mask == null || set == null || more !== undefined) return null
        text += ` ${not}--tcp-flags ${mask} ${set}`
      } else if (kind === 'tcp' && word.startsWith('option=')) {
        const option = word.slice('option='.length)
        text += option.startsWith('!') ? ` ! --tcp-option ${option.slice(1)}` : ` --tcp-option ${option}`
      } else return never ? untold(kind, cursor.text.slice(start, cursor.at)) : text
      cursor.moveTo(cursor.at + word.length)
    }
  }
}

const tcp = ports('tcp')

/** Behind the ports `any 0x0000:Be,0x0001` or `! all NONE`. */
const sctp: ReadMatch = (cursor) => {
  let text = ports('sctp')(cursor)
  const start = cursor.at
  const not = cursor.take('!') ? '! ' : ''
  const mode = cursor.word()
  if (mode !== 'any' && mode !== 'all' && mode !== 'only') {
    cursor.at = start
    return text
  }
  const names = cursor.word().split(',').map(chunkName)
  if (names.includes('')) return null
  text += ` ${not}--chunk-types ${mode} ${names.join(',')}`
  return text
}

function chunkName(word: string): string {
  if (!word.startsWith('0x')) return word
  const colon = word.indexOf(':')
  const number = Number(colon < 0 ? word : word.slice(0, colon))
  const chunk = CHUNKS.find((known) => known[1] === number)
  return chunk === undefined ? '' : `${chunk[0]}${colon < 0 ? '' : word.slice(colon)}`
}

/** `icmptype 8 code 0`, `icmp !type 8` */
function icmp(cursor: ListCursor): string | null {
  let not = ''
  if (cursor.take('icmp', '!type')) not = '! '
  else if (!cursor.take('icmptype')) return null
  const type = cursor.word()
  if (!DIGITS.test(type)) return null
  const code = cursor.take('code') ? `/${cursor.word()}` : ''
  return `-m icmp ${not}--icmp-type ${type === '255' ? 'any' : type + code}`
}

const DIGITS = /^[0-9]{1,10}$/

/** `statistic mode random ! probability 0.5`, `statistic mode nth every 3 packet 1` */
const statistic: ReadMatch = (cursor) => {
  if (!cursor.take('statistic', 'mode')) return null
  const mode = cursor.word()
  const not = cursor.take('!') ? '! ' : ''
  const what = cursor.word()
  if (!(mode === 'random' && what === 'probability') && !(mode === 'nth' && what === 'every')) return null
  let text = `-m statistic --mode ${mode} ${not}--${what} ${cursor.word()}`
  if (mode === 'nth') text += ` --packet ${cursor.take('packet') ? cursor.word() : '0'}`
  return text
}

const addrtype: ReadMatch = (cursor) => {
  if (!cursor.take('ADDRTYPE', 'match')) return null
  let text = '-m addrtype'
  for (;;) {
    if (cursor.take('src-type')) {
      const { not, value } = inverted(cursor)
      text += ` ${not}--src-type ${value}`
    } else if (cursor.take('dst-type')) {
      const { not, value } = inverted(cursor)
      text += ` ${not}--dst-type ${value}`
    } else if (cursor.take('limit-in')) text += ' --limit-iface-in'
    else if (cursor.take('limit-out')) text += ' --limit-iface-out'
    else return text
  }
}

const RECENT_VERBS: ReadonlyMap<string, string> = new Map([
  ['SET', '--set'],
  ['CHECK', '--rcheck'],
  ['UPDATE', '--update'],
  ['REMOVE', '--remove'],
])

/** `recent: UPDATE seconds: 60 hit_count: 3 TTL-Match name: X side: source mask: 255.255.255.255` */
const recent: ReadMatch = (cursor) => {
  const not = cursor.take('!') ? '! ' : ''
  const verb = cursor.take('recent:') ? RECENT_VERBS.get(cursor.word()) : undefined
  if (verb === undefined) return null
  let text = `-m recent ${not}${verb}`
  if (cursor.take('seconds:')) text += ` --seconds ${cursor.word()}`
  if (cursor.take('reap')) text += ' --reap'
  if (cursor.take('hit_count:')) text += ` --hitcount ${cursor.word()}`
  if (cursor.take('TTL-Match')) text += ' --rttl'
  if (!cursor.take('name:')) return null
  text += ` --name ${quote(cursor.word())}`
  if (!cursor.take('side:')) return null
  const side = cursor.word()
  if (side !== 'source' && side !== 'dest') return null
  if (cursor.take('mask:')) text += ` --mask ${cursor.word()}`
  return `${text} --${side === 'source' ? 'rsource' : 'rdest'}`
}

/** Options that lost nothing but their dashes: `ctstate NEW ! ctproto 6`. One that comes again is that of another match. */
function undashed(kind: string): ReadMatch {
  const words = new Map(MATCHES.get(kind)!.options.flatMap((spec) => spec.names.map((name) => [name, spec.words])))
  const repeats = kind === 'set' ? 'match-set' : null
  return (cursor) => {
    let text = `-m ${kind}`
    const seen = new Set<string>()
    for (;;) {
      const start = cursor.at
      const not = cursor.take('!') ? '! ' : ''
      const name = cursor.word()
      const count = words.get(name)
      if (count === undefined || seen.has(name) || (name === repeats && seen.size > 0)) {
        cursor.at = start
        return seen.size === 0 ? null : text
      }
      seen.add(name)
      text += ` ${not}--${name}`
      for (let i = 0; i < count; i++) text += ` ${cursor.word()}`
    }
  }
}

/** In the order in which they are printed: what does not come in it belongs to another match. */
const OWNER_PARTS: readonly (readonly [words: string, option: string, valued: boolean])[] = [
  ['owner socket exists', '--socket-exists', false],
  ['owner UID match', '--uid-owner', true],
  ['owner GID match', '--gid-owner', true],
  ['incl. suppl. groups', '--suppl-groups', false],
]

/** `owner UID match 0 ! owner GID match 4-5 incl. suppl. groups` */
const owner: ReadMatch = (cursor) => {
  let text = '-m owner'
  for (const [words, option, valued] of OWNER_PARTS) {
    const start = cursor.at
    const not = cursor.take('!') ? '! ' : ''
    if (cursor.take(...words.split(' '))) text += ` ${not}${option}${valued ? ` ${cursor.word()}` : ''}`
    else cursor.moveTo(start)
  }
  return text === '-m owner' ? null : text
}

/** `source IP range ! 10.0.0.1-10.0.0.9 destination IP range 10.0.1.1-10.0.1.9` */
const iprange: ReadMatch = (cursor) => {
  let text = '-m iprange'
  for (const [word, option] of [
    ['source', '--src-range'],
    ['destination', '--dst-range'],
  ] as const) {
    if (!cursor.take(word, 'IP', 'range')) continue
    const { not, value } = inverted(cursor)
    text += ` ${not}${option} ${value}`
  }
  return text === '-m iprange' ? null : text
}

const physdev: ReadMatch = (cursor) => {
  if (!cursor.take('PHYSDEV', 'match')) return null
  let text = '-m physdev'
  for (;;) {
    const start = cursor.at
    const not = cursor.take('!') ? '! ' : ''
    const option = cursor.word()
    if (!option.startsWith('--physdev-')) {
      cursor.at = start
      return text
    }
    text += ` ${not}${option}`
    if (option === '--physdev-in' || option === '--physdev-out') text += ` ${cursor.word()}`
  }
}

const connbytes: ReadMatch = (cursor) => {
  const not = cursor.take('!') ? '! ' : ''
  if (!cursor.take('connbytes')) return null
  const range = cursor.word()
  if (!cursor.take('connbytes', 'mode')) return null
  const mode = cursor.word()
  if (!cursor.take('connbytes', 'direction')) return null
  return `-m connbytes ${not}--connbytes ${range} --connbytes-mode ${mode} --connbytes-dir ${cursor.word()}`
}

/** `#conn src/24 > 1` */
const connlimit: ReadMatch = (cursor) => {
  cursor.word()
  const [side, mask = ''] = cursor.word().split('/')
  const sign = cursor.word()
  if ((side !== 'src' && side !== 'dst') || (sign !== '>' && sign !== '<=')) return null
  const limit = sign === '>' ? '--connlimit-above' : '--connlimit-upto'
  return `-m connlimit ${limit} ${cursor.word()} --connlimit-mask ${mask} --connlimit-${side === 'src' ? 'saddr' : 'daddr'}`
}

const HASHLIMIT_VALUES: ReadonlySet<string> = new Set(
  'burst mode srcmask dstmask htable-size htable-max htable-gcinterval htable-expire rate-interval'.split(' '),
)

/** `limit: avg 5/min burst 5`, or hashlimit's `limit: up to 5/sec burst 5 mode srcip`, which does not say the name of its table. */
const limit: ReadMatch = (cursor) => {
  const start = cursor.at
  cursor.word()
  if (cursor.take('avg')) {
    const rate = cursor.word()
    return cursor.take('burst') ? `-m limit --limit ${rate} --limit-burst ${cursor.word()}` : null
  }
  if (!cursor.take('up', 'to') && !cursor.take('above')) return null
  cursor.word()
  for (;;) {
    if (HASHLIMIT_VALUES.has(cursor.peek())) {
      cursor.word()
      cursor.word()
    } else if (!cursor.take('rate-match')) break
  }
  return untold('hashlimit', cursor.text.slice(start, cursor.at))
}

/** A match of which the list does not say all. */
function untold(name: string, text: string): string {
  return `-m ${name} ${UNTOLD} ${quote(text.trim())}`
}

/** Words, and then one value that may be denied. */
function valued(kind: string, option: string, ...words: readonly string[]): ReadMatch {
  return (cursor) => {
    if (!cursor.take(...words)) return null
    const { not, value } = inverted(cursor)
    return `-m ${kind} ${not}${option} ${value}`
  }
}

/** `TTL match TTL == 64` */
const ttl: ReadMatch = (cursor) => {
  if (!cursor.take('TTL', 'match', 'TTL')) return null
  const sign = cursor.word()
  const option = TTL_SIGNS.get(sign)
  return option === undefined ? null : `-m ttl ${option} ${cursor.word()}`
}

const TTL_SIGNS: ReadonlyMap<string, string> = new Map([
  ['==', '--ttl-eq'],
  ['!=', '! --ttl-eq'],
  ['<', '--ttl-lt'],
  ['>', '--ttl-gt'],
])

/** `tos match0x10/0x3f`, `tos match!0x10/0x3f` */
const tos: ReadMatch = (cursor) => {
  cursor.word()
  const word = cursor.word()
  const value = word.slice('match'.length)
  if (!word.startsWith('match') || !value.replace('!', '').startsWith('0x')) return null
  return value.startsWith('!') ? `-m tos ! --tos ${value.slice(1)}` : `-m tos --tos ${value}`
}

/** `tcpmss match !1400:1500`; in lists of iptables 1.4 the target's words may stick to it: `tcpmss match 1400:1500TCPMSS clamp to PMTU`. */
const tcpmss: ReadMatch = (cursor) => {
  if (!cursor.take('tcpmss', 'match')) return null
  const word = cursor.peek()
  const stuck = word.indexOf('TCPMSS')
  const value = stuck < 0 ? word : word.slice(0, stuck)
  cursor.moveTo(cursor.at + value.length)
  return value.startsWith('!') ? `-m tcpmss ! --mss ${value.slice(1)}` : `-m tcpmss --mss ${value}`
}

const pkttype: ReadMatch = (cursor) => {
  cursor.word()
  const sign = cursor.word()
  if (sign !== '=' && sign !== '!=') return null
  return `-m pkttype ${sign === '=' ? '' : '! '}--pkt-type ${cursor.word()}`
}

const multiport: ReadMatch = (cursor) => {
  cursor.word()
  const which = cursor.word()
  if (which !== 'sports' && which !== 'dports' && which !== 'ports') return null
  const { not, value } = inverted(cursor)
  return `-m multiport ${not}--${which} ${value}`
}

/** `quota: 5 bytes`: whether it is denied is not said. */
const quota: ReadMatch = (cursor) => {
  const start = cursor.at
  cursor.word()
  const bytes = cursor.word()
  return cursor.take('bytes') && /^[0-9]{1,20}$/.test(bytes)
    ? untold('quota', cursor.text.slice(start, cursor.at))
    : null
}

const rpfilter: ReadMatch = (cursor) => {
  cursor.word()
  let text = '-m rpfilter'
  while (['loose', 'validmark', 'accept-local', 'invert'].includes(cursor.peek())) text += ` --${cursor.word()}`
  return text
}

/** `state NEW`, `! state NEW` */
const state: ReadMatch = (cursor) => {
  const not = cursor.take('!') ? '! ' : ''
  return cursor.take('state') ? `-m state ${not}--state ${cursor.word()}` : null
}

const conntrack = undashed('conntrack')
const set = undashed('set')
const optionStarts = (kind: string, read: ReadMatch): [string, ReadMatch][] =>
  MATCHES.get(kind)!.options.flatMap(({ names }) => names.map((name): [string, ReadMatch] => [name, read]))

const STARTS: ReadonlyMap<string, ReadMatch> = new Map<string, ReadMatch>([
  ['tcp', tcp],
  ['udp', ports('udp')],
  ['sctp', sctp],
  ['icmp', icmp],
  ['statistic', statistic],
  ['ADDRTYPE', addrtype],
  ['recent:', recent],
  ['owner', owner],
  ['incl.', owner],
  ['source', iprange],
  ['destination', iprange],
  ['PHYSDEV', physdev],
  ['connbytes', connbytes],
  ['#conn', connlimit],
  ['limit:', limit],
  ['mark', valued('mark', '--mark', 'mark', 'match')],
  ['connmark', valued('connmark', '--mark', 'connmark', 'match')],
  ['MAC', valued('mac', '--mac-source', 'MAC')],
  ['length', valued('length', '--length', 'length')],
  ['DSCP', valued('dscp', '--dscp', 'DSCP', 'match')],
  ['tcpmss', tcpmss],
  ['nfacct-name', valued('nfacct', '--nfacct-name', 'nfacct-name')],
  ['TTL', ttl],
  ['tos', tos],
  ['PKTTYPE', pkttype],
  ['multiport', multiport],
  ['quota:', quota],
  ['rpfilter', rpfilter],
  ['state', state],
  ...optionStarts('conntrack', conntrack),
  ['match-set', set],
])

/** Those that write `!` before all they say. */
const INVERTED: ReadonlyMap<string, ReadMatch> = new Map<string, ReadMatch>([
  ['recent:', recent],
  ['owner', owner],
  ['connbytes', connbytes],
  ['state', state],
  ...optionStarts('conntrack', conntrack),
  ['match-set', set],
])
