import { type Ipv4, isLoopback, isMulticast, maskOf, prefixContains } from '../packet/address.ts'
import type { ArpHeader } from '../packet/headers.ts'
import { MAC_BROADCAST, MAC_ZERO, type Mac } from '../packet/mac.ts'
import { Packet, PacketType } from '../packet/packet.ts'
import { ArpOperation, EtherType } from '../packet/protocol.ts'
import { Scope } from '../route/index.ts'
import type { Link } from './link.ts'
import type { Stack } from './stack.ts'

/** A neighbour that answered less than this long ago keeps its address against a second answer (LOCKTIME, one second). */
const LOCK_TIME = 1_000_000_000

/** An ARP packet has arrived (`arp_rcv` and `arp_process`, net/ipv4/arp.c). */
export function arpReceive(stack: Stack, packet: Packet, link: Link): void {
  const arp = packet.arp
  if (arp === null || link.noArp || packet.packetType === PacketType.OTHERHOST) return
  if (isMulticast(arp.targetIp)) return
  if (isLoopback(arp.targetIp) && !link.routeLocalnet) return

  if (arp.operation === ArpOperation.REQUEST && answered(stack, link, arp, packet.journey)) return
  if (arp.senderIp === 0) return

  const entry = stack.neighbours.find(link, arp.senderIp)
  if (entry === undefined) return
  const isAnswer = arp.operation === ArpOperation.REPLY && packet.packetType === PacketType.HOST
  const gratuitous = arp.targetIp === arp.senderIp && stack.addressType(arp.senderIp) === 'unicast'
  const override = gratuitous || stack.sim.now > entry.updated + LOCK_TIME
  stack.neighbours.update(entry, arp.senderMac, isAnswer ? 'REACHABLE' : 'STALE', override)
}

/** Answers a request for an address of this host, or, with proxy_arp, of one behind another device. False: not answered for. */
function answered(stack: Stack, link: Link, arp: ArpHeader, journey: number): boolean {
  const { senderIp, senderMac, targetIp } = arp
  const reply = (): void => {
    sendArp(
      stack,
      link,
      { operation: ArpOperation.REPLY, senderIp: targetIp, targetIp: senderIp, targetMac: senderMac },
      senderMac,
      journey,
    )
  }
  // duplicate address detection (RFC 2131, 4.4.1): nobody is to be remembered for it
  if (senderIp === 0) {
    if (stack.addressType(targetIp) === 'local' && !ignores(stack, link, senderIp, targetIp)) reply()
    return true
  }
  const dst = stack.routeInput(link, targetIp, senderIp, 0, 0)
  if (dst.error !== null || dst.martian !== null) return false
  if (dst.type === 'local') {
    if (ignores(stack, link, senderIp, targetIp)) return true
  } else if (dst.type !== 'unicast' || !link.forwarding || dst.link === link || !isProxy(stack, link)) {
    return false
  }
  stack.neighbours.heard(link, senderIp, senderMac)
  reply()
  return true
}

function isProxy(stack: Stack, link: Link): boolean {
  return (link.conf.proxy_arp | stack.sysctl.all.proxy_arp) !== 0
}

/** arp_ignore and arp_filter: is a request for one of our addresses to be left unanswered? */
function ignores(stack: Stack, link: Link, sender: Ipv4, target: Ipv4): boolean {
  const onLink = link.addresses.find((address) => address.local === target)
  switch (Math.max(link.conf.arp_ignore, stack.sysctl.all.arp_ignore)) {
    case 0:
      break
    case 1:
      if (onLink === undefined) return true
      break
    case 2:
      if (onLink === undefined || ((sender ^ onLink.local) & maskOf(onLink.length)) !== 0) return true
      break
    case 3:
      if (onLink?.scope === Scope.HOST) return true
      break
    case 8:
      return true
    default:
      break
  }
  if ((link.conf.arp_filter | stack.sysctl.all.arp_filter) === 0) return false
  const dst = stack.routeOutput({ destination: sender, source: target, tos: 0, mark: 0, oif: 0 })
  if (dst.error !== null) return true
  if (dst.link === link) return false
  stack.count('TcpExtArpFilter')
  return true
}

/** Asks who has an address (`arp_solicit`). The source is the one of the packet that waits, unless arp_announce says otherwise. */
export function arpSolicit(
  stack: Stack,
  link: Link,
  target: Ipv4,
  unicastTo: Mac | null,
  trigger: Packet | null,
): void {
  const wanted = trigger?.ip?.src ?? (0 as Ipv4)
  let source = 0 as Ipv4
  switch (Math.max(link.conf.arp_announce, stack.sysctl.all.arp_announce)) {
    case 0:
      if (trigger !== null && stack.addressType(wanted) === 'local') source = wanted
      break
    case 1:
      if (trigger !== null && stack.addressType(wanted) === 'local' && sharesNetwork(link, target, wanted))
        source = wanted
      break
    default:
      break
  }
  if (source === 0) source = stack.selectAddress(link.ifindex, target, Scope.LINK)
  sendArp(
    stack,
    link,
    { operation: ArpOperation.REQUEST, senderIp: source, targetIp: target, targetMac: unicastTo ?? MAC_ZERO },
    unicastTo ?? MAC_BROADCAST,
    trigger?.journey ?? 0,
  )
}

function sharesNetwork(link: Link, a: Ipv4, b: Ipv4): boolean {
  return link.addresses.some((address) => {
    const network = { address: address.address, length: address.length }
    return prefixContains(network, a) && prefixContains(network, b)
  })
}

/** Builds and sends an ARP packet in the name of a link (`arp_send_dst`). `cause` is the journey that it is sent for. */
export function sendArp(stack: Stack, link: Link, arp: Omit<ArpHeader, 'senderMac'>, dmac: Mac, cause: number): void {
  const packet = new Packet()
  packet.etherType = EtherType.ARP
  packet.arp = { ...arp, senderMac: link.mac }
  packet.smac = link.mac
  packet.dmac = dmac
  packet.ifindex = link.ifindex
  packet.journey = stack.sim.newJourney()
  packet.cause = cause
  stack.transmit(packet, link)
}
