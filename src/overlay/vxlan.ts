import { Link } from '../netns/link.ts'
import type { Stack } from '../netns/stack.ts'
import { packetTypeFor, scrub } from '../netns/veth.ts'
import type { Ipv4 } from '../packet/address.ts'
import { KubehopError } from '../packet/errors.ts'
import type { Mac } from '../packet/mac.ts'
import { Packet, Sum, sumInside } from '../packet/packet.ts'
import { EtherType, HeaderLength, Protocol, VXLAN_LINUX_PORT } from '../packet/protocol.ts'
import type { Stateful } from '../sim/types.ts'
import type { EncapsulationEvent } from './events.ts'
import { VxlanFdb, type VxlanRemote } from './vxlan-fdb.ts'

/** How a VXLAN device is made, by iproute2's names (`ip link add DEV type vxlan …`). */
export interface VxlanOptions {
  /** VXLAN network identifier, 0 to 16777215. */
  readonly id: number
  /** UDP port of the endpoints. Linux's own default is 8472. */
  readonly dstport?: number
  /** Source address of outer packets; 0: whatever routing chooses. */
  readonly local?: Ipv4
  /** The device by which outer packets leave, or null: whatever routing chooses. */
  readonly dev?: Link | null
  /** Remember which remote an Ethernet address was heard from. iproute2's default; flannel turns it off. */
  readonly learning?: boolean
  /** TTL of outer packets; 0: net.ipv4.ip_default_ttl; `inherit`: that of the inner one. */
  readonly ttl?: number | 'inherit'
  /** Type of service of outer packets; 1: that of the inner one. */
  readonly tos?: number
  /** Whether outer packets may be cut. Unset: they may. */
  readonly df?: 'unset' | 'set' | 'inherit'
  /** Outer packets have a UDP checksum. Linux's default; flannel leaves it so. */
  readonly udpCsum?: boolean
}

/** Outer Ethernet, IP, UDP and VXLAN headers in octets (`VXLAN_HEADROOM`). */
export const VXLAN_OVERHEAD = HeaderLength.IPV4 + HeaderLength.UDP + HeaderLength.VXLAN + HeaderLength.ETHERNET
/** How many frames are received in one go (net.core.gro_normal_batch). */
const BATCH = 8
/** ECN bits of the type-of-service octet. */
const ECN = 3
/** Tunnels stop earlier than other devices (include/net/ip_tunnels.h, `iptunnel_xmit`). */
const IP_TUNNEL_RECURSION_LIMIT = 5
const ECT_0 = 2
/** As a type of service: take the inner one. */
const INHERIT = 1

/**
 * A VXLAN device (drivers/net/vxlan/vxlan_core.c, RFC 7348): frames that the host or a bridge sends by it travel in UDP packets, which the
 * host sends and receives as its own: through OUTPUT and POSTROUTING, through INPUT.
 */
export class Vxlan extends Link implements Stateful {
  touchedAt = 0
  /** Frames that have been taken out and wait to be received. */
  #cell: Packet[] = []
  readonly kind = 'vxlan'
  override readonly stopsWithoutCarrier = false
  declare netns: Stack
  readonly fdb: VxlanFdb
  readonly id: number
  readonly dstport: number
  readonly local: Ipv4
  readonly dev: Link | null
  readonly learning: boolean
  readonly ttl: number | 'inherit'
  readonly tos: number
  readonly df: 'unset' | 'set' | 'inherit'
  readonly udpCsum: boolean
  /** Where the UDP socket was opened; it stays there when the device moves to another namespace. */
  readonly underlay: Stack

  constructor(netns: Stack, name: string, mac: Mac, options: VxlanOptions) {
    super(netns, name, mac)
    if (!Number.isInteger(options.id) || options.id < 0 || options.id > 0xffffff) {
      throw new KubehopError('BAD_VNI', `${options.id} is no VXLAN network identifier`, { hint: '0 to 16777215' })
    }
    this.underlay = netns
    this.fdb = new VxlanFdb(netns.sim)
    this.id = options.id
    this.dstport = options.dstport ?? VXLAN_LINUX_PORT
    this.local = options.local ?? (0 as Ipv4)
    this.dev = options.dev ?? null
    this.learning = options.learning ?? true
    this.udpCsum = options.udpCsum ?? true
    this.ttl = options.ttl ?? 0
    this.tos = options.tos ?? 0
    this.df = options.df ?? 'unset'
    this.mtu = this.dev === null ? 1500 : this.dev.mtu - VXLAN_OVERHEAD
    if (this.dev !== null) this.dev.uppers = [...this.dev.uppers, this]
  }

  get carrier(): boolean {
    return true
  }

  override get speed(): number {
    return this.dev === null ? 0 : this.dev.speed
  }

  override removed(): void {
    if (this.dev !== null) this.dev.uppers = this.dev.uppers.filter((upper) => upper !== this)
    this.#listen(false)
  }

  override stateChanged(): void {
    this.#listen(this.up)
    if (!this.up) this.fdb.forgetLearned()
  }

