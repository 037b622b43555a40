import { Protocol } from '../../../packet/protocol.ts'
import { trackGeneric, trackGre } from './generic.ts'
import { trackIcmp } from './icmp.ts'
import { trackSctp } from './sctp.ts'
import { trackTcp } from './tcp.ts'
import type { TrackFunction } from './tracker.ts'
import { trackUdp } from './udp.ts'

const GRE = 47

/** By protocol number. */
const TRACKERS: readonly TrackFunction[] = Array.from({ length: 256 }, (_, protocol) => {
  switch (protocol) {
    case Protocol.TCP:
      return trackTcp
    case Protocol.UDP:
      return trackUdp
    case Protocol.ICMP:
      return trackIcmp
    case Protocol.SCTP:
      return trackSctp
    case GRE:
      return trackGre
    default:
      return trackGeneric
  }
})

/** The tracker of a protocol (`nf_conntrack_handle_packet`, net/netfilter/nf_conntrack_core.c). */
export function trackerOf(protocol: number): TrackFunction {
  return TRACKERS[protocol]!
}
