import type { SctpChunk } from '../../packet/headers.ts'
import { Protocol } from '../../packet/protocol.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { formatRange, type NumberRange } from '../text/numbers.ts'
import { parsePortRange, portMatches } from '../text/ports.ts'

/** One chunk type of `--chunk-types`, perhaps with the flags that it must and must not have. */
export interface SctpChunkTest {
  readonly type: number
  /** The flag bits that are looked at; 0: none. */
  readonly flagMask: number
  /** Those of them that must be set. */
  readonly flags: number
}

/** `-m sctp` (net/netfilter/xt_sctp.c) */
export interface SctpMatch extends Match {
  readonly kind: 'sctp'
  readonly sport?: NumberRange
  readonly dport?: NumberRange
  readonly chunks?: {
    readonly mode: 'all' | 'any' | 'only'
    /** By type number, each type once. */
    readonly types: readonly SctpChunkTest[]
    readonly invert: boolean
  }
}

/** Names, numbers and flag letters (the lowest bit last) of the chunks that iptables knows (extensions/libxt_sctp.c). */
export const CHUNKS: readonly (readonly [name: string, type: number, letters: string])[] = [
  ['DATA', 0, '----IUBE'],
  ['INIT', 1, '--------'],
  ['INIT_ACK', 2, '--------'],
  ['SACK', 3, '--------'],
  ['HEARTBEAT', 4, '--------'],
  ['HEARTBEAT_ACK', 5, '--------'],
  ['ABORT', 6, '-------T'],
  ['SHUTDOWN', 7, '--------'],
  ['SHUTDOWN_ACK', 8, '--------'],
  ['ERROR', 9, '--------'],
  ['COOKIE_ECHO', 10, '--------'],
  ['COOKIE_ACK', 11, '--------'],
  ['ECN_ECNE', 12, '--------'],
  ['ECN_CWR', 13, '--------'],
  ['SHUTDOWN_COMPLETE', 14, '-------T'],
  ['I_DATA', 64, '----IUBE'],
  ['ASCONF_ACK', 128, '--------'],
  ['RE_CONFIG', 130, '--------'],
  ['PAD', 132, '--------'],
  ['FORWARD_TSN', 192, '--------'],
  ['ASCONF', 193, '--------'],
  ['I_FORWARD_TSN', 194, '--------'],
]
const ALL: readonly SctpChunkTest[] = Array.from({ length: 256 }, (_, type) => ({ type, flagMask: 0, flags: 0 }))

/** `DATA`, `DATA:BE` (both set), `DATA:b` (not set). */
function parseChunk(text: string): SctpChunkTest {
  const colon = text.indexOf(':')
  const name = colon < 0 ? text : text.slice(0, colon)
  const chunk = CHUNKS.find((known) => known[0] === name.toUpperCase())
  if (chunk === undefined) badRule(`Unknown sctp chunk \`${name}'`)
  let flagMask = 0
  let flags = 0
  for (const letter of colon < 0 ? '' : text.slice(colon + 1)) {
    const index = letter === '-' ? -1 : chunk[2].indexOf(letter.toUpperCase())
    if (index < 0) badRule(`Invalid flags for chunk type ${chunk[1]}`)
    const bit = 1 << (7 - index)
    flagMask |= bit
    if (letter === letter.toUpperCase()) flags |= bit
  }
  return { type: chunk[1], flagMask, flags }
}

function printChunk(test: SctpChunkTest): string {
  const chunk = CHUNKS.find((known) => known[1] === test.type)!
  if (test.flagMask === 0) return chunk[0]
  let letters = ''
  for (let bit = 7; bit >= 0; bit--) {
    if ((test.flagMask & (1 << bit)) === 0) continue
    const letter = chunk[2][7 - bit]!
    letters += (test.flags & (1 << bit)) !== 0 ? letter : letter.toLowerCase()
  }
  return `${chunk[0]}:${letters}`
}

