import { Hook, Verdict } from '../netfilter/hook.ts'
import { Dst } from '../netns/dst.ts'
import type { RouteEvent } from '../netns/events.ts'
import { fragment } from '../netns/fragment.ts'
import type { Link } from '../netns/link.ts'
import type { Stack } from '../netns/stack.ts'
import type { Ipv4 } from '../packet/address.ts'
import type { Mac } from '../packet/mac.ts'
import { type BridgeAttachment, type Packet, PacketType } from '../packet/packet.ts'
import { EtherType } from '../packet/protocol.ts'
import { RouteDecision } from '../route/index.ts'
import type { BridgePort } from './port.ts'

/** What br_netfilter asks of the bridge that it stands in. */
export interface BridgedDevice extends Link {
  readonly netns: Stack
  readonly ports: readonly BridgePort[]
  handleFrameFinish(packet: Packet, port: BridgePort): void
  pushOut(packet: Packet, to: BridgePort): void
}

/** `struct nf_bridge_info` */
class BridgeInfo implements BridgeAttachment {
  physInIfindex: number
  physOutIfindex = 0
  handedUp = false
  readonly daddr: Ipv4
  /** The frame was for another host; inside iptables it counts as ours. */
  otherHost: boolean
  /** DNAT led back into the same bridge, and the neighbour code was asked for the new address. */
  bridgedDnat = false
  /** The Ethernet source that the neighbour code overwrites. */
  smac: Mac

  constructor(port: BridgePort, packet: Packet) {
    this.physInIfindex = port.link.ifindex
    this.daddr = packet.ip?.dst ?? (0 as Ipv4)
    this.otherHost = packet.packetType === PacketType.OTHERHOST
    this.smac = packet.smac
  }
}

/**
 * Lets iptables see bridged packets, when `bridge-nf-call-iptables` is on (net/bridge/br_netfilter_hooks.c). This is what makes a Service
 * work for two pods on one node: the answer, which only crosses the bridge, is translated back too.
 */
export class BridgeNetfilter {
  readonly #bridge: BridgedDevice
  /** Stands for a route while a packet is bridged, so that an ICMP error can be sent about it (`fake_rtable`). */
  #fakeRoute: Dst | null = null

  constructor(bridge: BridgedDevice) {
    this.#bridge = bridge
  }

