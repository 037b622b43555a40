import { formatIpv4, type Ipv4 } from '../../packet/address.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import type { Packet } from '../../packet/packet.ts'
import { protocolName } from '../../packet/tuple.ts'
import type { Simulation } from '../../sim/simulation.ts'
import type { HookState } from '../hook.ts'
import { NO_PORT, portOf } from './packet-key.ts'
import { Found, type IpSet, type Member, type SetOptions, type SetQuery, type SetType } from './types.ts'

/** A set of which nobody told the type: what its elements are made of is taken from the rules. */
const ANY_TYPE: SetType = { name: 'unknown', revision: 0, dimension: 0, parts: [], nomatch: true }

/**
 * A set of which nobody told the members. Whether it holds what a packet has is a question (`Simulation.ask`), with one answer for
 * each element; what the SET target puts in or takes out is known from then on.
 */
export class UnknownSet implements IpSet {
  touchedAt = 0
  name: string
  readonly type: SetType
  readonly options: SetOptions
  readonly size = 0
  readonly memory = 0
  readonly #sim: Simulation
  #known: ReadonlyMap<string, boolean> = new Map()

  /** @param type null: it was not told either */
  constructor(sim: Simulation, name: string, type: SetType | null, options: SetOptions) {
    this.#sim = sim
    this.name = name
    this.type = type ?? ANY_TYPE
    this.options = options
  }

  secondsLeft(): number {
    return 0
  }

  members(): Iterable<Member> {
    return []
  }

  matches(packet: Packet, state: HookState, query: SetQuery): Found {
    const element = this.#elementOf(packet, state, query)
    if (element === null) return Found.NO
    const plain = query.packets === null && query.bytes === null
    const known = plain && !query.returnNomatch ? this.#known.get(element) : undefined
    if (known !== undefined) return known ? Found.YES : Found.NO
    const { name } = this
    const how = query.returnNomatch ? ' as nomatch' : plain ? '' : ' with such counters'
    const counters = plain ? '' : JSON.stringify([query.packets, query.bytes])
    const is = this.#sim.ask({
      subject: `${element} in set ${name}`,
      key: `${query.returnNomatch}${counters}`,
      yes: `${element} is in set ${name}${how}`,
      no: `${element} is not in set ${name}${how}`,
      // an element that is in it is not marked nomatch, and what is not in it has no counters
      follows: (earlier) => {
        const isIn = earlier.some(({ question, answer }) => answer && question.key.startsWith('false'))
        const isNot = earlier.some(({ question, answer }) => !answer && question.key === 'false')
        if (query.returnNomatch) return isIn ? false : null
        if (earlier.some(({ question, answer }) => answer && question.key.startsWith('true')) || isNot) return false
        return plain && isIn ? true : null
      },
    })
    if (!is) return Found.NO
    return query.returnNomatch ? Found.NOMATCH : Found.YES
  }

  addFrom(packet: Packet, state: HookState, query: SetQuery): boolean {
    return this.#learn(packet, state, query, true)
  }

  deleteFrom(packet: Packet, state: HookState, query: SetQuery): boolean {
    return this.#learn(packet, state, query, false)
  }

  add(): void {
    this.#refuse()
  }

  delete(): void {
    this.#refuse()
  }

  test(): Found {
    return this.#refuse()
  }

  flush(): void {
    this.#refuse()
  }

  capture(): () => void {
    const known = this.#known
    return () => {
      this.#known = known
    }
  }

  #learn(packet: Packet, state: HookState, query: SetQuery, there: boolean): boolean {
    const element = this.#elementOf(packet, state, query)
    if (element === null) return false
    this.#sim.touch(this)
    this.#known = new Map(this.#known).set(element, there)
    return true
  }

  #refuse(): never {
    throw new UnsupportedError(`set ${this.name}: nobody told its members`)
  }

  /** What the packet has, in ipset's words; null when it has no such thing. */
  #elementOf(packet: Packet, state: HookState, query: SetQuery): string | null {
    const { ip } = packet
    if (ip === null) return null
    const parts: string[] = []
    for (let i = 0; i < (this.type.dimension || query.dimension); i++) {
      const source = (query.sources & (1 << i)) !== 0
      const part = this.#part(i, packet, state, source)
      if (part === null) return null
      parts.push(part)
    }
    return parts.join(',')
  }

  #part(i: number, packet: Packet, state: HookState, source: boolean): string | null {
    // most types begin with an address, have a port or a device behind it, and then an address again
    switch (this.type.parts[i] ?? (i === 1 ? 'any' : 'ip')) {
      case 'ip':
      case 'net':
        return formatIpv4((source ? packet.ip!.src : packet.ip!.dst) as Ipv4)
      case 'port':
        return portText(packet, source)
      case 'iface':
        return deviceName(state, source)
      default:
        return portText(packet, source) ?? deviceName(state, source)
    }
  }
}

function portText(packet: Packet, source: boolean): string | null {
  const port = portOf(packet, source)
  return port === NO_PORT ? null : `${protocolName(packet.ip!.protocol)}:${port}`
}

function deviceName(state: HookState, source: boolean): string | null {
  return (source ? state.in : state.out)?.name ?? null
}
