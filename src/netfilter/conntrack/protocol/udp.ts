import type { UdpHeader } from '../../../packet/headers.ts'
import type { Packet } from '../../../packet/packet.ts'
import { HeaderLength } from '../../../packet/protocol.ts'
import type { ConntrackEntry } from '../entry.ts'
import { CtEvent, type Direction, IPS, Tracked } from '../status.ts'
import type { Tracker } from './tracker.ts'

/** An answered flow that lasts longer than this is a stream, and lives longer. Nanoseconds. */
const STREAM_AFTER = 2e9

/** `nf_conntrack_udp_packet`, net/netfilter/nf_conntrack_proto_udp.c */
export function trackUdp(tracker: Tracker, entry: ConntrackEntry, packet: Packet, direction: Direction): Tracked {
  const length = (packet.l4 as UdpHeader).length
  if (length > packet.ip!.totalLength - HeaderLength.IPV4 || length < HeaderLength.UDP) return Tracked.INVALID

  const settings = tracker.settings
  const status = entry.status
  if ((status & IPS.CONFIRMED) === 0) entry.streamAt = tracker.now + STREAM_AFTER
  if ((status & IPS.SEEN_REPLY) === 0) {
    tracker.refresh(entry, direction, packet, settings.udp)
    return Tracked.ACCEPT
  }
  const stream = tracker.now > entry.streamAt
  tracker.refresh(entry, direction, packet, stream ? settings.udpStream : settings.udp)
  // An entry that lost a clash is to go soon, stream or not.
  if (stream && (status & (IPS.ASSURED | IPS.NAT_CLASH)) === 0) {
    entry.status |= IPS.ASSURED
    entry.pendingEvents |= CtEvent.ASSURED
  }
  return Tracked.ACCEPT
}
