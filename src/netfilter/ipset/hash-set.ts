import { maskOf } from '../../packet/address.ts'
import type { Packet } from '../../packet/packet.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { UndoLog } from '../conntrack/undo-log.ts'
import type { HookState } from '../hook.ts'
import { IpsetError } from './errors.ts'
import { ElementExtensions } from './extensions.ts'
import { type HashTypeName, LAYOUTS } from './hash-key.ts'
import { HashTable } from './hash-table.ts'
import { commentOctets, elementOctets } from './memory.ts'
import { NO_PORT, portOf } from './packet-key.ts'
import {
  type Extensions,
  emptyKey,
  Found,
  type IpSet,
  Member,
  SET_TYPES,
  type SetKey,
  type SetOptions,
  type SetQuery,
  type SetType,
} from './types.ts'

const SECOND = 1e9
/** Elements whose time is over are given up at least so often. Seconds (`IPSET_GC_TIME`). */
const COLLECT_PERIOD = 180

/** A set of one of the hash types (net/netfilter/ipset/ip_set_hash_*.c). */
export class HashSet implements IpSet {
  touchedAt = 0
  name: string
  readonly type: SetType
  readonly options: SetOptions
  readonly #kind: HashTypeName
  readonly #sim: Simulation
  readonly #undo = new UndoLog()
  readonly #extensions: ElementExtensions
  readonly #table: HashTable
  /** Filled for each packet, so that none is allocated. */
  readonly #key = emptyKey()
  #collectAt: number

