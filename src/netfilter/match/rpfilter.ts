import { isLimitedBroadcast, isMulticast, isZeronet } from '../../packet/address.ts'
import { PacketType } from '../../packet/packet.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'

/** `-m rpfilter` (net/ipv4/netfilter/ipt_rpfilter.c): would an answer leave by the device that the packet came in on? */
export interface RpfilterMatch extends Match {
  readonly kind: 'rpfilter'
  /** By any device. */
  readonly loose: boolean
  /** The packet's mark takes part in routing. */
  readonly validmark: boolean
  /** A source that is one of the host's own addresses is good. */
  readonly acceptLocal: boolean
  /** Matches what fails the test. */
  readonly invert: boolean
}

export const rpfilter: MatchDefinition<RpfilterMatch> = {
  kind: 'rpfilter',
  tables: ['raw', 'mangle'],
  hooks: ['PREROUTING'],
  options: [
    { names: ['loose'], words: 0 },
    { names: ['validmark'], words: 0 },
    { names: ['accept-local'], words: 0 },
    { names: ['invert'], words: 0 },
  ],

  parse(options) {
    return {
      kind: 'rpfilter',
      loose: options.has('loose'),
      validmark: options.has('validmark'),
      acceptLocal: options.has('accept-local'),
      invert: options.has('invert'),
    }
  },

  print({ loose, validmark, acceptLocal, invert }) {
    return (
      (loose ? ' --loose' : '') +
      (validmark ? ' --validmark' : '') +
      (acceptLocal ? ' --accept-local' : '') +
      (invert ? ' --invert' : '')
    )
  },

  compile({ loose, validmark, acceptLocal, invert }) {
    const options = { loose, acceptLocal }
    return (packet, state, context) => {
      const { src, dst } = packet.ip!
      if (state.in === null || packet.packetType === PacketType.LOOPBACK) return !invert
      // who has no address yet asks everybody
      if (isZeronet(src) && (isLimitedBroadcast(dst) || dst >>> 8 === LOCAL_GROUPS)) return !invert
      const mark = validmark ? packet.mark : 0
      const destination = isMulticast(dst) || isLimitedBroadcast(dst) || isZeronet(dst) ? 0 : dst
      const good = context.host.leadsBack(state.in.ifindex, src, destination, packet.ip!.tos, mark, options)
      return good !== invert
    }
  },

  explain(_match, _packet, state) {
    return `came in by ${state.in?.name}`
  },
}

/** 224.0.0.0/24 */
const LOCAL_GROUPS = 0xe00000
