import type { BridgeEvent } from '../bridge/events.ts'
import { ctState, entryOf } from '../netfilter/conntrack/classify.ts'
import type { ConntrackEntry } from '../netfilter/conntrack/entry.ts'
import type { ConntrackDropEvent, ConntrackEvent, TrackedEvent } from '../netfilter/conntrack/events.ts'
import type { Tuple as EntryTuple } from '../netfilter/conntrack/tuple.ts'
import type { DependsEvent, HookDropEvent, PolicyEvent, RuleEvent, TableEvent } from '../netfilter/events.ts'
import type { TranslatedEvent } from '../netfilter/nat/events.ts'
import type { FrameEvent, NeighbourEvent, NetnsEvent, RouteEvent } from '../netns/events.ts'
import type { Link, LinkHost } from '../netns/link.ts'
import type { Stack } from '../netns/stack.ts'
import type { EncapsulationEvent } from '../overlay/events.ts'
import { formatIpv4, type Ipv4 } from '../packet/address.ts'
import { formatMac } from '../packet/mac.ts'
import type { Packet } from '../packet/packet.ts'
import { ArpOperation } from '../packet/protocol.ts'
import { protocolName, type Tuple } from '../packet/tuple.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { KernelEvent, Probe } from '../sim/types.ts'
import { DrawLog } from './draws.ts'
import type { Translation } from './model.ts'
import { NearMissFinder } from './near-misses.ts'
import { type EndRecord, HopRecord, JourneyRecord, type RuleRecord, type StepRecord } from './record.ts'
import { routeText } from './route-text.ts'
import { commandOf } from './rule-text.ts'
import { formatEnd } from './summary.ts'

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
   * Record one packet and what is sent because of it, nothing else: the first packet that begins in this namespace. Default: everything.
   */
  readonly firstFrom?: string
}

/** Targets that translate. */
const NAT_TARGETS: ReadonlySet<string> = new Set(['DNAT', 'SNAT', 'MASQUERADE', 'REDIRECT', 'NETMAP'])
/** Targets that may set the packet's mark. */
const MARK_TARGETS: ReadonlySet<string> = new Set(['MARK', 'CONNMARK'])
/**
 * A packet goes from router to router at most 255 times, with a bridge before and behind each; what comes farther runs in a circle.
 */
const MAX_HOPS = 1024

/** A packet waits for the address of a neighbour. */
interface Waiting {
  readonly link: Link
  readonly address: Ipv4
  readonly hop: HopRecord
}

/**
 * Writes down what happens to each journey of a simulation, while it happens: a `Probe`. It keeps copies and immutable values, never live
 * packets, and makes no words.
 */
export class Recorder implements Probe {
  readonly journeys = new Map<number, JourneyRecord>()
  readonly draws = new DrawLog()
  readonly #sim: Simulation
  readonly #start: number
  readonly #misses: NearMissFinder | null
  readonly #firstFrom: string | null
  #first = 0

  /** Where each packet object is at present. A `WeakMap` would be dear: it makes each of the many small collections look at all of it. */
  readonly #places = new Map<Packet, HopRecord>()
  /** The packet of the last event, its place and its journey: most events in a row are of one packet. */
  #packet: Packet | null = null
  #hop: HopRecord | null = null
  #record: JourneyRecord | null = null
  /** The last packet that conntrack found invalid. */
  #invalid: Packet | null = null
  #waiting: Waiting[] = []

  constructor(sim: Simulation, options: RecorderOptions = {}) {
    this.#sim = sim
    this.#start = sim.now
    this.#misses = options.nearMisses === true ? new NearMissFinder() : null
    this.#firstFrom = options.firstFrom ?? null
  }

  /** The journey that the recording is about, when it is about one: its number, or 0. */
  get first(): number {
    return this.#first
  }

