import { HeaderLength, Protocol } from '../../packet/protocol.ts'
import type { TargetDefinition } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { Target } from '../rule.ts'
import type { UnsupportedTarget } from '../unsupported.ts'

/** `-j TCPMSS --set-mss` (net/netfilter/xt_TCPMSS.c): lowers the maximum segment size that a SYN offers; never raises it. */
export interface TcpmssTarget extends Target {
  readonly kind: 'TCPMSS'
  readonly mss: number
}

/** Segments of a peer that says nothing (RFC 9293). */
const DEFAULT_MSS = 536
const MAX_HEADER = 60
const OPTION_LENGTH = 4

export const TCPMSS: TargetDefinition<TcpmssTarget | UnsupportedTarget> = {
  kind: 'TCPMSS',
  options: [
    { names: ['set-mss'], words: 1 },
    { names: ['clamp-mss-to-pmtu'], words: 0 },
  ],

  parse(options) {
    options.failWithout('TCPMSS target: At least one parameter is required')
    const mss = options.integer('set-mss', 65535 - HeaderLength.IPV4)
    if (mss === undefined || options.has('clamp-mss-to-pmtu')) {
      return { kind: 'unsupported', name: 'TCPMSS', text: ' --clamp-mss-to-pmtu' }
    }
    return { kind: 'TCPMSS', mss }
  },

  print(target) {
    return target.kind === 'TCPMSS' ? ` --set-mss ${target.mss}` : target.text
  },

  check(_target, rule) {
    return rule.ip.protocol?.number === Protocol.TCP && !rule.ip.protocol.invert
  },

  compile(target) {
    const mss = target.kind === 'TCPMSS' ? target.mss : DEFAULT_MSS
    return (packet) => {
      const l4 = packet.l4
      if (l4 === null || l4.kind !== 'tcp') return CONTINUE
      if (l4.mss !== 0) {
        if (l4.mss > mss) l4.mss = mss
      } else if (packet.payload.length === 0 && l4.headerLength < MAX_HEADER) {
        l4.mss = Math.min(mss, DEFAULT_MSS)
        l4.headerLength += OPTION_LENGTH
        packet.ip!.totalLength += OPTION_LENGTH
      }
      return CONTINUE
    }
  },
}
