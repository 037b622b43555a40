import { type Dst, NetworkNamespace, type OutputKey } from '../../netns/index.ts'
import type { Link } from '../../netns/link.ts'
import { formatIpv4, type Ipv4, isLimitedBroadcast, isLoopback, isMulticast, isZeronet } from '../../packet/address.ts'
import type { Packet } from '../../packet/packet.ts'
import { type AddressType, TableId } from '../../route/index.ts'
import type { Simulation } from '../../sim/simulation.ts'
import type { Stateful } from '../../sim/types.ts'

/**
 * A host of which nobody told all addresses: where it matters whether one is its own, both answers are followed (`Simulation.ask`). An
 * address that is supposed to be is one from then on, to the end of the branch.
 */
export class SupposingNamespace extends NetworkNamespace {
  /** Every address of the host is known. */
  knowsAddresses = false
  /** What has to be routed goes on to another host, unless it is known or was supposed before that it is for this one. */
  forwards = false
  readonly #supposed: Supposed

  constructor(sim: Simulation, name: string) {
    super(sim, name)
    this.#supposed = new Supposed()
  }

  /** Nobody needs to ask for this address: a packet of another host comes from there. */
  neverOwn(address: Ipv4): void {
    this.#supposed.others.add(address)
  }

  override addressType(address: Ipv4, ifindex?: number): AddressType {
    const known = super.addressType(address, ifindex)
    if (known !== 'unicast' || !this.#isOwn(address)) return known
    if (ifindex === undefined) return 'local'
    const link = this.linkByIndex(ifindex)
    if (link === null || link.loopback) return known
    const text = formatIpv4(address)
    const onIt = this.sim.ask({
      subject: `device of ${text}`,
      key: link.name,
      yes: `${text} is an address of ${link.name}`,
      no: `${text} is not an address of ${link.name}`,
      follows: (earlier) => (earlier.some(({ answer }) => answer) ? false : null),
    })
    return onIt ? 'local' : known
  }

  override routeInput(link: Link, destination: Ipv4, source: Ipv4, tos: number, mark: number, packet?: Packet): Dst {
    // ARP asks, too: whoever looks for an address that nobody told of finds it at its next hop
    if (packet !== undefined && !(this.forwards && this.#isOther(destination))) this.#isOwn(destination)
    return super.routeInput(link, destination, source, tos, mark, packet)
  }

  override routeOutput(key: OutputKey): Dst {
    if (!(this.forwards && this.#isOther(key.destination))) this.#isOwn(key.destination)
    return super.routeOutput(key)
  }

  /** Takes it for another host's, from now on, unless it is one of this host's. */
  #isOther(address: Ipv4): boolean {
    if (isSpecial(address) || super.addressType(address) !== 'unicast') return false
    const { others } = this.#supposed
    if (others.has(address)) return true
    this.sim.touch(this.#supposed)
    others.add(address)
    this.#supposed.undo.push(() => others.delete(address))
    return true
  }

  /** Supposes whether an address is this host's, unless that is known. */
  #isOwn(address: Ipv4): boolean {
    if (this.knowsAddresses || isSpecial(address) || this.#supposed.others.has(address)) return false
    if (super.addressType(address) !== 'unicast') return super.addressType(address) === 'local'
    const text = formatIpv4(address)
    const own = this.sim.ask({
      subject: `address ${text}`,
      key: '',
      yes: `${text} is an address of this host`,
      no: `${text} is not an address of this host`,
    })
    if (own) {
      this.sim.touch(this.#supposed)
      const route = {
        destination: { address, length: 32 },
        type: 'local',
        table: TableId.LOCAL,
        ifindex: this.loopback.ifindex,
      } as const
      this.fib.add(route)
      this.#supposed.undo.push(() => void this.fib.delete(route))
    }
    return own
  }
}

/** What was added for a branch and goes with it. */
class Supposed implements Stateful {
  touchedAt = 0
  readonly others = new Set<Ipv4>()
  readonly undo: (() => unknown)[] = []

  capture(): () => void {
    const { length } = this.undo
    return () => {
      while (this.undo.length > length) this.undo.pop()!()
    }
  }
}

/** Addresses of which everybody knows what they are. */
function isSpecial(address: Ipv4): boolean {
  return isMulticast(address) || isLimitedBroadcast(address) || isZeronet(address) || isLoopback(address)
}
