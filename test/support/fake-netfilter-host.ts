import type { Device, HookState } from '../../src/netfilter/hook.ts'
import type { NetfilterHost, RejectType } from '../../src/netfilter/host.ts'
import { IPV4_ANY, type Ipv4, parseIpv4 } from '../../src/packet/address.ts'
import type { Packet } from '../../src/packet/packet.ts'
import type { AddressType } from '../../src/route/types.ts'
import { Simulation } from '../../src/sim/simulation.ts'
import type { KernelEvent } from '../../src/sim/types.ts'

/** A namespace that has what a test gives it: netfilter's parts can be tried without devices and routes. */
export class FakeNetfilterHost implements NetfilterHost {
  readonly name: string
  readonly sim: Simulation
  sysctlVersion = 1
  /** By ifindex; the first one is the primary address. */
  readonly addresses = new Map<number, Ipv4[]>()
  readonly devices = new Map<number, Device>()
  readonly sysctls = new Map<string, number>()
  /** What addresses are not unicast. */
  readonly types = new Map<Ipv4, AddressType>()
  /** The gateway of all routes, or null: destinations are neighbours. */
  gateway: Ipv4 | null = null
  /** Does `routeMeHarder` find a route? */
  routable = true

  /** What `leadsBack` says, and the MTUs of all routes. */
  reversePath = true
  mtu: number | undefined = 1500
  mtuBack: number | undefined = 1500

  // what was asked for
  readonly rejected: { packet: Packet; state: HookState; type: RejectType }[] = []
  readonly rerouted: Packet[] = []

  constructor(options: { name?: string; sim?: Simulation } = {}) {
    this.name = options.name ?? 'host'
    this.sim = options.sim ?? new Simulation()
  }

  /** A device with these addresses. */
  addDevice(ifindex: number, name: string, ...addresses: string[]): Device {
    const device: Device = { ifindex, name }
    this.devices.set(ifindex, device)
    const parsed = addresses.map(parseIpv4)
    this.addresses.set(ifindex, parsed)
    for (const address of parsed) this.types.set(address, 'local')
    return device
  }

  setSysctl(path: string, value: number): void {
    this.sysctls.set(path, value)
    this.sysctlVersion++
  }

  addressType(address: Ipv4, ifindex?: number): AddressType {
    const type = this.types.get(address) ?? 'unicast'
    if (type !== 'local' || ifindex === undefined) return type
    return this.addresses.get(ifindex)?.includes(address) === true ? 'local' : 'unicast'
  }

  selectAddress(ifindex: number, _destination: Ipv4): Ipv4 {
    return this.primaryAddress(ifindex)
  }

  nextHop(packet: Packet): Ipv4 {
    return this.gateway ?? packet.ip!.dst
  }

  primaryAddress(ifindex: number): Ipv4 {
    return this.addresses.get(ifindex)?.[0] ?? IPV4_ANY
  }

  deviceByIndex(ifindex: number): Device | null {
    return this.devices.get(ifindex) ?? null
  }

  sendReject(packet: Packet, state: HookState, type: RejectType): void {
    this.rejected.push({ packet, state, type })
  }

  routeMeHarder(packet: Packet): boolean {
    this.rerouted.push(packet)
    return this.routable
  }

  defragment(packet: Packet): Packet | null {
    return packet
  }

  routeMtu(): number | undefined {
    return this.mtu
  }

  mtuTowards(): number | undefined {
    return this.mtuBack
  }

  leadsBack(): boolean {
    return this.reversePath
  }

  sysctlValue(path: string): number | undefined {
    return this.sysctls.get(path)
  }

  /** Collects the events of a simulation from now on. */
  watch(): KernelEvent[] {
    const events: KernelEvent[] = []
    this.sim.probe = { emit: (event) => void events.push(event) }
    return events
  }
}
