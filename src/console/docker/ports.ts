import { IPV4_ANY, type Ipv4 } from '../../packet/address.ts'
import type { PortBinding } from './firewall.ts'
import type { PortRequest } from './port-spec.ts'

/** Where ports that nobody named are taken from (`DefaultPortRangeStart`, daemon/libnetwork/portallocator). */
const FIRST = 32768
const LAST = 60999

/** Which ports of the host are published, on which of its addresses (daemon/libnetwork/portallocator). */
export class PortTable {
  readonly #taken = new Map<string, Set<Ipv4>>()
  /** By transport and range: the port that was given last. */
  readonly #last = new Map<string, number>()

  /** The port that is asked for, or the next one of the range; undefined: it is somebody's already. */
  claim(request: PortRequest): PortBinding | undefined {
    const { protocol, hostAddress, hostPort: wanted, lastHostPort, port } = request
    const [first, last] = wanted === 0 ? [FIRST, LAST] : [wanted, lastHostPort]
    const key = `${protocol} ${first} ${last}`
    for (let tries = first; tries <= last; tries++) {
      const before = this.#last.get(key) ?? last
      const hostPort = before >= last ? first : before + 1
      this.#last.set(key, hostPort)
      const binding = { protocol, hostAddress, hostPort, port }
      if (this.#take(binding)) return binding
    }
    return undefined
  }

  /** False: it is somebody's already. */
  #take({ protocol, hostPort, hostAddress }: PortBinding): boolean {
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
}
