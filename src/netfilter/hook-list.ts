import { HOOK_NAMES, type HookFunction } from './hook.ts'

/** A part of a hook with its place in it. */
export interface HookEntry {
  /** Lower ones run first; equal ones in the order in which they came. */
  readonly priority: number
  /** For people: `filter`, `conntrack`. */
  readonly name: string
  readonly run: HookFunction
}

/** The parts of the five hooks (`struct nf_hook_entries`), in the order in which they run. */
export class HookLists {
  /** By `Hook`. */
  readonly lists: readonly (readonly HookEntry[])[]

  constructor(lists: readonly (readonly HookEntry[])[]) {
    // a stable sort keeps the order of registration among equals
    this.lists = lists.map((list) => [...list].sort((a, b) => a.priority - b.priority))
  }

  static empty(): HookEntry[][] {
    return HOOK_NAMES.map(() => [])
  }
}
