import { Packet } from '../packet/packet.ts'
import { IcmpType, Protocol, UnreachCode } from '../packet/protocol.ts'
import { Scope } from '../route/index.ts'
import type { Dst } from './dst.ts'
import type { DeliverEvent } from './events.ts'
import { mayTell } from './icmp-send.ts'
import type { Stack } from './stack.ts'

/** An ICMP message for this host (`icmp_rcv`, net/ipv4/icmp.c). */
export function icmpReceive(stack: Stack, packet: Packet): void {
  const icmp = packet.l4
  if (icmp === null || icmp.kind !== 'icmp') return
  stack.count('IcmpInMsgs')
  if (stack.sim.probe !== null) {
    stack.sim.probe.emit({ kind: 'deliver', netns: stack.name, packet, to: 'icmp' } satisfies DeliverEvent)
  }
  const dst = packet.route as Dst | null
  const toMany = dst !== null && dst.type !== 'local'
  switch (icmp.type) {
    case IcmpType.ECHO:
      stack.count('IcmpInEchos')
      if (toMany && stack.sysctl.get('ipv4.icmp_echo_ignore_broadcasts') === 1) {
        // RFC 1122, 3.2.2.6: a broadcast may be ignored; the kernel counts it as an error then
        stack.count('IcmpInErrors')
        return
      }
      if (stack.sysctl.get('ipv4.icmp_echo_ignore_all') === 1) return
      echoReply(stack, packet)
      return
    case IcmpType.ECHO_REPLY:
      stack.count('IcmpInEchoReps')
      return
    case IcmpType.DEST_UNREACH:
      stack.count('IcmpInDestUnreachs')
      reportError(stack, packet)
      return
    case IcmpType.TIME_EXCEEDED:
      stack.count('IcmpInTimeExcds')
      reportError(stack, packet)
      return
    case IcmpType.PARAMETER_PROBLEM:
    case IcmpType.SOURCE_QUENCH:
      reportError(stack, packet)
      return
    case IcmpType.REDIRECT:
      stack.count('IcmpInRedirects')
      redirect(stack, packet)
      return
    default:
      stack.count('IcmpInErrors')
  }
}

/** `icmp_echo` and `icmp_reply`: the same data back, from the address that was asked, never "don't fragment". */
function echoReply(stack: Stack, request: Packet): void {
  const ip = request.ip
  const icmp = request.l4
  if (ip === null || icmp === null || icmp.kind !== 'icmp') return
  const dst = request.route as Dst | null
  const source =
    dst === null || dst.type === 'local' ? ip.dst : stack.selectAddress(request.ifindex, ip.src, Scope.UNIVERSE)
  const packet = new Packet()
  packet.ip = {
    src: source,
    dst: ip.src,
    protocol: Protocol.ICMP,
    ttl: stack.sysctl.ttl,
    tos: ip.tos,
    id: stack.nextIpId(),
    df: false,
    mf: false,
    fragmentOffset: 0,
    totalLength: ip.totalLength,
  }
  packet.l4 = { ...icmp, type: IcmpType.ECHO_REPLY, code: 0 }
  packet.payload = request.payload
  packet.mark = stack.sysctl.get('ipv4.fwmark_reflect') === 1 ? request.mark : 0
  packet.cause = request.journey
  const { mark } = packet
  const back = stack.routeOutput({ destination: ip.src, source, tos: ip.tos, mark, oif: 0, protocol: Protocol.ICMP })
  if (back.error === null) {
    if (!mayTell(stack, IcmpType.ECHO_REPLY, 0, ip.src, back)) return
    packet.route = back
    stack.count('IcmpOutMsgs')
    stack.count('IcmpOutEchoReps')
  }
  stack.icmpOut(packet)
}

/** `icmp_unreach`: the path MTU is learned, and the protocol of the quoted packet is told. */
function reportError(stack: Stack, packet: Packet): void {
  const icmp = packet.l4
  if (icmp === null || icmp.kind !== 'icmp') return
  const quoted = icmp.quoted
  if (quoted?.ip === null || quoted === null) {
    stack.count('IcmpInErrors')
    return
  }
  let told = packet
  if (icmp.type === IcmpType.DEST_UNREACH && icmp.code === UnreachCode.FRAG_NEEDED) {
    const noDiscovery = stack.sysctl.get('ipv4.ip_no_pmtu_disc') ?? 0
    // 2: nobody hears of it; 3: only protocols that can tell a forged one (`icmp_tag_validation`)
    const tells = quoted.ip.protocol === Protocol.TCP || quoted.ip.protocol === Protocol.SCTP
    if (noDiscovery === 2 || (noDiscovery === 3 && !tells)) return
    // trap: with 1 the router's number counts as 0, and the path gets the smallest MTU
    if (noDiscovery === 1) {
      told = packet.clone()
      told.l4 = { ...icmp, mtu: 0 }
    }
    if (isOwn(stack, packet, quoted)) stack.learnPathMtu(quoted, noDiscovery === 1 ? 0 : icmp.mtu)
  }
  stack.protocols[quoted.ip.protocol]?.error(told, quoted)
}

function isOwn(stack: Stack, message: Packet, quoted: Packet): boolean {
  return stack.protocols[quoted.ip?.protocol ?? 0]?.sent?.(message, quoted) ?? true
}

/**
 * `icmp_redirect` and `__ip_do_redirect`: believed when it comes from the gateway in use and names one on the same link. TCP does not: its
 * socket is busy sending when the redirect is there (`sock_owned_by_user` in tcp_v4_err).
 */
function redirect(stack: Stack, packet: Packet): void {
  const icmp = packet.l4
  if (icmp === null || icmp.kind !== 'icmp' || icmp.quoted === null || packet.ip === null) return
  const { quoted } = icmp
  if (isOwn(stack, packet, quoted)) {
    if (quoted.ip?.protocol !== Protocol.TCP) stack.learnRedirect(quoted, packet.ip.src, icmp.gateway, packet.ifindex)
  } else if (quoted.l4?.kind === 'tcp' || (quoted.l4?.kind === 'udp' && !stack.tunnels.has(quoted.l4.dport))) {
    stack.count('IcmpInErrors')
  }
}
