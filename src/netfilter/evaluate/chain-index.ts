import type { Packet } from '../../packet/packet.ts'
import type { HookState } from '../hook.ts'
import type { MarkMatch } from '../match/mark.ts'
import type { MultiportMatch } from '../match/multiport.ts'
import type { TcpMatch } from '../match/tcp.ts'
import type { IpTest, Rule } from '../rule.ts'
import { knownTest } from './known-test.ts'

/**
 * Finds the few rules of a long chain that a packet may match, without looking at the others (tuple space search).
 *
 * Each rule demands certain things of a packet for certain: an exact destination port, a protocol, the first 8, 16, 24 or 32 bits of
 * an address, a device, a mark. The set of things that it demands is its *shape*; rules of one shape stand in one hash table, keyed
 * by a hash of the demanded values. A chain of kube-proxy's has two or three shapes, whatever its length. For a packet each
 * shape costs one look-up, and gives the positions of the rules with that hash in ascending order. The rest, with rare shapes or
 * demands that cannot be hashed (`! -s`, port ranges), is `always`: looked at in turn.
 *
 * What is found is only a candidate: the rule itself is tested afterwards, so that a collision of hashes costs time and nothing else.
 */
export class ChainIndex {
  /** Positions, from 0, of rules that every packet has to be held against. */
  readonly always: readonly number[]
  /** Does some shape look at the mark? Then it must be asked again when a rule has changed the mark. */
  readonly usesMark: boolean
  readonly #shapes: readonly Shape[]

  private constructor(shapes: readonly Shape[], always: readonly number[]) {
    this.#shapes = shapes
    this.always = always
    this.usesMark = shapes.some((shape) => (shape.fields & MARK) !== 0)
  }

  /** Null when the chain is short, or its rules demand nothing in common: then going through it is as good. */
  static build(rules: readonly Rule[]): ChainIndex | null {
    if (rules.length < MIN_RULES) return null
    const shapes = new Map<string, Shape>()
    const shapeOf: (Shape | null)[] = []
    for (const rule of rules) {
      const demand = demandOf(rule)
      if (demand === null) {
        shapeOf.push(null)
        continue
      }
      const key = `${demand.fields} ${demand.srcMask} ${demand.dstMask} ${demand.markMask}`
      let shape = shapes.get(key)
      if (shape === undefined) {
        shape = new Shape(demand.fields, demand.srcMask, demand.dstMask, demand.markMask)
        shapes.set(key, shape)
      }
      shape.size++
      shapeOf.push(shape)
    }
    const kept = [...shapes.values()]
      .filter((shape) => shape.size >= MIN_SHAPE)
      .sort((a, b) => b.size - a.size)
      .slice(0, MAX_SHAPES)
    if (kept.length === 0) return null
    const keep = new Set<Shape | null>(kept)
    const always: number[] = []
    rules.forEach((rule, position) => {
      const shape = shapeOf[position]!
      if (keep.has(shape)) shape.add(demandOf(rule)!, position)
      else always.push(position)
    })
    return new ChainIndex(kept, always)
  }

  /** The first indexed rule at `from` or behind it that the packet may match; `NO_RULE` when there is none. */
  next(packet: Packet, state: HookState, from: number): number {
    let first = NO_RULE
    const shapes = this.#shapes
    for (let i = 0; i < shapes.length; i++) {
      const position = shapes[i]!.next(packet, state, from)
      if (position < first) first = position
    }
    return first
  }
}

/** Behind every position. */
export const NO_RULE = 0x7fffffff

/** Shorter chains are gone through. */
const MIN_RULES = 12
/** Rarer shapes are not worth a look-up for each packet. */
const MIN_SHAPE = 4
const MAX_SHAPES = 8

const PROTOCOL = 1
const DPORT = 2
const IN = 4
const OUT = 8
const MARK = 16
const SRC = 32
const DST = 64

/** What a rule demands of a packet for certain. */
interface Demand {
  /** Which of the things below it demands. */
  fields: number
  srcMask: number
  src: number
  dstMask: number
  dst: number
  protocol: number
  /** Any one of these. */
  dports: readonly number[]
  in: number
  out: number
  markMask: number
  mark: number
}

function demandOf(rule: Rule): Demand | null {
  const ip = knownTest(rule)
  const demand: Demand = {
    fields: 0,
    srcMask: 0,
    src: 0,
    dstMask: 0,
    dst: 0,
    protocol: 0,
    dports: ONE_ZERO,
    in: 0,
    out: 0,
    markMask: 0,
    mark: 0,
  }
  demandAddresses(ip, demand)
  if (ip.protocol !== undefined && !ip.protocol.invert) {
    demand.fields |= PROTOCOL
    demand.protocol = ip.protocol.number
  }
  if (ip.in !== undefined && !ip.in.invert && !ip.in.name.endsWith('+')) {
    demand.fields |= IN
    demand.in = hashName(ip.in.name)
  }
  if (ip.out !== undefined && !ip.out.invert && !ip.out.name.endsWith('+')) {
    demand.fields |= OUT
    demand.out = hashName(ip.out.name)
  }
  for (const match of rule.matches) {
    if (rule.unknown?.matches.has(match) === true) continue
    if (match.kind === 'mark') {
      const { mark, mask, invert } = match as MarkMatch
      if (invert || mask === 0) continue
      demand.fields |= MARK
      demand.markMask = mask | 0
      demand.mark = mark | 0
    } else {
      const dports = demandedPorts(match)
      if (dports === null) continue
      demand.fields |= DPORT
      demand.dports = dports
    }
  }
  return demand.fields === 0 ? null : demand
}

