import { IPV4_ANY, type Ipv4 } from '../../packet/address.ts'
import type { PortBinding } from './firewall.ts'

/** Where ports that nobody named are taken from (`DefaultPortRangeStart`, daemon/libnetwork/portallocator). */
const FIRST = 32768
const LAST = 60999

/** Which ports of the host are published, on which of its addresses (daemon/libnetwork/portallocator). */
export class PortTable {
  readonly #taken = new Map<string, Set<Ipv4>>()
  readonly #last = new Map<string, number>()

  /** False: it is somebody's already. */
  claim({ protocol, hostPort, hostAddress }: PortBinding): boolean {
    const key = `${protocol} ${hostPort}`
    const addresses = this.#taken.get(key) ?? new Set()
    const isTaken =
      hostAddress === IPV4_ANY ? addresses.size > 0 : addresses.has(hostAddress) || addresses.has(IPV4_ANY)
    if (isTaken) return false
    addresses.add(hostAddress)
    this.#taken.set(key, addresses)
    return true
  }

  release({ protocol, hostPort, hostAddress }: PortBinding): void {
    this.#taken.get(`${protocol} ${hostPort}`)?.delete(hostAddress)
  }

  /** The next one that is nobody's, behind the last that was given. */
  claimAny(binding: PortBinding): PortBinding | undefined {
    const { protocol } = binding
    for (let tries = 0; tries <= LAST - FIRST; tries++) {
      const last = this.#last.get(protocol) ?? LAST
      const hostPort = last >= LAST ? FIRST : last + 1
      this.#last.set(protocol, hostPort)
      const chosen = { ...binding, hostPort }
      if (this.claim(chosen)) return chosen
    }
    return undefined
  }
}
