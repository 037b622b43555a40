import type { Stateful } from '../../sim/types.ts'
import type { Rule, Table } from '../rule.ts'
import { CompiledTable } from './compiled-table.ts'

/** Packets and octets that a rule matched, or a policy decided. */
interface Cell {
  packets: number
  bytes: number
  /** The capture that this cell belongs to; older ones are copied before they change. */
  epoch: number
}

/**
 * The counters of one table in one namespace. Only rules that some packet matched take memory, so that thousands of nodes can share a
 * table of a hundred thousand rules.
 */
export class RuleCounters implements Stateful {
  touchedAt = 0
  /**
   * Which policies count, one bit for each hook. iptables-nft gives a base chain counters only when it writes its policy: by `-P`, or by a
   * `:CHAIN POLICY` line that iptables-restore reads; one that `-A` made has none.
   */
  policyHooks = 0
  #table: CompiledTable
  #cells = new Map<number, Cell>()
  #epoch = 0

  constructor(table: CompiledTable) {
    this.#table = table
  }

  /** One more packet. `key` as `TableChain` gives it. */
  add(key: number, bytes: number): void {
    const cell = this.#cells.get(key)
    if (cell !== undefined && cell.epoch === this.#epoch) {
      cell.packets++
      cell.bytes += bytes
      return
    }
    this.#cells.set(key, {
      packets: (cell === undefined ? 0 : cell.packets) + 1,
      bytes: (cell === undefined ? 0 : cell.bytes) + bytes,
      epoch: this.#epoch,
    })
  }

  /** @param position of the rule from 1; 0: the policy */
  get(chain: string, position: number): { readonly packets: number; readonly bytes: number } {
    const found = this.#table.chain(chain)
    const cell = found === undefined ? undefined : this.#cells.get(found.base + position)
    return cell ?? ZERO
  }

  set(chain: string, position: number, packets: number, bytes: number): void {
    const found = this.#table.chain(chain)
    if (found !== undefined) this.#cells.set(found.base + position, { packets, bytes, epoch: this.#epoch })
  }

  /** Sets to zero: everything, a chain with its policy, one rule. */
  zero(chain?: string, position?: number): void {
    if (chain === undefined) {
      this.#cells.clear()
      return
    }
    const found = this.#table.chain(chain)
    if (found === undefined) return
    if (position !== undefined) this.#cells.delete(found.base + position)
    else for (let i = 0; i <= found.length; i++) this.#cells.delete(found.base + i)
  }

  /** The table was replaced: rules that are still there (the same objects in the same chains) keep what they counted. */
  moveTo(table: Table): void {
    const before = this.#table
    const after = CompiledTable.of(table)
    if (before === after) return
    const cells = new Map<number, Cell>()
    const positions = new Map<string, Int32Array>()
    for (const [key, cell] of this.#cells) {
      const chain = before.chainOfKey(key)
      const target = after.chain(chain.name)
      if (target === undefined) continue
      let moved = positions.get(chain.name)
      if (moved === undefined) {
        moved = movedPositions(chain.chain.rules, target.chain.rules)
        positions.set(chain.name, moved)
      }
      const position = moved[key - chain.base]!
      if (position >= 0) cells.set(target.base + position, cell)
    }
    this.#cells = cells
    this.#table = after
  }

  capture(): () => void {
    const table = this.#table
    const cells = this.#cells
    const epoch = this.#epoch
    const policyHooks = this.policyHooks
    this.#cells = new Map(cells)
    this.#epoch++
    return () => {
      this.policyHooks = policyHooks
      this.#table = table
      this.#cells = cells
      this.#epoch = epoch
    }
  }
}

const ZERO = { packets: 0, bytes: 0 }

/** Where each rule of a chain went, by position from 1 (0, the policy, stays); -1: it is gone. Rules are known by identity. */
function movedPositions(before: readonly Rule[], after: readonly Rule[]): Int32Array {
  const moved = new Int32Array(before.length + 1).fill(-1)
  moved[0] = 0
  let from = 0
  for (let i = 0; i < before.length; i++) {
    const rule = before[i]!
    if (after[from] !== rule) {
      const found = after.indexOf(rule, from)
      if (found < 0) continue
      from = found
    }
    moved[i + 1] = ++from
  }
  return moved
}
