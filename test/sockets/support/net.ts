import { NetworkNamespace } from '../../../src/netns/namespace.ts'
import { Veth } from '../../../src/netns/veth.ts'
import { formatIpv4, type Ipv4, parseIpv4 } from '../../../src/packet/address.ts'
import type { Mac } from '../../../src/packet/mac.ts'
import type { Packet, Payload } from '../../../src/packet/packet.ts'
import { type KernelEvent, Simulation } from '../../../src/sim/index.ts'
import { installSockets, type SocketLayer, type SocketOptions } from '../../../src/sockets/index.ts'

export const A = parseIpv4('10.0.0.1')
export const B = parseIpv4('10.0.0.2')
/** An address of the network that nobody has. */
export const NOBODY = parseIpv4('10.0.0.77')
/** No route leads there. */
export const FAR = parseIpv4('192.0.2.1')
export const BROADCAST = parseIpv4('10.0.0.255')

const MS = 1_000_000

/** Two namespaces and a cable between them: `a` (10.0.0.1, device ea) and `b` (10.0.0.2, device eb), both /24. */
export class TwoHosts {
  readonly sim: Simulation
  readonly a: NetworkNamespace
  readonly b: NetworkNamespace
  readonly ea: Veth
  readonly eb: Veth
  readonly onA: SocketLayer
  readonly onB: SocketLayer
  /** IPv4 frames on ea, each as one line; `>` left a, `<` came to a. */
  readonly frames: string[] = []
  readonly packets: Packet[] = []
  readonly events: KernelEvent[] = []
  /** Frames for which it holds are lost on the way; `toB` tells the direction. */
  lose: (packet: Packet, toB: boolean) => boolean = () => false

  constructor(options: { a?: SocketOptions; b?: SocketOptions; seed?: number; latencyMs?: number } = {}) {
    this.sim = new Simulation({ seed: options.seed ?? 1 })
    this.a = new NetworkNamespace(this.sim, 'a')
    this.b = new NetworkNamespace(this.sim, 'b')
    const [ea, eb] = Veth.pair(
      { netns: this.a, name: 'ea', mac: 0x020000000001 as Mac },
      { netns: this.b, name: 'eb', mac: 0x020000000002 as Mac },
    )
    this.ea = ea
    this.eb = eb
    this.a.attach(ea)
    this.b.attach(eb)
    this.a.addAddress(ea, { address: A, length: 24, broadcast: BROADCAST })
    this.b.addAddress(eb, { address: B, length: 24, broadcast: BROADCAST })
    for (const netns of [this.a, this.b]) netns.setUp(netns.loopback, true)
    this.a.setUp(ea, true)
    this.b.setUp(eb, true)
    if (options.latencyMs !== undefined) {
      ea.setWire({ latency: options.latencyMs * MS })
      eb.setWire({ latency: options.latencyMs * MS })
    }
    ea.receiveHandler = (packet) => packet.ip !== null && this.lose(packet, false)
    eb.receiveHandler = (packet) => packet.ip !== null && this.lose(packet, true)
    this.onA = installSockets(this.a, options.a ?? {})
    this.onB = installSockets(this.b, options.b ?? {})
    this.sim.probe = {
      emit: (event) => {
        const { kind } = event
        this.events.push({ ...event })
        if (kind !== 'frame') return
        const { packet, link, direction } = event as unknown as { packet: Packet; link: Veth; direction: string }
        if (link !== ea || packet.ip === null) return
        this.packets.push(packet.clone())
        this.frames.push(`${direction === 'out' ? '>' : '<'} ${describe(packet)}`)
      },
    }
    // neighbours are known, so that the tests see nothing of ARP
    const hello = this.onA.icmp.open()
    hello.send(B, 1)
    this.sim.run({ until: MS })
    hello.close()
    this.clear()
  }

  clear(): void {
    this.frames.length = 0
    this.packets.length = 0
    this.events.length = 0
  }

  /** Lets so much time pass. */
  run(ms: number): void {
    this.sim.run({ until: this.sim.now + ms * MS })
  }

  /** The frames since the last call. */
  take(): string[] {
    const frames = [...this.frames]
    this.clear()
    return frames
  }

  eventsOf(kind: string): KernelEvent[] {
    return this.events.filter((event) => event.kind === kind)
  }
}

const FLAGS: readonly (readonly [number, string])[] = [
  [2, 'S'],
  [1, 'F'],
  [4, 'R'],
  [8, 'P'],
  [16, 'A'],
]

/** `tcp 60 SA` (length and flags), `udp 31`, `icmp 84 8/0` */
export function describe(packet: Packet): string {
  const { l4, ip } = packet
  if (ip === null) return 'arp'
  const length = ip.totalLength
  switch (l4?.kind) {
    case 'tcp': {
      const flags = FLAGS.filter(([bit]) => (l4.flags & bit) !== 0)
      return `tcp ${length} ${flags.map(([, letter]) => letter).join('')}`
    }
    case 'icmp':
      return `icmp ${length} ${l4.type}/${l4.code}`
    case 'sctp':
      return `sctp ${length} ${l4.chunks.map((chunk) => chunk.type).join(',')}`
    case 'udp':
      return `udp ${length}`
    default:
      return `ip ${length}`
  }
}

export function text(payload: Payload): string {
  return payload.data === null ? `${payload.length} zeroes` : new TextDecoder().decode(payload.data)
}

export function endpoint(address: Ipv4, port: number): string {
  return `${formatIpv4(address)}:${port}`
}

/** The socket of a call that must have made one. */
export function opened<S>(result: { readonly socket: S | null; readonly error: string | null }): S {
  if (result.socket === null) throw new Error(`no socket: ${result.error}`)
  return result.socket
}
