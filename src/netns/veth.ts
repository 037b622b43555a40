import { isMulticastMac, MAC_BROADCAST, type Mac } from '../packet/mac.ts'
import { CtInfo, type Packet, PacketType } from '../packet/packet.ts'
import { HeaderLength } from '../packet/protocol.ts'
import { WireDrop, WireModel, type WireOptions } from '../sim/wire-model.ts'
import { Link, type LinkHost } from './link.ts'
import type { LinkStatistics } from './link-counters.ts'

/** A frame may be this much longer than the MTU before the peer refuses it: Ethernet header and one VLAN tag (`is_skb_forwardable`). */
const SLACK = HeaderLength.ETHERNET + 4

/** One end of a veth pair: what is sent on one end arrives at the other (drivers/net/veth.c). */
export class Veth extends Link {
  readonly kind = 'veth'
  declare peer: Veth | null
  #wire: WireModel | null = null

  /** Makes both ends. The second one gets its ifindex first, as in the kernel. */
  static pair(
    a: { netns: LinkHost; name: string; mac: Mac },
    b: { netns: LinkHost; name: string; mac: Mac },
  ): [Veth, Veth] {
    const first = new Veth(a.netns, a.name, a.mac)
    const second = new Veth(b.netns, b.name, b.mac)
    first.peer = second
    second.peer = first
    return [first, second]
  }

  get carrier(): boolean {
    return this.up && this.peer?.up === true
  }

  /** Gives the way from this end to the other a latency, a bandwidth, a queue, a loss. Null: none, as veth itself. */
  setWire(options: WireOptions | null): void {
    this.#wire = options === null ? null : new WireModel({ random: this.netns.sim.random('wire'), ...options })
  }

  get wire(): WireModel | null {
    return this.#wire
  }

  override get speed(): number {
    return 10_000
  }

  override refuses(packet: Packet): boolean {
    return this.peer !== null && packet.frameLength > this.peer.mtu + SLACK
  }

  transmitFrame(packet: Packet): void {
    const peer = this.peer
    if (peer === null || !peer.up) {
      this.#refused()
      this.netns.drop(packet, 'DEV_READY', this, 'the other end of the pair is down')
      return
    }
    if (this.refuses(packet)) {
      this.#refused()
      this.netns.drop(packet, 'PKT_TOO_BIG', this, `the frame is longer than the MTU of the other end, ${peer.mtu}`)
      return
    }
    let delay = 0
    if (this.#wire !== null) {
      const { sim } = this.netns
      sim.touch(this.#wire)
      const arrival = this.#wire.send(sim.now, packet.frameLength)
      if (arrival === WireDrop.LOST || arrival === WireDrop.QUEUE_FULL) {
        const lost = arrival === WireDrop.LOST
        this.netns.drop(
          packet,
          lost ? 'LINK_LOSS' : 'LINK_QUEUE',
          this,
          lost ? 'the wire lost it' : 'the queue of the wire is full',
        )
        return
      }
      delay = arrival - sim.now
    }
    this.counters.sent(packet.frameLength)
    scrub(packet, peer.netns !== this.netns)
    packet.packetType = packetTypeFor(packet.dmac, peer.mac)
    packet.ifindex = peer.ifindex
    this.netns.sim.schedule(delay, peer.#arrive, packet)
  }

  /** What one end has sent the other has received: it is counted once (`veth_get_stats64`). */
  override get statistics(): LinkStatistics {
    const { rxDropped, txPackets, txBytes, txErrors, txDropped, txCarrier } = this.counters
    const { txPackets: rxPackets = 0, txBytes: rxBytes = 0 } = this.peer?.counters ?? {}
    return { rxPackets, rxBytes, rxDropped, txPackets, txBytes, txErrors, txDropped, txCarrier }
  }

  /** Both ends count what does not fit through (`veth_xmit`, `__dev_forward_skb`). */
  #refused(): void {
    this.counters.dropSent()
    this.peer?.counters.dropReceived()
  }

  override stateChanged(): void {
    this.netns.carrierChanged(this)
    const peer = this.peer
    if (peer !== null) peer.netns.carrierChanged(peer)
  }

  override removed(): void {
    const peer = this.peer
    this.peer = null
    if (peer !== null) peer.peer = null
  }

  readonly #arrive = (packet: Packet): void => {
    this.netns.receive(packet, this)
  }
}

/** What a packet forgets on its way to another device or namespace (`skb_scrub_packet`): its mark only between namespaces. */
export function scrub(packet: Packet, toOtherNamespace: boolean): void {
  packet.route = null
  packet.bridge = null
  packet.ct = null
  packet.ctInfo = CtInfo.ESTABLISHED
  packet.nfTrace = false
  packet.forwarded = false
  packet.ignoreDf = false
  packet.rerouted = false
  packet.fragmentMaxSize = 0
  packet.fragmentSizes = null
  if (!toOtherNamespace) return
  packet.mark = 0
  packet.socket = 0
}

/** `eth_type_trans`: how the frame relates to the device that receives it. */
export function packetTypeFor(dmac: Mac, own: Mac): number {
  if (dmac === own) return PacketType.HOST
  if (!isMulticastMac(dmac)) return PacketType.OTHERHOST
  return dmac === MAC_BROADCAST ? PacketType.BROADCAST : PacketType.MULTICAST
}
