import { Packet, type Payload } from '../packet/packet.ts'
import { HeaderLength, Protocol } from '../packet/protocol.ts'
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
    part.payload = slice(whole, first ? length - transportLength(packet) : length)
    part.ip = { ...ip, fragmentOffset: start + at, mf: ip.mf || at + length < total, totalLength: length + HeaderLength.IPV4 }
    part.fragmentMaxSize = 0
    parts.push(part)
    stack.count('IpFragCreates')
  }
  stack.count('IpFragOKs')
  if (stack.sim.probe !== null) {
    stack.sim.probe.emit({ kind: 'fragment', netns: stack.name, packet, mtu, fragments: parts.length } satisfies FragmentEvent)
  }
  return parts
}

function slice(whole: Packet, length: number): Payload {
  return { length, data: null, vxlan: null, fragmentOf: whole }
}

/** Length of the transport header that stands in the first fragment, in octets. */
export function transportLength(packet: Packet): number {
  const l4 = packet.l4
  if (l4 === null) return 0
  if (l4.kind === 'tcp') return l4.headerLength
  if (l4.kind === 'sctp') return HeaderLength.SCTP + l4.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  return packet.ip?.protocol === Protocol.UDP ? HeaderLength.UDP : HeaderLength.ICMP
}
