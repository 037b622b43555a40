import type { BridgeEvent } from '../bridge/events.ts'
import { entryOf } from '../netfilter/conntrack/classify.ts'
import type { ConntrackDropEvent, ConntrackEvent, TrackedEvent } from '../netfilter/conntrack/events.ts'
import type { DependsEvent, PolicyEvent, RuleEvent } from '../netfilter/events.ts'
import { HOOK_NAMES } from '../netfilter/hook.ts'
import type { TranslatedEvent } from '../netfilter/nat/events.ts'
import { formatRule } from '../netfilter/text/rule-printer.ts'
import type { NetnsEvent } from '../netns/events.ts'
import type { EncapsulationEvent } from '../overlay/events.ts'
import { formatIpv4 } from '../packet/address.ts'
import { formatMac } from '../packet/mac.ts'
import type { Packet } from '../packet/packet.ts'
import { formatTuple } from '../packet/tuple.ts'
import { printRoute } from '../route/print.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { KernelEvent, Probe } from '../sim/types.ts'
import type { NearMiss, RuleHit, Step, Translation } from './model.ts'
import { formatEnd, summarize } from './summary.ts'
import { Timeline, type TimelineHop } from './timeline.ts'

/** Every event that the recorder understands; others pass it by. */
type RecordedEvent =
  | NetnsEvent
  | BridgeEvent
  | EncapsulationEvent
  | RuleEvent
  | PolicyEvent
  | DependsEvent
  | TranslatedEvent
  | TrackedEvent
  | ConntrackEvent
  | ConntrackDropEvent

/** Looks for rules that came close; only `detailed` traces ask. */
export type ExplainNearMisses = (event: RuleEvent | PolicyEvent) => readonly NearMiss[]

/** Targets of the nat table that translate, by the name of the translation. */
const NAT_TARGETS: ReadonlySet<string> = new Set(['DNAT', 'SNAT', 'MASQUERADE', 'REDIRECT', 'NETMAP'])

/** Writes down what happens to each journey of a simulation, while it happens. It keeps text and numbers, never live packets. */
export class Recorder implements Probe {
  readonly timelines = new Map<number, Timeline>()
  readonly #sim: Simulation
  readonly #explain: ExplainNearMisses | null
  readonly #start: number
  /** The last rule of the nat table that asked for a translation, by namespace. */
  readonly #natRule = new Map<string, RuleHit>()
  /** Where each packet object is at present. */
  readonly #places = new WeakMap<Packet, TimelineHop>()
  readonly #texts = new WeakMap<object, string>()

  constructor(sim: Simulation, explain: ExplainNearMisses | null = null) {
    this.#sim = sim
    this.#start = sim.now
    this.#explain = explain
  }

