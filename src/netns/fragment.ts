import { transportHeaderLength } from '../packet/lengths.ts'
import type { Packet, Payload } from '../packet/packet.ts'
import { HeaderLength } from '../packet/protocol.ts'
import type { FragmentEvent } from './events.ts'
import type { Stack } from './stack.ts'

/**
 * Cuts a packet to what a device takes (`ip_do_fragment`, net/ipv4/ip_output.c): every part but the last carries a multiple of eight octets.
 * A packet that fits comes back alone.
 */
export function fragment(stack: Stack, packet: Packet, mtu: number): Packet[] {
  const ip = packet.ip
  if (ip === null || ip.totalLength <= mtu) return [packet]
  const whole = packet.payload.fragmentOf ?? packet
  const start = ip.fragmentOffset
  const total = ip.totalLength - HeaderLength.IPV4
  const step = (mtu - HeaderLength.IPV4) & ~7
  const parts: Packet[] = []
  for (let at = 0; at < total; at += step) {
    const length = Math.min(step, total - at)
    const part = packet.clone()
    const first = start + at === 0
    if (!first) part.l4 = null
    // an SCTP header counts its chunks, of which a fragment may hold only the beginning
    const header = first && packet.l4 !== null ? Math.min(length, transportHeaderLength(packet.l4)) : 0
    part.payload = slice(whole, length - header)
    part.ip = {
      ...ip,
      fragmentOffset: start + at,
      mf: ip.mf || at + length < total,
      totalLength: length + HeaderLength.IPV4,
    }
    part.fragmentMaxSize = 0
    parts.push(part)
    stack.count('IpFragCreates')
  }
  stack.count('IpFragOKs')
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

function slice(whole: Packet, length: number): Payload {
  return { length, data: null, vxlan: null, fragmentOf: whole }
}