  get #on(): boolean {
    return this.#bridge.netns.sysctl.bridgeNfCallIptables !== 0
  }

  /** PREROUTING for a frame that came in by a port. True: it was dealt with here. */
  preRouting(packet: Packet, port: BridgePort): boolean {
    if (packet.etherType !== EtherType.IPV4 || packet.ip === null || !this.#on) return false
    const bridge = this.#bridge
    const stack = bridge.netns
    const info = new BridgeInfo(port, packet)
    packet.bridge = info
    if (info.otherHost) packet.packetType = PacketType.HOST
    packet.ifindex = bridge.ifindex
    if (stack.netfilter.run(Hook.PREROUTING, packet, bridge, null) !== Verdict.ACCEPT) return true
    // defragmentation may have put another packet in this one's place; only that one goes on
    const ip = packet.ip
    if (info.otherHost) {
      packet.packetType = PacketType.OTHERHOST
      info.otherHost = false
    }
    if (ip.dst === info.daddr) {
      this.#fakeRoute ??= new Dst(new RouteDecision(), bridge, false, 0 as Ipv4, undefined)
      packet.route = this.#fakeRoute
      packet.ifindex = port.link.ifindex
      bridge.handleFrameFinish(packet, port)
      return true
    }
    this.#translated(packet, info, port)
    return true
  }

  /** The destination was translated: bridged on if it is on this bridge, routed otherwise (`br_nf_pre_routing_finish`). */
  #translated(packet: Packet, info: BridgeInfo, port: BridgePort): void {
    const bridge = this.#bridge
    const stack = bridge.netns
    const ip = packet.ip
    if (ip === null) return
    // Trap: the source has a way for bridged DNAT without ip_forward, but routing answers with an error route instead of that error.
    const dst: Dst = stack.routeInput(bridge, ip.dst, ip.src, ip.tos, packet.mark, packet)
    packet.route = dst
    if (stack.sim.probe !== null) {
      stack.sim.probe.emit({ kind: 'route', netns: stack.name, packet, direction: 'input', dst } satisfies RouteEvent)
    }
    if (dst.martian !== null) {
      stack.drop(packet, dst.martian, bridge, 'no way for the translated destination')
      return
    }
    // where no way leads is said by the host itself, and so is the frame for it
    packet.ifindex = port.link.ifindex
    if (dst.error !== null || dst.link !== bridge) {
      packet.dmac = bridge.mac
      packet.packetType = PacketType.HOST
      bridge.handleFrameFinish(packet, port)
      return
    }
    this.#toNeighbour(packet, info, dst, port)
  }

  /**
   * The new destination's Ethernet address: known and used before, the frame goes straight on; otherwise by way of the neighbour code,
   * and so once out on the bridge device (`br_nf_pre_routing_finish_bridge`).
   */
  #toNeighbour(packet: Packet, info: BridgeInfo, dst: Dst, port: BridgePort): void {
    const bridge = this.#bridge
    const stack = bridge.netns
    const nextHop = dst.gateway === 0 ? (packet.ip?.dst ?? (0 as Ipv4)) : dst.gateway
    const known = stack.neighbours.find(bridge, nextHop)
    if (known?.connected === true && known.headerCached) {
      packet.dmac = known.mac
      bridge.handleFrameFinish(packet, port)
      return
    }
    info.smac = packet.smac
    info.bridgedDnat = true
    packet.ifindex = bridge.ifindex
    const neighbour = stack.neighbours.resolve(bridge, nextHop, packet)
    if (neighbour !== null) stack.neighbours.send(neighbour, packet)
  }

  /** A frame that the neighbour code sends by the bridge belongs to a bridged packet: it goes on there. True: it did. */
  resume(packet: Packet): boolean {
    const info = packet.bridge as BridgeInfo | null
    if (info === null || !info.bridgedDnat) return false
    info.bridgedDnat = false
    info.physOutIfindex = 0
    packet.smac = info.smac
    const port = this.#bridge.ports.find((each) => each.link.ifindex === info.physInIfindex)
    packet.ifindex = info.physInIfindex
    if (port !== undefined) this.#bridge.handleFrameFinish(packet, port)
    return true
  }

  /** FORWARD and POSTROUTING for a frame from one port to another. False: it does not go on. */
  forward(packet: Packet, from: BridgePort, to: BridgePort): boolean {
    const info = packet.bridge as BridgeInfo | null
    if (info === null || packet.ip === null) return true
    const bridge = this.#bridge
    const netfilter = bridge.netns.netfilter
    // each clone of a flooded frame has a way of its own
    const own = Object.assign(Object.create(BridgeInfo.prototype), info) as BridgeInfo
    packet.bridge = own
    const otherHost = packet.packetType === PacketType.OTHERHOST
    if (otherHost) packet.packetType = PacketType.HOST
    own.physInIfindex = from.link.ifindex
    own.physOutIfindex = to.link.ifindex
    if (netfilter.run(Hook.FORWARD, packet, bridge, bridge) !== Verdict.ACCEPT) return false
    if (netfilter.run(Hook.POSTROUTING, packet, null, bridge) !== Verdict.ACCEPT) return false
    if (otherHost) packet.packetType = PacketType.OTHERHOST
    packet.bridge = null
    packet.ifindex = to.link.ifindex
    return this.#fit(packet, to)
  }

  /**
   * What conntrack put together is cut again, where the port does not take it or it came in smaller parts (`br_nf_dev_queue_xmit`). Trap: the parts
   * are as large as those that came, or as the bridge's MTU, which the stand-in route has; that each fits the port is seen to when it leaves.
   */
  #fit(packet: Packet, to: BridgePort): boolean {
    const ip = packet.ip
    if (ip === null) return true
    const largest = packet.fragmentMaxSize === 0 ? Number.POSITIVE_INFINITY : packet.fragmentMaxSize
    if (ip.totalLength <= Math.min(to.link.mtu, largest)) return true
    const { netns, mtu } = this.#bridge
    if (ip.df || packet.fragmentMaxSize > mtu) {
      netns.count('IpFragFails')
      const limit = ip.df ? `the port, ${to.link.mtu}` : `the bridge, ${mtu}`
      netns.drop(packet, 'PKT_TOO_BIG', to.link, `longer than the MTU of ${limit}`)
      return false
    }
    const parts = fragment(netns, packet, Math.min(mtu, largest))
    for (const part of parts) {
      this.#bridge.pushOut(part, to)
      // one part counts, too: `ip_do_fragment` does not ask whether there is anything to cut
      netns.count('IpFragCreates')
    }
    netns.count('IpFragOKs')
    return false
  }

  /** The frame goes up to the host: the stand-in route of a bridged packet is dropped (`br_nf_local_in`). */
  localIn(packet: Packet): void {
    if (packet.route === this.#fakeRoute) packet.route = null
  }
}
