import { IPv4CidrRange } from 'ip-num'
import { Netmask } from 'netmask'
import { formatIpv4, type Ipv4, ipv4, parsePrefix, tryParseIpv4 } from '../../packet/address.ts'

/** Do two networks, in CIDR notation, share an address? */
export function cidrsOverlap(a: string, b: string): boolean {
  const [one, other] = [new Netmask(strict(a)), new Netmask(strict(b))]
  return one.contains(other) || other.contains(one)
}

/** Does the network contain the other one, or the address? */
export function cidrContains(network: string, inner: string): boolean {
  return new Netmask(strict(network)).contains(new Netmask(strict(inner)))
}

/** netmask reads leading zeros as octal; here nothing goes into it that was not parsed strictly before. */
function strict(cidr: string): string {
  const { address, length } = parsePrefix(cidr)
  return `${formatIpv4(address)}/${length}`
}

/** A pool has no free address left. */
export class PoolExhausted extends Error {}

/**
 * Addresses of one network to give out. Some are taken from the start: the network itself, the broadcast address, those that the
 * input uses.
 */
export class AddressPool {
  /** In CIDR notation. */
  readonly cidr: string
  readonly #first: number
  readonly #size: number
  readonly #taken = new Set<number>()
  #next: number

  /**
   * @param cidr the network
   * @param first the offset of the first address that is given out: 1 leaves out the network's own address
   */
  constructor(cidr: string, first = 1) {
    const range = IPv4CidrRange.fromCidr(cidr)
    this.cidr = cidr
    this.#first = Number(range.getFirst().getValue())
    this.#size = Number(range.getSize())
    this.#next = first
    // Of a /31 and a /32 there is nothing to be kept back.
    if (this.#size > 2) this.#taken.add(this.#size - 1)
  }

  /** How many addresses the network has. */
  get size(): number {
    return this.#size
  }

  #offset(address: Ipv4): number {
    return (address >>> 0) - this.#first
  }

  /** Is the address of this network? */
  contains(address: Ipv4): boolean {
    const offset = this.#offset(address)
    return offset >= 0 && offset < this.#size
  }

  /** Keeps the address from being given out. Addresses of other networks do not matter. */
  take(address: string): void {
    const parsed = tryParseIpv4(address)
    if (parsed !== undefined && this.contains(parsed)) this.#taken.add(this.#offset(parsed))
  }

  /** Keeps the address at the offset, and says what it is. */
  takeAt(offset: number): string {
    this.#taken.add(offset)
    return this.#format(offset)
  }

  /** Is the address at this offset free? */
  isFree(offset: number): boolean {
    return offset < this.#size && !this.#taken.has(offset)
  }

  /** The next free address, in the order of the addresses (as the host-local plugin does). @throws PoolExhausted */
  next(): string {
    while (this.#taken.has(this.#next)) this.#next++
    if (this.#next >= this.#size) throw new PoolExhausted()
    const address = this.#format(this.#next)
    this.#next++
    return address
  }

  /**
   * A free address that depends on the number alone, as long as no other one hits the same: so that one more Service does not
   * move the addresses of the others. @throws PoolExhausted
   */
  pick(hash: number, first: number): string {
    const span = this.#size - first
    for (let tries = 0; tries < span; tries++) {
      const offset = first + ((hash + tries) % span)
      if (!this.#taken.has(offset)) return this.takeAt(offset)
    }
    throw new PoolExhausted()
  }

  #format(offset: number): string {
    return formatIpv4(ipv4(this.#first + offset))
  }
}
