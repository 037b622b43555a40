import type { Ipv4 } from '../packet/address.ts'
import type { Link } from './link.ts'

/** An address that ARP answers for on a device, or on every device (`struct pneigh_entry`). */
export interface ProxyNeighbour {
  readonly address: Ipv4
  readonly link: Link | null
}

/** What `ip neigh add proxy` configures (net/core/neighbour.c, `pneigh_*`). */
export class ProxyNeighbours {
  #entries: readonly ProxyNeighbour[] = []

  /** In the kernel's order: by hash, within one the latest first. */
  list(): readonly ProxyNeighbour[] {
    return this.#entries.toSorted((a, b) => hash(a.address) - hash(b.address))
  }

  /** One that is there already is no error. */
  add(address: Ipv4, link: Link | null): void {
    if (this.#entries.some((each) => each.address === address && each.link === link)) return
    this.#entries = [{ address, link }, ...this.#entries]
  }

  /** False: there was none. */
  delete(address: Ipv4, link: Link | null): boolean {
    const rest = this.#entries.filter((each) => each.address !== address || each.link !== link)
    const found = rest.length < this.#entries.length
    this.#entries = rest
    return found
  }

  /** Is an address to be answered for on a device (`pneigh_lookup`)? */
  has(address: Ipv4, link: Link): boolean {
    return this.#entries.some((each) => each.address === address && (each.link === null || each.link === link))
  }

  /** The device went down or away: its entries go (`pneigh_ifdown_and_unlock`). */
  linkDown(link: Link): void {
    this.#entries = this.#entries.filter((each) => each.link !== link)
  }
}

/** `pneigh_hash`, over the address as it stands in memory. */
function hash(address: Ipv4): number {
  let value = (address << 24) | ((address & 0xff00) << 8) | ((address >>> 8) & 0xff00) | (address >>> 24)
  value ^= value >>> 16
  value ^= value >>> 8
  value ^= value >>> 4
  return value & 0xf
}
