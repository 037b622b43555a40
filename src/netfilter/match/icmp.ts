import { Protocol } from '../../packet/protocol.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { parseUnsigned } from '../text/numbers.ts'

/** `-m icmp --icmp-type` (net/netfilter/xt_tcpudp.c, formerly net/ipv4/netfilter/ip_tables.c) */
export interface IcmpMatch extends Match {
  readonly kind: 'icmp'
  /** 0 to 254, or 255 for any type and code. */
  readonly type: number
  readonly codeMin: number
  readonly codeMax: number
  readonly invert: boolean
}

const ANY_TYPE = 255

/** Names of types and codes (libxtables, `xt_icmp.h`); they are read, and printed as numbers. */
const NAMES: readonly (readonly [name: string, type: number, codeMin: number, codeMax: number])[] = [
  ['any', ANY_TYPE, 0, 255],
  ['echo-reply', 0, 0, 255],
  ['pong', 0, 0, 255],
  ['destination-unreachable', 3, 0, 255],
  ['network-unreachable', 3, 0, 0],
  ['host-unreachable', 3, 1, 1],
  ['protocol-unreachable', 3, 2, 2],
  ['port-unreachable', 3, 3, 3],
  ['fragmentation-needed', 3, 4, 4],
  ['source-route-failed', 3, 5, 5],
  ['network-unknown', 3, 6, 6],
  ['host-unknown', 3, 7, 7],
  ['network-prohibited', 3, 9, 9],
  ['host-prohibited', 3, 10, 10],
  ['TOS-network-unreachable', 3, 11, 11],
  ['TOS-host-unreachable', 3, 12, 12],
  ['communication-prohibited', 3, 13, 13],
  ['host-precedence-violation', 3, 14, 14],
  ['precedence-cutoff', 3, 15, 15],
  ['source-quench', 4, 0, 255],
  ['redirect', 5, 0, 255],
  ['network-redirect', 5, 0, 0],
  ['host-redirect', 5, 1, 1],
  ['TOS-network-redirect', 5, 2, 2],
  ['TOS-host-redirect', 5, 3, 3],
  ['echo-request', 8, 0, 255],
  ['ping', 8, 0, 255],
  ['router-advertisement', 9, 0, 255],
  ['router-solicitation', 10, 0, 255],
  ['time-exceeded', 11, 0, 255],
  ['ttl-exceeded', 11, 0, 255],
  ['ttl-zero-during-transit', 11, 0, 0],
  ['ttl-zero-during-reassembly', 11, 1, 1],
  ['parameter-problem', 12, 0, 255],
  ['ip-header-bad', 12, 0, 0],
  ['required-option-missing', 12, 1, 1],
  ['timestamp-request', 13, 0, 255],
  ['timestamp-reply', 14, 0, 255],
  ['address-mask-request', 17, 0, 255],
  ['address-mask-reply', 18, 0, 255],
]

/** The first name of a type and its codes, as `iptables -L` without `-n` prints it, or undefined. */
export function icmpTypeName(type: number, codeMin: number, codeMax: number): string | undefined {
  return NAMES.find((each) => each[1] === type && each[2] === codeMin && each[3] === codeMax)?.[0]
}

/** A name or the unambiguous beginning of one; a type number; `type/code`. */
function parseType(text: string): Pick<IcmpMatch, 'type' | 'codeMin' | 'codeMax'> {
  const lower = text.toLowerCase()
  let found: (typeof NAMES)[number] | undefined
  for (const entry of NAMES) {
    if (!entry[0].toLowerCase().startsWith(lower)) continue
    if (found !== undefined) badRule(`Ambiguous ICMP type \`${text}': \`${found[0]}' or \`${entry[0]}'?`)
    found = entry
    if (entry[0].length === lower.length) break
  }
  if (found !== undefined) return { type: found[1], codeMin: found[2], codeMax: found[3] }
  const slash = text.indexOf('/')
  const type = parseUnsigned(slash < 0 ? text : text.slice(0, slash), 255)
  if (type === undefined) badRule(`Unknown ICMP type \`${text}'`)
  if (slash < 0) return { type, codeMin: 0, codeMax: 255 }
  const code = parseUnsigned(text.slice(slash + 1), 255)
  if (code === undefined) badRule(`Unknown ICMP code \`${text}'`)
  return { type, codeMin: code, codeMax: code }
}

export const icmp: MatchDefinition<IcmpMatch> = {
  kind: 'icmp',
  options: [{ names: ['icmp-type'], words: 1, invert: true, required: true }],

  parse(options) {
    const { type, codeMin, codeMax } = parseType(options.text('icmp-type')!)
    const any = type === ANY_TYPE
    return {
      kind: 'icmp',
      type,
      codeMin: any ? 0 : codeMin,
      codeMax: any ? 255 : codeMax,
      invert: options.inverted('icmp-type'),
    }
  },

  print({ type, codeMin, codeMax, invert }) {
    const bang = invert ? ' !' : ''
    if (type === ANY_TYPE) return `${bang} --icmp-type any`
    if (codeMin === 0 && codeMax === 255) return `${bang} --icmp-type ${type}`
    return `${bang} --icmp-type ${type}/${codeMin}`
  },

  check(_match, rule) {
    return rule.ip.protocol?.number === Protocol.ICMP && !rule.ip.protocol.invert
  },

  compile({ type, codeMin, codeMax, invert }) {
    return (packet) => {
      const l4 = packet.l4
      if (l4 === null || l4.kind !== 'icmp') return false
      if (type === ANY_TYPE) return !invert
      return (l4.type === type && l4.code >= codeMin && l4.code <= codeMax) !== invert
    }
  },

  explain(_match, packet) {
    const l4 = packet.l4
    return l4 === null || l4.kind !== 'icmp' ? 'no ICMP header' : `ICMP type ${l4.type} code ${l4.code}`
  },
}
