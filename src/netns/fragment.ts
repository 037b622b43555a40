import { transportHeaderLength } from '../packet/lengths.ts'
import { type Packet, type Payload, Sum } from '../packet/packet.ts'
import { HeaderLength } from '../packet/protocol.ts'
import type { FragmentEvent } from './events.ts'
import type { Stack } from './stack.ts'

/**
 * Cuts a packet to what a device takes (`ip_do_fragment`, net/ipv4/ip_output.c): every part but the last carries a multiple of eight octets.
 * A packet that was put together here and is made of parts that fit is cut where it was cut before. Any other that fits comes back alone.
 */
export function fragment(stack: Stack, packet: Packet, mtu: number): Packet[] {
  const ip = packet.ip
  if (ip === null) return [packet]
  const sizes = knownSizes(packet, mtu)
  if (ip.totalLength <= mtu && sizes === null) return [packet]
  const whole = packet.payload.fragmentOf ?? packet
  const start = ip.fragmentOffset
  const total = ip.totalLength - HeaderLength.IPV4
  const step = (mtu - HeaderLength.IPV4) & ~7
  const parts: Packet[] = []
  for (let at = 0; at < total; ) {
    const length = Math.min(sizes?.[parts.length] ?? step, total - at)
    const part = packet.clone()
    const first = start + at === 0
    if (!first) part.l4 = null
    // an SCTP header counts its chunks, of which a fragment may hold only the beginning
    const header = first && packet.l4 !== null ? Math.min(length, transportHeaderLength(packet.l4)) : 0
    part.payload = slice(whole, length - header)
    part.ip = {
      ...ip,
      // what was put together here keeps it (`IPSKB_FRAG_PMTU`)
      df: ip.df && !packet.ignoreDf,
      fragmentOffset: start + at,
      mf: ip.mf || at + length < total,
      totalLength: length + HeaderLength.IPV4,
    }
    // it is cut only when it is whole (`skb_checksum_help`)
    part.sum = packet.sum & Sum.WRONG
    part.fragmentMaxSize = 0
    part.fragmentSizes = null
    parts.push(part)
    at += length
  }
  if (stack.sim.probe !== null) {
    stack.sim.probe.emit({
      kind: 'fragment',
      netns: stack.name,
      packet,
      mtu,
      fragments: parts.length,
    } satisfies FragmentEvent)
  }
  return parts
}

/** The parts of which a packet was put together, if they can be sent as they came (the fast path of `ip_do_fragment`); else null. */
function knownSizes(packet: Packet, mtu: number): readonly number[] | null {
  const sizes = packet.fragmentSizes
  if (sizes === null || sizes.length < 2) return null
  const room = mtu - HeaderLength.IPV4
  const fit = sizes.every((size, i) => size <= room && (size % 8 === 0 || i === sizes.length - 1))
  return fit ? sizes : null
}

function slice(whole: Packet, length: number): Payload {
  return { length, data: null, vxlan: null, fragmentOf: whole }
}
