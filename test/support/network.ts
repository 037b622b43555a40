import { Bridge } from '../../src/bridge/bridge.ts'
import type { DropEvent, FrameEvent, NetnsEvent } from '../../src/netns/events.ts'
import type { Link } from '../../src/netns/link.ts'
import { NetworkNamespace } from '../../src/netns/namespace.ts'
import { Veth } from '../../src/netns/veth.ts'
import { type Ipv4, parseIpv4, parsePrefix } from '../../src/packet/address.ts'
import { buildEcho, buildUdp } from '../../src/packet/build.ts'
import type { Mac } from '../../src/packet/mac.ts'
import { formatPacket } from '../../src/packet/text.ts'
import { Simulation } from '../../src/sim/simulation.ts'
import type { KernelEvent, Probe } from '../../src/sim/types.ts'

/** Builds small networks of namespaces and writes down what happens in them. */
export class TestNetwork implements Probe {
  readonly sim = new Simulation({ seed: 1 })
  readonly events: KernelEvent[] = []
  /** `netns device dir text`, as the frames came. */
  readonly frames: string[] = []
  readonly drops: string[] = []
  #mac = 0x020000000001

  constructor() {
    this.sim.probe = this
  }

  emit(any: KernelEvent): void {
    const event = any as NetnsEvent
    this.events.push(event)
    if (event.kind === 'frame') this.frames.push(frameText(event))
    if (event.kind === 'drop') this.drops.push(dropText(event))
  }

  clear(): void {
    this.events.length = 0
    this.frames.length = 0
    this.drops.length = 0
  }

  mac(): Mac {
    return this.#mac++ as Mac
  }

  netns(name: string, sysctls: Record<string, number> = {}): NetworkNamespace {
    const netns = new NetworkNamespace(this.sim, name)
    netns.setUp(netns.loopback, true)
    for (const [path, value] of Object.entries(sysctls)) netns.sysctl.set(path, value)
    return netns
  }

  /** A pair between two namespaces, both ends up, with these addresses (`10.0.0.1/24`), if any. */
  pair(
    a: NetworkNamespace,
    nameA: string,
    addressA: string | null,
    b: NetworkNamespace,
    nameB: string,
    addressB: string | null,
  ): [Veth, Veth] {
    const pair = Veth.pair({ netns: a, name: nameA, mac: this.mac() }, { netns: b, name: nameB, mac: this.mac() })
    b.attach(pair[1])
    a.attach(pair[0])
    if (addressA !== null) this.address(a, pair[0], addressA)
    if (addressB !== null) this.address(b, pair[1], addressB)
    a.setUp(pair[0], true)
    b.setUp(pair[1], true)
    return pair
  }

  address(netns: NetworkNamespace, link: Link, text: string): void {
    netns.addAddress(link, parsePrefix(text))
  }

  bridge(netns: NetworkNamespace, name: string, address: string | null): Bridge {
    const bridge = new Bridge(netns, name, this.mac())
    netns.attach(bridge)
    if (address !== null) this.address(netns, bridge, address)
    netns.setUp(bridge, true)
    return bridge
  }

  /** A host behind a bridge port, as a container is: eth0 with an address, a default route. Returns the host and its port. */
  container(
    node: NetworkNamespace,
    bridge: Bridge,
    name: string,
    address: string,
    gateway: string | null,
  ): { netns: NetworkNamespace; port: Veth } {
    const netns = this.netns(name)
    const [port] = this.pair(node, `v${name}`, null, netns, 'eth0', address)
    bridge.addPort(port)
    if (gateway !== null) this.route(netns, '0.0.0.0/0', gateway, 'eth0')
    return { netns, port }
  }

  route(netns: NetworkNamespace, destination: string, gateway: string | null, device: string): void {
    netns.fib.add({
      destination: parsePrefix(destination),
      ...(gateway === null ? {} : { gateway: parseIpv4(gateway) }),
      ifindex: netns.link(device).ifindex,
    })
  }

  /** Sends an echo request and runs until nothing happens any more. */
  ping(
    from: NetworkNamespace,
    dst: string,
    options: { src?: string; size?: number; df?: boolean; ttl?: number; sequence?: number } = {},
  ): void {
    const packet = buildEcho({
      src: options.src ?? sourceFor(from, dst),
      dst,
      id: 7,
      sequence: options.sequence ?? 1,
      payload: options.size ?? 56,
      df: options.df ?? false,
      ttl: options.ttl ?? 64,
    })
    from.localOut(packet)
    this.sim.run({ maxEvents: 10_000 })
  }

  udp(
    from: NetworkNamespace,
    dst: string,
    dport: number,
    options: { src?: string; size?: number; df?: boolean; sport?: number } = {},
  ): void {
    const packet = buildUdp({
      src: options.src ?? sourceFor(from, dst),
      dst,
      sport: options.sport ?? 40000,
      dport,
      payload: options.size ?? 4,
      df: options.df ?? true,
    })
    from.localOut(packet)
    this.sim.run({ maxEvents: 10_000 })
  }

  /** Frames without ARP. */
  get ipFrames(): string[] {
    return this.frames.filter((frame) => !frame.includes('ARP'))
  }
}

function sourceFor(from: NetworkNamespace, dst: string): Ipv4 {
  return from.routeOutput({ destination: parseIpv4(dst), source: 0 as Ipv4, tos: 0, mark: 0, oif: 0 }).source
}

function frameText({ netns, link, direction, packet }: FrameEvent): string {
  return `${netns} ${link.name} ${direction} ${formatPacket(packet)}`
}

function dropText({ netns, reason }: DropEvent): string {
  return `${netns} ${reason}`
}
