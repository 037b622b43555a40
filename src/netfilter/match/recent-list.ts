/** One address of a list. */
export interface RecentEntry {
  readonly address: number
  ttl: number
  /** Times in virtual nanoseconds: a ring once it is full. */
  readonly stamps: number[]
  /** Where the next time goes. */
  index: number
}

/** Addresses that a list holds before it forgets the one that was seen longest ago (`ip_list_tot`). */
const MAX_ENTRIES = 100

/** One list of `-m recent` (`struct recent_table`, net/netfilter/xt_recent.c). */
export class RecentList {
  /** By masked address; the order of the map is the order of the last time, oldest first. */
  readonly entries = new Map<number, RecentEntry>()
  /** Addresses are seen through it. */
  readonly mask: number
  /** Times that are kept of one address. */
  readonly #stamps: number

  constructor(mask: number, stamps: number) {
    this.mask = mask
    this.#stamps = stamps
  }

  /** @param ttl 0: any */
  find(address: number, ttl: number): RecentEntry | undefined {
    const entry = this.entries.get(address)
    return entry === undefined || ttl === 0 || entry.ttl === ttl || entry.ttl === 0 ? entry : undefined
  }

  add(address: number, ttl: number, now: number): void {
    if (this.entries.size >= MAX_ENTRIES) {
      for (const oldest of this.entries.keys()) {
        this.entries.delete(oldest)
        break
      }
    }
    this.entries.set(address, { address, ttl, stamps: [now], index: 1 })
  }

  update(entry: RecentEntry, ttl: number, now: number): void {
    entry.index %= this.#stamps
    entry.stamps[entry.index++] = now
    entry.ttl = ttl
    if (!this.entries.delete(entry.address)) return
    this.entries.set(entry.address, entry)
  }

  remove(address: number): void {
    this.entries.delete(address)
  }

  /** Was it seen so often (0: once) at or after this time? */
  seen(entry: RecentEntry, since: number, hitcount: number): boolean {
    let hits = 0
    for (const stamp of entry.stamps) {
      if (stamp < since) continue
      hits++
      if (hits >= hitcount) return true
    }
    return false
  }

  /** Forgets the address that was seen longest ago when that was before `since`; one at a time, as the kernel does. */
  reap(since: number): void {
    for (const oldest of this.entries.values()) {
      if (oldest.stamps[oldest.index - 1]! < since) this.entries.delete(oldest.address)
      return
    }
  }

  clone(): RecentList {
    const copy = new RecentList(this.mask, this.#stamps)
    for (const [address, entry] of this.entries) copy.entries.set(address, { ...entry, stamps: entry.stamps.slice() })
    return copy
  }
}