  /** As a probe: copies what the journey needs of the event. */
  emit(any: KernelEvent): void {
    const event = any as RecordedEvent
    switch (event.kind) {
      case 'frame':
        this.#frame(event)
        break
      case 'table':
        this.#table(event)
        break
      case 'rule':
        this.#rule(event)
        break
      case 'policy':
        this.#policy(event)
        break
      case 'depends':
        this.#depends(event)
        break
      case 'hook-drop':
        this.#hookDrop(event)
        break
      case 'translated':
        this.#translated(event)
        break
      case 'tracked':
        this.#tracked(event)
        break
      case 'conntrack':
        this.#conntrack(event)
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
      case 'deliver':
        this.#deliver(event.packet, event.netns, event.to)
        break
      case 'forward':
        this.#step(event.packet, event.netns, { kind: 'forwarded', ttl: event.packet.ip?.ttl ?? 0 })
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
        if (this.#enter(event.packet, event.netns) === null) break
        this.#record!.split = true
        this.#step(event.packet, event.netns, { kind: 'fragmented', mtu: event.mtu, fragments: event.fragments })
        break
      case 'defragment':
        this.#step(event.packet, event.netns, { kind: 'defragmented', length: event.packet.ip?.totalLength ?? 0 })
        break
      case 'answer':
        this.#step(event.about, event.netns, { kind: 'answer', packet: event.packet.clone() })
        break
      case 'neighbour':
        this.#neighbour(event)
        break
      default:
        break
    }
  }

  // where a packet is

  /** Goes to the place of a packet; null when nobody wants to know of its journey. */
  #enter(packet: Packet, netns: string): HopRecord | null {
    if (packet === this.#packet && this.#hop !== null && this.#hop.netns === netns) return this.#hop
    const record = this.#journeyOf(packet, netns)
    if (record === null) return null
    let hop = this.#places.get(packet)
    // a clone that nobody has seen yet is where its journey was last in this namespace
    if (hop === undefined || hop.netns !== netns) hop = record.lastHopIn(netns) ?? undefined
    if (hop === undefined) return this.#open(record, packet, null, netns, '')
    this.#places.set(packet, hop)
    this.#packet = packet
    this.#hop = hop
    return hop
  }

  #journeyOf(packet: Packet, netns: string): JourneyRecord | null {
    const { journey } = packet
    if (this.#record !== null && this.#record.journey === journey) return this.#record
    let record = this.journeys.get(journey)
    if (record === undefined) {
      // ARP has journeys of its own, of which the packet that waits for the answer tells
      if (journey === 0 || packet.arp !== null || !this.#wants(packet, netns)) return null
      record = new JourneyRecord(journey, packet.cause, packet.clone())
      this.journeys.set(journey, record)
    }
    this.#record = record
    return record
  }

  #wants({ cause, journey }: Packet, netns: string): boolean {
    if (this.#firstFrom === null) return true
    if (this.#first !== 0) return cause === this.#first
    if (cause !== 0 || netns !== this.#firstFrom) return false
    this.#first = journey
    return true
  }

  #open(record: JourneyRecord, packet: Packet, host: LinkHost | null, netns: string, device: string): HopRecord | null {
    if (record.hops.length >= MAX_HOPS) {
      record.overflow = true
      return null
    }
    const parent = this.#places.get(packet) ?? record.lastHopIn(netns)
    const hop = new HopRecord(host, netns, device, this.#sim.now - this.#start, parent, record.hops.length === 0)
    record.hops.push(hop)
    this.#places.set(packet, hop)
    this.#packet = packet
    this.#hop = hop
    return hop
  }

  #step(packet: Packet, netns: string, step: StepRecord): void {
    this.#enter(packet, netns)?.steps.push(step)
  }

  // how it ends

  #deliver(packet: Packet, netns: string, to: string): void {
    const hop = this.#enter(packet, netns)
    if (hop === null) return
    hop.steps.push({ kind: 'delivered', to })
    this.#end({ kind: 'delivered', hop, to, packet: packet.clone(), live: packet })
  }

  #drop(packet: Packet, netns: string, reason: string, by: string): void {
    const hop = this.#enter(packet, netns)
    if (hop === null) return
    hop.steps.push({ kind: 'dropped', reason, by })
    this.#end({ kind: 'dropped', hop, reason, by, to: packet.ip?.dst ?? (0 as Ipv4), live: packet })
  }

  /**
   * Of several copies the one that arrived counts, else the first that ended; a copy that was flooded to a host that it was not meant for
   * counts for nothing.
   */
  #end(end: EndRecord): void {
    const record = this.#record!
    const before = record.end
    if (before !== null && before.live !== end.live && end.kind !== 'delivered' && !isPassedOver(before)) return
    if (before !== null && before.kind === 'delivered' && before.live !== end.live) return
    record.end = end
  }

  // devices and routes

