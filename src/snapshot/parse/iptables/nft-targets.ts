import { TARGETS } from '../../../netfilter/index.ts'
import { UNTOLD } from '../../../netfilter/text/rule-parser.ts'
import { bare, type NftTokens } from './nft-tokens.ts'

const ALL = 0xffffffff
const HEX = /^(?:0x[0-9a-f]{1,8}|[0-9]{1,10})$/
const CHAIN = /^[^\s"'{}]{1,255}$/
/** Targets that change no packet and decide nothing: their parameters do not matter. */
const WATCHERS: ReadonlySet<string> = new Set(['LOG', 'NFLOG', 'TRACE', 'AUDIT'])

/**
 * What a rule does, as iptables-save writes it behind a blank: ` -j DNAT --to-destination 10.0.0.1`. Null: here is no target; the place is then
 * anywhere.
 */
export function readNftTarget(tokens: NftTokens): string | null {
  const word = tokens.word()
  switch (word) {
    case 'accept':
    case 'drop':
    case 'return':
      return ` -j ${word.toUpperCase()}`
    case 'jump':
    case 'goto': {
      const chain = tokens.word()
      return CHAIN.test(chain) ? ` ${word === 'jump' ? '-j' : '-g'} ${chain}` : null
    }
    case 'notrack':
      return ' -j NOTRACK'
    case 'reject':
      return reject(tokens)
    case 'dnat':
      return nat(tokens, 'DNAT', '--to-destination')
    case 'snat':
      return nat(tokens, 'SNAT', '--to-source')
    case 'redirect':
      return ports(tokens, 'REDIRECT')
    case 'masquerade':
      return ports(tokens, 'MASQUERADE')
    case 'meta':
      return meta(tokens)
    case 'mark':
      return tokens.take('set') ? mark(tokens, 'MARK') : null
    case 'ct':
      return tokens.take('mark', 'set') ? mark(tokens, 'CONNMARK') : null
    case 'log':
      return log(tokens)
    case 'queue':
      return untold('NFQUEUE', tokens)
    case 'dup':
      return untold('TEE', tokens)
    case 'tcp':
      return tcpmss(tokens)
    case 'ip': {
      if (!tokens.take('dscp', 'set')) return null
      const value = tokens.word()
      return HEX.test(value) ? ` -j DSCP --set-dscp ${value}` : null
    }
    case 'xt':
      return tokens.take('target') ? named(bare(tokens.word())) : null
    case '#':
      return /^xt_[A-Z]/.test(tokens.peek()) ? named(tokens.word().slice('xt_'.length)) : null
    default:
      return null
  }
}

/** A target by its name alone. */
function named(name: string): string | null {
  if (!/^[A-Za-z0-9_]{1,28}$/.test(name)) return null
  return WATCHERS.has(name) && TARGETS.has(name) ? ` -j ${name}` : ` -j ${name} ${UNTOLD}`
}

/** All that follows is the target's. */
function untold(name: string, tokens: NftTokens): string {
  while (!tokens.atEnd && tokens.peek() !== '#' && tokens.peek() !== 'comment') tokens.word()
  return ` -j ${name} ${UNTOLD}`
}

const REJECT_NAMES: ReadonlyMap<string, string> = new Map([
  ['net-unreachable', 'icmp-net-unreachable'],
  ['host-unreachable', 'icmp-host-unreachable'],
  ['prot-unreachable', 'icmp-proto-unreachable'],
  ['port-unreachable', 'icmp-port-unreachable'],
  ['net-prohibited', 'icmp-net-prohibited'],
  ['host-prohibited', 'icmp-host-prohibited'],
  ['admin-prohibited', 'icmp-admin-prohibited'],
])

function reject(tokens: NftTokens): string | null {
  if (!tokens.take('with')) return ' -j REJECT --reject-with icmp-port-unreachable'
  if (tokens.take('tcp', 'reset')) return ' -j REJECT --reject-with tcp-reset'
  if (!tokens.take('icmp')) return null
  tokens.take('type')
  const kind = REJECT_NAMES.get(tokens.word())
  return kind === undefined ? null : ` -j REJECT --reject-with ${kind}`
}

const FLAGS: ReadonlyMap<string, string> = new Map([
  ['random', ' --random'],
  ['fully-random', ' --random-fully'],
  ['persistent', ' --persistent'],
])

/** `random,persistent`: of each target those that iptables knows. */
function flags(tokens: NftTokens, known: readonly string[]): string | null {
  const [first = ''] = tokens.peek().split(',')
  if (!FLAGS.has(first)) return ''
  let text = ''
  for (const flag of tokens.word().split(',')) {
    if (!known.includes(flag)) return null
    text += FLAGS.get(flag)!
  }
  return text
}

function nat(tokens: NftTokens, name: 'DNAT' | 'SNAT', option: string): string | null {
  if (!tokens.take('to')) return null
  const to = tokens.word()
  if (!/^[0-9.:-]{1,60}$/.test(to)) return null
  const more = flags(tokens, name === 'DNAT' ? ['random', 'persistent'] : ['random', 'fully-random', 'persistent'])
  return more === null ? null : ` -j ${name} ${option} ${to}${more}`
}

function ports(tokens: NftTokens, name: 'REDIRECT' | 'MASQUERADE'): string | null {
  let text = ''
  if (tokens.take('to')) {
    const to = tokens.word()
    if (!/^:[0-9]{1,5}(?:-[0-9]{1,5})?$/.test(to)) return null
    text = ` --to-ports ${to.slice(1)}`
  }
  const more = flags(tokens, name === 'REDIRECT' ? ['random'] : ['random', 'fully-random'])
  return more === null ? null : ` -j ${name}${text}${more}`
}

function meta(tokens: NftTokens): string | null {
  if (tokens.take('mark', 'set')) return mark(tokens, 'MARK')
  if (tokens.take('nftrace', 'set', '1')) return ' -j TRACE'
  if (!tokens.take('priority', 'set')) return null
  const value = tokens.word()
  return /^[0-9a-f]{1,4}:[0-9a-f]{1,4}$/.test(value) ? ` -j CLASSIFY --set-class ${value}` : null
}

/** `0x1`, `[meta] mark or 0x1`, `mark and 0xffffff00 xor 0x1`, with `&`, `|` and `^` for the words; `ct mark` and `mark` copy. */
function mark(tokens: NftTokens, name: 'MARK' | 'CONNMARK'): string | null {
  const own = name === 'MARK' ? 'mark' : 'ct'
  if (HEX.test(tokens.peek())) return setMark(name, Number(tokens.word()), ALL)
  const fromCt = tokens.take('ct', 'mark')
  if (!fromCt && !tokens.take('meta', 'mark') && !tokens.take('mark')) return null
  let mask = 0
  let value = 0
  let changes = false
  if (tokens.take('and') || tokens.take('&')) {
    const kept = tokens.word()
    if (!HEX.test(kept)) return null
    mask = ~Number(kept) >>> 0
    changes = true
  }
  if (tokens.take('xor') || tokens.take('^')) {
    const bits = tokens.word()
    if (!HEX.test(bits)) return null
    value = Number(bits)
    changes = true
  } else if (tokens.take('or') || tokens.take('|')) {
    const bits = tokens.word()
    if (!HEX.test(bits) || mask !== 0) return null
    value = Number(bits)
    mask = value
    changes = true
  }
  const isOwn = fromCt === (own === 'ct')
  if (isOwn) return changes ? setMark(name, value, mask) : null
  if (changes) return null
  return name === 'MARK' ? ' -j CONNMARK --restore-mark' : ' -j CONNMARK --save-mark'
}

function setMark(name: string, value: number, mask: number): string | null {
  if (value > ALL || mask > ALL) return null
  return ` -j ${name} --set-xmark 0x${value.toString(16)}/0x${mask.toString(16)}`
}

/** Whatever is written, no packet is changed by it; but a text in it may look like anything, and so all that follows is taken for its. */
function log(tokens: NftTokens): string {
  const audits = tokens.take('level', 'audit')
  let group = false
  while (!tokens.atEnd) if (tokens.word() === 'group') group = true
  if (audits) return ` -j AUDIT ${UNTOLD}`
  return group ? ' -j NFLOG' : ' -j LOG'
}

function tcpmss(tokens: NftTokens): string | null {
  if (!tokens.take('option', 'maxseg', 'size', 'set')) return null
  if (tokens.take('rt', 'mtu')) return ' -j TCPMSS --clamp-mss-to-pmtu'
  const value = tokens.word()
  return /^[0-9]{1,5}$/.test(value) ? ` -j TCPMSS --set-mss ${value}` : null
}
