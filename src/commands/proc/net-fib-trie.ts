import type { NetworkNamespace } from '../../netns/index.ts'
import { formatIpv4, type Ipv4 } from '../../packet/index.ts'
import { type Route, SCOPE_NAMES, TableId, type TrieHistory } from '../../route/index.ts'
import type { KernelFile } from './kernel-file.ts'
import { LcTrie, type TrieLeaf, type TrieNode } from './lc-trie.ts'

/** /proc/net/fib_trie: the tables as the kernel keeps them (`fib_trie_seq_show`, net/ipv4/fib_trie.c). */
export const netFibTrie: KernelFile = {
  path: /^\/proc\/(?:self\/)?net\/fib_trie$/,
  read: ({ netns }) =>
    netns.fib
      .tableIds()
      .map((id) => tableText(netns, id))
      .join(''),
}

const NAMES: Readonly<Record<number, string>> = { [TableId.LOCAL]: 'Local', [TableId.MAIN]: 'Main' }

function tableText(netns: NetworkNamespace, id: number): string {
  const { fib } = netns
  const isPair = id === TableId.LOCAL || id === TableId.MAIN
  const trie = trieOf(fib.trieHistory(id)!, isPair && id === TableId.LOCAL)
  if (trie.root === null) return ''
  const shared = isPair && fib.isMerged
  const routes = new Map<number, Route[]>()
  for (const table of shared ? [TableId.LOCAL, TableId.MAIN] : [id]) {
    for (const route of fib.routes(table)) {
      const key = route.destination >>> 0
      routes.set(key, [...(routes.get(key) ?? []), route])
    }
  }
  // long prefixes first, and those of `local` before those of `main`
  for (const list of routes.values()) list.sort((a, b) => b.length - a.length || b.table - a.table)
  return `${NAMES[id] ?? `Id ${id}`}:\n${text(trie.root, 0, routes)}`
}

function text(node: TrieNode | TrieLeaf, depth: number, routes: ReadonlyMap<number, readonly Route[]>): string {
  const indent = '   '.repeat(depth)
  if (node.kind === 'node') {
    const { key, pos, bits, full, empty, children } = node
    const own = `${indent}  +-- ${formatIpv4((key | 0) as Ipv4)}/${32 - pos - bits} ${bits} ${full} ${empty}\n`
    return `${own}${children.map((child) => (child === null ? '' : text(child, depth + 1, routes))).join('')}`
  }
  const lines = (routes.get(node.key) ?? []).map(({ length, scope, type, tos }) => {
    const service = tos === 0 ? '' : ` tos=${tos}`
    return `${indent}     /${length} ${scopeName(scope)} ${type.toUpperCase()}${service}\n`
  })
  return `${indent}  |-- ${formatIpv4((node.key | 0) as Ipv4)}\n${lines.join('')}`
}

function scopeName(scope: number): string {
  const name = scope === 0 ? 'universe' : SCOPE_NAMES.name(scope)
  return /^\d+$/.test(name) ? `scope=${scope}` : name
}

/** One of the two tries of a history: that of `local` is one of its own from the split on. */
class Replay {
  readonly trie = new LcTrie()
  /** How many prefixes, of which tables, begin at an address. */
  readonly #counts = new Map<number, { main: number; local: number }>()

  add(key: number, local: boolean): void {
    const counts = this.#counts.get(key) ?? { main: 0, local: 0 }
    if (local) counts.local++
    else counts.main++
    this.#counts.set(key, counts)
    this.trie.insert(key)
  }

  /** True: nothing is left there. */
  take(key: number, local: boolean): boolean {
    const counts = this.#counts.get(key)!
    if (local) counts.local--
    else counts.main--
    return counts.local + counts.main === 0
  }

  /** The routes of `local` go to a trie of their own, in their order. */
  split(): Replay {
    const local = new Replay()
    for (const key of this.trie.keys()) for (let i = 0; i < this.#counts.get(key)!.local; i++) local.add(key, true)
    this.trie.flush((key) => {
      const counts = this.#counts.get(key)!
      counts.local = 0
      return counts.main === 0
    })
    return local
  }
}

function trieOf(history: TrieHistory, wantsLocal: boolean): LcTrie {
  const main = new Replay()
  let local = main
  let going: Set<number> | null = null
  let flushed = main
  for (const step of history.steps()) {
    const key = step.address >>> 0
    const replay = step.local ? local : main
    switch (step.kind) {
      case 'add':
        replay.add(key, step.local)
        break
      case 'remove':
        if (!replay.take(key, step.local)) break
        if (going === null) replay.trie.remove(key)
        else going.add(key)
        break
      case 'flush':
        going = new Set()
        flushed = replay
        break
      case 'flushed': {
        const gone = going!
        flushed.trie.flush((each) => gone.has(each))
        going = null
        break
      }
      case 'split':
        local = main.split()
    }
  }
  return wantsLocal ? local.trie : main.trie
}
