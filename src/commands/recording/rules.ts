import { HOOK_NAMES, Hook, Priority, Verdict } from '../../netfilter/hook.ts'
import type { PolicyEvent, RuleEvent, TableStep } from '../../netfilter/index.ts'
import type { Target } from '../../netfilter/rule.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import { flowHash } from '../../overlay/index.ts'
import { CtInfo, type Packet } from '../../packet/index.ts'
import { isBridged } from '../../packet/packet.ts'
import { isIcmpError } from '../../packet/protocol.ts'
import { chainOrder, type RecordedChain, type RecordedHit, type RecordedTraversal } from '../record/index.ts'
import { tracedFields } from './frame-fields.ts'

/** Before all that iptables makes: where the laboratory's own table switches the rule trace on. */
const TRACE_PRIORITY = Priority.RAW - 1

/** The conntrack state as nf_tables' trace names it (`NF_CT_STATE_BIT` of `CtInfo`). */
const CT_STATES: Readonly<Record<number, string>> = {
  [CtInfo.ESTABLISHED]: 'established',
  [CtInfo.RELATED]: 'related',
  [CtInfo.NEW]: 'new',
  [CtInfo.ESTABLISHED_REPLY]: 'established',
  [CtInfo.RELATED_REPLY]: 'related',
}

/** A traversal as it grows, and the packet that it belongs to. */
interface Traversal {
  readonly recorded: RecordedTraversal
  /** The base chain that the packet is in. */
  state: TableStep['state'] | null
  table: string
  /** It began on a bridge port: the trace gives the packet another id once it is handed up to the bridge. */
  bridged: boolean
}

/** Puts the rules that each packet matched together: one traversal for a packet's way through one namespace. */
export class RuleRecorder {
  readonly #step: () => number
  readonly #traversals: RecordedTraversal[] = []
  /** The traversal that a packet is on, by namespace. */
  readonly #current = new Map<string, WeakMap<Packet, Traversal>>()
  /** The traversal that began last, by namespace. */
  readonly #last = new Map<string, Traversal>()
  /** A traversal that REJECT ended just now, and of whose id the trace had told nothing before: what its answer, if there is one, makes of it. */
  #rejected: { readonly ns: string; readonly traversal: Traversal } | null = null
  readonly #unregister: (() => void)[] = []

  /** @param step the number of the command that runs */
  constructor(step: () => number) {
    this.#step = step
  }