function parseTypes(text: string): readonly SctpChunkTest[] {
  if (text.toUpperCase() === 'ALL') return ALL
  if (text.toUpperCase() === 'NONE') return []
  const tests = new Map<number, SctpChunkTest>()
  for (const word of text.split(',')) {
    const test = parseChunk(word)
    const before = tests.get(test.type)
    // a type that is given again adds its flags
    tests.set(
      test.type,
      before === undefined || test.flagMask === 0
        ? (before ?? test)
        : { type: test.type, flagMask: before.flagMask | test.flagMask, flags: before.flags | test.flags },
    )
  }
  return [...tests.values()].sort((a, b) => a.type - b.type)
}

function isType(test: SctpChunkTest, chunk: SctpChunk): boolean {
  return test.type === chunk.type && (chunk.flags & test.flagMask) === test.flags
}

function chunksMatch(tests: NonNullable<SctpMatch['chunks']>, chunks: readonly SctpChunk[]): boolean {
  const { mode, types } = tests
  if (mode === 'any') return chunks.some((chunk) => types.some((test) => isType(test, chunk)))
  if (mode === 'only') return chunks.every((chunk) => types.some((test) => isType(test, chunk)))
  return types.every((test) => chunks.some((chunk) => isType(test, chunk)))
}

/** Other than those of TCP and UDP, a range of all ports stays. */
function printPorts(option: string, range: NumberRange | undefined): string {
  return range === undefined ? '' : `${range.invert ? ' !' : ''} --${option} ${formatRange(range)}`
}

export const sctp: MatchDefinition<SctpMatch> = {
  kind: 'sctp',
  options: [
    { names: ['source-port', 'sport'], words: 1, invert: true, repeat: true },
    { names: ['destination-port', 'dport'], words: 1, invert: true, repeat: true },
    { names: ['chunk-types'], words: 2, invert: true, repeat: true },
  ],

  parse(options) {
    const match: { -readonly [K in keyof SctpMatch]: SctpMatch[K] } = { kind: 'sctp' }
    const seen = new Set<string>()
    for (const { spec, invert, value, value2 } of options.given) {
      const name = spec.names[0]
      if (seen.has(name)) badRule(`Only one \`--${name}' allowed`)
      seen.add(name)
      if (name === 'chunk-types') {
        const mode = value.toLowerCase()
        if (mode !== 'all' && mode !== 'any' && mode !== 'only')
          badRule('Match type has to be one of "ALL", "ANY" or "ONLY"')
        match.chunks = { mode, types: parseTypes(value2), invert }
      } else {
        match[name === 'source-port' ? 'sport' : 'dport'] = parsePortRange(value, Protocol.SCTP, invert)
      }
    }
    return match
  },

  print(match) {
    const ports = printPorts('sport', match.sport) + printPorts('dport', match.dport)
    if (match.chunks === undefined) return ports
    const { mode, types, invert } = match.chunks
    const list = types.length === 256 ? 'ALL' : types.length === 0 ? 'NONE' : types.map(printChunk).join(',')
    return `${ports}${invert ? ' !' : ''} --chunk-types ${mode} ${list}`
  },

  check(_match, rule) {
    return rule.ip.protocol?.number === Protocol.SCTP && !rule.ip.protocol.invert
  },

  compile({ sport, dport, chunks }) {
    return (packet) => {
      const l4 = packet.l4
      if (l4 === null || l4.kind !== 'sctp') return false
      if (sport !== undefined && !portMatches(sport, l4.sport)) return false
      if (dport !== undefined && !portMatches(dport, l4.dport)) return false
      return chunks === undefined || chunksMatch(chunks, l4.chunks) !== chunks.invert
    }
  },

  explain(match, packet) {
    const l4 = packet.l4
    if (l4 === null || l4.kind !== 'sctp') return 'no SCTP header'
    const parts: string[] = []
    if (match.sport !== undefined) parts.push(`sport ${l4.sport}`)
    if (match.dport !== undefined) parts.push(`dport ${l4.dport}`)
    if (match.chunks !== undefined) parts.push(`chunk types ${l4.chunks.map((chunk) => chunk.type).join(',')}`)
    return parts.join(', ')
  },
}
