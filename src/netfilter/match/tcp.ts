import { UnsupportedError } from '../../packet/errors.ts'
import { Protocol, TcpFlag } from '../../packet/protocol.ts'
import type { MatchDefinition, RuleDraft } from '../definition.ts'
import type { Match, Rule } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { type NumberRange, parseUnsigned } from '../text/numbers.ts'
import {
  isEveryPort,
  nativePortRange,
  nativePortTest,
  parsePortRange,
  portTest,
  printPortRange,
} from '../text/ports.ts'

/** `--tcp-flags MASK COMPARE`: of the flags in `mask` exactly those in `compare` are set. */
export interface TcpFlagsTest {
  readonly mask: number
  readonly compare: number
  readonly invert: boolean
}

/** `-m tcp` (net/netfilter/xt_tcpudp.c) */
export interface TcpMatch extends Match {
  readonly kind: 'tcp'
  readonly sport?: NumberRange
  readonly dport?: NumberRange
  readonly flags?: TcpFlagsTest
  /** `--tcp-option`: the option with this number is present. */
  readonly option?: { readonly number: number; readonly invert: boolean }
}

/** In the order in which iptables prints them. */
const FLAG_NAMES: readonly (readonly [string, number])[] = [
  ['FIN', TcpFlag.FIN],
  ['SYN', TcpFlag.SYN],
  ['RST', TcpFlag.RST],
  ['PSH', TcpFlag.PSH],
  ['ACK', TcpFlag.ACK],
  ['URG', TcpFlag.URG],
]
const ALL_FLAGS = 0x3f
/** What `--syn` means: SYN without FIN, RST and ACK. */
const SYN_MASK = TcpFlag.FIN | TcpFlag.SYN | TcpFlag.RST | TcpFlag.ACK

function parseFlags(text: string): number {
  let flags = 0
  for (const name of text.split(',')) {
    // strtok(3) reads over what is empty
    if (name === '') continue
    const upper = name.toUpperCase()
    if (upper === 'ALL') flags |= ALL_FLAGS
    else if (upper !== 'NONE') {
      const known = FLAG_NAMES.find((flag) => flag[0] === upper)
      if (known === undefined) badRule(`Unknown TCP flag \`${name}'`)
      flags |= known[1]
    }
  }
  return flags
}

function formatFlags(flags: number): string {
  const names = FLAG_NAMES.filter((flag) => (flags & flag[1]) !== 0).map((flag) => flag[0])
  return names.length === 0 ? 'NONE' : names.join(',')
}

/** The numbers of the TCP options that the header model knows. */
const TcpOption = { MSS: 2, WINDOW_SCALE: 3, SACK_PERMITTED: 4, TIMESTAMP: 8 } as const

/** The extension is read without its protocol's leave by the nf_tables back end alone, and only when the rule says the protocol. */
export function requireProtocol(rule: RuleDraft, protocol: number, name: string): void {
  if (rule.ip.protocol?.number !== protocol) badRule(`${name.toUpperCase()} match requires '-p ${name}'`)
}

/**
 * `! -p tcp -m tcp --dport 80` passes through the nf_tables back end, and looks at the octets where other protocols have something else: that
 * is not modelled. What it does not say in its own words the kernel refuses.
 */
export function checkProtocol(rule: Rule, name: string, native: boolean): boolean {
  if (rule.ip.protocol?.invert !== true) return true
  if (native) throw new UnsupportedError(`match ${name} behind ! -p ${name}`)
  return false
}