  #frame(event: FrameEvent): void {
    const { packet, netns, link } = event
    if (packet.arp !== null) {
      if (event.direction === 'out') this.#asked(event)
      return
    }
    if (event.direction === 'in') {
      const record = this.#journeyOf(packet, netns)
      if (record === null) return
      const hop = this.#open(record, packet, link.netns, netns, link.name)
      hop?.steps.push({ kind: 'frame-in', device: link.name, packet: packet.clone(), live: packet, bridgedDnat: false })
      return
    }
    const record = this.#journeyOf(packet, netns)
    if (record === null) return
    const hop =
      record.hops.length === 0 ? this.#open(record, packet, link.netns, netns, link.name) : this.#enter(packet, netns)
    if (hop === null) return
    if (hop.isStart && !hop.steps.some(({ kind }) => kind === 'frame-out')) hop.device = link.name
    const bridgedDnat = packet.bridge !== null && link.kind === 'bridge'
    hop.steps.push({ kind: 'frame-out', device: link.name, packet: packet.clone(), live: packet, bridgedDnat })
  }

  #route(event: RouteEvent): void {
    const { dst, packet, netns, direction } = event
    const record = this.#journeyOf(packet, netns)
    if (record === null) return
    // a packet of this host begins here; the first thing that happens to it is its route
    const hop =
      record.hops.length === 0
        ? this.#open(record, packet, dst.link.netns, netns, dst.link.name)
        : this.#enter(packet, netns)
    if (hop === null) return
    hop.host ??= dst.link.netns
    hop.steps.push({ kind: 'route', direction, dst, text: routeText(dst) })
  }

  #bridge(event: BridgeEvent): void {
    const hop = this.#enter(event.packet, event.netns)
    if (hop === null) return
    if (event.to.length > 1) this.#record!.split = true
    const { bridge, action, mac, to } = event
    hop.steps.push({ kind: 'bridge', bridge, action, mac, to })
  }

  #encapsulated(event: EncapsulationEvent): void {
    const { inner, outer, netns, device, vni } = event
    // the device may have been moved to another namespace than its socket is in
    const before = this.#enter(inner, this.#places.get(inner)?.netns ?? netns)
    if (before === null) return
    // the outer packet goes on from where the inner one was
    this.#places.set(outer, before)
    const hop = this.#open(this.#record!, outer, before.netns === netns ? before.host : null, netns, device)
    hop?.steps.push({ kind: 'tunnel-in', device, vni, outer: outer.clone() })
  }

  #decapsulated(event: EncapsulationEvent): void {
    const { inner, outer, netns, device, vni } = event
    const hop = this.#enter(outer, this.#places.get(outer)?.netns ?? netns)
    if (hop === null) return
    hop.steps.push({ kind: 'tunnel-out', device, vni, outer: outer.clone() })
    this.#places.set(inner, hop)
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

  // netfilter

  #table(event: TableEvent): void {
    const hop = this.#enter(event.packet, event.netns)
    const host = (hop?.host ?? null) as Stack | null
    this.draws.begin(host, event.netns, event.table, event.chain)
    if (hop !== null) this.#misses?.begin(event, host)
  }

  #rule(event: RuleEvent): void {
    const hop = this.#enter(event.packet, event.netns)
    if (hop === null) return
    const target = event.rule.target
    const mark = target !== null && MARK_TARGETS.has(target.kind) ? event.packet.mark : -1
    const record = this.#ruleRecord(event, event.position, event.rule, mark, this.draws.matched(event))
    hop.steps.push(record)
    hop.lastRule = record
  }

  #policy(event: PolicyEvent): void {
    const hop = this.#enter(event.packet, event.netns)
    // an empty chain that lets everything pass decided nothing
    if (hop === null || (event.verdict === 'ACCEPT' && event.empty)) return
    const record = this.#ruleRecord(event, 0, null, -1, undefined)
    hop.steps.push(record)
    hop.lastRule = record
  }

  #ruleRecord(
    event: RuleEvent | PolicyEvent,
    position: number,
    rule: RuleRecord['rule'],
    mark: number,
    odds: number | undefined,
  ): RuleRecord {
    const { packet, state, table, chain, verdict } = event
    return {
      kind: 'rule',
      hook: state.hook,
      table,
      chain,
      position,
      rule,
      verdict,
      mark,
      state: this.#stateOf(packet),
      bridged: packet.bridge !== null,
      nearMisses: this.#misses?.before(event) ?? null,
      odds,
    }
  }

  /** What `-m conntrack --ctstate` sees; null when conntrack has not looked. */
  #stateOf(packet: Packet): string | null {
    return packet.ct !== null || packet.ctInfo === UNTRACKED || packet === this.#invalid ? ctState(packet) : null
  }

  #depends(event: DependsEvent): void {
    const hop = this.#enter(event.packet, event.netns)
    if (hop === null) return
    const { packet, state, table, chain, position, rule, what } = event
    const record: RuleRecord = {
      kind: 'rule',
      hook: state.hook,
      table,
      chain,
      position,
      rule,
      verdict: 'DROP',
      mark: -1,
      state: this.#stateOf(packet),
      bridged: packet.bridge !== null,
      nearMisses: null,
      odds: undefined,
    }
    hop.steps.push({ kind: 'unmodelled', what, rule: record })
    this.#end({ kind: 'depends', hop, what, rule: record, live: packet })
  }

  /** The verdict of a hook was DROP. Those who decided have told of it before, but for NAT, and rules whose target did it. */
  #hookDrop(event: HookDropEvent): void {
    const hop = this.#enter(event.packet, event.netns)
    if (hop === null) return
    const last = hop.steps.at(-1)
    if (last?.kind === 'dropped' || last?.kind === 'unmodelled') return
    const rule = hop.lastRule !== null && hop.lastRule.verdict === 'DROP' ? hop.lastRule : null
    hop.steps.push({ kind: 'hook-drop', rule })
    this.#end({ kind: 'hook-drop', hop, rule, live: event.packet })
  }

  #tracked(event: TrackedEvent): void {
    const hop = this.#enter(event.packet, event.netns)
    if (hop === null) return
    this.#invalid = event.entry === null ? event.packet : null
    if (event.entry !== null && event.state !== 'NEW') this.#entry(hop, 'matched', event.state, event.entry)
  }

  /** Entries come and go while a packet of theirs is looked at: the packet of the last event. */
  #conntrack(event: ConntrackEvent): void {
    const hop = this.#hop
    const packet = this.#packet
    if (event.action === 'update' || hop === null || packet === null || hop.netns !== event.netns) return
    if (entryOf(packet) !== event.entry) return
    this.#entry(hop, event.action === 'new' ? 'new' : 'destroyed', ctState(packet), event.entry)
  }

  #entry(hop: HopRecord, event: 'new' | 'matched' | 'destroyed', state: string, entry: ConntrackEntry): void {
    hop.steps.push({ kind: 'entry', event, state, original: copyOf(entry.original), reply: copyOf(entry.reply) })
  }

  #translated(event: TranslatedEvent): void {
    const hop = this.#enter(event.packet, event.netns)
    if (hop === null) return
    const { by, netns, undo, quoted, from, to } = event
    const asked = undo || quoted ? null : askedBy(hop, event)
    const origin = asked?.rule?.origin
    const translation: Translation = {
      kind: by,
      netns,
      protocol: protocolName(event.entry.protocol),
      from: formatEnd(from.address, from.port),
      to: formatEnd(to.address, to.port),
      ...(asked === null ? {} : { rule: commandOf(asked) }),
      ...(origin === undefined ? {} : { origin }),
      undone: undo,
    }
    hop.steps.push(quoted ? { kind: 'translated', translation, quoted } : { kind: 'translated', translation })
    if (!quoted) this.#record!.translations.push(translation)
  }
}

/** `CtInfo.UNTRACKED` */
const UNTRACKED = 7

const CONNTRACK_DROPS: { readonly [W in ConntrackDropEvent['why']]: string } = {
  'table-full': 'nf_conntrack: table full, dropping packet',
  clash: 'conntrack: another connection took its tuple while the packet was on its way',
  dying: 'conntrack: the connection was removed while the packet was on its way',
}

/** The rule of the nat table that a translation comes from: the last one that matched in this hook, if its target translates. */
function askedBy(hop: HopRecord, event: TranslatedEvent): RuleRecord | null {
  const last = hop.lastRule
  if (last === null || last.table !== 'nat' || last.hook !== event.hook) return null
  return NAT_TARGETS.has(last.rule?.target?.kind ?? '') ? last : null
}

function isPassedOver(end: EndRecord): boolean {
  return end.kind === 'dropped' && end.reason === 'OTHERHOST'
}

function copyOf({ protocol, src, sport, dst, dport }: EntryTuple): Tuple {
  return { protocol, src, sport, dst, dport }
}
