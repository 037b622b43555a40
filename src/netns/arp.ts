import { IPV4_ANY, type Ipv4, isLoopback, isMulticast } from '../packet/address.ts'
import type { ArpHeader } from '../packet/headers.ts'
import { MAC_BROADCAST, MAC_ZERO, type Mac } from '../packet/mac.ts'
import { Packet, PacketType } from '../packet/packet.ts'
import { ArpOperation, EtherType } from '../packet/protocol.ts'
import { confirmAddress, isInNetwork, Scope } from '../route/index.ts'
import type { Link } from './link.ts'
import type { Stack } from './stack.ts'

/** A hundredth of a second, the unit of `locktime` and `proxy_delay`. */
const CENTISECOND = 10_000_000

/** An ARP packet has arrived (`arp_rcv`, net/ipv4/arp.c). */
export function arpReceive(stack: Stack, packet: Packet, link: Link): void {
  const arp = packet.arp
  if (arp === null || link.noArp || packet.packetType === PacketType.OTHERHOST) return
  arpProcess(stack, packet, arp, link, false)
}

/** `arp_process`. `delayed`: an answer for somebody else was put off until now. */
function arpProcess(stack: Stack, packet: Packet, arp: ArpHeader, link: Link, delayed: boolean): void {
  const { senderIp, targetIp } = arp
  if (isMulticast(targetIp)) return
  if (isLoopback(targetIp) && !link.routeLocalnet) return
  if (senderIp === targetIp && (link.conf.drop_gratuitous_arp | stack.sysctl.all.drop_gratuitous_arp) !== 0) return

  if (arp.operation === ArpOperation.REQUEST && answered(stack, packet, arp, link, delayed)) return
  if (senderIp === 0) return

  let entry = stack.neighbours.find(link, senderIp)
  const accepts = acceptsUnasked(stack, link, senderIp)
  if (entry === undefined && !accepts) return
  const isReply = arp.operation === ArpOperation.REPLY
  const unicast = stack.addressType(senderIp) === 'unicast'
  const gratuitous = targetIp === senderIp && unicast && (!isReply || arp.targetMac === arp.senderMac)
  if (entry === undefined) {
    if (!gratuitous && !(isReply && unicast)) return
    entry = stack.neighbours.create(link, senderIp)
  }
  const isAnswer = isReply && packet.packetType === PacketType.HOST
  const override = gratuitous || stack.sim.now > entry.updated + link.neigh.locktime * CENTISECOND
  stack.neighbours.update(entry, arp.senderMac, isAnswer ? 'REACHABLE' : 'STALE', override)
}

/** arp_accept: may somebody be remembered whom nobody asked for? 2: of a network of the device only (`arp_accept`). */
function acceptsUnasked(stack: Stack, link: Link, sender: Ipv4): boolean {
  const value = Math.max(link.conf.arp_accept, stack.sysctl.all.arp_accept)
  return value === 1 || (value === 2 && sharesNetwork(link, sender, sender))
}

/** Answers a request for an address of this host, or as a proxy. False: not answered for. */
function answered(stack: Stack, packet: Packet, arp: ArpHeader, link: Link, delayed: boolean): boolean {
  const { senderIp, senderMac, targetIp } = arp
  const reply = (): void => {
    sendArp(
      stack,
      link,
      { operation: ArpOperation.REPLY, senderIp: targetIp, targetIp: senderIp, targetMac: senderMac },
      senderMac,
      packet.journey,
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
    if (ignores(stack, link, senderIp, targetIp) || filtered(stack, link, senderIp, targetIp)) return true
    stack.neighbours.heard(link, senderIp, senderMac)
    reply()
    return true
  }
  if (dst.type !== 'unicast' || !link.forwarding || !isProxy(stack, link, dst.link, senderIp, targetIp)) return false
  stack.neighbours.heard(link, senderIp, senderMac)
  const { proxy_delay: most } = link.neigh
  if (delayed || packet.packetType === PacketType.HOST || most === 0) reply()
  else
    stack.sim.schedule(Math.floor(stack.sim.random('arp').float() * most) * CENTISECOND, later, {
      stack,
      packet,
      arp,
      link,
    })
  return true
}

/** The host may be asked first: an answer for another one waits up to `proxy_delay` (`pneigh_enqueue`), and is thought over again. */
function later({ stack, packet, arp, link }: { stack: Stack; packet: Packet; arp: ArpHeader; link: Link }): void {
  if (link.up) arpProcess(stack, packet, arp, link, true)
}

/** Is this host to answer for another one? By a switch of the device, or for this address alone. */
function isProxy(stack: Stack, link: Link, out: Link | null, sender: Ipv4, target: Ipv4): boolean {
  const { all } = stack.sysctl
  if (out === link) return (link.conf.proxy_arp_pvlan | all.proxy_arp_pvlan) !== 0 && sender !== target
  return (link.conf.proxy_arp | all.proxy_arp) !== 0 || stack.neighbours.proxies.has(target, link)
}

/** arp_ignore: is a request for one of our addresses to be left unanswered (`arp_ignore`)? */
function ignores(stack: Stack, link: Link, sender: Ipv4, target: Ipv4): boolean {
  switch (Math.max(link.conf.arp_ignore, stack.sysctl.all.arp_ignore)) {
    case 1:
      return confirmAddress([link], IPV4_ANY, target, Scope.HOST) === IPV4_ANY
    case 2:
      return confirmAddress([link], sender, target, Scope.HOST) === IPV4_ANY
    case 3:
      return confirmAddress(stack.devices(), IPV4_ANY, target, Scope.LINK) === IPV4_ANY
    case 8:
      return true
    default:
      return false
  }
}

/** arp_filter: does the way to the one who asks lead by another device (`arp_filter`)? */
function filtered(stack: Stack, link: Link, sender: Ipv4, target: Ipv4): boolean {
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

/** arp_notify: a device that came up or has a new Ethernet address announces its addresses (`inetdev_send_gratuitous_arp`). */
export function arpNotify(stack: Stack, link: Link): void {
  if (link.noArp || Math.max(link.conf.arp_notify, stack.sysctl.all.arp_notify) === 0) return
  for (const { local } of link.addresses) {
    sendArp(
      stack,
      link,
      { operation: ArpOperation.REQUEST, senderIp: local, targetIp: local, targetMac: MAC_ZERO },
      MAC_BROADCAST,
      0,
    )
  }
}

function sharesNetwork(link: Link, a: Ipv4, b: Ipv4): boolean {
  return link.addresses.some((each) => isInNetwork(a, each) && isInNetwork(b, each))
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
