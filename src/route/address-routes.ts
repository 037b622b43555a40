import { broadcastOf, IPV4_ANY, IPV4_BROADCAST, type Ipv4, networkOf } from '../packet/address.ts'
import { NetlinkError } from './errors.ts'
import type { Fib } from './fib.ts'
import { NO_METRICS } from './metrics.ts'
import { isInNetwork } from './select-source.ts'
import { type AddressType, type FibDevice, type InterfaceAddress, RouteProtocol, Scope, TableId } from './types.ts'

/*
 * The routes that come and go with addresses (net/ipv4/fib_frontend.c): a local one for the address, a broadcast one for the last
 * address of the network (the first one is an ordinary address since Linux 5.14), and the connected route.
 */

/** `fib_add_ifaddr`. The device may be down: then only the address itself becomes local. */
export function addAddressRoutes(fib: Fib, device: FibDevice, address: InterfaceAddress): void {
  const prefix = networkOf(address.address, address.length)
  const primary = address.secondary ? primaryOf(device, prefix, address.length) : address
  if (primary === undefined) return
  insert(fib, device, 'local', address.local, 32, primary, 0)
  if (!device.up) return
  if (address.broadcast !== IPV4_ANY && address.broadcast !== IPV4_BROADCAST) {
    insert(fib, device, 'broadcast', address.broadcast, 32, primary, 0)
  }
  if (prefix === IPV4_ANY || address.secondary || (prefix === address.local && address.length === 32)) return
  if (!address.noprefixroute) {
    insert(fib, device, device.loopback ? 'local' : 'unicast', prefix, address.length, primary, address.metric)
  }
  if (address.length < 31) insert(fib, device, 'broadcast', broadcastOf(prefix, address.length), 32, primary, 0)
}

/**
 * `fib_del_ifaddr`. The address is off the device's list already, unless it stays with a new primary address in place of
 * `oldPrimary`. `dying`: the device goes, so that nothing on it keeps a route alive.
 */
export function deleteAddressRoutes(
  fib: Fib,
  device: FibDevice,
  address: InterfaceAddress,
  oldPrimary: InterfaceAddress | null,
  dying = false,
): void {
  const prefix = networkOf(address.address, address.length)
  const last = broadcastOf(address.address, address.length)
  let primary = address
  let subnet = false
  if (address.secondary) {
    const found = primaryOf(device, prefix, address.length)
    if (found === undefined) return
    primary = found
  } else if (prefix !== IPV4_ANY && (prefix !== address.local || address.length < 32)) {
    if (!address.noprefixroute) {
      remove(fib, device, device.loopback ? 'local' : 'unicast', prefix, address.length, primary)
    }
    subnet = true
  }
  const kept = dying ? NOTHING : stillNeeded(device, address, primary, oldPrimary)
  if (!kept.broadcast) remove(fib, device, 'broadcast', address.broadcast, 32, primary)
  if (subnet && address.length < 31 && !kept.last) remove(fib, device, 'broadcast', last, 32, primary)
  if (kept.local) return
  remove(fib, device, 'local', address.local, 32, primary)
  const gone = dying || !device.addresses.includes(address)
  if (gone && fib.addressType(address.local) !== 'local') {
    // fib_sync_down_addr: routes with this source go, but only those of the main table.
    fib.removeWhere((route) => route.prefsrc === address.local && route.table === TableId.MAIN)
  }
}

interface StillNeeded {
  /** The local route to the address. */
  local: boolean
  /** The broadcast route to its own broadcast address. */
  broadcast: boolean
  /** The broadcast route to the last address of its network. */
  last: boolean
}

const NOTHING: StillNeeded = { local: false, broadcast: false, last: false }

/** Which routes of an address other addresses of the device need, too. Only those with the same source count. */
function stillNeeded(
  device: FibDevice,
  address: InterfaceAddress,
  primary: InterfaceAddress,
  oldPrimary: InterfaceAddress | null,
): StillNeeded {
  const needed = { ...NOTHING }
  const last = broadcastOf(address.address, address.length)
  let samePrefsrc = false
  for (const other of device.addresses) {
    if (other === address) continue
    // The whole network gets a new primary address: none of it counts.
    if (oldPrimary !== null && other.length === oldPrimary.length && isInNetwork(other.address, oldPrimary)) continue
    let itsPrimary: InterfaceAddress | undefined
    if (!other.secondary) {
      if (primary.local !== other.local) continue
      itsPrimary = other
      if (primary !== other) samePrefsrc = true
    } else if (other.length === primary.length && isInNetwork(other.address, primary)) {
      itsPrimary = primary
    } else {
      if (!samePrefsrc) continue
      itsPrimary = primaryOf(device, other.address, other.length)
      if (itsPrimary === undefined || itsPrimary.local !== primary.local) continue
    }
    if (address.local === other.local) needed.local = true
    if (address.broadcast === other.broadcast) needed.broadcast = true
    if (last === other.broadcast) needed.last = true
    if (itsPrimary === other && other.length < 31) {
      const itsNetwork = networkOf(other.address, other.length)
      const itsLast = broadcastOf(other.address, other.length)
      if (itsNetwork === IPV4_ANY) continue
      if (address.broadcast === itsLast || address.broadcast === itsNetwork) needed.broadcast = true
      if (last === itsLast || last === itsNetwork) needed.last = true
    }
  }
  return needed
}

/** The first address of a network (`inet_ifa_byprefix`): the primary one, since those stand first. */
function primaryOf(device: FibDevice, prefix: Ipv4, length: number): InterfaceAddress | undefined {
  return device.addresses.find((other) => other.length === length && isInNetwork(prefix, other))
}

/** `fib_magic(RTM_NEWROUTE)`: the kernel adds behind what is there and does not mind when it is there already. */
function insert(
  fib: Fib,
  device: FibDevice,
  type: AddressType,
  destination: Ipv4,
  length: number,
  source: InterfaceAddress,
  metric: number,
): void {
  quietly(() => {
    const spec = {
      destination: { address: destination, length },
      tos: 0,
      table: type === 'unicast' ? TableId.MAIN : TableId.LOCAL,
      type,
      scope: type === 'local' ? Scope.HOST : Scope.LINK,
      gateway: IPV4_ANY,
      ifindex: device.ifindex,
      prefsrc: source.local,
      metric,
      protocol: RouteProtocol.KERNEL,
      onlink: false,
      metrics: NO_METRICS,
    }
    fib.insert(spec, 'ensure')
  })
}

/** `fib_magic(RTM_DELROUTE)` */
function remove(
  fib: Fib,
  device: FibDevice,
  type: AddressType,
  destination: Ipv4,
  length: number,
  source: InterfaceAddress,
): void {
  quietly(() => {
    fib.delete({
      destination: { address: destination, length },
      table: type === 'unicast' ? TableId.MAIN : TableId.LOCAL,
      type,
      scope: type === 'local' ? Scope.HOST : Scope.LINK,
      ifindex: device.ifindex,
      prefsrc: source.local,
      protocol: RouteProtocol.KERNEL,
    })
  })
}

/** The kernel asks itself and ignores the answer. */
function quietly(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
  }
}
