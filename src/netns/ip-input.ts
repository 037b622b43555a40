import { resetConntrack } from '../netfilter/conntrack/classify.ts'
import { Hook, Verdict } from '../netfilter/hook.ts'
import type { Ipv4 } from '../packet/address.ts'
import { isBridged, type Packet, PacketType, Sum } from '../packet/packet.ts'
import { IcmpType, Protocol, UnreachCode } from '../packet/protocol.ts'
import type { MartianReason } from '../route/index.ts'
import type { Dst } from './dst.ts'
import type { RouteEvent } from './events.ts'
import { icmpReceive } from './icmp-receive.ts'
import { ipForward } from './ip-forward.ts'
import type { Link } from './link.ts'
import type { Stack } from './stack.ts'

/** An IPv4 packet has arrived (`ip_rcv`, net/ipv4/ip_input.c). */
export function ipReceive(stack: Stack, packet: Packet, link: Link): void {
  if (ipReceiveStart(stack, packet, link)) ipReceiveFinish(stack, packet, link)
}

/** Checks and PREROUTING (`ip_rcv_core`). False: it ended there. */
export function ipReceiveStart(stack: Stack, packet: Packet, link: Link): boolean {
  const ip = packet.ip
  if (packet.packetType === PacketType.OTHERHOST) {
    stack.drop(packet, 'OTHERHOST', link, 'the frame is for another host')
    return false
  }
  stack.count('IpInReceives')
  // whoever sent it, it is nobody's now (`skb_orphan`)
  packet.socket = 0
  // what IP has noted of it is noted anew (`memset` of `IPCB`, `ip_rcv_core`): also of a packet that was put together on a bridge port
  packet.fragmentMaxSize = 0
  packet.forwarded = false
  packet.rerouted = false
  if (ip === null) {
    stack.count('IpInHdrErrors')
    stack.drop(packet, 'IP_INHDR', link, 'no IP header')
    return false
  }
  // a bridged packet has been through PREROUTING on the bridge port (ip_sabotage_in); it is remembered where that was
  if (packet.bridge !== null && isBridged(packet)) {
    packet.bridge.handedUp = true
    return true
  }
  return stack.netfilter.run(Hook.PREROUTING, packet, link, null) === Verdict.ACCEPT
}

/** Routes and hands on (`ip_rcv_finish`). A packet may have a route already: it came by lo, or br_netfilter has asked. */
export function ipReceiveFinish(stack: Stack, packet: Packet, link: Link): void {
  const ip = packet.ip
  if (ip === null) return
  let dst = packet.route as Dst | null
  if (dst === null) {
    dst = stack.routeInput(link, ip.dst, ip.src, ip.tos, packet.mark, packet)
    packet.route = dst
    if (stack.sim.probe !== null) {
      stack.sim.probe.emit({ kind: 'route', netns: stack.name, packet, direction: 'input', dst } satisfies RouteEvent)
    }
  }
  if (dst.type === 'broadcast') stack.count('IpExtInBcastPkts')
  else if (dst.type === 'multicast') stack.count('IpExtInMcastPkts')
  if (dst.error !== null || dst.martian !== null) {
    ipError(stack, packet, link, dst)
    return
  }
  if (dst.isLocal) ipLocalDeliver(stack, packet, link)
  else if (dst.type === 'multicast')
    stack.drop(packet, 'IP_INADDRERRORS', link, 'nobody here listens to this multicast group')
  else ipForward(stack, packet, dst, link)
}

/**
 * There is no way for the packet (`ip_error`, net/ipv4/route.c). Martians end in silence; a router that knows no way says so, a host
 * does not.
 */
