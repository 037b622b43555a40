import type { Hop, NearMiss, PacketSummary, RuleHit, Step, Translation } from './model.ts'

/** A hop while it is being written. */
export class TimelineHop {
  readonly netns: string
  device: string
  readonly at: number
  readonly steps: Step[] = []
  /** What conntrack thinks of the packet here. */
  state: string | null = null
  /** Chains that jumps have led into, outermost first, in the hook that is running. */
  #chains: { table: string; chain: string }[] = []
  /** The hook step that rules are added to. */
  #open: { hook: string; rules: RuleHit[]; nearMisses: NearMiss[]; index: number } | null = null

  constructor(netns: string, device: string, at: number) {
    this.netns = netns
    this.device = device
    this.at = at
  }

  /** How deep a chain is: base chains 0, a chain that one of those jumps to 1 … */
  depthOf(table: string, chain: string): number {
    const known = this.#chains.findIndex((entry) => entry.table === table && entry.chain === chain)
    if (known >= 0) {
      this.#chains = this.#chains.slice(0, known + 1)
      return known
    }
    const last = this.#lastRule()
    const jumped = last !== undefined && last.table === table && /^(jump|goto) /.test(last.action) && last.action.endsWith(` ${chain}`)
    this.#chains = jumped ? [...this.#chains.slice(0, last.depth + 1), { table, chain }] : [{ table, chain }]
    return this.#chains.length - 1
  }

  /** A rule matched in a hook; rules of one hook that nothing stands between share a step. */
  hit(hook: string, rule: RuleHit, verdict: string, nearMisses: readonly NearMiss[] | null): void {
    if (this.#open === null || this.#open.hook !== hook || this.#open.index !== this.steps.length - 1) {
      this.#open = { hook, rules: [], nearMisses: [], index: this.steps.length }
      this.steps.push({ kind: 'hook', hook, verdict, rules: [] })
    }
    this.#open.rules.push(rule)
    if (nearMisses !== null) this.#open.nearMisses.push(...nearMisses)
    this.steps[this.#open.index] = {
      kind: 'hook',
      hook,
      verdict: verdict === 'CONTINUE' || verdict === 'JUMP' || verdict === 'GOTO' || verdict === 'RETURN' ? 'ACCEPT' : verdict,
      ...(this.state === null ? {} : { state: this.state }),
      rules: [...this.#open.rules],
      ...(nearMisses === null ? {} : { nearMisses: [...this.#open.nearMisses] }),
    }
  }

  lastHit(): RuleHit | undefined {
    return this.#lastRule()
  }

  toHop(): Hop {
    return { netns: this.netns, device: this.device, at: this.at, steps: this.steps }
  }

  #lastRule(): RuleHit | undefined {
    for (let i = this.steps.length - 1; i >= 0; i--) {
      const step = this.steps[i]
      if (step?.kind === 'hook') return step.rules.at(-1)
    }
    return undefined
  }
}

/** How a packet ended. */
export type TimelineEnd =
  | { readonly kind: 'delivered'; readonly netns: string; readonly to: string; readonly packet: PacketSummary }
  | { readonly kind: 'dropped'; readonly netns: string; readonly reason: string; readonly by: string }

/** What was written down of one journey. */
export class Timeline {
  readonly journey: number
  readonly cause: number
  readonly packet: PacketSummary
  readonly isArp: boolean
  readonly hops: TimelineHop[] = []
  readonly translations: Translation[] = []
  end: TimelineEnd | null = null
  /** The rule that refused it with an answer. */
  rejectedBy: RuleHit | null = null
  /** The rule that is not modelled. */
  depends: string | null = null

  constructor(journey: number, cause: number, packet: PacketSummary, isArp: boolean) {
    this.journey = journey
    this.cause = cause
    this.packet = packet
    this.isArp = isArp
  }

  open(netns: string, device: string, at: number): TimelineHop {
    const hop = new TimelineHop(netns, device, at)
    this.hops.push(hop)
    return hop
  }

  lastIn(netns: string): TimelineHop | undefined {
    return this.hops.findLast((hop) => hop.netns === netns)
  }
}
