import type { Dst } from '../../netns/dst.ts'
import type { AnswerEvent } from '../../netns/events.ts'
import type { TcpHeader } from '../../packet/headers.ts'
import { KERNEL_SOCKET, type Packet } from '../../packet/packet.ts'
import { HeaderLength, Protocol, TcpFlag } from '../../packet/protocol.ts'
import { makePacket, type SocketContext } from '../context.ts'
import { RouteQuestion } from '../host.ts'
import { hopLimit } from '../path.ts'
import { endOf } from './input.ts'

const question = new RouteQuestion()

/**
 * Answers a segment for which there is no connection with a reset (`tcp_v4_send_reset`, net/ipv4/tcp_ipv4.c): no options,
 * identification 0, don't fragment, the type of service that came.
 */
export function sendReset(context: SocketContext, about: Packet, tcp: TcpHeader): void {
  const { ip } = about
  const { host } = context
  if (ip === null || (tcp.flags & TcpFlag.RST) !== 0) return
  // broadcasts are not answered
  const arrived = about.route as Dst | null
  if (arrived !== null && arrived.type !== 'local') return
  const acknowledges = (tcp.flags & TcpFlag.ACK) !== 0
  const mark = host.sysctl.get('ipv4.fwmark_reflect') === 1 ? about.mark : 0
  question.fill(ip.src, ip.dst, ip.tos & 0xfc, mark, 0).transport(Protocol.TCP, tcp.dport, tcp.sport)
  const dst = host.routeOutput(question)
  // counted whether it finds a way or not (`tcp_v4_send_reset`)
  host.count('TcpOutSegs')
  host.count('TcpOutRsts')
  if (dst.error !== null) return
  const packet = makePacket(
    ip.dst,
    ip.src,
    Protocol.TCP,
    hopLimit(host, dst),
    ip.tos,
    true,
    0,
    HeaderLength.IPV4 + HeaderLength.TCP,
  )
  packet.l4 = {
    kind: 'tcp',
    sport: tcp.dport,
    dport: tcp.sport,
    seq: acknowledges ? tcp.ack : 0,
    ack: acknowledges ? 0 : endOf(tcp, about.payload.length),
    flags: acknowledges ? TcpFlag.RST : TcpFlag.RST | TcpFlag.ACK,
    window: 0,
    mss: 0,
    windowScale: -1,
    sackPermitted: false,
    timestamp: null,
    headerLength: HeaderLength.TCP,
  }
  packet.mark = mark
  // the one that it is sent with is made here (`ip_send_unicast_reply`)
  packet.sum = 0
  packet.socket = KERNEL_SOCKET
  packet.route = dst
  packet.cause = about.journey
  if (host.sim.probe !== null) {
    packet.journey = host.sim.newJourney()
    host.sim.probe.emit({ kind: 'answer', netns: host.name, packet, about } satisfies AnswerEvent)
  }
  host.localOut(packet)
}