function ipError(stack: Stack, packet: Packet, link: Link, dst: Dst): void {
  if (dst.martian !== null) {
    if (dst.martian === 'IP_RPFILTER') stack.count('TcpExtIPReversePathFilter')
    stack.drop(packet, dst.martian, link, MARTIANS[dst.martian])
    return
  }
  if (dst.error === 'ENETUNREACH') stack.count('IpExtInNoRoutes')
  else if (!link.forwarding) stack.count('IpInAddrErrors')
  const detail = link.forwarding ? noWay(dst) : `not for this host, and forwarding is off on ${link.name}`
  if (link.forwarding && dst.error !== 'EINVAL' && stack.peers.allowRouteError(packet.ip?.src ?? (0 as Ipv4))) {
    const code =
      dst.error === 'EACCES'
        ? UnreachCode.ADMIN_PROHIBITED
        : dst.error === 'EHOSTUNREACH'
          ? UnreachCode.HOST
          : UnreachCode.NET
    stack.icmpSend(packet, IcmpType.DEST_UNREACH, code)
  }
  stack.drop(packet, link.forwarding ? 'IP_INNOROUTES' : 'IP_INADDRERRORS', link, detail)
}

const MARTIANS: { readonly [R in MartianReason]: string } = {
  NOT_SPECIFIED: 'a multicast group that nobody here has joined',
  IP_RPFILTER: 'rp_filter: the way back to the source does not lead out here',
  IP_LOCAL_SOURCE: 'the source is an address of this host',
  IP_INVALID_SOURCE: 'the source is no address that can send',
  IP_INVALID_DEST: 'the destination is no address that can receive',
  IP_LOCALNET: 'a loopback address from outside, and route_localnet is off',
}

function noWay(dst: Dst): string {
  return dst.route === null ? 'no route to the destination' : `the route is ${dst.route.type}`
}

/** The packet is for this host (`ip_local_deliver`). */
export function ipLocalDeliver(stack: Stack, packet: Packet, link: Link): void {
  const ip = packet.ip
  if (ip === null) return
  let whole: Packet = packet
  if (ip.mf || ip.fragmentOffset !== 0) {
    const joined = stack.defragmenter.add(packet, 'local')
    if (joined === null) return
    whole = joined
  }
  if (stack.netfilter.run(Hook.INPUT, whole, link, null) !== Verdict.ACCEPT) return
  deliverToProtocol(stack, whole, link)
}

/** Hands the packet to its protocol (`ip_protocol_deliver_rcu`). */
function deliverToProtocol(stack: Stack, packet: Packet, link: Link): void {
  const protocol = packet.ip?.protocol ?? 0
  if (packet.l4?.kind === 'udp' && packet.sum === Sum.WRONG) {
    // whoever the port belongs to, and nobody is told (`__udp4_lib_rcv`, `udp_queue_rcv_one_skb`)
    stack.count('UdpInCsumErrors')
    stack.count('UdpInErrors')
    stack.drop(packet, 'UDP_CSUM', null, 'its checksum is wrong')
    return
  }
  if (packet.l4?.kind === 'udp' && stack.tunnels.size > 0) {
    const tunnels = stack.tunnels.get(packet.l4.dport)
    if (tunnels !== undefined) {
      stack.count('IpInDelivers')
      stack.count('UdpInDatagrams')
      // the socket takes what comes, also for nobody (`vxlan_rcv`)
      if (!tunnels.some((take) => take(packet)))
        stack.drop(packet, 'VXLAN_VNI_NOT_FOUND', link, 'no device has this network identifier')
      return
    }
  }
  const handler = stack.protocols[protocol]
  // a transport forgets what conntrack knew: errors that it sends are looked up anew (`nf_reset_ct` in udp_rcv, tcp_v4_rcv)
  if (protocol !== Protocol.ICMP && handler !== undefined) resetConntrack(packet)
  if (handler !== undefined) {
    // raw sockets see an ICMP message before the kernel acts on it (`raw_local_deliver`)
    stack.count('IpInDelivers')
    handler.receive(packet)
  }
  if (protocol === Protocol.ICMP) icmpReceive(stack, packet)
  if (protocol === Protocol.ICMP || handler !== undefined) return
  stack.count('IpInUnknownProtos')
  stack.icmpSend(packet, IcmpType.DEST_UNREACH, UnreachCode.PROTOCOL)
  const name = protocol === Protocol.SCTP ? 'SCTP (no such module is loaded)' : `protocol ${protocol}`
  stack.drop(packet, 'IP_NOPROTO', link, `nothing here speaks ${name}`)
}
