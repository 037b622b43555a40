import type { Ipv4 } from '../packet/address.ts'
import { addAddressRoutes, deleteAddressRoutes } from './address-routes.ts'
import { NetlinkError } from './errors.ts'
import type { Fib } from './fib.ts'
import { isInNetwork } from './select-source.ts'
import type { FibDevice, InterfaceAddress } from './types.ts'

/** An address to assign; `secondary` follows from those that are there. */
export type NewAddress = Omit<InterfaceAddress, 'secondary'>

/** Written out: V8 gives each object that is spread with a field behind it a shape of its own, and looks through thousands of them slowly. */
function withRank(of: NewAddress, secondary: boolean): InterfaceAddress {
  const { local, address, length, broadcast, scope, noprefixroute, metric, label } = of
  return { local, address, length, broadcast, scope, secondary, noprefixroute, metric, label }
}

/** Do two addresses have one network? */
function sameNetwork(a: InterfaceAddress, b: InterfaceAddress): boolean {
  return a.length === b.length && isInNetwork(a.address, b)
}

/**
 * Assigns an address to a device, with the routes that this brings (`__inet_insert_ifa`, net/ipv4/devinet.c). Primary addresses stand
 * first, the widest scope at the front; a further address of a network is secondary and stands at the end.
 *
 * @throws NetlinkError `EEXIST`, `EINVAL`
 */
export function addAddress(fib: Fib, device: FibDevice, address: NewAddress): InterfaceAddress {
  const list = device.addresses
  let secondary = false
  let afterLastPrimary = 0
  const candidate = withRank(address, secondary)
  for (let position = 0; position < list.length; position++) {
    const other = list[position]!
    if (!other.secondary && address.scope <= other.scope) afterLastPrimary = position + 1
    if (other.length !== address.length || !isInNetwork(other.address, candidate)) continue
    if (other.local === address.local) throw new NetlinkError('EEXIST', 'ipv4: Address already assigned')
    if (other.scope !== address.scope) throw new NetlinkError('EINVAL', 'ipv4: Invalid scope value')
    secondary = true
  }
  const added: InterfaceAddress = Object.freeze(withRank(address, secondary))
  device.addresses = list.toSpliced(secondary ? list.length : afterLastPrimary, 0, added)
  fib.noteAddress(added.local, device.ifindex)
  addAddressRoutes(fib, device, added)
  return added
}

/** The address of a device that `ip addr del LOCAL peer PEER/LENGTH` means (`inet_rtm_deladdr`); `peer` is `local` when not given. */
export function findAddress(
  device: FibDevice,
  local: Ipv4,
  length: number,
  peer: Ipv4 = local,
): InterfaceAddress | undefined {
  return device.addresses.find((each) => each.local === local && each.length === length && isInNetwork(peer, each))
}

/** What became of a device's addresses when one was deleted. */
export interface AddressDeletion {
  /** The secondary ones that went with it, and then the address itself. */
  readonly deleted: readonly InterfaceAddress[]
  /** The secondary one that is primary now (`promote_secondaries`), or null. */
  readonly promoted: InterfaceAddress | null
}

/**
 * Takes an address from a device, with the routes that it brought (`__inet_del_ifa`). With a primary address its secondaries go, too,
 * unless the device promotes the first of them.
 *
 * @throws NetlinkError `EADDRNOTAVAIL` when the device does not have it
 */
export function deleteAddress(fib: Fib, device: FibDevice, address: InterfaceAddress): AddressDeletion {
  if (!device.addresses.includes(address)) throw new NetlinkError('EADDRNOTAVAIL', 'ipv4: Address not found')
  const deleted: InterfaceAddress[] = []
  let promote: InterfaceAddress | null = null
  if (!address.secondary) {
    const secondaries = device.addresses.filter((other) => other.secondary && sameNetwork(address, other))
    if (device.promoteSecondaries) {
      promote = secondaries[0] ?? null
      // They get new routes below, with the new primary address in them.
      for (const secondary of secondaries) deleteAddressRoutes(fib, device, secondary, address)
    } else {
      for (const secondary of secondaries) {
        unlink(fib, device, secondary)
        deleteAddressRoutes(fib, device, secondary, null)
        deleted.push(secondary)
      }
    }
  }
  const lastPrimary = device.addresses.findLast(
    (other) => !other.secondary && address.scope <= other.scope && other !== address,
  )
  unlink(fib, device, address)
  deleteAddressRoutes(fib, device, address, null)
  deleted.push(address)
  if (device.addresses.length === 0) fib.deviceGone(device.ifindex)
  return { deleted, promoted: promote === null ? null : promoteAddress(fib, device, promote, lastPrimary) }
}

function unlink(fib: Fib, device: FibDevice, address: InterfaceAddress): void {
  device.addresses = device.addresses.filter((other) => other !== address)
  fib.forgetAddress(address.local, device.ifindex)
}

/** Makes a secondary address primary; the others of its network follow. */
function promoteAddress(
  fib: Fib,
  device: FibDevice,
  promote: InterfaceAddress,
  lastPrimary: InterfaceAddress | undefined,
): InterfaceAddress {
  const promoted: InterfaceAddress = Object.freeze({ ...promote, secondary: false })
  const followers = device.addresses.slice(device.addresses.indexOf(promote) + 1)
  const rest = device.addresses.filter((other) => other !== promote)
  const position = lastPrimary === undefined ? 0 : rest.indexOf(lastPrimary) + 1
  device.addresses = rest.toSpliced(position, 0, promoted)
  addAddressRoutes(fib, device, promoted)
  for (const follower of followers) if (sameNetwork(promoted, follower)) addAddressRoutes(fib, device, follower)
  return promoted
}

/** The device came up: its addresses get the routes that only a device that is up has (`fib_netdev_event`, NETDEV_UP). */
export function deviceUp(fib: Fib, device: FibDevice): void {
  for (const address of device.addresses) addAddressRoutes(fib, device, address)
}

/** The device leaves the namespace: its addresses and all routes by it go (`inetdev_destroy`, NETDEV_UNREGISTER). */
export function removeDevice(fib: Fib, device: FibDevice): void {
  for (const address of device.addresses) {
    unlink(fib, device, address)
    deleteAddressRoutes(fib, device, address, null, true)
  }
  fib.deviceGone(device.ifindex)
}