  /** A packet begins a traversal where it meets its first hook. */
  watch(netns: NetworkNamespace): void {
    for (const hook of [Hook.PREROUTING, Hook.OUTPUT]) {
      const name = hook === Hook.PREROUTING ? 'PREROUTING' : 'OUTPUT'
      this.#unregister.push(
        netns.netfilter.register(hook, TRACE_PRIORITY, (packet) => {
          // the trace makes an id of the flow hash (`nft_trace_init`), and what was hashed keeps that: a tunnel sees it before NAT
          if (packet.txHash === 0) packet.txHash = flowHash(packet)
          this.#begin(netns.name, packet, name)
          return Verdict.ACCEPT
        }),
      )
    }
  }

  stop(): void {
    for (const unregister of this.#unregister) unregister()
  }

  /** In the order in which the packets met their first hook. */
  get traversals(): readonly RecordedTraversal[] {
    return this.#traversals
  }

  rule(event: RuleEvent): void {
    const target = event.rule.target
    const hit: RecordedHit = {
      chain: event.chain,
      pos: event.position,
      target: targetName(target),
      verdict: event.verdict,
    }
    this.#hit(event, hit)
  }

  policy(event: PolicyEvent): void {
    this.#hit(event, {
      chain: event.chain,
      pos: 'policy',
      verdict: event.verdict,
      ...(event.empty && { empty: true as const }),
    })
  }

  #hit(event: TableStep, hit: RecordedHit): void {
    const { packet, state, table } = event
    const { traversal, idIsNew } = this.#traversalOf(event)
    const { chains } = traversal.recorded
    if (traversal.state !== state || traversal.table !== table) {
      traversal.state = state
      traversal.table = table
      chains.push(chainOf(event))
    }
    if (packet.mark !== 0) hit.mark = packet.mark
    chains.at(-1)!.hits.push(hit)
    this.#rejected = idIsNew && hit.target === 'REJECT' && isAnswered(packet) ? { ns: event.netns, traversal } : null
  }

  /**
   * The traversal that nf_tables' trace makes known as this packet's. A clone has an id of its own there, and so has a packet that the
   * bridge has handed up: what has an unknown id is taken for the packet that began last, if that can still come here.
   */
  #traversalOf(event: TableStep): { readonly traversal: Traversal; readonly idIsNew: boolean } {
    const { netns, packet, state, table } = event
    const current = this.#currentOf(netns)
    const known = current.get(packet)
    if (known !== undefined && !(known.bridged && !isBridged(packet))) {
      if ((known.state === state && known.table === table) || isLater(event, known))
        return { traversal: known, idIsNew: false }
    }
    const last = this.#last.get(netns)
    if (last === undefined || !this.#goesOn(last, event)) {
      return { traversal: this.#begin(netns, packet, 'clone'), idIsNew: true }
    }
    current.set(packet, last)
    if (!isBridged(packet)) last.bridged = false
    return { traversal: last, idIsNew: true }
  }

  #goesOn(traversal: Traversal, event: TableStep): boolean {
    const { step, start, chains } = traversal.recorded
    const last = chains.at(-1)
    if (step !== this.#step() || start !== 'PREROUTING' || event.state.hook === Hook.OUTPUT) return false
    if (last?.chain === 'POSTROUTING' || last?.hits.at(-1)?.verdict === 'DROP') return false
    return isLater(event, traversal)
  }

  /**
   * The kernel tells of REJECT when its answer is on its way already. If the packet had another id by then, nothing ties it to what it
   * was: a traversal of its own, behind the answer's.
   */
  #answerBegins(ns: string, answer: RecordedTraversal): void {
    const rejected = this.#rejected
    this.#rejected = null
    if (rejected === null || rejected.ns !== ns || answer.start !== 'OUTPUT') return
    const { recorded } = rejected.traversal
    const last = recorded.chains.pop()
    if (last === undefined) return
    if (recorded.chains.length === 0) this.#traversals.splice(this.#traversals.lastIndexOf(recorded), 1)
    this.#traversals.push({ ns, step: recorded.step, start: 'clone', chains: [last] })
  }

  #begin(ns: string, packet: Packet, start: string): Traversal {
    const recorded: RecordedTraversal = { ns, step: this.#step(), start, chains: [] }
    const traversal: Traversal = { recorded, state: null, table: '', bridged: isBridged(packet) }
    this.#last.set(ns, traversal)
    this.#traversals.push(recorded)
    this.#answerBegins(ns, recorded)
    this.#currentOf(ns).set(packet, traversal)
    return traversal
  }

  #currentOf(ns: string): WeakMap<Packet, Traversal> {
    let map = this.#current.get(ns)
    if (map === undefined) {
      map = new WeakMap()
      this.#current.set(ns, map)
    }
    return map
  }
}

/** Is the base chain one that comes behind what the traversal has met? */
function isLater({ table, state }: TableStep, { recorded }: Traversal): boolean {
  const last = recorded.chains.at(-1)
  return last === undefined || chainOrder(table, HOOK_NAMES[state.hook]) > chainOrder(last.table, last.chain)
}

/** The packet as it is behind the first rule that it matched there: that is when the trace shows it. */
function chainOf({ packet, state, table }: TableStep): RecordedChain {
  const base = HOOK_NAMES[state.hook]
  const chain: RecordedChain = { table, chain: base, hits: [] }
  if (state.in !== null) chain.in = state.in.name
  if (state.out !== null) chain.out = state.out.name
  chain.pkt = tracedFields(packet)
  const ct =
    packet.ct !== null ? CT_STATES[packet.ctInfo] : packet.ctInfo === CtInfo.UNTRACKED ? 'untracked' : undefined
  if (ct !== undefined) chain.ct = ct
  return chain
}

function targetName(target: Target | null): string {
  if (target === null) return ''
  if (target.kind === 'jump' || target.kind === 'goto') return (target as { kind: string; chain: string }).chain
  return target.kind
}

/** No error is sent about an error (`icmp_send`, net/ipv4/icmp.c). */
function isAnswered({ l4 }: Packet): boolean {
  return l4?.kind !== 'icmp' || !isIcmpError(l4.type)
}