export const tcp: MatchDefinition<TcpMatch> = {
  kind: 'tcp',
  options: [
    { names: ['source-port', 'sport'], words: 1, invert: true, repeat: true },
    { names: ['destination-port', 'dport'], words: 1, invert: true, repeat: true },
    { names: ['syn'], words: 0, invert: true, repeat: true },
    { names: ['tcp-flags'], words: 2, invert: true, repeat: true },
    { names: ['tcp-option'], words: 1, invert: true, repeat: true },
  ],

  parse(options, rule) {
    requireProtocol(rule, Protocol.TCP, 'tcp')
    const match: { -readonly [K in keyof TcpMatch]: TcpMatch[K] } = { kind: 'tcp' }
    let seen = 0
    for (const { spec, invert, value, value2 } of options.given) {
      const name = spec.names[0]
      // --syn is short for --tcp-flags, so the two exclude each other like one option given twice
      const bit = name === 'source-port' ? 1 : name === 'destination-port' ? 2 : name === 'tcp-option' ? 8 : 4
      if (seen & bit)
        badRule(bit === 4 ? "Only one of `--syn' or `--tcp-flags'  allowed" : `Only one \`--${name}' allowed`)
      seen |= bit
      if (bit === 1) match.sport = parsePortRange(value, Protocol.TCP, invert)
      else if (bit === 2) match.dport = parsePortRange(value, Protocol.TCP, invert)
      else if (bit === 8) match.option = { number: parseOption(value), invert }
      else if (name === 'syn') match.flags = { mask: SYN_MASK, compare: TcpFlag.SYN, invert }
      else {
        match.flags = { mask: parseFlags(value), compare: parseFlags(value2), invert }
      }
    }
    // only the older extension can test options, and then it does it all
    return match.option === undefined ? inNativeWords(match) : withoutEmptyTests(match)
  },

  print(match) {
    const { flags, option } = match
    return (
      printPortRange('sport', match.sport) +
      printPortRange('dport', match.dport) +
      (option === undefined ? '' : `${option.invert ? ' !' : ''} --tcp-option ${option.number}`) +
      (flags === undefined
        ? ''
        : `${flags.invert ? ' !' : ''} --tcp-flags ${formatFlags(flags.mask)} ${formatFlags(flags.compare)}`)
    )
  },

  check({ sport, dport, flags, option }, rule) {
    return checkProtocol(rule, 'tcp', option === undefined && (sport ?? dport ?? flags) !== undefined)
  },

  compile({ sport, dport, flags, option }) {
    if (flags === undefined && option === undefined && sport === undefined && dport !== undefined) {
      const { min, max, invert } = dport
      return (packet) => {
        const l4 = packet.l4
        return l4 !== null && l4.kind === 'tcp' && (l4.dport >= min && l4.dport <= max) !== invert
      }
    }
    const ports = option === undefined ? nativePortTest(sport, dport) : portTest(sport, dport)
    return (packet) => {
      const l4 = packet.l4
      if (l4 === null || l4.kind !== 'tcp') return false
      if (!ports(l4.sport, l4.dport)) return false
      if (flags !== undefined && ((l4.flags & flags.mask) === flags.compare) === flags.invert) return false
      if (option === undefined) return true
      const present =
        (option.number === TcpOption.MSS && l4.mss !== 0) ||
        (option.number === TcpOption.WINDOW_SCALE && l4.windowScale >= 0) ||
        (option.number === TcpOption.SACK_PERMITTED && l4.sackPermitted) ||
        (option.number === TcpOption.TIMESTAMP && l4.timestamp !== null)
      return present !== option.invert
    }
  },

  explain(match, packet) {
    const l4 = packet.l4
    if (l4 === null || l4.kind !== 'tcp') return 'no TCP header'
    const parts: string[] = []
    if (match.sport !== undefined) parts.push(`sport ${l4.sport}`)
    if (match.dport !== undefined) parts.push(`dport ${l4.dport}`)
    if (match.flags !== undefined) parts.push(`flags ${formatFlags(l4.flags)}`)
    return parts.join(', ')
  },
}

/** A match that nf_tables says in its own words; null when nothing is left of it. */
function inNativeWords({ sport, dport, flags }: TcpMatch): TcpMatch | null {
  const source = nativePortRange(sport)
  const destination = nativePortRange(dport)
  // a test of no flag is none, whatever it compares with; alone it takes the whole -m tcp along, unless it compares with nothing
  const tests = flags !== undefined && flags.mask !== 0
  if (flags !== undefined && !tests && (flags.compare !== 0 || flags.invert) && (source ?? destination) === undefined) {
    return null
  }
  if (!tests && vanishes(sport, dport, source ?? destination)) return null
  return {
    kind: 'tcp',
    ...(source && { sport: source }),
    ...(destination && { dport: destination }),
    ...(tests && { flags }),
  }
}

/** A denied test of every port was all that the match had: nothing is left of the whole `-m tcp`. */
export function vanishes(
  sport: NumberRange | undefined,
  dport: NumberRange | undefined,
  left: NumberRange | undefined,
): boolean {
  return left === undefined && (sport?.invert === true || dport?.invert === true)
}

function withoutEmptyTests({ sport, dport, flags, ...rest }: TcpMatch): TcpMatch {
  const keep = (range: NumberRange | undefined) => range !== undefined && (range.invert || !isEveryPort(range))
  const tests = flags !== undefined && (flags.mask !== 0 || flags.compare !== 0)
  return {
    ...rest,
    ...(keep(sport) && { sport: sport! }),
    ...(keep(dport) && { dport: dport! }),
    ...(tests && { flags }),
  }
}

function parseOption(text: string): number {
  const option = parseUnsigned(text, 255, 1)
  if (option === undefined) badRule(`Bad TCP option "${text}"`)
  return option
}
