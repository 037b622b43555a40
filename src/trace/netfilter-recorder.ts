import { ctState, entryOf } from '../netfilter/conntrack/classify.ts'
import type { ConntrackEntry } from '../netfilter/conntrack/entry.ts'
import type { ConntrackEvent, TrackedEvent } from '../netfilter/conntrack/events.ts'
import type { Tuple as EntryTuple } from '../netfilter/conntrack/tuple.ts'
import type { DependsEvent, HookDropEvent, PolicyEvent, RuleEvent, TableEvent } from '../netfilter/events.ts'
import type { TranslatedEvent } from '../netfilter/nat/events.ts'
import type { Stack } from '../netns/stack.ts'
import { CtInfo, isBridged, type Packet } from '../packet/packet.ts'
import { protocolName, type Tuple } from '../packet/tuple.ts'
import { DrawLog } from './draws.ts'
import type { Translation } from './model.ts'
import type { NearMissFinder } from './near-misses.ts'
import type { Places } from './places.ts'
import type { HopRecord, RuleRecord } from './record.ts'
import { commandOf } from './rule-text.ts'
import { formatEnd } from './summary.ts'

/** Targets that translate. */
const NAT_TARGETS: ReadonlySet<string> = new Set(['DNAT', 'SNAT', 'MASQUERADE', 'REDIRECT', 'NETMAP'])
/** Targets that may set the packet's mark. */
const MARK_TARGETS: ReadonlySet<string> = new Set(['MARK', 'CONNMARK'])

/** Writes down what netfilter does with packets. */
export class NetfilterRecorder {
  readonly draws = new DrawLog()
  readonly #places: Places
  readonly #misses: NearMissFinder | null
  /** The last packet that conntrack found invalid. */
  #invalid: Packet | null = null

  constructor(places: Places, misses: NearMissFinder | null) {
    this.#places = places
    this.#misses = misses
  }

  table(event: TableEvent): void {
    const hop = this.#places.enter(event.packet, event.netns)
    const host = (hop?.host ?? null) as Stack | null
    this.draws.begin(hop !== null, host, event.netns, event.table, event.chain)
    if (hop !== null) this.#misses?.begin(event, host)
  }

  rule(event: RuleEvent): void {
    const hop = this.#places.enter(event.packet, event.netns)
    if (hop === null) return
    const target = event.rule.target
    const mark = target !== null && MARK_TARGETS.has(target.kind) ? event.packet.mark : -1
    const record = this.#ruleRecord(event, event.position, event.rule, mark, this.draws.matched(event))
    hop.steps.push(record)
    hop.lastRule = record
  }

  policy(event: PolicyEvent): void {
    const hop = this.#places.enter(event.packet, event.netns)
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
      bridged: isBridged(packet),
      nearMisses: this.#misses?.before(event) ?? null,
      odds,
    }
  }

  /** What `-m conntrack --ctstate` sees; null when conntrack has not looked. */
  #stateOf(packet: Packet): string | null {
    return packet.ct !== null || packet.ctInfo === CtInfo.UNTRACKED || packet === this.#invalid ? ctState(packet) : null
  }

  depends(event: DependsEvent): void {
    const hop = this.#places.enter(event.packet, event.netns)
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
      bridged: isBridged(packet),
      nearMisses: null,
      odds: undefined,
    }
    hop.steps.push({ kind: 'unmodelled', what, rule: record })
    this.#places.end({ kind: 'depends', hop, what, rule: record, live: packet })
  }

  /**
   * The verdict of a hook was DROP. Those who decided have told of it before, but for NAT, and rules whose target did
   * it.
   */
  hookDrop(event: HookDropEvent): void {
    const hop = this.#places.enter(event.packet, event.netns)
    if (hop === null) return
    const last = hop.steps.at(-1)
    if (last?.kind === 'dropped' || last?.kind === 'unmodelled') return
    const rule = hop.lastRule !== null && hop.lastRule.verdict === 'DROP' ? hop.lastRule : null
    hop.steps.push({ kind: 'hook-drop', rule })
    this.#places.end({ kind: 'hook-drop', hop, rule, live: event.packet })
  }

  tracked(event: TrackedEvent): void {
    const hop = this.#places.enter(event.packet, event.netns)
    if (hop === null) return
    this.#invalid = event.entry === null ? event.packet : null
    if (event.entry !== null && event.state !== 'NEW') this.#entry(hop, 'matched', event.state, event.entry)
  }

  /** Entries come and go while a packet of theirs is looked at: the packet of the last event. */
  conntrack(event: ConntrackEvent): void {
    const { hop, packet } = this.#places
    if (event.action === 'update' || hop === null || packet === null || hop.netns !== event.netns) return
    if (entryOf(packet) !== event.entry) return
    this.#entry(hop, event.action === 'new' ? 'new' : 'destroyed', ctState(packet), event.entry)
  }

  #entry(hop: HopRecord, event: 'new' | 'matched' | 'destroyed', state: string, entry: ConntrackEntry): void {
    hop.steps.push({ kind: 'entry', event, state, original: copyOf(entry.original), reply: copyOf(entry.reply) })
  }

  translated(event: TranslatedEvent): void {
    const hop = this.#places.enter(event.packet, event.netns)
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
    if (!quoted) hop.journey.translations.push(translation)
  }
}

/**
 * The rule of the nat table that a translation comes from: the last one that matched in this hook, if its target
 * translates.
 */
function askedBy(hop: HopRecord, event: TranslatedEvent): RuleRecord | null {
  const last = hop.lastRule
  if (last === null || last.table !== 'nat' || last.hook !== event.hook) return null
  return NAT_TARGETS.has(last.rule?.target?.kind ?? '') ? last : null
}

function copyOf({ protocol, src, sport, dst, dport }: EntryTuple): Tuple {
  return { protocol, src, sport, dst, dport }
}
