import type { BridgeEvent } from '../bridge/events.ts'
import type { ConntrackDropEvent, ConntrackEvent, TrackedEvent } from '../netfilter/conntrack/events.ts'
import type { DependsEvent, HookDropEvent, PolicyEvent, RuleEvent, TableEvent } from '../netfilter/events.ts'
import type { TranslatedEvent } from '../netfilter/nat/events.ts'
import type { FragmentEvent, FrameEvent, NeighbourEvent, NetnsEvent, RouteEvent } from '../netns/events.ts'
import type { Link } from '../netns/link.ts'
import type { EncapsulationEvent } from '../overlay/events.ts'
import { formatIpv4, IPV4_ANY, type Ipv4 } from '../packet/address.ts'
import { formatMac } from '../packet/mac.ts'
import { isBridged, type Packet } from '../packet/packet.ts'
import { ArpOperation } from '../packet/protocol.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { KernelEvent, Probe } from '../sim/types.ts'
import type { DrawLog } from './draws.ts'
import { NearMissFinder } from './near-misses.ts'
import { NetfilterRecorder } from './netfilter-recorder.ts'
import { Places } from './places.ts'
import type { HopRecord, JourneyRecord } from './record.ts'
import { routeText } from './route-text.ts'

/** Every event that the recorder understands; others pass it by. */
type RecordedEvent =
  | NetnsEvent
  | BridgeEvent
  | EncapsulationEvent
  | TableEvent
  | RuleEvent
  | PolicyEvent
  | DependsEvent
  | HookDropEvent
  | TranslatedEvent
  | TrackedEvent
  | ConntrackEvent
  | ConntrackDropEvent

/** What is recorded. */
export interface RecorderOptions {
  /** Look for rules that came close, too: slower. */
  readonly nearMisses?: boolean
  /**
   * Record one packet and what is sent because of it, nothing else: the first packet that begins in this namespace.
   * Default: everything.
   */
  readonly firstFrom?: string
}

const CONNTRACK_DROPS: { readonly [W in ConntrackDropEvent['why']]: string } = {
  'table-full': 'nf_conntrack: table full, dropping packet',
  clash: 'conntrack: another connection took its tuple while the packet was on its way',
  dying: 'conntrack: the connection was removed while the packet was on its way',
}

/** A packet waits for the address of a neighbour. */
interface Waiting {
  readonly link: Link
  readonly address: Ipv4
  readonly hop: HopRecord
}

/**
 * Writes down what happens to each journey of a simulation, while it happens: a `Probe`. It keeps copies and immutable
 * values, looks at live packets only to tell one from another, and makes no words.
 */
export class Recorder implements Probe {
  readonly #places: Places
  readonly #netfilter: NetfilterRecorder
  #waiting: Waiting[] = []
  /** Journeys for which an ARP request has come to something that has no model. */
  readonly #askedBeyond = new Map<number, string>()

  constructor(sim: Simulation, options: RecorderOptions = {}) {
    this.#places = new Places(sim, options.firstFrom ?? null)
    this.#netfilter = new NetfilterRecorder(this.#places, options.nearMisses === true ? new NearMissFinder() : null)
  }

  /** What was written down, by journey number, in the order in which packets were sent. */
  get journeys(): ReadonlyMap<number, JourneyRecord> {
    return this.#places.journeys
  }

  /** The journey that the recording is about, when it is about one: its number, or 0. */
  get first(): number {
    return this.#places.first
  }

  /** Lots that were drawn. Whoever decides them has to tell it. */
  get draws(): DrawLog {
    return this.#netfilter.draws
  }

  /** As a probe: copies what the journey needs of the event. */
  emit(any: KernelEvent): void {
    const event = any as RecordedEvent
    switch (event.kind) {
      case 'frame':
        this.#frame(event)
        break
      case 'table':
        this.#netfilter.table(event)
        break
      case 'rule':
        this.#netfilter.rule(event)
        break
      case 'policy':
        this.#netfilter.policy(event)
        break
      case 'depends':
        this.#netfilter.depends(event)
        break
      case 'hook-drop':
        this.#netfilter.hookDrop(event)
        break
      case 'translated':
        this.#netfilter.translated(event)
        break
      case 'tracked':
        this.#netfilter.tracked(event)
        break
      case 'conntrack':
        this.#netfilter.conntrack(event)
        break
      case 'conntrack-drop':
        this.#drop(event.packet, event.netns, 'NETFILTER_DROP', CONNTRACK_DROPS[event.why])
        break
      case 'route':
        this.#route(event)
        break
      case 'drop':
        this.#drop(event.packet, event.netns, event.reason, event.detail)
        break
      case 'unmodelled':
        this.#unmodelled(event.packet, event.netns, event.what)
        break
      case 'deliver':
        this.#deliver(event.packet, event.netns, event.to)
        break
      case 'forward':
        this.#places.step(event.packet, event.netns, { kind: 'forwarded', ttl: event.packet.ip!.ttl })
        break
      case 'bridge':
        this.#bridge(event)
        break
      case 'encapsulated':
        this.#encapsulated(event)
        break
      case 'decapsulated':
        this.#decapsulated(event)
        break
      case 'fragment':
        this.#fragment(event)
        break
      case 'defragment':
        this.#places.step(event.packet, event.netns, { kind: 'defragmented', length: event.packet.ip!.totalLength })
        break
      case 'answer':
        this.#places.step(event.about, event.netns, { kind: 'answer', packet: event.packet.clone() })
        break
      case 'neighbour':
        this.#neighbour(event)
        break
      default:
        break
    }
  }

