import type { Packet } from '../../packet/packet.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { UndoLog } from '../conntrack/undo-log.ts'
import type { HookState } from '../hook.ts'
import { IpsetError } from './errors.ts'
import { ElementExtensions } from './extensions.ts'
import { commentOctets, elementOctets } from './memory.ts'
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

/** Octets of a list without elements, and of an element alone. */
const EMPTY = 80
const ELEMENT = 48

/** Finds a set by its name. */
export interface SetLookup {
  get(name: string): IpSet | undefined
}

/** Where in a list an element is meant to stand: before or behind another. */
export interface ListPlace {
  readonly before: boolean
  readonly name: string
}

/** A list:set (net/netfilter/ipset/ip_set_list_set.c): sets, asked one after the other. */
export class ListSet implements IpSet {
  touchedAt = 0
  name: string
  readonly type: SetType = SET_TYPES['list:set']
  readonly options: SetOptions
  readonly #sim: Simulation
  readonly #sets: SetLookup
  readonly #undo = new UndoLog()
  readonly #extensions: ElementExtensions
  #members: readonly Member[] = []

  constructor(sim: Simulation, name: string, options: SetOptions, sets: SetLookup) {
    this.#sim = sim
    this.#sets = sets
    this.name = name
    this.options = options
    this.#extensions = new ElementExtensions(sim, options, this.#undo)
  }

  get size(): number {
    return [...this.members()].length
  }

  get memory(): number {
    let octets = EMPTY
    for (const { comment } of this.#members) octets += elementOctets(this.options, ELEMENT) + commentOctets(comment)
    return octets
  }

  *members(): Generator<Member, void, undefined> {
    for (const member of this.#members) if (!this.#extensions.expired(member)) yield member
  }

  secondsLeft(member: Member): number {
    return this.#extensions.secondsLeft(member)
  }

  matches(packet: Packet, state: HookState, query: SetQuery): Found {
    // the counters of the sets in the list are not asked, only counted
    const inner: SetQuery = {
      ...query,
      packets: null,
      bytes: null,
      countPackets: query.countPackets && query.countSubsets,
    }
    for (const member of this.#members) {
      if (this.#extensions.expired(member)) continue
      const set = this.#sets.get(member.set)
      if (set === undefined || askSet(set, packet, state, inner) !== Found.YES) continue
      if (this.options.counters && query.countPackets) this.#sim.touch(this)
      if (this.#extensions.hold(member, query, packet.ip!.totalLength)) return Found.YES
    }
    return Found.NO
  }

  addFrom(packet: Packet, state: HookState, query: SetQuery, exist: boolean, timeout: number | undefined): boolean {
    return this.#some(
      (set) => query.dimension >= set.type.dimension && set.addFrom(packet, state, query, exist, timeout),
    )
  }

  deleteFrom(packet: Packet, state: HookState, query: SetQuery): boolean {
    return this.#some((set) => query.dimension >= set.type.dimension && set.deleteFrom(packet, state, query))
  }

  add(key: SetKey, extensions: Extensions, exist: boolean): void {
    this.addAt(key, extensions, exist, null)
  }

  /** @throws IpsetError */
  addAt({ set }: SetKey, extensions: Extensions, exist: boolean, place: ListPlace | null): void {
    this.#extensions.check(extensions)
    const known = this.#sets.get(set)
    if (known === undefined) throw new IpsetError('LIST_NAME')
    if (known instanceof ListSet) throw new IpsetError('LIST_LOOP')
    this.#checkPlace(place)
    this.#collect()
    const members = this.#members
    const reference = place === null ? -1 : members.findIndex((member) => member.set === place.name)
    if (place !== null && reference < 0) throw new IpsetError('LIST_REF_EXIST')
    const there = members.find((member) => member.set === set)
    if (there !== undefined) {
      if (!exist) throw new IpsetError('ALREADY_ADDED')
      this.#sim.touch(this)
      this.#extensions.write(there, extensions)
      return
    }
    const member = new Member({ ...emptyKey(), set })
    const at = place === null ? members.length : place.before ? reference : reference + 1
    this.#change([...members.slice(0, at), member, ...members.slice(at)])
    this.#extensions.write(member, extensions)
  }

  delete(key: SetKey, exist: boolean): void {
    this.deleteAt(key, exist, null)
  }

  /** @throws IpsetError */
  deleteAt({ set }: SetKey, exist: boolean, place: ListPlace | null): void {
    if (this.#sets.get(set) === undefined) throw new IpsetError('LIST_NAME')
    this.#checkPlace(place)
    this.#collect()
    if (this.#stands(set, place)) this.#change(this.#members.filter((member) => member.set !== set))
    else if (place !== null) throw new IpsetError('LIST_REF_EXIST')
    else if (!exist) throw new IpsetError('NOT_ADDED')
  }

  test(key: SetKey): Found {
    return this.testAt(key, null)
  }

  /** @throws IpsetError */
  testAt({ set }: SetKey, place: ListPlace | null): Found {
    if (this.#sets.get(set) === undefined) throw new IpsetError('LIST_NAME')
    this.#checkPlace(place)
    return this.#stands(set, place) ? Found.YES : Found.NO
  }

  flush(): void {
    this.#change([])
  }

  capture(): () => void {
    return this.#undo.open()
  }

  /** Is it in the list, next to the one that was named? */
  #stands(set: string, place: ListPlace | null): boolean {
    const members = [...this.members()]
    const at = members.findIndex((member) => member.set === set)
    if (at < 0 || place === null) return at >= 0
    return members[place.before ? at + 1 : at - 1]?.set === place.name
  }

  #checkPlace(place: ListPlace | null): void {
    if (place !== null && this.#sets.get(place.name) === undefined) throw new IpsetError('LIST_NAMEREF')
  }

  #some(change: (set: IpSet) => boolean): boolean {
    for (const member of this.members()) {
      const set = this.#sets.get(member.set)
      if (set !== undefined && change(set)) return true
    }
    return false
  }

  #collect(): void {
    if (this.#members.some((member) => this.#extensions.expired(member))) this.#change([...this.members()])
  }

  #change(members: readonly Member[]): void {
    const before = this.#members
    this.#sim.touch(this)
    if (this.#undo.active) {
      this.#undo.push(() => {
        this.#members = before
      })
    }
    this.#members = members
  }
}

/** What a rule gets to know of a set (`ip_set_test`): too few directions find nothing. */
export function askSet(set: IpSet, packet: Packet, state: HookState, query: SetQuery): Found {
  if (query.dimension < set.type.dimension) return Found.NO
  const found = set.matches(packet, state, query)
  if (!query.returnNomatch || !set.type.nomatch) return found === Found.YES ? found : Found.NO
  return found === Found.NOMATCH ? Found.YES : Found.NO
}
