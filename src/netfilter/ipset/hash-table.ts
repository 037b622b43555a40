import type { UndoLog } from '../conntrack/undo-log.ts'
import type { HashLayout } from './hash-key.ts'
import type { Member, SetKey } from './types.ts'

/** Elements by which a bucket grows and shrinks (`AHASH_INIT_SIZE`). */
const STEP = 2
/** A bucket of elements with equal hashes never holds more (`AHASH_MAX_TUNED`). */
const MAX_TUNED = 64
/** Buckets that share a lock, and a share of the elements (`HTABLE_REGION_BITS`). */
const REGION_BITS = 10
/** Octets of a bucket without its elements, and of a further region. */
const BUCKET_OCTETS = 32
const REGION_OCTETS = 24

/** What came of an attempt to add. */
export type Added = 'added' | 'exists' | 'full' | 'crowded'

interface Bucket {
  /** In the order of the kernel's; null: deleted. */
  slots: (Member | null)[]
  /** Room for so many. */
  size: number
}

/** What the table asks about the time to live of an element. */
interface Clock {
  expired(member: Member): boolean
}

/**
 * The buckets of a hash type, as the kernel has them (net/netfilter/ipset/ip_set_hash_gen.h): in which order elements are listed, when a
 * table is full or must grow, all hangs on which bucket holds them. With `initval` given the order is the kernel's own.
 *
 * Buckets are kept sparsely: sets are many and mostly small.
 */
export class HashTable {
  /** The number of buckets is 2 to this. */
  bits: number
  #buckets = new Map<number, Bucket>()
  /** Elements of each region, those included whose time is over and that nobody came across. */
  #regions: Int32Array
  readonly #layout: HashLayout
  readonly #seed: number
  readonly #maxelem: number
  readonly #clock: Clock
  readonly #undo: UndoLog
  #bucketsize: number
  /** Elements of each prefix length, and the lengths that there are, longest first. */
  #counts: Int32Array = new Int32Array(33)
  lengths: readonly number[] = []
  /** Octets of an element. */
  readonly #octets: number
  /** Octets of all buckets, as the kernel adds them up: a bucket that grows counts like a new one, one that goes counts once. */
  #bucketOctets = 0

  constructor(
    layout: HashLayout,
    octets: number,
    options: { hashsize: number; maxelem: number; bucketsize: number; initval: number },
    clock: Clock,
    undo: UndoLog,
  ) {
    this.#layout = layout
    this.#octets = octets
    this.#seed = options.initval
    this.#maxelem = options.maxelem
    this.#bucketsize = options.bucketsize
    this.#clock = clock
    this.#undo = undo
    this.bits = Math.log2(options.hashsize)
    this.#regions = new Int32Array(regionsOf(this.bits))
  }

