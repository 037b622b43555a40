import type { Packet } from '../../packet/packet.ts'
import { Protocol } from '../../packet/protocol.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { UndoLog } from '../conntrack/undo-log.ts'
import type { HookState } from '../hook.ts'
import { IpsetError } from './errors.ts'
import { ElementExtensions } from './extensions.ts'
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

/** Octets of a bitmap without bits. */
const EMPTY = 72

/** A bitmap:port set (net/netfilter/ipset/ip_set_bitmap_port.c): ports of TCP and UDP, of a range. */
export class BitmapPortSet implements IpSet {
  touchedAt = 0
  name: string
  readonly type: SetType = SET_TYPES['bitmap:port']
  readonly options: SetOptions
  readonly #sim: Simulation
  readonly #undo = new UndoLog()
  readonly #extensions: ElementExtensions
  readonly #members = new Map<number, Member>()

  constructor(sim: Simulation, name: string, options: SetOptions) {
    this.#sim = sim
    this.name = name
    this.options = options
    this.#extensions = new ElementExtensions(sim, options, this.#undo)
  }

  get size(): number {
    return [...this.members()].length
  }

  get memory(): number {
    const ports = this.options.to - this.options.from + 1
    const bits = Math.ceil(ports / 64) * 8
    let comments = 0
    for (const { comment } of this.#members.values()) comments += commentOctets(comment)
    return EMPTY + bits + ports * elementOctets(this.options, 0) + comments
  }

  *members(): Generator<Member, void, undefined> {
    for (const port of [...this.#members.keys()].sort((a, b) => a - b)) {
      const member = this.#members.get(port)!
      if (!this.#extensions.expired(member)) yield member
    }
  }

  secondsLeft(member: Member): number {
    return this.#extensions.secondsLeft(member)
  }

  matches(packet: Packet, _state: HookState, query: SetQuery): Found {
    const member = this.#members.get(this.#portOf(packet, query))
    if (member === undefined) return Found.NO
    if (this.options.counters && query.countPackets) this.#sim.touch(this)
    return this.#extensions.hold(member, query, packet.ip!.totalLength) ? Found.YES : Found.NO
  }

  addFrom(packet: Packet, _state: HookState, query: SetQuery, exist: boolean, timeout: number | undefined): boolean {
    const port = this.#portOf(packet, query)
    if (port === NO_PORT) return false
    const counters = this.options.counters ? { packets: 1, bytes: packet.ip!.totalLength } : {}
    return this.#put(port, { ...counters, ...(timeout !== undefined && { timeout }) }, exist)
  }

  deleteFrom(packet: Packet, _state: HookState, query: SetQuery): boolean {
    const port = this.#portOf(packet, query)
    return port !== NO_PORT && this.#remove(port)
  }

  add({ port }: SetKey, extensions: Extensions, exist: boolean): void {
    this.#inRange(port)
    this.#extensions.check(extensions)
    if (!this.#put(port, extensions, exist)) throw new IpsetError('ALREADY_ADDED')
  }

  delete({ port }: SetKey, exist: boolean): void {
    this.#inRange(port)
    if (!this.#remove(port) && !exist) throw new IpsetError('NOT_ADDED')
  }

  test({ port }: SetKey): Found {
    const member = this.#members.get(port)
    return member === undefined || this.#extensions.expired(member) ? Found.NO : Found.YES
  }

  flush(): void {
    this.#sim.touch(this)
    for (const port of [...this.#members.keys()]) this.#remove(port)
  }

  capture(): () => void {
    return this.#undo.open()
  }

  /** The port of a packet of TCP or UDP that lies in the range. */
  #portOf(packet: Packet, { sources }: SetQuery): number {
    const { protocol } = packet.ip!
    if (protocol !== Protocol.TCP && protocol !== Protocol.UDP) return NO_PORT
    const port = portOf(packet, (sources & 1) !== 0)
    return port < this.options.from || port > this.options.to ? NO_PORT : port
  }

  #inRange(port: number): void {
    if (port < this.options.from || port > this.options.to) throw new IpsetError('BITMAP_RANGE')
  }

  #put(port: number, extensions: Extensions, exist: boolean): boolean {
    const there = this.#members.get(port)
    if (there !== undefined && !this.#extensions.expired(there) && !exist) return false
    this.#sim.touch(this)
    const member = there ?? new Member({ ...emptyKey(), port })
    if (there === undefined) {
      this.#members.set(port, member)
      if (this.#undo.active) this.#undo.push(() => this.#members.delete(port))
    }
    this.#extensions.write(member, extensions)
    return true
  }

  #remove(port: number): boolean {
    const member = this.#members.get(port)
    if (member === undefined) return false
    this.#sim.touch(this)
    this.#members.delete(port)
    if (this.#undo.active) this.#undo.push(() => this.#members.set(port, member))
    return !this.#extensions.expired(member)
  }
}
