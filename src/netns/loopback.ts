import { MAC_ZERO } from '../packet/mac.ts'
import { type Packet, PacketType, sumInside } from '../packet/packet.ts'
import { HeaderLength } from '../packet/protocol.ts'
import { Link, type LinkHost } from './link.ts'

/** The loopback device: what is sent comes back, with its route and its conntrack entry still attached (drivers/net/loopback.c). */
export class Loopback extends Link {
  readonly kind = 'loopback'
  override readonly loopback = true

  constructor(netns: LinkHost) {
    super(netns, 'lo', MAC_ZERO)
    this.mtu = 65536
    this.noArp = true
  }

  get carrier(): boolean {
    return true
  }

  transmitFrame(packet: Packet): void {
    const octets = packet.frameLength - HeaderLength.ETHERNET
    this.counters.sent(octets)
    this.counters.received(octets)
    sumInside(packet)
    packet.packetType = PacketType.HOST
    packet.ifindex = this.ifindex
    this.netns.sim.schedule(0, this.#arrive, packet)
  }

  readonly #arrive = (packet: Packet): void => {
    this.netns.receive(packet, this)
  }
}
