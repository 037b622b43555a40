import type { Simulation } from '../../sim/simulation.ts'
import { BitmapPortSet } from './bitmap-set.ts'
import { IpsetError } from './errors.ts'
import { HashSet } from './hash-set.ts'
import { ListSet } from './list-set.ts'
import { sameOptions, setOptions } from './options.ts'
import { type IpSet, type NewSet, SET_TYPES, type SetTypeName } from './types.ts'
import { UnknownSet } from './unknown-set.ts'

/**
 * The sets of a namespace (net/netfilter/ipset/ip_set_core.c). Which ones there are, and how they were created, is configuration; what is
 * in them is run-time state.
 */
export class IpSets {
  readonly #sim: Simulation
  /** How many rules speak of a set. */
  readonly #rulesThatUse: (name: string) => number
  /** By index: a set that goes leaves its place to the next that comes. */
  readonly #slots: (IpSet | null)[] = []
  readonly #byName = new Map<string, IpSet>()

  constructor(sim: Simulation, rulesThatUse: (name: string) => number) {
    this.#sim = sim
    this.#rulesThatUse = rulesThatUse
  }

  get isEmpty(): boolean {
    return this.#byName.size === 0
  }

  /** The set of that name. */
  get(name: string): IpSet | undefined {
    return this.#byName.get(name)
  }

  /** @throws IpsetError `NO_SET` */
  require(name: string): IpSet {
    const set = this.#byName.get(name)
    if (set === undefined) throw new IpsetError('NO_SET')
    return set
  }

  /** In the order in which ipset lists them: by index, lists last. */
  *all(): Generator<IpSet, void, undefined> {
    for (const lists of [false, true]) {
      for (const set of this.#slots) if (set !== null && set instanceof ListSet === lists) yield set
    }
  }

  /**
   * `ipset create`. With `exist` an equal set that is there already is left alone.
   *
   * @throws IpsetError `SET_EXISTS`
   */
  create(name: string, options: NewSet, exist = false): IpSet {
    const full = setOptions(options, () => this.#sim.random('ipset').uint32())
    const there = this.#byName.get(name)
    if (there !== undefined) {
      if (exist && sameOptions(there.options, full)) return there
      throw new IpsetError('SET_EXISTS')
    }
    const set =
      full.type === 'list:set'
        ? new ListSet(this.#sim, name, full, this)
        : full.type === 'bitmap:port'
          ? new BitmapPortSet(this.#sim, name, full)
          : new HashSet(this.#sim, name, full)
    const free = this.#slots.indexOf(null)
    if (free < 0) this.#slots.push(set)
    else this.#slots[free] = set
    this.#byName.set(name, set)
    return set
  }

  /**
   * A set of which nobody told the members, perhaps not even the type: whether it holds something is asked of the simulation. One that is there
   * already stays.
   */
  createUnknown(name: string, type?: SetTypeName): IpSet {
    const there = this.#byName.get(name)
    if (there !== undefined) return there
    const options = setOptions({ type: type ?? 'hash:ip' }, () => 0)
    const set = new UnknownSet(this.#sim, name, type === undefined ? null : SET_TYPES[type], options)
    this.#slots.push(set)
    this.#byName.set(name, set)
    return set
  }

  /** `ipset destroy`, one or all. @throws IpsetError `NO_SET`, `BUSY` while something refers to one; then nothing has changed */
  destroy(name?: string): void {
    const doomed = name === undefined ? [...this.#byName.values()] : [this.require(name)]
    if (doomed.some((set) => this.references(set.name) > 0)) throw new IpsetError('BUSY')
    for (const set of doomed) {
      this.#byName.delete(set.name)
      this.#slots[this.#slots.indexOf(set)] = null
    }
  }

  /** `ipset flush`, one or all. @throws IpsetError `NO_SET` */
  flush(name?: string): void {
    if (name === undefined) for (const set of this.all()) set.flush()
    else this.require(name).flush()
  }

  /** `ipset rename`. @throws IpsetError `NO_SET`, `REFERENCED`, `EXIST_SETNAME2` */
  rename(from: string, to: string): void {
    const set = this.require(from)
    if (this.references(from) > 0) throw new IpsetError('REFERENCED')
    if (this.#byName.has(to)) throw new IpsetError('EXIST_SETNAME2')
    this.#byName.delete(from)
    set.name = to
    this.#byName.set(to, set)
  }

  /** `ipset swap`: who refers to one of the names finds the other set. @throws IpsetError `NO_SET`, `NO_SECOND_SET`, `TYPE_MISMATCH` */
  swap(a: string, b: string): void {
    const first = this.require(a)
    const second = this.#byName.get(b)
    if (second === undefined) throw new IpsetError('NO_SECOND_SET')
    if (first.type !== second.type) throw new IpsetError('TYPE_MISMATCH')
    const at = this.#slots.indexOf(first)
    this.#slots[this.#slots.indexOf(second)] = first
    this.#slots[at] = second
    first.name = b
    second.name = a
    this.#byName.set(a, second).set(b, first)
  }

  /** How many rules and lists refer to a set. */
  references(name: string): number {
    let lists = 0
    for (const set of this.#byName.values()) {
      if (!(set instanceof ListSet)) continue
      for (const member of set.members()) if (member.set === name) lists++
    }
    return lists + this.#rulesThatUse(name)
  }
}
