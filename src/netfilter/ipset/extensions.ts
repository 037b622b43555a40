import type { Simulation } from '../../sim/simulation.ts'
import type { UndoLog } from '../conntrack/undo-log.ts'
import { IpsetError } from './errors.ts'
import type { CounterTest, Extensions, Member, SetOptions, SetQuery } from './types.ts'

const SECOND = 1e9

/** What elements carry beside their keys: time to live, counters, comments; the same for all types of sets. */
export class ElementExtensions {
  readonly #sim: Simulation
  readonly #options: SetOptions
  readonly #undo: UndoLog

  constructor(sim: Simulation, options: SetOptions, undo: UndoLog) {
    this.#sim = sim
    this.#options = options
    this.#undo = undo
  }

  /** Is the element's time over (`ip_set_timeout_expired`)? */
  expired(member: Member): boolean {
    return member.expiresAt !== 0 && this.#sim.now > member.expiresAt
  }

  /** Refuses what the set was not made for (`ip_set_get_extensions`). @throws IpsetError */
  check({ timeout, packets, bytes, comment }: Extensions): void {
    const options = this.#options
    if (timeout !== undefined && options.timeout === null) throw new IpsetError('NO_TIMEOUT')
    if ((packets !== undefined || bytes !== undefined) && !options.counters) throw new IpsetError('NO_COUNTERS')
    if (comment !== undefined && !options.comment) throw new IpsetError('NO_COMMENT')
  }

  /** Writes them on an element that was added, or added again. */
  write(member: Member, { timeout, packets, bytes, comment, nomatch }: Extensions): void {
    const options = this.#options
    this.save(member)
    member.nomatch = nomatch === true
    if (options.counters) {
      if (bytes !== undefined) member.bytes = bytes
      if (packets !== undefined) member.packets = packets
    }
    if (options.comment) member.comment = comment ?? ''
    if (options.timeout === null) return
    const seconds = timeout ?? options.timeout
    member.expiresAt = seconds === 0 ? 0 : this.#sim.now + seconds * SECOND
  }

  /**
   * Counts a packet on the element that it matched, and then compares (`ip_set_match_extensions`): the packet itself is counted
   * already when its element is asked for its number.
   */
  hold(member: Member, query: SetQuery, octets: number): boolean {
    if (this.#options.timeout !== null && this.expired(member)) return false
    if (!this.#options.counters) return true
    if (query.countPackets) {
      this.save(member)
      member.packets++
      member.bytes += octets
    }
    return compares(query.packets, member.packets) && compares(query.bytes, member.bytes)
  }

  /** To be called before an element changes. */
  save(member: Member): void {
    if (!this.#undo.active) return
    const { nomatch, expiresAt, packets, bytes, comment } = member
    this.#undo.push(() => Object.assign(member, { nomatch, expiresAt, packets, bytes, comment }))
  }

  /**
   * Seconds that an element has left, as ipset prints them: whole ones. Between adding and listing some time passes on a real
   * machine, however little, so a second that has just begun is not whole any more.
   */
  secondsLeft(member: Member): number {
    if (member.expiresAt === 0) return 0
    return Math.max(1, Math.ceil((member.expiresAt - this.#sim.now) / SECOND) - 1)
  }
}

function compares(test: CounterTest | null, counter: number): boolean {
  if (test === null) return true
  switch (test.compare) {
    case 'eq':
      return counter === test.value
    case 'ne':
      return counter !== test.value
    case 'lt':
      return counter < test.value
    case 'gt':
      return counter > test.value
  }
}
