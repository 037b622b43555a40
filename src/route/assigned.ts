import type { Ipv4 } from '../packet/address.ts'

/** Which devices of a namespace have which address (`inet_addr_lst`, net/ipv4/devinet.c). */
export class AssignedAddresses {
  readonly #devices = new Map<Ipv4, readonly number[]>()

  /** The kernel finds the device first that got the address last. */
  add(address: Ipv4, ifindex: number): void {
    this.#devices.set(address, [ifindex, ...(this.#devices.get(address) ?? [])])
  }

  delete(address: Ipv4, ifindex: number): void {
    const devices = this.#devices.get(address) ?? []
    const left = devices.toSpliced(devices.indexOf(ifindex), 1)
    if (left.length === 0) this.#devices.delete(address)
    else this.#devices.set(address, left)
  }

  /** The device that has the address, up or down; 0 when none has. */
  deviceOf(address: Ipv4): number {
    return this.#devices.get(address)?.[0] ?? 0
  }
}
