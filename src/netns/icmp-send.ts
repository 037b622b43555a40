import { attachRelated } from '../netfilter/conntrack/classify.ts'
import type { Ipv4 } from '../packet/address.ts'
import { Packet, PacketType, payloadOf } from '../packet/packet.ts'
import { HeaderLength, IcmpType, isIcmpError, Protocol, UnreachCode } from '../packet/protocol.ts'
import { Scope } from '../route/index.ts'
import type { Dst } from './dst.ts'
import type { AnswerEvent } from './events.ts'
import type { Stack } from './stack.ts'

/** IPTOS_PREC_INTERNETCONTROL: the precedence that ICMP errors carry. */
const INTERNET_CONTROL = 0xc0
/** The type-of-service bits without precedence (IPTOS_RT_MASK and `RT_TOS`). */
const TOS_MASK = 0x1e
/** 192.0.0.8, the dummy address of RFC 7600: the source when the host has none at all (INADDR_DUMMY). */
const DUMMY_ADDRESS = 0xc0000008 | 0
/** No ICMP error is longer than this (RFC 1812, 4.3.2.3). */
const LARGEST_ERROR = 576

/** Tells the sender of a packet what went wrong (`__icmp_send`, net/ipv4/icmp.c), unless the rules of RFC 1122 forbid it. */
export function icmpSend(
  stack: Stack,
  about: Packet,
  type: number,
  code: number,
  info: { mtu?: number; gateway?: Ipv4 },
): void {
  const ip = about.ip
  const route = about.route as Dst | null
  if (ip === null || route === null) return
  if (about.packetType !== PacketType.HOST && about.packetType !== PacketType.OUTGOING) return
  if (route.type === 'broadcast' || route.type === 'multicast') return
  if (ip.fragmentOffset !== 0) return
  if (about.l4?.kind === 'icmp' && (isIcmpError(about.l4.type) || about.l4.type > 18)) return

  let source = ip.dst
  if (route.type !== 'local') {
    source = 0 as Ipv4
    const arrival = stack.linkByIndex(about.iif)
    if (route.input && arrival !== null && stack.sysctl.get('ipv4.icmp_errors_use_inbound_ifaddr') === 1) {
      source = stack.selectAddress(arrival.ifindex, ip.src, Scope.LINK)
    }
  }
  const tos = (ip.tos & TOS_MASK) | INTERNET_CONTROL
  const mark = stack.sysctl.get('ipv4.fwmark_reflect') === 1 ? about.mark : 0
  const { ICMP: protocol } = Protocol
  const dst = stack.routeOutput({ destination: ip.src, source, tos: tos & TOS_MASK, mark, oif: 0, protocol })
  if (dst.error !== null) return
  if (!mayTell(stack, type, code, ip.src, dst)) return
  if (source === 0) source = dst.source === 0 ? (DUMMY_ADDRESS as Ipv4) : dst.source

  const room = Math.min(stack.pathMtu(dst, false), LARGEST_ERROR) - HeaderLength.IPV4 - HeaderLength.ICMP
  if (room <= HeaderLength.IPV4) return
  const quotedLength = Math.min(ip.totalLength, room)

  const packet = new Packet()
  packet.ip = {
    src: source,
    dst: ip.src,
    protocol: Protocol.ICMP,
    ttl: stack.sysctl.ttl,
    tos,
    id: stack.nextIpId(),
    df: false,
    mf: false,
    fragmentOffset: 0,
    totalLength: HeaderLength.IPV4 + HeaderLength.ICMP + quotedLength,
  }
  packet.l4 = {
    kind: 'icmp',
    type,
    code,
    id: 0,
    sequence: 0,
    mtu: info.mtu ?? 0,
    gateway: info.gateway ?? (0 as Ipv4),
    quoted: quote(about),
  }
  packet.payload = payloadOf(quotedLength)
  packet.mark = mark
  packet.route = dst
  packet.cause = about.journey
  attachRelated(packet, about)
  stack.count('IcmpOutMsgs')
  if (type === IcmpType.DEST_UNREACH) stack.count('IcmpOutDestUnreachs')
  else if (type === IcmpType.TIME_EXCEEDED) stack.count('IcmpOutTimeExcds')
  else if (type === IcmpType.REDIRECT) stack.count('IcmpOutRedirects')
  if (stack.sim.probe !== null) {
    stack.sim.probe.emit({ kind: 'answer', netns: stack.name, packet, about } satisfies AnswerEvent)
  }
  stack.icmpOut(packet)
}

/** The packet as it stands now, without what the kernel keeps beside it. */
function quote(packet: Packet): Packet {
  const copy = packet.clone()
  copy.ct = null
  copy.route = null
  copy.bridge = null
  copy.mark = 0
  return copy
}

/**
 * May a message be sent (`icmpv4_global_allow`, `icmpv4_xrlim_allow`)? There is one allowance for all together, and one for each host; on
 * lo neither is less for it.
 */
export function mayTell(stack: Stack, type: number, code: number, to: Ipv4, dst: Dst): boolean {
  if (!isLimited(stack, type, code)) return true
  const { peers, sysctl } = stack
  if (!peers.mayTellAny(sysctl.get('ipv4.icmp_msgs_per_sec') ?? 0, sysctl.get('ipv4.icmp_msgs_burst') ?? 0)) {
    stack.count('IcmpOutRateLimitGlobal')
    return false
  }
  if (!dst.link.loopback && !peers.allowIcmp(to, sysctl.get('ipv4.icmp_ratelimit') ?? 0)) {
    stack.count('IcmpOutRateLimitHost')
    return false
  }
  peers.tellsAny()
  return true
}

/** Is this type of message limited (`icmpv4_mask_allow`)? Path MTU discovery never is. */
function isLimited(stack: Stack, type: number, code: number): boolean {
  if (type === IcmpType.DEST_UNREACH && code === UnreachCode.FRAG_NEEDED) return false
  return (((stack.sysctl.get('ipv4.icmp_ratemask') ?? 0) >>> type) & 1) === 1
}
