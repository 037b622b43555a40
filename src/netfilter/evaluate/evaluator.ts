import type { Packet } from '../../packet/packet.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { unsupportedPart } from '../command/restore.ts'
import type { EvaluationContext } from '../context.ts'
import { CONTINUE, RETURN } from '../definition.ts'
import type { DependsEvent, PolicyEvent, RuleEvent, RuleVerdict, TableEvent } from '../events.ts'
import { type HookState, Verdict } from '../hook.ts'
import type { TableName } from '../rule.ts'
import { NO_RULE } from './chain-index.ts'
import type { CompiledTable, TableChain } from './compiled-table.ts'
import type { RuleCounters } from './counters.ts'
import { Action, type RuleCode } from './rule-code.ts'

/** How a chain ended that decided nothing: its end was reached, or a rule said RETURN. */
const END = -1

/**
 * Runs packets through one table in one namespace (`ipt_do_table`, net/ipv4/netfilter/ip_tables.c; `nft_do_chain`,
 * net/netfilter/nf_tables_core.c). A jump is a call, so the end of a chain returns behind the rule that jumped; a goto is a tail call,
 * so the end of its chain is the end of the one that it left.
 */
export class TableEvaluator {
  readonly counters: RuleCounters
  /** The last packet reached a rule that is not modelled: the verdict DROP stands for nothing. */
  depends = false
  readonly #sim: Simulation
  readonly #context: EvaluationContext
  readonly table: TableName
  readonly #compiled: CompiledTable

  constructor(context: EvaluationContext, compiled: CompiledTable, counters: RuleCounters) {
    this.#context = context
    this.#sim = context.host.sim
    this.#compiled = compiled
    this.table = compiled.table.name
    this.counters = counters
  }

  /** What the base chain says of the packet. */
  run(base: TableChain, packet: Packet, state: HookState): Verdict {
    const sim = this.#sim
    sim.touch(this.counters)
    this.depends = false
    if (sim.probe !== null) {
      sim.probe.emit({ kind: 'table', ...this.#step(packet, state, base) } satisfies TableEvent)
    }
    const result = this.#chain(base, packet, state)
    if (result !== END) return result as Verdict
    const verdict = base.chain.policy === 'DROP' ? Verdict.DROP : Verdict.ACCEPT
    if (((this.counters.policyHooks >> state.hook) & 1) === 1) this.counters.add(base.base, packet.ip!.totalLength)
    if (sim.probe !== null) {
      sim.probe.emit({
        kind: 'policy',
        ...this.#step(packet, state, base),
        verdict: verdict === Verdict.DROP ? 'DROP' : 'ACCEPT',
        empty: base.length === 0,
      } satisfies PolicyEvent)
    }
    return verdict
  }

  /** The chain of this name, undefined when the table does not have it. */
  chain(name: string): TableChain | undefined {
    return this.#compiled.chain(name)
  }

  /** A verdict, or `END`. */
  #chain(chain: TableChain, packet: Packet, state: HookState): number {
    const { code } = chain
    const { index } = code
    if (index === null) {
      for (let i = 0; i < chain.length; i++) {
        const rule = code.rule(i)
        if (!rule.matches(packet, state, this.#context)) {
          if (rule.mayDrop && this.#isDropped(chain, i, rule, packet, state)) return Verdict.DROP
          continue
        }
        const result = this.#hit(chain, i, rule, packet, state)
        if (result === CONTINUE) continue
        return result === RETURN ? END : result
      }
      return END
    }
    const always = index.always
    let a = 0
    let mark = packet.mark
    let candidate = index.next(packet, state, 0)
    for (;;) {
      const other = a < always.length ? always[a]! : NO_RULE
      const i = candidate < other ? candidate : other
      if (i === NO_RULE) return END
      if (i === other) a++
      const rule = code.rule(i)
      if (rule.matches(packet, state, this.#context)) {
        const result = this.#hit(chain, i, rule, packet, state)
        if (result !== CONTINUE) return result === RETURN ? END : result
      } else if (rule.mayDrop && this.#isDropped(chain, i, rule, packet, state)) return Verdict.DROP
      // a rule may have changed the mark, and with it which rules come into question
      if (i === candidate || (packet.mark !== mark && index.usesMark)) {
        mark = packet.mark
        candidate = index.next(packet, state, i + 1)
      }
    }
  }

  /** A match has dropped the packet by itself: the rule did not match, and does not count. */
  #isDropped(chain: TableChain, i: number, rule: RuleCode, packet: Packet, state: HookState): boolean {
    if (!this.#context.hotdrop) return false
    this.#context.hotdrop = false
    if (this.#sim.probe !== null) this.#tell(chain, i, rule, packet, state, 'DROP')
    return true
  }

  /** A rule matched: counts it and does what it says. A verdict, `CONTINUE` or `RETURN`. */
  #hit(chain: TableChain, i: number, rule: RuleCode, packet: Packet, state: HookState): number {
    this.counters.add(chain.base + i + 1, packet.ip!.totalLength)
    const watched = this.#sim.probe !== null
    switch (rule.action) {
      case Action.JUMP:
      case Action.GOTO: {
        const jump = rule.action === Action.JUMP
        if (watched) this.#tell(chain, i, rule, packet, state, jump ? 'JUMP' : 'GOTO')
        const result = this.#chain(chain.target(i, rule), packet, state)
        if (result !== END) return result
        return jump ? CONTINUE : RETURN
      }
      case Action.CALL: {
        if (watched && rule.tellFirst) this.#tell(chain, i, rule, packet, state, 'DROP')
        const result = rule.call!(packet, state, this.#context)
        if (watched && !rule.tellFirst) this.#tell(chain, i, rule, packet, state, verdictName(result))
        return result
      }
      case Action.DEPENDS:
        this.#depends(chain, i, rule, packet, state)
        return Verdict.DROP
      default:
        if (watched) this.#tell(chain, i, rule, packet, state, verdictName(rule.action))
        return rule.action
    }
  }

  #step(packet: Packet, state: HookState, chain: TableChain) {
    return { netns: this.#context.host.name, packet, state, table: this.table, chain: chain.name }
  }

  #tell(chain: TableChain, i: number, rule: RuleCode, packet: Packet, state: HookState, verdict: RuleVerdict): void {
    this.#sim.probe?.emit({
      kind: 'rule',
      ...this.#step(packet, state, chain),
      position: i + 1,
      rule: rule.rule,
      verdict,
    } satisfies RuleEvent)
  }

  #depends(chain: TableChain, i: number, rule: RuleCode, packet: Packet, state: HookState): void {
    this.depends = true
    this.#sim.probe?.emit({
      kind: 'depends',
      ...this.#step(packet, state, chain),
      position: i + 1,
      rule: rule.rule,
      what: unsupportedPart(rule.rule) ?? 'rule',
    } satisfies DependsEvent)
  }
}

function verdictName(result: number): RuleVerdict {
  switch (result) {
    case Verdict.ACCEPT:
      return 'ACCEPT'
    case Verdict.DROP:
      return 'DROP'
    case Verdict.STOLEN:
      return 'STOLEN'
    case RETURN:
      return 'RETURN'
    default:
      return 'CONTINUE'
  }
}
