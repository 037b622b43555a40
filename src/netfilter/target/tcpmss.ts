import { HeaderLength, Protocol } from '../../packet/protocol.ts'
import type { TargetDefinition } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import { Verdict } from '../hook.ts'
import type { Target } from '../rule.ts'

/** `-j TCPMSS` (net/netfilter/xt_TCPMSS.c): lowers the maximum segment size that a SYN offers; never raises it. */
export interface TcpmssTarget extends Target {
  readonly kind: 'TCPMSS'
  /** `pmtu`: what the smaller MTU of the ways there and back lets through. */
  readonly mss: number | 'pmtu'
}

/** Segments of a peer that says nothing (RFC 9293). */
const DEFAULT_MSS = 536
const MAX_HEADER = 60
const OPTION_LENGTH = 4
const HEADERS = HeaderLength.IPV4 + HeaderLength.TCP

export const TCPMSS: TargetDefinition<TcpmssTarget> = {
  kind: 'TCPMSS',
  options: [
    { names: ['set-mss'], words: 1 },
    { names: ['clamp-mss-to-pmtu'], words: 0 },
  ],

  parse(options) {
    options.failWithout('TCPMSS target: At least one parameter is required')
    const mss = options.integer('set-mss', 65535 - HeaderLength.IPV4)
    // of two, the last counts
    const clamps = options.given.at(-1)!.spec.names[0] === 'clamp-mss-to-pmtu'
    return { kind: 'TCPMSS', mss: clamps || mss === undefined ? 'pmtu' : mss }
  },

  print({ mss }) {
    return mss === 'pmtu' ? ' --clamp-mss-to-pmtu' : ` --set-mss ${mss}`
  },

  check({ mss }, rule, chain) {
    // the way there is known behind routing only
    if (mss === 'pmtu' && (chain === 'PREROUTING' || chain === 'INPUT')) return false
    return rule.ip.protocol?.number === Protocol.TCP && !rule.ip.protocol.invert
  },

  compile({ mss }) {
    return (packet, _state, context) => {
      const l4 = packet.l4
      if (l4 === null || l4.kind !== 'tcp') return CONTINUE
      let limit: number
      if (mss === 'pmtu') {
        const there = context.host.routeMtu(packet)
        if (there === undefined) return CONTINUE
        limit = Math.min(there, context.host.mtuTowards(packet.ip!.src) ?? there) - HEADERS
        if (limit <= 0) return Verdict.DROP
      } else limit = mss
      if (l4.mss !== 0) {
        if (l4.mss > limit) l4.mss = limit
      } else if (packet.payload.length === 0 && l4.headerLength < MAX_HEADER) {
        l4.mss = Math.min(limit, DEFAULT_MSS)
        l4.headerLength += OPTION_LENGTH
        packet.ip!.totalLength += OPTION_LENGTH
      }
      return CONTINUE
    }
  },
}
