import type { Link } from '../../netns/index.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import { formatMac } from '../../packet/index.ts'
import { stateOf } from '../ip/link-show.ts'
import type { KernelFile } from './kernel-file.ts'

/** `IFF_*` (include/uapi/linux/if.h). */
export const InterfaceFlag = {
  UP: 1,
  BROADCAST: 2,
  LOOPBACK: 8,
  RUNNING: 0x40,
  NOARP: 0x80,
  PROMISC: 0x100,
  ALLMULTI: 0x200,
  MULTICAST: 0x1000,
} as const

/** What stands in `dev->flags`: without what is only shown to those who ask (IFF_RUNNING). */
export function deviceFlags(link: Link): number {
  const kind = link.loopback
    ? InterfaceFlag.LOOPBACK
    : InterfaceFlag.BROADCAST | (link.kind === 'dummy' ? 0 : InterfaceFlag.MULTICAST)
  return (
    kind |
    (link.up ? InterfaceFlag.UP : 0) |
    (link.noArp && !link.loopback ? InterfaceFlag.NOARP : 0) |
    (link.promiscuity > 0 ? InterfaceFlag.PROMISC : 0) |
    // `br_add_if`
    (link.master === null ? 0 : InterfaceFlag.ALLMULTI)
  )
}

const ETHER = 1
const LOOPBACK = 772

/** Attributes by their name (net/core/net-sysfs.c). */
const ATTRIBUTES: Readonly<Record<string, ((link: Link) => string | number) | undefined>> = {
  addr_len: () => 6,
  address: ({ mac }) => formatMac(mac),
  broadcast: ({ loopback }) => (loopback ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff'),
  carrier: (link) => Number(whenUp(link, 'carrier').carrier),
  flags: (link) => `0x${deviceFlags(link).toString(16)}`,
  ifindex: ({ ifindex }) => ifindex,
  iflink: ({ ifindex, peer }) => peer?.ifindex ?? ifindex,
  mtu: ({ mtu }) => mtu,
  operstate: (link) => stateOf(link).toLowerCase(),
  tx_queue_len: ({ txQueueLength }) => txQueueLength,
  type: ({ loopback }) => (loopback ? LOOPBACK : ETHER),
}

const STATISTICS: Readonly<Record<string, ((statistics: Link['statistics']) => number) | undefined>> = {
  rx_bytes: ({ rxBytes }) => rxBytes,
  rx_dropped: ({ rxDropped }) => rxDropped,
  rx_packets: ({ rxPackets }) => rxPackets,
  tx_bytes: ({ txBytes }) => txBytes,
  tx_carrier_errors: ({ txCarrier }) => txCarrier,
  tx_dropped: ({ txDropped }) => txDropped,
  tx_errors: ({ txErrors }) => txErrors,
  tx_packets: ({ txPackets }) => txPackets,
}

/** /sys/class/net/DEV/… of the devices of the namespace. */
export const sysClassNet: KernelFile = {
  path: /^\/sys\/class\/net\/([^/]+)\/(statistics\/)?([^/]+)$/,
  read: ({ netns }, device, folder, name) => {
    const link = netns.deviceByName(device!)
    if (link === undefined) return undefined
    const value = folder === undefined ? ATTRIBUTES[name!]?.(link) : STATISTICS[name!]?.(link.statistics)
    if (value === undefined) throw new UnsupportedError(`reading /sys/class/net/${device}/${folder ?? ''}${name}`)
    return `${value}\n`
  },
}

/** Of a device that is down the kernel refuses to tell (EINVAL). */
function whenUp(link: Link, name: string): Link {
  if (!link.up) throw new UnsupportedError(`reading /sys/class/net/${link.name}/${name} of a device that is down`)
  return link
}