  /** The element with this key, be its time over or not. */
  find(key: SetKey): Member | undefined {
    const bucket = this.#buckets.get(this.#index(key))
    if (bucket === undefined) return undefined
    for (const member of bucket.slots) if (member !== null && this.#layout.equals(member, key)) return member
    return undefined
  }

  /** The elements of a net, whatever device they are for, in the order of their bucket. */
  ofNet(key: SetKey): Member[] {
    const slots = this.#buckets.get(this.#index(key))?.slots ?? []
    return slots.filter(
      (member): member is Member => member !== null && member.ip === key.ip && member.cidr === key.cidr,
    )
  }

  /**
   * Adds an element (`mtype_add`); one with the same key is left as it is, unless its time is over: then it gives up its place.
   * `crowded`: its bucket is full, the table must grow first.
   */
  add(member: Member): Added {
    const index = this.#index(member)
    const region = index >>> REGION_BITS
    const full = this.#isFull(region)
    const bucket = this.#buckets.get(index)
    if (bucket === undefined) {
      if (full) return 'full'
      this.#save(index)
      this.#buckets.set(index, { slots: [member], size: STEP })
      this.#bucketOctets += this.#octetsOf(STEP)
      this.#count(region, member.cidr, 1)
      return 'added'
    }
    let place = -1
    let alike = 0
    for (let i = 0; i < bucket.slots.length; i++) {
      const other = bucket.slots[i]!
      if (other === null) {
        if (place < 0) place = i
        continue
      }
      if (this.#layout.multi && other.ip === member.ip && other.cidr === member.cidr) alike++
      const over = this.#clock.expired(other)
      if (this.#layout.equals(other, member)) {
        if (!over) return 'exists'
        place = i
        break
      }
      if (over && place < 0) place = i
    }
    if (place >= 0) {
      this.#save(index)
      const before = bucket.slots[place]!
      if (before !== null) this.#count(region, before.cidr, -1)
      bucket.slots[place] = member
      this.#count(region, member.cidr, 1)
      return 'added'
    }
    if (full) return 'full'
    if (bucket.slots.length >= bucket.size) {
      if (this.#layout.multi) {
        if (this.#bucketsize >= MAX_TUNED) return 'full'
        if (this.#bucketsize <= alike) this.#bucketsize += STEP
      }
      if (bucket.size >= this.#bucketsize) return 'crowded'
    }
    this.#save(index)
    if (bucket.slots.length >= bucket.size) this.#widen(bucket)
    bucket.slots.push(member)
    this.#count(region, member.cidr, 1)
    return 'added'
  }

  /** Deletes the element with this key (`mtype_del`). False: there is none. */
  delete(key: SetKey): boolean {
    const index = this.#index(key)
    const bucket = this.#buckets.get(index)
    if (bucket === undefined) return false
    const at = bucket.slots.findIndex((member) => member !== null && this.#layout.equals(member, key))
    if (at < 0 || this.#clock.expired(bucket.slots[at]!)) return false
    this.#save(index)
    const { slots } = bucket
    this.#count(index >>> REGION_BITS, slots[at]!.cidr, -1)
    slots[at] = null
    if (at === slots.length - 1) slots.pop()
    this.#shrink(index, bucket)
    return true
  }

  /** Gives up elements whose time is over (`mtype_gc_do`). */
  collect(): void {
    for (const [index, bucket] of this.#buckets) {
      if (!bucket.slots.some((member) => member !== null && this.#clock.expired(member))) continue
      this.#save(index)
      for (let i = 0; i < bucket.slots.length; i++) {
        const member = bucket.slots[i]!
        if (member === null || !this.#clock.expired(member)) continue
        this.#count(index >>> REGION_BITS, member.cidr, -1)
        bucket.slots[i] = null
      }
      this.#shrink(index, bucket)
    }
  }

  /** Twice as many buckets, or still more if that does not help (`mtype_resize`). */
  grow(): void {
    const members = [...this.members()]
    this.#saveAll()
    for (let fits = false; !fits; ) {
      this.bits++
      this.#empty()
      fits = members.every((member) => this.#place(member))
    }
  }

  clear(): void {
    this.#saveAll()
    this.#empty()
  }

  /** In the kernel's order: bucket by bucket. */
  *members(): Generator<Member, void, undefined> {
    for (const index of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      for (const member of this.#buckets.get(index)!.slots) {
        if (member !== null && !this.#clock.expired(member)) yield member
      }
    }
  }

  /** In octets. */
  get memory(): number {
    return this.#layout.emptySize + (regionsOf(this.bits) - 1) * REGION_OCTETS + this.#bucketOctets
  }

  /** At most so many elements; but each region has its share, and only a region that used up its own looks at the sum. */
  #isFull(region: number): boolean {
    const share = Math.floor(this.#maxelem / this.#regions.length)
    if (this.#regions[region]! < share) return false
    if (this.#total() < this.#maxelem) return false
    this.collect()
    return this.#total() >= this.#maxelem
  }

  #total(): number {
    let total = 0
    for (const elements of this.#regions) total += elements
    return total
  }

  #index(key: SetKey): number {
    return this.#layout.hash(key, this.#seed) & ((1 << this.bits) - 1)
  }

  /** Adds while the table grows. False: the bucket is full. */
  #place(member: Member): boolean {
    const index = this.#index(member)
    const bucket = this.#buckets.get(index)
    if (bucket === undefined) {
      this.#buckets.set(index, { slots: [member], size: STEP })
      this.#bucketOctets += this.#octetsOf(STEP)
    } else {
      if (bucket.slots.length >= bucket.size) {
        if (bucket.size >= this.#bucketsize) return false
        this.#widen(bucket)
      }
      bucket.slots.push(member)
    }
    this.#count(index >>> REGION_BITS, member.cidr, 1)
    return true
  }

  /** A bucket with enough holes gets smaller; one without elements goes. */
  #shrink(index: number, bucket: Bucket): void {
    const holes = bucket.slots.reduce((sum, member) => (member === null ? sum + 1 : sum), 0)
    if (holes === bucket.slots.length) {
      this.#buckets.delete(index)
      this.#bucketOctets -= this.#octetsOf(bucket.size)
    } else if (holes >= STEP) {
      bucket.slots = bucket.slots.filter((member) => member !== null)
      bucket.size -= STEP
      this.#bucketOctets -= this.#octetsOf(STEP)
    }
  }

  #widen(bucket: Bucket): void {
    bucket.size += STEP
    this.#bucketOctets += this.#octetsOf(STEP)
  }

  #octetsOf(size: number): number {
    return BUCKET_OCTETS + size * this.#octets
  }

  #count(region: number, length: number, change: number): void {
    this.#regions[region]! += change
    if (!this.#layout.nets) return
    const counts = this.#counts
    counts[length]! += change
    if (counts[length] === 0 || (change === 1 && counts[length] === 1)) {
      const lengths: number[] = []
      for (let each = 32; each >= 0; each--) if (counts[each]! > 0) lengths.push(each)
      this.lengths = lengths
    }
  }

  #empty(): void {
    this.#buckets = new Map()
    this.#regions = new Int32Array(regionsOf(this.bits))
    this.#counts = new Int32Array(33)
    this.#bucketOctets = 0
    this.lengths = []
  }

  /** To be called before the table is replaced as a whole. */
  #saveAll(): void {
    if (!this.#undo.active) return
    const { bits, lengths } = this
    const buckets = this.#buckets
    const regions = this.#regions
    const counts = this.#counts
    const bucketOctets = this.#bucketOctets
    this.#undo.push(() => {
      this.bits = bits
      this.lengths = lengths
      this.#buckets = buckets
      this.#regions = regions
      this.#counts = counts
      this.#bucketOctets = bucketOctets
    })
  }

  /** To be called before a bucket changes. */
  #save(index: number): void {
    if (!this.#undo.active) return
    const bucket = this.#buckets.get(index)
    const copy = bucket === undefined ? undefined : { slots: bucket.slots.slice(), size: bucket.size }
    const regions = this.#regions.slice()
    const counts = this.#counts.slice()
    const { lengths } = this
    const bucketsize = this.#bucketsize
    const bucketOctets = this.#bucketOctets
    this.#undo.push(() => {
      if (copy === undefined) this.#buckets.delete(index)
      else this.#buckets.set(index, copy)
      this.#regions = regions
      this.#counts = counts
      this.#bucketsize = bucketsize
      this.#bucketOctets = bucketOctets
      this.lengths = lengths
    })
  }
}

function regionsOf(bits: number): number {
  return bits < REGION_BITS ? 1 : 1 << (bits - REGION_BITS)
}