  constructor(sim: Simulation, name: string, options: SetOptions) {
    this.#sim = sim
    this.name = name
    this.options = options
    this.#kind = options.type as HashTypeName
    this.type = SET_TYPES[options.type]
    this.#extensions = new ElementExtensions(sim, options, this.#undo)
    const layout = LAYOUTS[this.#kind]
    this.#table = new HashTable(layout, elementOctets(options, layout.octets), options, this.#extensions, this.#undo)
    this.#collectAt = sim.now + this.#collectPeriod
  }

  get size(): number {
    let size = 0
    for (const _ of this.#table.members()) size++
    return size
  }

  get hashsize(): number {
    return 2 ** this.#table.bits
  }

  get memory(): number {
    let comments = 0
    for (const { comment } of this.#table.members()) comments += commentOctets(comment)
    return this.#table.memory + comments
  }

  members(): Iterable<Member> {
    return this.#table.members()
  }

  secondsLeft(member: Member): number {
    return this.#extensions.secondsLeft(member)
  }

  matches(packet: Packet, state: HookState, query: SetQuery): Found {
    const key = this.#keyOf(packet, state, query)
    if (key === null) return Found.NO
    if (this.options.counters && query.countPackets) this.#sim.touch(this)
    return this.#search(key, query, packet.ip!.totalLength)
  }

  addFrom(packet: Packet, state: HookState, query: SetQuery, exist: boolean, timeout: number | undefined): boolean {
    const key = this.#keyOf(packet, state, query)
    if (key === null) return false
    this.#fitToNet(key)
    const counters = this.options.counters ? { packets: 1, bytes: packet.ip!.totalLength } : {}
    this.#sim.touch(this)
    this.#collect()
    const added = this.#put(key, { ...counters, ...(timeout !== undefined && { timeout }) }, exist)
    // a packet does not make the table grow
    return added === 'added'
  }

  deleteFrom(packet: Packet, state: HookState, query: SetQuery): boolean {
    const key = this.#keyOf(packet, state, query)
    if (key === null) return false
    this.#fitToNet(key)
    this.#sim.touch(this)
    return this.#table.delete(key)
  }

  add(given: SetKey, extensions: Extensions, exist: boolean): void {
    this.#extensions.check(extensions)
    const key = this.#normal(given)
    this.#sim.touch(this)
    for (;;) {
      const added = this.#put(key, extensions, exist)
      if (added === 'exists') throw new IpsetError('ALREADY_ADDED')
      if (added === 'full') throw new IpsetError('HASH_FULL')
      if (added === 'added') return
      this.#table.grow()
    }
  }

  delete(given: SetKey, exist: boolean): void {
    this.#sim.touch(this)
    if (!this.#table.delete(this.#normal(given)) && !exist) throw new IpsetError('NOT_ADDED')
  }

  test(given: SetKey): Found {
    return this.#search(this.#normal(given), PEEK, 0)
  }

  flush(): void {
    this.#sim.touch(this)
    this.#table.clear()
  }

  capture(): () => void {
    const collectAt = this.#collectAt
    const rollback = this.#undo.open()
    return () => {
      rollback()
      this.#collectAt = collectAt
    }
  }

  /** Adds, or writes anew what an element carries. */
  #put(key: SetKey, extensions: Extensions, exist: boolean) {
    const there = this.#table.find(key)
    if (there !== undefined && !this.#extensions.expired(there)) {
      if (!exist) return 'exists'
      this.#extensions.write(there, extensions)
      return 'added'
    }
    const member = new Member(key)
    const added = this.#table.add(member)
    if (added === 'added') this.#extensions.write(member, extensions)
    return added
  }

  /** A whole address is sought in every net that could hold it, the smallest first; a net only as it is (`mtype_test`). */
  #search(key: SetKey, query: SetQuery, octets: number): Found {
    const table = this.#table
    if (!LAYOUTS[this.#kind].nets || key.cidr !== 32) {
      const member = table.find(key)
      return member === undefined ? Found.NO : this.#judge(member, query, octets)
    }
    const side = this.#kind === 'hash:ip,port,net' ? 'ip2' : 'ip'
    const address = key[side]
    for (const length of table.lengths) {
      key[side] = address & maskOf(length)
      key.cidr = length
      if (LAYOUTS[this.#kind].multi) {
        const found = this.#searchNet(key, query, octets)
        if (found !== null) return found
        continue
      }
      const member = table.find(key)
      if (member === undefined) continue
      const found = this.#judge(member, query, octets)
      if (found !== Found.NO) return found
    }
    return Found.NO
  }

  /**
   * Seeks a net and device. Null: shorter nets are to be asked. They are not once this net is there for another device: the search ends with
   * the longest net that the set has at all (`multi` in `mtype_test_cidrs`).
   */
  #searchNet(key: SetKey, query: SetQuery, octets: number): Found | null {
    let ends = false
    for (const member of this.#table.ofNet(key)) {
      ends = true
      if (!LAYOUTS[this.#kind].equals(member, key)) continue
      const found = this.#judge(member, query, octets)
      if (found !== Found.NO) return found
      ends = false
    }
    return ends ? Found.NO : null
  }

  #judge(member: Member, query: SetQuery, octets: number): Found {
    if (query === PEEK) {
      if (this.#extensions.expired(member)) return Found.NO
    } else if (!this.#extensions.hold(member, query, octets)) return Found.NO
    return member.nomatch ? Found.NOMATCH : Found.YES
  }

  /** The key of a packet; null when it has none. The same object each time. */
  #keyOf(packet: Packet, state: HookState, { sources }: SetQuery): SetKey | null {
    const ip = packet.ip!
    const key = this.#key
    key.ip = (sources & 1) !== 0 ? ip.src : ip.dst
    key.cidr = 32
    switch (this.#kind) {
      case 'hash:ip':
        key.ip &= this.options.mask
        return key.ip === 0 ? null : key
      case 'hash:net':
        return key
      case 'hash:net,iface': {
        const device = (sources & 2) !== 0 ? state.in : state.out
        if (device === null) return null
        key.iface = device.name
        return key
      }
      default: {
        key.port = portOf(packet, (sources & 2) !== 0)
        key.protocol = ip.protocol
        key.ip &= this.options.mask
        if (key.port === NO_PORT || (key.ip === 0 && this.#kind === 'hash:ip,port')) return null
        key.ip2 = this.#kind === 'hash:ip,port' ? 0 : (sources & 4) !== 0 ? ip.src : ip.dst
        return key
      }
    }
  }

  /** A packet adds and deletes a net of the longest prefix that the set has. */
  #fitToNet(key: SetKey): void {
    if (!LAYOUTS[this.#kind].nets) return
    key.cidr = this.#table.lengths[0] ?? 32
    if (this.#kind === 'hash:ip,port,net') key.ip2 &= maskOf(key.cidr)
    else key.ip &= maskOf(key.cidr)
  }

  /** A key that somebody wrote, with what the type and the options leave of it. @throws IpsetError */
  #normal(given: SetKey): SetKey {
    const key = { ...given }
    const mask = maskOf(key.cidr)
    switch (this.#kind) {
      case 'hash:ip':
        key.ip &= this.options.mask
        if (key.ip === 0) throw new IpsetError('HASH_ELEM')
        break
      case 'hash:net':
        if (key.cidr === 0) throw new IpsetError('INVALID_CIDR')
        key.ip &= mask
        break
      case 'hash:net,iface':
        key.ip &= mask
        break
      case 'hash:ip,port':
        key.ip &= this.options.mask
        if (key.ip === 0) throw new IpsetError('INVALID')
        break
      case 'hash:ip,port,net':
        if (key.cidr === 0) throw new IpsetError('INVALID_CIDR')
        key.ip2 &= mask
    }
    return key
  }

  get #collectPeriod(): number {
    const { timeout } = this.options
    return (
      (timeout === null || timeout === 0 ? COLLECT_PERIOD : Math.min(Math.ceil(timeout / 3), COLLECT_PERIOD)) * SECOND
    )
  }

  /** What packets added goes when its time is over, though nobody asks for it. */
  #collect(): void {
    if (this.options.timeout === null || this.#sim.now < this.#collectAt) return
    this.#collectAt = this.#sim.now + this.#collectPeriod
    this.#table.collect()
  }
}

/** A question of a person: it counts nothing. */
const PEEK: SetQuery = {
  dimension: 3,
  sources: 0,
  returnNomatch: false,
  countPackets: false,
  countSubsets: false,
  packets: null,
  bytes: null,
}