  /** The socket is there while a device that shares it is up (`vxlan_open`, `vxlan_stop`). */
  #listen(on: boolean): void {
    const { tunnels } = this.underlay
    const others = (tunnels.get(this.dstport) ?? []).filter((handler) => handler !== this.#decapsulate)
    const all = on ? [...others, this.#decapsulate] : others
    if (all.length === 0) tunnels.delete(this.dstport)
    else tunnels.set(this.dstport, all)
  }

  /** `vxlan_xmit` */
  transmitFrame(packet: Packet): void {
    sumInside(packet)
    const remotes = this.fdb.find(packet.dmac)
    if (remotes.length === 0) {
      this.counters.dropSent()
      this.netns.drop(packet, 'NO_TX_TARGET', this, 'no forwarding entry names a remote for the Ethernet address')
      return
    }
    // the first remote gets the frame itself, when the others have their copies
    for (let i = 1; i < remotes.length; i++) this.#encapsulate(packet.clone(), remotes[i]!)
    this.#encapsulate(packet, remotes[0]!)
  }

  /** What the outer headers leave of the underlying device's MTU (`vxlan_change_mtu`). */
  override get maxMtu(): number {
    return this.dev === null ? super.maxMtu : this.dev.mtu - VXLAN_OVERHEAD
  }

  /** `vxlan_xmit_one` */
  #encapsulate(inner: Packet, remote: VxlanRemote): void {
    const stack = this.underlay
    const innerTos = inner.ip?.tos ?? 0
    const tos = this.tos === INHERIT ? innerTos : this.tos
    const dst = stack.routeOutput({
      destination: remote.address,
      source: this.local,
      tos: tos & ~ECN,
      mark: inner.mark,
      // Trap: the device binds the endpoint that it was created with alone (`vxlan_fdb_parse` leaves `ifindex` 0).
      oif: remote.bound === true ? (this.dev?.ifindex ?? 0) : 0,
      protocol: Protocol.UDP,
      destinationPort: remote.port !== 0 ? remote.port : this.dstport,
    })
    if (dst.error !== null) {
      this.counters.noWay()
      this.netns.drop(inner, 'IP_OUTNOROUTES', this, 'no route to the remote endpoint')
      return
    }
    if (dst.isLocal && dst.link.loopback && this.dev !== null) {
      // it goes past the tunnel, with its header, and comes in again (`vxlan_encap_bypass`)
      this.counters.sent(inner.frameLength)
      this.counters.received(inner.frameLength)
      this.netns.drop(inner, 'NOT_SPECIFIED', this, 'the remote endpoint is this host')
      return
    }
    const room = stack.pathMtu(dst, false) - VXLAN_OVERHEAD
    if (inner.ip !== null && inner.route !== null && inner.ip.totalLength > room) this.netns.learnPathMtu(inner, room)

    const length = HeaderLength.VXLAN + inner.frameLength
    const octets = inner.frameLength - HeaderLength.ETHERNET
    const outer = new Packet()
    outer.ip = {
      src: this.local === 0 ? dst.source : this.local,
      dst: remote.address,
      protocol: Protocol.UDP,
      ttl: (this.ttl === 'inherit' ? (inner.ip?.ttl ?? 0) : this.ttl) || stack.sysctl.ttl,
      tos: (tos & ~ECN) | ecnOutside(innerTos & ECN),
      id: stack.nextIpId(),
      df: this.df === 'inherit' ? inner.ip?.df === true : this.df === 'set',
      mf: false,
      fragmentOffset: 0,
      totalLength: HeaderLength.IPV4 + HeaderLength.UDP + length,
    }
    const hash = inner.txHash !== 0 ? inner.txHash : flowHash(inner)
    outer.l4 = {
      kind: 'udp',
      sport: PORT_MIN + ((hash < 0 ? ~hash : hash) % PORT_RANGE),
      dport: remote.port === 0 ? this.dstport : remote.port,
      length: HeaderLength.UDP + length,
    }
    outer.payload = {
      length,
      data: null,
      vxlan: { vni: remote.vni === 0 ? this.id : remote.vni, inner },
      fragmentOf: null,
      ...(this.udpCsum ? {} : { checksum: 0 }),
    }
    outer.sum = (inner.sum & ~Sum.WRONG) !== 0 ? Sum.INNER : this.udpCsum ? Sum.LEFT : 0
    outer.route = dst
    outer.journey = inner.journey
    outer.cause = inner.cause
    // the kernel wraps the same buffer: its mark stays, so a rule on the node may see it
    const crosses = this.netns !== this.underlay
    outer.mark = crosses ? 0 : inner.mark
    // its hash, unless it is one of addresses alone (`skb_clear_hash_if_not_l4`)
    outer.txHash = Math.max(hash, 0)
    // and its owner
    outer.socket = crosses ? 0 : inner.socket
    outer.ifindex = crosses ? 0 : this.ifindex
    scrub(inner, crosses)
    if (stack.sim.probe !== null) {
      stack.sim.probe.emit({
        kind: 'encapsulated',
        netns: stack.name,
        device: this.name,
        vni: this.id,
        inner,
        outer,
      } satisfies EncapsulationEvent)
    }
    const { sim } = stack
    if (sim.transmitDepth > IP_TUNNEL_RECURSION_LIMIT) {
      this.netns.drop(outer, 'RECURSION_LIMIT', this, 'the tunnel leads into itself')
      return
    }
    sim.transmitDepth++
    try {
      // counted without the headers (`iptunnel_xmit`)
      if (stack.localOut(outer)) this.counters.sent(octets)
      else this.counters.dropSent()
    } finally {
      sim.transmitDepth--
    }
  }

