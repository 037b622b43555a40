import { type Ipv4, isLoopback, isMulticast, maskOf, prefixContains } from '../packet/address.ts'
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

  // duplicate address detection (RFC 2131, 4.4.1): nobody is to be remembered for it
  if (arp.senderIp === 0) {
    if (
      arp.operation === ArpOperation.REQUEST &&
      stack.addressType(arp.targetIp) === 'local' &&
      !ignores(stack, link, 0 as Ipv4, arp.targetIp)
    ) {
      sendArp(
        stack,
        link,
        ArpOperation.REPLY,
        arp.targetIp,
        link.mac,
        arp.senderMac,
        arp.senderIp,
        arp.senderMac,
        packet.journey,
      )
    }
    return
  }

  if (arp.operation === ArpOperation.REQUEST) {
    const dst = stack.routeInput(link, arp.targetIp, arp.senderIp, 0, 0)
    const found = dst.error === null && dst.martian === null
    if (found && dst.type === 'local') {
      if (!ignores(stack, link, arp.senderIp, arp.targetIp)) {
        stack.neighbours.heard(link, arp.senderIp, arp.senderMac)
        sendArp(
          stack,
          link,
          ArpOperation.REPLY,
          arp.targetIp,
          link.mac,
          arp.senderMac,
          arp.senderIp,
          arp.senderMac,
          packet.journey,
        )
      }
      return
    }
    if (found && dst.type === 'unicast' && link.conf.forwarding !== 0 && dst.link !== link) {
      if ((link.conf.proxy_arp | stack.sysctl.all.proxy_arp) !== 0) {
        stack.neighbours.heard(link, arp.senderIp, arp.senderMac)
        sendArp(
          stack,
          link,
          ArpOperation.REPLY,
          arp.targetIp,
          link.mac,
          arp.senderMac,
          arp.senderIp,
          arp.senderMac,
          packet.journey,
        )
        return
      }
    }
  }

  const entry = stack.neighbours.find(link, arp.senderIp)
  if (entry === undefined) return
  const isAnswer = arp.operation === ArpOperation.REPLY && packet.packetType === PacketType.HOST
  const gratuitous = arp.targetIp === arp.senderIp && stack.addressType(arp.senderIp) === 'unicast'
  const override = gratuitous || stack.sim.now > entry.updated + LOCK_TIME
  stack.neighbours.update(entry, arp.senderMac, isAnswer ? 'REACHABLE' : 'STALE', override)
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
  return dst.error !== null || dst.link !== link
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
    ArpOperation.REQUEST,
    source,
    link.mac,
    unicastTo ?? MAC_BROADCAST,
    target,
    unicastTo ?? MAC_ZERO,
    trigger?.journey ?? 0,
  )
}

function sharesNetwork(link: Link, a: Ipv4, b: Ipv4): boolean {
  return link.addresses.some((address) => {
    const network = { address: address.address, length: address.length }
    return prefixContains(network, a) && prefixContains(network, b)
  })
}

/** Builds and sends an ARP packet (`arp_send_dst`). `cause` is the journey that it is sent for. */
export function sendArp(
  stack: Stack,
  link: Link,
  operation: number,
  senderIp: Ipv4,
  senderMac: Mac,
  dmac: Mac,
  targetIp: Ipv4,
  targetMac: Mac,
  cause: number,
): void {
  const packet = new Packet()
  packet.etherType = EtherType.ARP
  packet.arp = { operation, senderMac, senderIp, targetMac, targetIp }
  packet.smac = link.mac
  packet.dmac = dmac
  packet.ifindex = link.ifindex
  packet.journey = stack.sim.newJourney()
  packet.cause = cause
  stack.transmit(packet, link)
}
