import { explainMiss } from '../netfilter/evaluate/near-misses.ts'
import type { PolicyEvent, RuleEvent, TableEvent } from '../netfilter/events.ts'
import type { HookState } from '../netfilter/hook.ts'
import type { JumpTarget, Rule } from '../netfilter/rule.ts'
import type { Stack } from '../netns/stack.ts'
import type { Packet } from '../packet/packet.ts'
import type { Miss } from './record.ts'
import { ruleText } from './rule-text.ts'

/** At most so many of one chain, the last ones: a table of ten thousand Services is not to be told. */
const MOST = 12

/** How far the packet has come in a chain. */
interface Progress {
  readonly chain: string
  /** The next position to be looked at, from 1. */
  next: number
}

/**
 * Finds the rules that a packet was held against in vain, for `detailed` traces. The evaluator tells of matches alone;
 * what lies between two of them did not match. The packet is asked as it was at the match before.
 */
export class NearMissFinder {
  #host: Stack | null = null
  #table: TableEvent['table'] = 'filter'
  #state: HookState | null = null
  #before: Packet | null = null
  #stack: Progress[] = []

  /** A packet enters a base chain. */
  begin(event: TableEvent, host: Stack | null): void {
    this.#host = host
    this.#table = event.table
    this.#state = event.state
    this.#before = event.packet.clone()
    this.#stack = [{ chain: event.chain, next: 1 }]
  }

  /** What was passed over since the last match, now that this one was told. */
  before(event: RuleEvent | PolicyEvent): Miss[] {
    const found: Miss[] = []
    const stack = this.#stack
    // chains that ended without a word
    while (stack.length > 1 && stack.at(-1)!.chain !== event.chain) {
      this.#look(stack.at(-1)!, Number.POSITIVE_INFINITY, found)
      stack.pop()
    }
    const top = stack.at(-1)
    if (top === undefined) return found
    if (event.kind === 'policy') {
      this.#look(top, Number.POSITIVE_INFINITY, found)
      this.#stack = []
      return found
    }
    this.#look(top, event.position, found)
    top.next = event.position + 1
    this.#follow(event, top)
    this.#before = event.packet.clone()
    return found
  }

  #follow({ verdict, rule }: RuleEvent, top: Progress): void {
    // behind a goto and behind RETURN nobody looks
    if (verdict === 'GOTO' || verdict === 'RETURN') top.next = Number.POSITIVE_INFINITY
    if (verdict === 'JUMP' || verdict === 'GOTO')
      this.#stack.push({ chain: (rule.target as JumpTarget).chain, next: 1 })
  }

  #look(progress: Progress, until: number, found: Miss[]): void {
    const packet = this.#before
    const netfilter = this.#host?.netfilter
    const rules = netfilter?.table(this.#table)?.chains.get(progress.chain)?.rules
    if (netfilter === undefined || rules === undefined || packet === null) return
    const misses: Miss[] = []
    const end = Math.min(until, rules.length + 1)
    for (let position = progress.next; position < end; position++) {
      const rule = rules[position - 1]!
      if (!meansDestination(rule, packet)) continue
      const miss = explainMiss(rule, packet, this.#state!, netfilter.context)
      if (miss === null) continue
      misses.push({
        table: this.#table,
        chain: progress.chain,
        position,
        text: ruleText(progress.chain, rule),
        because: `not ${miss.part}: ${miss.found}`,
        depth: this.#stack.length - 1,
        ...(rule.origin === undefined ? {} : { origin: rule.origin }),
      })
    }
    found.push(...misses.slice(-MOST))
  }
}

/** A rule for another destination could never have decided. */
function meansDestination({ ip }: Rule, packet: Packet): boolean {
  const { dst } = ip
  return dst === undefined || ((packet.ip!.dst & dst.mask) === dst.address) !== dst.invert
}
