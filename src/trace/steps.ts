import { HOOK_NAMES } from '../netfilter/hook.ts'
import type { JumpTarget } from '../netfilter/rule.ts'
import { targetName } from '../netfilter/text/rule-printer.ts'
import { formatIpv4 } from '../packet/address.ts'
import { formatTuple } from '../packet/tuple.ts'
import { TABLE_NAMES } from '../route/names.ts'
import type { HookStep, NearMiss, RoutedStep, RuleHit, SentStep, Step } from './model.ts'
import type { FrameRecord, HopRecord, RouteRecord, RuleRecord, StepRecord } from './record.ts'
import { commandOf, hitText } from './rule-text.ts'
import type { Summaries } from './summary.ts'

/** A step while it is being made. */
type Draft<T> = { -readonly [K in keyof T]: T[K] }
type OpenHook = Draft<HookStep> & { rules: RuleHit[]; nearMisses?: NearMiss[] }

/** What drops a packet in a hook without a rule. */
export const BY_NAT = 'address translation: the connection cannot go on'

/** Words for what was written down of one hop. */
export function stepsOf(hop: HopRecord, hidden: ReadonlySet<StepRecord>, words: Summaries): Step[] {
  const steps: Step[] = []
  const rules = new RuleWriter()
  let open: OpenHook | null = null
  for (const record of hop.steps) {
    switch (record.kind) {
      case 'rule':
        if (open === null || open.hook !== HOOK_NAMES[record.hook]) {
          open = openHook(record)
          steps.push(open)
        }
        addRule(open, record, rules)
        continue
      default:
        open = null
        if (!hidden.has(record)) steps.push(stepOf(record, rules, words))
    }
  }
  return steps
}

function openHook({ hook, state, bridged }: RuleRecord): OpenHook {
  const step = { kind: 'hook', hook: HOOK_NAMES[hook], verdict: 'ACCEPT' } as OpenHook
  if (state !== null) step.state = state
  if (bridged) step.bridged = true
  step.rules = []
  return step
}

function addRule(open: OpenHook, record: RuleRecord, rules: RuleWriter): void {
  if (record.nearMisses !== null && record.nearMisses.length > 0) {
    const before = open.rules.length
    open.nearMisses ??= []
    for (const miss of record.nearMisses) open.nearMisses.push({ ...miss, before })
  }
  open.rules.push(rules.hit(record))
  open.verdict = record.verdict === 'DROP' ? 'DROP' : 'ACCEPT'
}

function stepOf(record: Exclude<StepRecord, { readonly kind: 'rule' }>, rules: RuleWriter, words: Summaries): Step {
  switch (record.kind) {
    case 'frame-in':
      return { kind: 'received', packet: words.of(record.packet) }
    case 'frame-out':
      return sentStep(record, words)
    case 'route':
      return routedStep(record)
    case 'entry': {
      const { event, state, original, reply } = record
      return { kind: 'conntrack', event, state, original: formatTuple(original), reply: formatTuple(reply) }
    }
    case 'bridge': {
      const { bridge, action, mac, to } = record
      return { kind: 'bridged', bridge, action, mac: words.mac(mac), to }
    }
    case 'tunnel-in':
      return { kind: 'encapsulated', device: record.device, vni: record.vni, outer: words.of(record.outer) }
    case 'tunnel-out':
      return { kind: 'decapsulated', device: record.device, vni: record.vni, outer: words.of(record.outer) }
    case 'answer':
      return { kind: 'answered', with: words.of(record.packet) }
    case 'hook-drop': {
      const { rule } = record
      if (rule === null) return { kind: 'dropped', reason: 'NETFILTER_DROP', by: BY_NAT }
      return { kind: 'dropped', reason: 'NETFILTER_DROP', by: commandOf(rule), rule: rules.known(rule) }
    }
    case 'unmodelled':
      if (record.rule === null) return { kind: 'depends', what: record.what }
      return { kind: 'depends', what: record.what, rule: rules.hit(record.rule) }
    default:
      return record
  }
}

function sentStep({ device, packet, bridgedDnat }: FrameRecord, words: Summaries): SentStep {
  const step: Draft<SentStep> = { kind: 'sent', device, packet: words.of(packet) }
  if (bridgedDnat) step.bridgedDnat = true
  return step
}

function routedStep({ direction, dst, text }: RouteRecord): RoutedStep {
  const step = { kind: 'routed', direction } as Draft<RoutedStep>
  if (dst.rule !== null) step.rule = dst.rule.priority
  if (dst.route !== null) step.table = TABLE_NAMES.name(dst.route.table)
  step.route = text
  step.device = dst.link.name
  if (dst.gateway !== 0) step.gateway = formatIpv4(dst.gateway)
  step.type = dst.martian !== null ? 'martian' : dst.error !== null ? 'unreachable' : dst.type
  return step
}

/** Follows jumps through the rules of one hop. */
class RuleWriter {
  readonly #known = new Map<RuleRecord, RuleHit>()
  /** The chains that jumps have led into, outermost first. */
  #chains: string[] = []
  #table = ''
  /** The chain that the last rule led to. */
  #led = ''

  hit(record: RuleRecord): RuleHit {
    const { table, chain, position, rule, verdict, mark } = record
    const depth = this.#depthOf(record)
    const leads = rule !== null && (verdict === 'JUMP' || verdict === 'GOTO')
    this.#led = leads ? (rule.target as JumpTarget).chain : ''
    // a match may drop by itself, without a target
    const ends = verdict === 'DROP' ? verdict : 'continue'
    const action = rule === null ? verdict : leads ? `${verdict.toLowerCase()} ${this.#led}` : targetName(rule) || ends
    const hit: Draft<RuleHit> = { table, chain, position, text: hitText(record), action, depth }
    if (mark >= 0) hit.mark = mark
    if (rule?.origin !== undefined) hit.origin = rule.origin
    if (record.odds !== undefined) hit.odds = record.odds
    this.#known.set(record, hit)
    return hit
  }

  /** What was made of a record before. */
  known(record: RuleRecord): RuleHit {
    return this.#known.get(record) ?? this.hit(record)
  }

  /** Base chains 0, a chain that one of those jumps to 1 … */
  #depthOf({ table, chain, hook }: RuleRecord): number {
    if (table !== this.#table || chain === HOOK_NAMES[hook]) {
      this.#table = table
      this.#chains = [chain]
    } else if (this.#led === chain) {
      this.#chains.push(chain)
    } else {
      const at = this.#chains.lastIndexOf(chain)
      this.#chains = at >= 0 ? this.#chains.slice(0, at + 1) : [chain]
    }
    return this.#chains.length - 1
  }
}