  // how it ends

  #deliver(packet: Packet, netns: string, to: string): void {
    const hop = this.#places.enter(packet, netns)
    if (hop === null) return
    hop.steps.push({ kind: 'delivered', to })
    this.#places.end({ kind: 'delivered', hop, to, packet: packet.clone(), live: packet })
  }

  #drop(packet: Packet, netns: string, reason: string, by: string): void {
    const beyond = reason === 'NEIGH_FAILED' ? this.#askedBeyond.get(packet.journey) : undefined
    if (beyond !== undefined) {
      this.#unmodelled(packet, netns, beyond)
      return
    }
    const hop = this.#places.enter(packet, netns)
    if (hop === null) return
    hop.steps.push({ kind: 'dropped', reason, by })
    this.#places.end({ kind: 'dropped', hop, reason, by, to: packet.ip?.dst ?? IPV4_ANY, live: packet })
  }

  #unmodelled(packet: Packet, netns: string, what: string): void {
    if (packet.arp !== null) {
      // somebody else may answer; if nobody does, it depends on this
      this.#askedBeyond.set(packet.cause, what)
      return
    }
    const hop = this.#places.enter(packet, netns)
    if (hop === null) return
    hop.steps.push({ kind: 'unmodelled', what, rule: null })
    this.#places.end({ kind: 'depends', hop, what, rule: null, live: packet })
  }

  // devices and routes

  #frame(event: FrameEvent): void {
    const { packet, netns, link } = event
    if (packet.arp !== null) {
      if (event.direction === 'out') this.#asked(event)
      return
    }
    const places = this.#places
    const journey = places.journeyOf(packet, netns)
    if (journey === null) return
    const device = link.name
    if (event.direction === 'in') {
      const hop = places.open(journey, packet, link.netns, netns, device)
      hop?.steps.push({ kind: 'frame-in', device, packet: packet.clone(), live: packet, bridgedDnat: false })
      return
    }
    const isFirst = journey.hops.length === 0
    const hop = isFirst ? places.open(journey, packet, link.netns, netns, device) : places.enter(packet, netns)
    if (hop === null) return
    // where it begins, a hop is called by the device by which the packet leaves
    if (hop.isStart && !hop.steps.some(({ kind }) => kind === 'frame-out')) hop.device = device
    const bridgedDnat = isBridged(packet) && link.kind === 'bridge'
    hop.steps.push({ kind: 'frame-out', device, packet: packet.clone(), live: packet, bridgedDnat })
  }

  #route({ dst, packet, netns, direction }: RouteEvent): void {
    const places = this.#places
    const journey = places.journeyOf(packet, netns)
    if (journey === null) return
    const { link } = dst
    // a packet of this host begins here; the first thing that happens to it is its route
    const isFirst = journey.hops.length === 0
    const hop = isFirst ? places.open(journey, packet, link.netns, netns, link.name) : places.enter(packet, netns)
    if (hop === null) return
    hop.host ??= link.netns
    hop.steps.push({ kind: 'route', direction, dst, text: routeText(dst) })
  }

  #bridge({ packet, netns, bridge, action, mac, to }: BridgeEvent): void {
    const hop = this.#places.enter(packet, netns)
    if (hop === null) return
    if (to.length > 1) hop.journey.split = true
    hop.steps.push({ kind: 'bridge', bridge, action, mac, to })
  }

  #fragment({ packet, netns, mtu, fragments }: FragmentEvent): void {
    const hop = this.#places.enter(packet, netns)
    if (hop === null) return
    hop.journey.split = true
    hop.steps.push({ kind: 'fragmented', mtu, fragments })
  }

  #encapsulated({ inner, outer, netns, device, vni }: EncapsulationEvent): void {
    const places = this.#places
    // the device may have been moved to another namespace than its socket is in
    const before = places.enter(inner, places.netnsOf(inner) ?? netns)
    if (before === null) return
    // the outer packet goes on from where the inner one was
    places.replace(outer, before)
    const host = before.netns === netns ? before.host : null
    const hop = places.open(before.journey, outer, host, netns, device)
    hop?.steps.push({ kind: 'tunnel-in', device, vni, outer: outer.clone() })
  }

  #decapsulated({ inner, outer, netns, device, vni }: EncapsulationEvent): void {
    const places = this.#places
    const hop = places.enter(outer, places.netnsOf(outer) ?? netns)
    if (hop === null) return
    hop.steps.push({ kind: 'tunnel-out', device, vni, outer: outer.clone() })
    places.replace(inner, hop)
  }

  /** An ARP request that is sent for a packet tells where that packet waits. */
  #asked({ packet, netns, link }: FrameEvent): void {
    const { arp, cause } = packet
    if (arp === null || arp.operation !== ArpOperation.REQUEST || cause === 0) return
    const hop = this.journeys.get(cause)?.lastHopIn(netns)
    if (hop == null || this.#waiting.some((each) => each.hop === hop && each.address === arp.targetIp)) return
    this.#waiting.push({ link, address: arp.targetIp, hop })
  }

  #neighbour({ link, address, state, mac }: NeighbourEvent): void {
    if (this.#waiting.length === 0 || (state !== 'REACHABLE' && state !== 'STALE' && state !== 'FAILED')) return
    const isIt = (each: Waiting): boolean => each.link === link && each.address === address
    for (const { hop } of this.#waiting.filter(isIt)) {
      hop.steps.push({ kind: 'neighbour', device: link.name, address: formatIpv4(address), state, mac: formatMac(mac) })
    }
    this.#waiting = this.#waiting.filter((each) => !isIt(each))
  }
}