  emit(any: KernelEvent): void {
    const event = any as RecordedEvent
    switch (event.kind) {
      case 'frame':
        this.#frame(event)
        break
      case 'rule':
        this.#rule(event)
        break
      case 'policy':
        // an empty chain that lets everything pass decided nothing
        if (event.verdict === 'DROP' || !event.empty) this.#policy(event)
        break
      case 'depends':
        this.#timeline(event.packet).depends = `${event.what} in ${event.netns}: ${this.#text(event.chain, event.rule)}`
        break
      case 'translated':
        this.#translated(event)
        break
      case 'tracked':
        this.#place(event.packet, event.netns).state = event.state
        if (event.entry !== null && event.state !== 'NEW') {
          this.#step(event.packet, event.netns, conntrackStep('matched', event.state, event.entry))
        }
        break
      case 'conntrack-drop':
        this.#drop(event.packet, event.netns, 'NETFILTER_DROP', `conntrack: ${event.why}`)
        break
      case 'conntrack':
        break
      case 'route':
        this.#route(event)
        break
      case 'drop':
        this.#drop(event.packet, event.netns, event.reason, event.detail)
        break
      case 'deliver':
        this.#step(event.packet, event.netns, { kind: 'delivered', to: event.to })
        this.#timeline(event.packet).end = { kind: 'delivered', netns: event.netns, to: event.to, packet: summarize(event.packet) }
        break
      case 'forward':
        this.#step(event.packet, event.netns, { kind: 'forwarded', ttl: event.packet.ip?.ttl ?? 0 })
        break
      case 'bridge':
        this.#step(event.packet, event.netns, {
          kind: 'bridged',
          bridge: event.bridge,
          action: event.action,
          mac: formatMac(event.mac),
          to: event.to,
        })
        break
      case 'encapsulated':
      case 'decapsulated':
        this.#encapsulation(event)
        break
      case 'fragment':
        this.#step(event.packet, event.netns, { kind: 'fragmented', mtu: event.mtu, fragments: event.fragments })
        break
      case 'defragment':
        this.#step(event.packet, event.netns, { kind: 'defragmented', length: event.packet.ip?.totalLength ?? 0 })
        break
      case 'answer':
        this.#step(event.about, event.netns, { kind: 'answered', with: summarize(event.packet) })
        break
      default:
        break
    }
  }

  #timeline(packet: Packet): Timeline {
    let timeline = this.timelines.get(packet.journey)
    if (timeline === undefined) {
      timeline = new Timeline(packet.journey, packet.cause, summarize(packet), packet.arp !== null)
      this.timelines.set(packet.journey, timeline)
    }
    return timeline
  }

  /** The hop where a packet is: its own, or, for a clone that nobody has seen yet, the last one in this namespace. */
  #place(packet: Packet, netns: string): TimelineHop {
    const known = this.#places.get(packet)
    if (known !== undefined && known.netns === netns) return known
    const timeline = this.#timeline(packet)
    const hop = timeline.lastIn(netns) ?? timeline.open(netns, '', this.#sim.now - this.#start)
    this.#places.set(packet, hop)
    return hop
  }

  #step(packet: Packet, netns: string, step: Step): void {
    this.#place(packet, netns).steps.push(step)
  }

  #drop(packet: Packet, netns: string, reason: string, by: string): void {
    this.#step(packet, netns, { kind: 'dropped', reason, by })
    this.#timeline(packet).end = { kind: 'dropped', reason, by, netns }
  }

  #frame(event: Extract<NetnsEvent, { kind: 'frame' }>): void {
    const { packet, netns, link } = event
    const summary = summarize(packet)
    if (event.direction === 'out') {
      this.#step(packet, netns, { kind: 'sent', device: link.name, packet: summary })
      return
    }
    const hop = this.#timeline(packet).open(netns, link.name, this.#sim.now - this.#start)
    this.#places.set(packet, hop)
    hop.steps.push({ kind: 'received', packet: summary })
  }

  #rule(event: RuleEvent): void {
    const hop = this.#place(event.packet, event.netns)
    const hit: RuleHit = {
      table: event.table,
      chain: event.chain,
      position: event.position,
      text: this.#text(event.chain, event.rule),
      action: actionOf(event),
      depth: hop.depthOf(event.table, event.chain),
      ...(event.rule.origin === undefined ? {} : { origin: event.rule.origin }),
      ...(event.rule.target?.kind === 'MARK' || event.rule.target?.kind === 'CONNMARK' ? { mark: event.packet.mark } : {}),
    }
    hop.hit(HOOK_NAMES[event.state.hook], hit, event.verdict, this.#explain?.(event) ?? null)
    if (event.table === 'nat' && NAT_TARGETS.has(event.rule.target?.kind ?? '')) this.#natRule.set(event.netns, hit)
    if (event.rule.target?.kind === 'REJECT') this.#timeline(event.packet).rejectedBy = hit
    if (event.verdict === 'DROP') this.#dropped(hop, event, hit)
  }

  #policy(event: PolicyEvent): void {
    const hop = this.#place(event.packet, event.netns)
    const text = `-P ${event.chain} ${event.verdict}`
    const hit = { table: event.table, chain: event.chain, position: 0, text, action: event.verdict, depth: 0 }
    hop.hit(HOOK_NAMES[event.state.hook], hit, event.verdict, this.#explain?.(event) ?? null)
    if (event.verdict === 'DROP') this.#dropped(hop, event, hit)
  }

  #dropped(hop: TimelineHop, event: RuleEvent | PolicyEvent, rule: RuleHit): void {
    const by = `-t ${rule.table} ${rule.text}`
    hop.steps.push({ kind: 'dropped', reason: 'NETFILTER_DROP', by, rule })
    this.#timeline(event.packet).end = { kind: 'dropped', reason: 'NETFILTER_DROP', by, netns: event.netns }
  }

  #translated(event: TranslatedEvent): void {
    if (event.quoted) return
    const rule = event.undo ? undefined : this.#natRule.get(event.netns)
    this.#natRule.delete(event.netns)
    const translation: Translation = {
      kind: event.by,
      netns: event.netns,
      from: formatEnd(event.from.address, event.from.port),
      to: formatEnd(event.to.address, event.to.port),
      ...(rule === undefined ? {} : { rule: `-t ${rule.table} ${rule.text}` }),
      ...(rule?.origin === undefined ? {} : { origin: rule.origin }),
      undone: event.undo,
    }
    this.#timeline(event.packet).translations.push(translation)
    this.#step(event.packet, event.netns, { kind: 'translated', translation })
  }

  #route(event: Extract<NetnsEvent, { kind: 'route' }>): void {
    const { dst, packet, netns } = event
    const timeline = this.#timeline(packet)
    // a packet of this host begins here; the first thing that happens to it is its route
    const hop = timeline.hops.length === 0 ? timeline.open(netns, dst.link.name, this.#sim.now - this.#start) : this.#place(packet, netns)
    this.#places.set(packet, hop)
    hop.steps.push({
      kind: 'routed',
      direction: event.direction,
      ...(dst.rule === null ? {} : { rule: dst.rule.priority }),
      ...(dst.route === null ? {} : { table: tableName(dst.route.table) }),
      route: dst.route === null ? (dst.martian ?? dst.error ?? 'none') : printRoute(dst.route, dst.link.netns).trim(),
      device: dst.link.name,
      ...(dst.gateway === 0 ? {} : { gateway: formatIpv4(dst.gateway) }),
      type: dst.martian !== null ? 'martian' : dst.error !== null ? 'unreachable' : dst.type,
    })
  }

  #encapsulation(event: EncapsulationEvent): void {
    const step: Step = { kind: event.kind, device: event.device, vni: event.vni, outer: summarize(event.outer) }
    if (event.kind === 'decapsulated') {
      this.#step(event.outer, event.netns, step)
      return
    }
    const hop = this.#timeline(event.inner).open(event.netns, event.device, this.#sim.now - this.#start)
    this.#places.set(event.outer, hop)
    hop.steps.push(step)
  }

  #text(chain: string, rule: RuleEvent['rule']): string {
    let text = this.#texts.get(rule)
    if (text === undefined) {
      text = formatRule(chain, rule)
      this.#texts.set(rule, text)
    }
    return text
  }
}

function actionOf(event: RuleEvent): string {
  const { target } = event.rule
  if (target === null) return 'continue'
  if (target.kind === 'jump' || target.kind === 'goto') return `${target.kind} ${(target as { chain?: string }).chain ?? ''}`
  return target.kind
}

function tableName(table: number): string {
  return table === 255 ? 'local' : table === 254 ? 'main' : table === 253 ? 'default' : String(table)
}

function conntrackStep(event: 'matched', state: string, entry: NonNullable<ReturnType<typeof entryOf>>): Step {
  const { original, reply } = entry
  return { kind: 'conntrack', event, state, original: formatTuple(original), reply: formatTuple(reply) }
}
