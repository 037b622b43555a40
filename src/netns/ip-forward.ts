import { Hook, Verdict } from '../netfilter/hook.ts'
import { type Packet, PacketType } from '../packet/packet.ts'
import { IcmpType, TimeExceededCode, UnreachCode } from '../packet/protocol.ts'
import type { Dst } from './dst.ts'
import type { ForwardEvent } from './events.ts'
import { ipOutput } from './ip-output.ts'
import type { Link } from './link.ts'
import type { Stack } from './stack.ts'

/** The packet goes on to another host (`ip_forward`, net/ipv4/ip_forward.c). */
export function ipForward(stack: Stack, packet: Packet, dst: Dst, from: Link): void {
  const ip = packet.ip
  if (ip === null) return
  if (packet.packetType !== PacketType.HOST) {
    stack.drop(packet, 'UNICAST_IN_L2_MULTICAST', from, 'a broadcast frame is not forwarded')
    return
  }
  if (dst.route?.unmodelled !== undefined) {
    stack.unmodelled(packet, dst.route.unmodelled)
    return
  }
  if (ip.ttl <= 1) {
    stack.count('IpInHdrErrors')
    stack.icmpSend(packet, IcmpType.TIME_EXCEEDED, TimeExceededCode.TTL)
    stack.drop(packet, 'IP_INHDR', from, 'the TTL is used up')
    return
  }
  packet.forwarded = true
  const mtu = stack.pathMtu(dst, true)
  if (exceedsMtu(packet, mtu)) {
    stack.count('IpFragFails')
    stack.icmpSend(packet, IcmpType.DEST_UNREACH, UnreachCode.FRAG_NEEDED, { mtu })
    stack.drop(packet, 'PKT_TOO_BIG', dst.link, `${ip.totalLength} octets, don't fragment, MTU ${mtu}`)
    return
  }
  ip.ttl--
  if (stack.sim.probe !== null) {
    stack.sim.probe.emit({ kind: 'forward', netns: stack.name, packet } satisfies ForwardEvent)
  }
  if (dst.redirect && stack.peers.allowRedirect(ip.src))
    stack.icmpSend(packet, IcmpType.REDIRECT, 1, { gateway: dst.gateway === 0 ? ip.dst : dst.gateway })
  if (stack.netfilter.run(Hook.FORWARD, packet, from, dst.link) !== Verdict.ACCEPT) return
  stack.count('IpForwDatagrams')
  ipOutput(stack, packet, from)
}

/** `ip_exceeds_mtu`: too long and not to be cut; or put together from fragments of which one was too long already. */
function exceedsMtu(packet: Packet, mtu: number): boolean {
  const ip = packet.ip
  if (ip === null || ip.totalLength <= mtu || !ip.df) return false
  return packet.fragmentMaxSize === 0 || packet.fragmentMaxSize > mtu
}
