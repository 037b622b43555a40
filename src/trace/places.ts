import type { LinkHost } from '../netns/link.ts'
import type { Packet } from '../packet/packet.ts'
import type { Simulation } from '../sim/simulation.ts'
import { type EndRecord, HopRecord, JourneyRecord, type StepRecord } from './record.ts'

/**
 * A packet goes from router to router at most 255 times, with a bridge before and behind each; what comes farther runs
 * in a circle.
 */
const MAX_HOPS = 1024

/** Where each packet of a recording is, and where it has been. */
export class Places {
  readonly journeys = new Map<number, JourneyRecord>()
  /** The journey that the recording is about, when it is about one: its number, or 0. */
  first = 0
  readonly #sim: Simulation
  readonly #start: number
  readonly #firstFrom: string | null
  /** A `WeakMap` would be dear: it makes each of the many small collections look at all of it. */
  readonly #places = new Map<Packet, HopRecord>()
  /** The packet of the last event, and its place: most events in a row are of one packet. */
  #packet: Packet | null = null
  #hop: HopRecord | null = null

  /** @param firstFrom see `RecorderOptions` */
  constructor(sim: Simulation, firstFrom: string | null) {
    this.#sim = sim
    this.#start = sim.now
    this.#firstFrom = firstFrom
  }

  /** The packet of the last event that was recorded. */
  get packet(): Packet | null {
    return this.#packet
  }

  /** Where it is. */
  get hop(): HopRecord | null {
    return this.#hop
  }

  /** The place of a packet; null when nobody wants to know of its journey. */
  enter(packet: Packet, netns: string): HopRecord | null {
    if (packet === this.#packet && this.#hop !== null && this.#hop.netns === netns) return this.#hop
    const journey = this.journeyOf(packet, netns)
    if (journey === null) return null
    let hop = this.#places.get(packet)
    // a clone that nobody has seen yet is where its journey was last in this namespace
    if (hop === undefined || hop.netns !== netns) hop = journey.lastHopIn(netns) ?? undefined
    if (hop === undefined) return this.open(journey, packet, null, netns, '')
    this.#stand(packet, hop)
    return hop
  }

  /** The journey of a packet; null when nobody wants to know of it. */
  journeyOf(packet: Packet, netns: string): JourneyRecord | null {
    const { journey: number } = packet
    if (this.#hop !== null && this.#hop.journey.number === number) return this.#hop.journey
    let journey = this.journeys.get(number)
    if (journey === undefined) {
      // ARP has journeys of its own, of which the packet that waits for the answer tells
      if (number === 0 || packet.arp !== null || !this.#wants(packet, netns)) return null
      journey = new JourneyRecord(number, packet.cause, packet.clone())
      this.journeys.set(number, journey)
    }
    return journey
  }

  /** A packet comes to a new place. Null: it has come too far. */
  open(journey: JourneyRecord, packet: Packet, host: LinkHost | null, netns: string, device: string): HopRecord | null {
    if (journey.hops.length >= MAX_HOPS) {
      journey.overflow = true
      return null
    }
    const parent = this.#places.get(packet) ?? journey.lastHopIn(netns)
    const hop = new HopRecord(journey, host, netns, device, this.#sim.now - this.#start, parent)
    journey.hops.push(hop)
    this.#stand(packet, hop)
    return hop
  }

  /** The namespace that a packet object was seen in last. */
  netnsOf(packet: Packet): string | undefined {
    return this.#places.get(packet)?.netns
  }

  /** A packet object takes another one's place: it was wrapped, or unwrapped. */
  replace(packet: Packet, hop: HopRecord): void {
    this.#places.set(packet, hop)
  }

  step(packet: Packet, netns: string, step: StepRecord): void {
    this.enter(packet, netns)?.steps.push(step)
  }

  /**
   * A packet has ended. Of several copies the one that arrived counts, else the first that ended; a copy that was
   * flooded to a host that it was not meant for counts for nothing.
   */
  end(end: EndRecord): void {
    const { journey } = end.hop
    const before = journey.end
    if (before !== null && before.live !== end.live) {
      if (before.kind === 'delivered') return
      if (end.kind !== 'delivered' && !isPassedOver(before)) return
    }
    journey.end = end
  }

  #stand(packet: Packet, hop: HopRecord): void {
    this.#places.set(packet, hop)
    this.#packet = packet
    this.#hop = hop
  }

  #wants({ cause, journey }: Packet, netns: string): boolean {
    if (this.#firstFrom === null) return true
    if (this.first !== 0) return cause === this.first
    if (cause !== 0 || netns !== this.#firstFrom) return false
    this.first = journey
    return true
  }
}

function isPassedOver(end: EndRecord): boolean {
  return end.kind === 'dropped' && end.reason === 'OTHERHOST'
}