  /** `vxlan_rcv`. True: the packet was for this device. */
  readonly #decapsulate = (outer: Packet): boolean => {
    const vxlan = outer.payload.vxlan
    if (vxlan === null || vxlan.vni !== this.id || outer.ip === null) return false
    const inner = vxlan.inner.clone()
    // somebody has done the work inside, too
    if ((outer.sum & Sum.INNER) === 0) inner.sum &= Sum.WRONG
    if (inner.smac === this.mac) {
      this.netns.drop(inner, 'NOT_SPECIFIED', this, "the frame is this device's own")
      return true
    }
    const crosses = this.netns !== this.underlay
    scrub(inner, crosses)
    inner.mark = crosses ? 0 : outer.mark
    inner.socket = 0
    // the hash of the outer packet stays, whoever made it (`skb_clear_hash_if_not_l4`)
    inner.txHash = Math.max(outer.txHash, 0)
    inner.packetType = packetTypeFor(inner.dmac, this.mac)
    inner.ifindex = this.ifindex
    if (this.learning) this.fdb.learn(inner.smac, outer.ip.src)
    if (this.underlay.sim.probe !== null) {
      this.underlay.sim.probe.emit({
        kind: 'decapsulated',
        netns: this.netns.name,
        device: this.name,
        vni: this.id,
        inner,
        outer,
      } satisfies EncapsulationEvent)
    }
    if (!this.up) {
      this.counters.dropReceived()
      this.netns.drop(inner, 'DEV_READY', this, 'the device is down')
      return true
    }
    this.counters.received(inner.frameLength - HeaderLength.ETHERNET)
    const { sim } = this.netns
    sim.touch(this)
    if (this.#cell.length === 0) sim.schedule(0, this.#poll, undefined)
    this.#cell.push(inner)
    return true
  }

  /** Frames that wait are taken up a batch at a time (`gro_cell_poll`). */
  readonly #poll = (): void => {
    const { sim } = this.netns
    sim.touch(this)
    const batch = this.#cell.splice(0, BATCH)
    if (this.#cell.length > 0) sim.schedule(0, this.#poll, undefined)
    const [only] = batch
    if (batch.length === 1 && only !== undefined) this.netns.receive(only, this)
    else this.netns.receiveBatch(batch, this)
  }

  capture(): () => void {
    const cell = [...this.#cell]
    return () => {
      this.#cell = cell
    }
  }

  override describe(): Readonly<Record<string, string | number | boolean>> {
    const { id, dstport, learning, ttl, tos, df, udpCsum } = this
    const more = { ...(tos !== 0 && { tos }), ...(df !== 'unset' && { df }), ...(!udpCsum && { udpCsum }) }
    return { id, dstport, learning, ttl, ...more }
  }
}

/**
 * The source port of the outer packet is a hash of the flow inside, so that routers may spread flows (`udp_flow_src_port`). The kernel's
 * hash has a seed from the boot; here it is the same in every run.
 */
const PORT_MIN = 32768
const PORT_RANGE = 60999 - PORT_MIN

/** Congestion that was met inside is not told outside (`INET_ECN_encapsulate`). */
function ecnOutside(inside: number): number {
  return inside === ECN ? ECT_0 : inside
}

/**
 * What the packet says of its flow itself (`skb_get_hash`), where no socket has drawn a hash for it. Negative: made of addresses alone, as
 * that of fragments and ICMP (`l4_hash` is not set).
 */
export function flowHash({ ip, l4, etherType, dmac, smac }: Packet): number {
  if (etherType !== EtherType.IPV4 || ip === null) return ~mixed([dmac % 0x7fffffff, smac % 0x7fffffff])
  // both directions are one flow (`__flow_hash_consistentify`)
  const ends = [Math.min(ip.src, ip.dst), Math.max(ip.src, ip.dst), ip.protocol]
  if (l4 === null || l4.kind === 'icmp' || ip.mf) return ~mixed(ends)
  return mixed([...ends, Math.min(l4.sport, l4.dport), Math.max(l4.sport, l4.dport)])
}

function mixed(values: readonly number[]): number {
  let hash = 0x811c9dc5
  for (const value of values) {
    hash = Math.imul(hash ^ value, 0x01000193)
    hash ^= hash >>> 15
  }
  return hash >>> 1
}