const ONE_ZERO: readonly number[] = [0]

/** Masks are coarsened to whole octets, so that there are few shapes; the address still must agree in those bits. */
function coarse(mask: number): number {
  const ones = Math.clz32(~mask)
  return ones >= 32 ? -1 : ones < 8 ? 0 : -1 << (32 - (ones & ~7))
}

function demandAddresses(ip: IpTest, demand: Demand): void {
  if (ip.src !== undefined && !ip.src.invert) {
    demand.srcMask = coarse(ip.src.mask)
    demand.src = ip.src.address & demand.srcMask
    if (demand.srcMask !== 0) demand.fields |= SRC
  }
  if (ip.dst !== undefined && !ip.dst.invert) {
    demand.dstMask = coarse(ip.dst.mask)
    demand.dst = ip.dst.address & demand.dstMask
    if (demand.dstMask !== 0) demand.fields |= DST
  }
}

/** The destination ports of which the packet must have one, or null when the match does not say so. */
function demandedPorts(match: Rule['matches'][number]): readonly number[] | null {
  if (match.kind === 'tcp' || match.kind === 'udp' || match.kind === 'sctp') {
    const { dport } = match as TcpMatch
    return dport === undefined || dport.invert || dport.min !== dport.max ? null : [dport.min]
  }
  if (match.kind !== 'multiport') return null
  const { side, ports, invert } = match as MultiportMatch
  if (side !== 'dports' || invert || ports.some((range) => range.min !== range.max)) return null
  return [...new Set(ports.map((range) => range.min))]
}

function mix(hash: number, value: number): number {
  const h = Math.imul(hash ^ value, 0x9e3779b1)
  return h ^ (h >>> 15)
}

function hashName(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash
}

/** All rules that demand the same things, by the values that they demand. */
class Shape {
  readonly fields: number
  size = 0
  readonly #srcMask: number
  readonly #dstMask: number
  readonly #markMask: number
  /** Positions in ascending order; most buckets hold one. */
  readonly #buckets = new Map<number, number | number[]>()

  constructor(fields: number, srcMask: number, dstMask: number, markMask: number) {
    this.fields = fields
    this.#srcMask = srcMask
    this.#dstMask = dstMask
    this.#markMask = markMask
  }

  add(demand: Demand, position: number): void {
    for (const dport of demand.dports) {
      let hash = this.fields
      if (this.fields & DST) hash = mix(hash, demand.dst)
      if (this.fields & SRC) hash = mix(hash, demand.src)
      if (this.fields & PROTOCOL) hash = mix(hash, demand.protocol)
      if (this.fields & DPORT) hash = mix(hash, dport)
      if (this.fields & MARK) hash = mix(hash, demand.mark)
      if (this.fields & IN) hash = mix(hash, demand.in)
      if (this.fields & OUT) hash = mix(hash, demand.out)
      const bucket = this.#buckets.get(hash)
      if (bucket === undefined) this.#buckets.set(hash, position)
      else if (typeof bucket === 'number') {
        // two ports of one list may fall together
        if (bucket !== position) this.#buckets.set(hash, [bucket, position])
      } else if (bucket[bucket.length - 1] !== position) bucket.push(position)
    }
  }

  next(packet: Packet, state: HookState, from: number): number {
    const fields = this.fields
    const ip = packet.ip!
    let hash = fields
    if (fields & DST) hash = mix(hash, ip.dst & this.#dstMask)
    if (fields & SRC) hash = mix(hash, ip.src & this.#srcMask)
    if (fields & PROTOCOL) hash = mix(hash, ip.protocol)
    if (fields & DPORT) {
      const l4 = packet.l4
      if (l4 === null || l4.kind === 'icmp') return NO_RULE
      hash = mix(hash, l4.dport)
    }
    if (fields & MARK) hash = mix(hash, packet.mark & this.#markMask)
    if (fields & IN) {
      if (state.in === null) return NO_RULE
      hash = mix(hash, hashName(state.in.name))
    }
    if (fields & OUT) {
      if (state.out === null) return NO_RULE
      hash = mix(hash, hashName(state.out.name))
    }
    const bucket = this.#buckets.get(hash)
    if (bucket === undefined) return NO_RULE
    if (typeof bucket === 'number') return bucket >= from ? bucket : NO_RULE
    return firstFrom(bucket, from)
  }
}

/** The first number of an ascending list that is not below `from`. */
function firstFrom(list: readonly number[], from: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (list[middle]! < from) low = middle + 1
    else high = middle
  }
  return low < list.length ? list[low]! : NO_RULE
}
