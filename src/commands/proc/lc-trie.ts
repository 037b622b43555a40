/*
 * The trie in which the kernel keeps a routing table (net/ipv4/fib_trie.c, after Nilsson and Tikkanen, "Implementing a dynamic compressed
 * trie"). Lookups of the model do not go by it; it is built for /proc/net/fib_trie, which shows its shape.
 */

const KEY_LENGTH = 32
/** Percentages of children in use at which a node is doubled or halved; the topmost is kept larger. */
const INFLATE = { root: 30, other: 50 }
const HALVE = { root: 15, other: 25 }
/** So often is a node doubled or halved in one go. */
const MAX_WORK = 10

/** An address, whatever prefixes begin there. */
export interface TrieLeaf {
  readonly kind: 'leaf'
  /** Unsigned. */
  readonly key: number
  parent: TrieNode | null
}

/** Bits `pos` to `pos + bits - 1` of the key, counted from the lowest, choose the child. */
export class TrieNode {
  readonly kind = 'node'
  readonly key: number
  readonly pos: number
  readonly bits: number
  parent: TrieNode | null = null
  readonly children: (TrieNode | TrieLeaf | null)[]
  empty: number
  /** Children that are nodes and skip no bits. */
  full = 0

  constructor(key: number, pos: number, bits: number) {
    const shift = pos + bits
    this.key = shift < KEY_LENGTH ? ((key >>> shift) << shift) >>> 0 : 0
    this.pos = pos
    this.bits = bits
    this.empty = 2 ** bits
    this.children = new Array(this.empty).fill(null)
  }

  index(key: number): number {
    return (key ^ this.key) >>> this.pos
  }

  isFull(child: TrieNode | TrieLeaf | null): child is TrieNode {
    return child !== null && child.kind === 'node' && child.pos + child.bits === this.pos
  }

  put(at: number, child: TrieNode | TrieLeaf | null): void {
    const before = this.children[at]!
    if (child === null && before !== null) this.empty++
    else if (child !== null && before === null) this.empty--
    const wasFull = this.isFull(before)
    const isFull = this.isFull(child)
    if (wasFull && !isFull) this.full--
    else if (!wasFull && isFull) this.full++
    if (child !== null) child.parent = this
    this.children[at] = child
  }
}

/** A table's trie, to which addresses are added. */
export class LcTrie {
  root: TrieNode | TrieLeaf | null = null

  /** `fib_find_node`, `fib_insert_node` */
  insert(key: number): void {
    let parent: TrieNode | null = null
    let node = this.root
    while (node !== null && node.kind === 'node') {
      const index = node.index(key)
      if (index >= 2 ** node.bits) break
      parent = node
      node = node.children[index]!
    }
    if (node?.kind === 'leaf' && node.key === key) return
    if (node !== null) {
      const made = new TrieNode(key, 31 - Math.clz32(key ^ node.key), 1)
      this.#place(parent, key, made)
      made.put(made.index(key) ^ 1, node)
      parent = made
    }
    this.#place(parent, key, { kind: 'leaf', key, parent: null })
    this.#rebalance(parent)
  }

  /** `fib_table_delete`, when the last prefix of an address has gone. */
  remove(key: number): void {
    let parent: TrieNode | null = null
    let node = this.root
    while (node !== null && node.kind === 'node') {
      parent = node
      node = node.children[node.index(key)] ?? null
    }
    if (node === null || node.key !== key) return
    this.#place(parent, key, null)
    this.#rebalance(parent)
  }

  /** One walk over the trie, from the highest address down, in which each node finds its size (`fib_table_flush`). */
  flush(goes: (key: number) => boolean): void {
    const { root } = this
    if (root?.kind === 'node') this.#flushNode(root, goes)
    else if (root !== null && goes(root.key)) this.root = null
  }

  #flushNode(node: TrieNode, goes: (key: number) => boolean): void {
    for (let i = node.children.length - 1; i >= 0; i--) {
      const child = node.children[i]!
      if (child === null) continue
      if (child.kind === 'node') this.#flushNode(child, goes)
      else if (goes(child.key)) node.put(i, null)
    }
    this.#resize(node)
  }

  /** Every address, in ascending order. */
  *keys(node = this.root): Generator<number> {
    if (node === null) return
    if (node.kind === 'leaf') yield node.key
    else for (const child of node.children) yield* this.keys(child)
  }

  #place(parent: TrieNode | null, key: number, child: TrieNode | TrieLeaf | null): void {
    if (parent !== null) {
      parent.put(parent.index(key), child)
      return
    }
    this.root = child
    if (child !== null) child.parent = null
  }

  #rebalance(from: TrieNode | null): void {
    for (let node = from; node !== null; ) node = this.#resize(node)
  }

  /** Gives the parent as it is then. */
  #resize(node: TrieNode): TrieNode | null {
    const { parent } = node
    let current = node
    let work = MAX_WORK
    while (work > 0 && shouldInflate(current)) {
      current = this.#replace(current, inflated(current))
      work--
    }
    if (work !== MAX_WORK) return parent
    while (work > 0 && shouldHalve(current)) {
      current = this.#replace(current, halved(current))
      work--
    }
    if (current.children.length - current.empty < 2) {
      this.#place(parent, current.key, current.children.find((child) => child !== null) ?? null)
    }
    return parent
  }

  /** A node takes another's place, and its children find their size. */
  #replace(old: TrieNode, made: TrieNode): TrieNode {
    this.#place(old.parent, made.key, made)
    for (let i = made.children.length - 1; i >= 0; i--) {
      const child = made.children[i]!
      if (made.isFull(child)) this.#resize(child)
    }
    return made
  }
}

function shouldInflate({ parent, children, empty, full, pos }: TrieNode): boolean {
  const used = children.length - empty + full
  return used > 1 && pos > 0 && 50 * used >= children.length * (parent === null ? INFLATE.root : INFLATE.other)
}

function shouldHalve({ parent, children, empty, bits }: TrieNode): boolean {
  const used = children.length - empty
  return used > 1 && bits > 1 && 100 * used < children.length * (parent === null ? HALVE.root : HALVE.other)
}

function inflated(old: TrieNode): TrieNode {
  const made = new TrieNode(old.key, old.pos - 1, old.bits + 1)
  for (let i = old.children.length - 1; i >= 0; i--) {
    const child = old.children[i]!
    if (child === null) continue
    if (!old.isFull(child)) {
      made.put(made.index(child.key), child)
    } else if (child.bits === 1) {
      made.put(2 * i + 1, child.children[1]!)
      made.put(2 * i, child.children[0]!)
    } else {
      const upper = new TrieNode((child.key | (1 << made.pos)) >>> 0, child.pos, child.bits - 1)
      const lower = new TrieNode(child.key, child.pos, child.bits - 1)
      const half = child.children.length / 2
      for (let j = half - 1; j >= 0; j--) {
        upper.put(j, child.children[j + half]!)
        lower.put(j, child.children[j]!)
      }
      made.put(2 * i + 1, upper)
      made.put(2 * i, lower)
    }
  }
  return made
}

function halved(old: TrieNode): TrieNode {
  const made = new TrieNode(old.key, old.pos + 1, old.bits - 1)
  for (let i = 0; i < old.children.length; i += 2) {
    const [lower, upper] = [old.children[i]!, old.children[i + 1]!]
    if (lower === null || upper === null) {
      made.put(i / 2, upper ?? lower)
      continue
    }
    const pair = new TrieNode(lower.key, old.pos, 1)
    pair.put(1, upper)
    pair.put(0, lower)
    made.put(i / 2, pair)
  }
  return made
}
