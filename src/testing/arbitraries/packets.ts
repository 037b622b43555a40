import fc from 'fast-check'
import type { Ipv4 } from '../../packet/address.ts'
import { buildEcho, buildSctp, buildTcp, buildUdp } from '../../packet/build.ts'
import type { Packet } from '../../packet/packet.ts'
import { TcpFlag } from '../../packet/protocol.ts'
import { formatPacket } from '../../packet/text.ts'
import { ipv4Addresses, macAddresses, ports } from './addresses.ts'
import { shownAs } from './shown.ts'

/** What packets may be made of; what is left out is anything. */
export interface PacketConstraints {
  readonly src?: fc.Arbitrary<Ipv4>
  readonly dst?: fc.Arbitrary<Ipv4>
  readonly sport?: fc.Arbitrary<number>
  readonly dport?: fc.Arbitrary<number>
  /** Default: all four. */
  readonly protocols?: readonly ('tcp' | 'udp' | 'sctp' | 'icmp')[]
  /** 1 to 255, for instance `fc.constant(64)`. */
  readonly ttl?: fc.Arbitrary<number>
  /** Octets of user data at most. Default 64. */
  readonly maxPayload?: number
}

const word = fc.nat(0xffff)
const long = fc.nat(0xffffffff)

/**
 * Whole and right packets with a transport header: TCP segments of every kind, UDP datagrams, SCTP's INIT, pings and their answers.
 *
 * ```ts
 * fc.property(packets({ dst: ipv4Addresses('10.96.0.0/12') }), (packet) => { … })
 * ```
 */
export function packets(constraints: PacketConstraints = {}): fc.Arbitrary<Packet> {
  const { protocols = ['tcp', 'udp', 'sctp', 'icmp'] } = constraints
  const ip = fc.record({
    src: constraints.src ?? ipv4Addresses(),
    dst: constraints.dst ?? ipv4Addresses(),
    ttl: constraints.ttl ?? fc.integer({ min: 1, max: 255 }),
    tos: fc.constantFrom(0, 0x10, 0xb8),
    id: word,
    df: fc.boolean(),
    smac: macAddresses(),
    dmac: macAddresses(),
  })
  const ends = fc.record({ sport: constraints.sport ?? ports(), dport: constraints.dport ?? ports() })
  const payload = fc.uint8Array({ maxLength: constraints.maxPayload ?? 64 })
  const makers = {
    udp: fc.tuple(ip, ends, payload).map(([a, b, data]) => buildUdp({ ...a, ...b, payload: data })),
    tcp: fc
      .tuple(ip, ends, fc.record({ flags: tcpFlags(), seq: long, ack: long, window: word, payload }))
      .map(([a, b, c]) => buildTcp({ ...a, ...b, ...c })),
    sctp: fc.tuple(ip, ends, long).map(([a, b, initTag]) => buildSctp({ ...a, ...b, chunks: [{ type: 1, initTag }] })),
    icmp: fc
      .tuple(ip, fc.record({ reply: fc.boolean(), id: word, sequence: word, ipId: word, payload }))
      .map(([a, b]) => buildEcho({ ...a, ...b })),
  } as const
  return fc
    .oneof(...protocols.map((protocol): fc.Arbitrary<Packet> => makers[protocol]))
    .map((packet) => shownAs(packet, () => formatPacket(packet)))
}

/** Those that a connection consists of, and now and then nonsense. */
function tcpFlags(): fc.Arbitrary<number> {
  const { SYN, ACK, FIN, RST, PSH } = TcpFlag
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(SYN, SYN | ACK, ACK, PSH | ACK, FIN | ACK, RST, RST | ACK) },
    { weight: 1, arbitrary: fc.nat(255) },
  )
}
