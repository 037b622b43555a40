import { attachRelated } from '../netfilter/conntrack/classify.ts'
import { Hook, type HookState } from '../netfilter/hook.ts'
import type { RejectType } from '../netfilter/host.ts'
import { Packet, Sum } from '../packet/packet.ts'
import { HeaderLength, IcmpType, Protocol, TcpFlag, UnreachCode } from '../packet/protocol.ts'
import type { AnswerEvent } from './events.ts'
import type { Stack } from './stack.ts'

const CODES: { readonly [R in Exclude<RejectType, 'tcp-reset'>]: number } = {
  'icmp-net-unreachable': UnreachCode.NET,
  'icmp-host-unreachable': UnreachCode.HOST,
  'icmp-proto-unreachable': UnreachCode.PROTOCOL,
  'icmp-port-unreachable': UnreachCode.PORT,
  'icmp-net-prohibited': UnreachCode.NET_PROHIBITED,
  'icmp-host-prohibited': UnreachCode.HOST_PROHIBITED,
  'icmp-admin-prohibited': UnreachCode.ADMIN_PROHIBITED,
}

/** What REJECT answers (net/ipv4/netfilter/nf_reject_ipv4.c). */
export function sendReject(stack: Stack, packet: Packet, state: HookState, type: RejectType): void {
  const ip = packet.ip
  if (ip === null || ip.fragmentOffset !== 0 || isUnverifiable(packet)) return
  if (state.hook === Hook.PREROUTING && packet.route === null) {
    // nf_reject_fill_skb_dst: PREROUTING has no route yet, and an answer needs one
    const link = state.in === null ? null : stack.linkByIndex(state.in.ifindex)
    if (link === null) return
    const dst = stack.routeInput(link, ip.dst, ip.src, ip.tos, packet.mark, packet)
    if (dst.error !== null) return
    packet.route = dst
  }
  if (type === 'tcp-reset') sendReset(stack, packet)
  else stack.icmpSend(packet, IcmpType.DEST_UNREACH, CODES[type])
}

/** Protocols whose checksum is none, optional or another (`nf_reject_verify_csum`, include/net/netfilter/nf_reject.h): GRE, ESP, AH, DCCP, … */
const UNCHECKED: ReadonlySet<number> = new Set([33, 47, 50, 51, Protocol.SCTP, 136])

/**
 * A wrong checksum is not answered, and that of a first fragment, which covers the whole packet, looks wrong. Tunnels' UDP has none.
 */
function isUnverifiable(packet: Packet): boolean {
  if (packet.sum === Sum.WRONG) return true
  const { mf, protocol } = packet.ip!
  return mf && !UNCHECKED.has(protocol) && (packet.payload.fragmentOf ?? packet).payload.vxlan === null
}

/** `nf_send_reset` */
function sendReset(stack: Stack, about: Packet): void {
  const ip = about.ip
  const tcp = about.l4
  if (ip === null || tcp === null || tcp.kind !== 'tcp' || (tcp.flags & TcpFlag.RST) !== 0) return
  const acknowledges = (tcp.flags & TcpFlag.ACK) !== 0
  const length =
    ip.totalLength -
    HeaderLength.IPV4 -
    tcp.headerLength +
    ((tcp.flags & TcpFlag.SYN) !== 0 ? 1 : 0) +
    ((tcp.flags & TcpFlag.FIN) !== 0 ? 1 : 0)

  const packet = new Packet()
  packet.sum = Sum.LEFT
  packet.ip = {
    src: ip.dst,
    dst: ip.src,
    protocol: Protocol.TCP,
    ttl: stack.sysctl.ttl,
    tos: 0,
    id: 0,
    df: true,
    mf: false,
    fragmentOffset: 0,
    totalLength: HeaderLength.IPV4 + HeaderLength.TCP,
  }
  packet.l4 = {
    kind: 'tcp',
    sport: tcp.dport,
    dport: tcp.sport,
    seq: acknowledges ? tcp.ack : 0,
    ack: acknowledges ? 0 : (tcp.seq + length) >>> 0,
    flags: acknowledges ? TcpFlag.RST : TcpFlag.RST | TcpFlag.ACK,
    window: 0,
    mss: 0,
    windowScale: -1,
    sackPermitted: false,
    timestamp: null,
    headerLength: HeaderLength.TCP,
  }
  packet.mark = stack.sysctl.get('ipv4.fwmark_reflect') === 1 ? about.mark : 0
  packet.cause = about.journey
  const dst = stack.routeOutput({
    destination: ip.src,
    source: ip.dst,
    anySource: true,
    tos: 0,
    mark: packet.mark,
    oif: 0,
  })
  if (dst.error !== null) return
  packet.route = dst
  attachRelated(packet, about)
  stack.netfilter.conntrack.close(about)
  if (stack.sim.probe !== null) {
    stack.sim.probe.emit({ kind: 'answer', netns: stack.name, packet, about } satisfies AnswerEvent)
  }

  // a bridged packet is answered by the port it came in on, in the name of the host it was for
  const port = about.bridge === null ? null : stack.linkByIndex(about.bridge.physInIfindex)
  if (port !== null) {
    packet.journey = stack.sim.newJourney()
    packet.dmac = about.smac
    packet.smac = about.dmac
    packet.ifindex = port.ifindex
    stack.transmit(packet, port)
    return
  }
  stack.localOut(packet)
}
