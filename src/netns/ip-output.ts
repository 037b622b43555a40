import { Hook, Verdict } from '../netfilter/hook.ts'
import { isMulticast } from '../packet/address.ts'
import { type Packet, PacketType } from '../packet/packet.ts'
import { IcmpType, UnreachCode } from '../packet/protocol.ts'
import type { Dst } from './dst.ts'
import { fragment } from './fragment.ts'
import type { Link } from './link.ts'
import { groupNeighbour } from './neighbour.ts'
import type { Stack } from './stack.ts'

/** A packet of this host, with its route, enters OUTPUT (`ip_local_out`). False: dropped. */
export function ipLocalOut(stack: Stack, packet: Packet): boolean {
  const unmodelled = (packet.route as Dst).route?.unmodelled
  if (unmodelled !== undefined) {
    stack.unmodelled(packet, unmodelled)
    return false
  }
  // what a tunnel wrapped still is on the tunnel's device (`skb->dev`), and POSTROUTING sees it come in there
  const from = packet.ifindex === 0 ? null : stack.linkByIndex(packet.ifindex)
  packet.ifindex = (packet.route as Dst).link.ifindex
  stack.count('IpOutRequests')
  if (stack.netfilter.run(Hook.OUTPUT, packet, null, (packet.route as Dst).link) !== Verdict.ACCEPT) return false
  return ipOutput(stack, packet, from)
}

/** On the way out by the route's device (`ip_output`). `from` is the device it came in by, or null. False: dropped. */
export function ipOutput(stack: Stack, packet: Packet, from: Link | null): boolean {
  const dst = packet.route as Dst
  packet.ifindex = dst.link.ifindex
  stack.count('IpOutTransmits')
  const isHeardHere = dst.isLocal && (dst.type === 'broadcast' || dst.type === 'multicast')
  if (isHeardHere && !dst.link.loopback) loopBack(stack, packet, dst.link)
  if (!packet.rerouted && stack.netfilter.run(Hook.POSTROUTING, packet, from, dst.link) !== Verdict.ACCEPT) {
    return false
  }
  return ipFinishOutput(stack, packet)
}

/** This host hears its own broadcasts, and what it sends to groups that it has joined: a copy comes back as if by the device, unseen by packet sockets (`ip_mc_output`). */
function loopBack(stack: Stack, packet: Packet, link: Link): void {
  const copy = packet.clone()
  // a clone belongs to no socket
  copy.socket = 0
  if (stack.netfilter.run(Hook.POSTROUTING, copy, null, link) !== Verdict.ACCEPT) return
  copy.packetType = PacketType.LOOPBACK
  stack.sim.schedule(0, stack.receiveOwn, copy)
  // `netif_rx` interrupts a program that sends: the copy, and what comes of it, is dealt with before the packet itself goes on
  if (packet.socket > 0) stack.sim.run({ until: stack.sim.now })
}

/** Cuts what is too long and hands it to the neighbour (`ip_finish_output`). */
export function ipFinishOutput(stack: Stack, packet: Packet): boolean {
  const dst = packet.route as Dst
  const ip = packet.ip
  if (ip === null) return false
  const mtu = stack.pathMtu(dst, packet.forwarded)
  const reassembled = packet.fragmentMaxSize !== 0
  if (ip.totalLength <= mtu && !reassembled) return sent(sendToNeighbour(stack, packet), packet)
  // what was put together here may be cut again, but not finer than its sender allowed (`ip_fragment`)
  if (ip.df && (!(reassembled || packet.ignoreDf) || packet.fragmentMaxSize > mtu)) {
    stack.count('IpFragFails')
    stack.icmpSend(packet, IcmpType.DEST_UNREACH, UnreachCode.FRAG_NEEDED, { mtu })
    stack.drop(packet, 'PKT_TOO_BIG', dst.link, `${ip.totalLength} octets, don't fragment, MTU ${mtu}`)
    return false
  }
  const size = reassembled ? Math.min(mtu, packet.fragmentMaxSize) : mtu
  const parts = fragment(stack, packet, size)
  if (parts.length === 1) return sent(sendToNeighbour(stack, packet), packet)
  return sent(sendParts(stack, { parts, next: 0, apart: packet.socket > 0 }), packet)
}

/** What became of it is noted for the sender, who may ask (`net_xmit_errno`). */
function sent(taken: boolean, packet: Packet): boolean {
  packet.lost = !taken
  return taken
}

/** Fragments that are on their way out. */
interface Parts {
  readonly parts: readonly Packet[]
  next: number
  readonly apart: boolean
}

/**
 * Sends one fragment after the other, up to one that the driver throws away: the rest is not sent then. A program's own leave each as far as
 * it gets before the next: between two of them the kernel sees to what has come in meanwhile (softirqs run when `__dev_queue_xmit` allows
 * them again). Those of a router leave in one go. False: the first of them was lost.
 */
function sendParts(stack: Stack, sending: Parts): boolean {
  const { parts, apart } = sending
  while (sending.next < parts.length) {
    if (!sendToNeighbour(stack, parts[sending.next]!)) {
      stack.count('IpFragFails')
      return false
    }
    stack.count('IpFragCreates')
    sending.next++
    if (apart && sending.next < parts.length) {
      stack.sim.schedule(1, sendRest, { stack, sending })
      return true
    }
  }
  stack.count('IpFragOKs')
  return true
}

function sendRest({ stack, sending }: { stack: Stack; sending: Parts }): void {
  sendParts(stack, sending)
}

/** `ip_finish_output2` */
function sendToNeighbour(stack: Stack, packet: Packet): boolean {
  const dst = packet.route as Dst
  const ip = packet.ip
  if (ip === null) return false
  if (dst.link.unmodelled !== null) {
    stack.unmodelled(packet, dst.link.unmodelled)
    return true
  }
  if (dst.type === 'broadcast' || ip.dst === -1 || isMulticast(ip.dst))
    return stack.neighbours.send(groupNeighbour(dst.link, ip.dst), packet)
  const neighbour = stack.neighbours.resolve(dst.link, dst.gateway === 0 ? ip.dst : dst.gateway, packet)
  return neighbour === null || stack.neighbours.send(neighbour, packet)
}
