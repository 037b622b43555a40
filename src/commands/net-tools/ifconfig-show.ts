import type { Link } from '../../netns/index.ts'
import { formatIpv4, formatMac } from '../../packet/index.ts'
import type { InterfaceAddress } from '../../route/index.ts'
import { maskOf } from '../proc/net-route.ts'
import { InterfaceFlag } from '../proc/sys-class-net.ts'

/** A device, or one of its addresses with a label of its own (`eth0:1`). */
export interface Interface {
  readonly name: string
  readonly link: Link
  readonly address: InterfaceAddress | undefined
  readonly isAlias: boolean
}

/** What `ifconfig` lists, in its order: the digits at the end of a name count as a number. */
export function interfacesOf(links: Iterable<Link>): Interface[] {
  const all: Interface[] = []
  for (const link of links) {
    all.push({
      name: link.name,
      link,
      address: link.addresses.find(({ label }) => label === link.name),
      isAlias: false,
    })
    const labels = new Set(link.addresses.map(({ label }) => label).filter((label) => label !== link.name))
    for (const label of labels) {
      all.push({ name: label, link, address: link.addresses.find((each) => each.label === label), isAlias: true })
    }
  }
  return all.sort((a, b) => compareNames(a.name, b.name))
}

/** By what stands before the digits at the end of a device's name, then by their number, then by the label's own part (`:1`). */
function compareNames(a: string, b: string): number {
  const [first, second] = [parted(a), parted(b)]
  if (first.stem !== second.stem) return first.stem < second.stem ? -1 : 1
  return first.number - second.number || (a < b ? -1 : 1)
}

function parted(name: string): { readonly stem: string; readonly number: number } {
  const [device = ''] = name.split(':')
  const [digits = ''] = /\d*$/.exec(device) ?? []
  return { stem: device.slice(0, device.length - digits.length), number: digits === '' ? -1 : Number(digits) }
}

const FLAG_NAMES: readonly (readonly [flag: number, name: string])[] = [
  [InterfaceFlag.UP, 'UP'],
  [InterfaceFlag.BROADCAST, 'BROADCAST'],
  [InterfaceFlag.LOOPBACK, 'LOOPBACK'],
  [InterfaceFlag.RUNNING, 'RUNNING'],
  [InterfaceFlag.NOARP, 'NOARP'],
  [InterfaceFlag.PROMISC, 'PROMISC'],
  [InterfaceFlag.MULTICAST, 'MULTICAST'],
]
const FLAG_LETTERS: readonly (readonly [flag: number, letter: string])[] = [
  [InterfaceFlag.BROADCAST, 'B'],
  [InterfaceFlag.LOOPBACK, 'L'],
  [InterfaceFlag.MULTICAST, 'M'],
  [InterfaceFlag.PROMISC, 'P'],
  [InterfaceFlag.NOARP, 'O'],
  [InterfaceFlag.RUNNING, 'R'],
  [InterfaceFlag.UP, 'U'],
]

/** What SIOCGIFFLAGS tells (`dev_get_flags`): promiscuous only when somebody asked for it. */
function flagsOf(link: Link): number {
  const kind = link.loopback
    ? InterfaceFlag.LOOPBACK
    : InterfaceFlag.BROADCAST | (link.kind === 'dummy' ? 0 : InterfaceFlag.MULTICAST)
  return (
    kind |
    (link.up ? InterfaceFlag.UP : 0) |
    (link.running ? InterfaceFlag.RUNNING : 0) |
    (link.noArp && !link.loopback ? InterfaceFlag.NOARP : 0) |
    (link.promiscuous ? InterfaceFlag.PROMISC : 0)
  )
}

/** `ife_print_long` in net-tools' lib/interface.c */
export function longText({ name, link, address, isAlias }: Interface): string {
  const flags = flagsOf(link)
  const names = FLAG_NAMES.filter(([flag]) => (flags & flag) !== 0).map(([, each]) => each)
  const lines = [`${name}: flags=${flags}<${names.join(',')}>  mtu ${link.mtu}`]
  if (address !== undefined) {
    const broadcast = link.loopback ? '' : `  broadcast ${formatIpv4(address.broadcast)}`
    lines.push(`inet ${formatIpv4(address.local)}  netmask ${formatIpv4(maskOf(address.length))}${broadcast}`)
  }
  const queue = link.txQueueLength === 0 ? '' : `  txqueuelen ${link.txQueueLength}`
  lines.push(link.loopback ? `loop${queue}  (Local Loopback)` : `ether ${formatMac(link.mac)}${queue}  (Ethernet)`)
  if (!isAlias) {
    const { rxPackets, rxBytes, rxDropped, txPackets, txBytes, txErrors, txDropped, txCarrier } = link.statistics
    lines.push(
      `RX packets ${rxPackets}  bytes ${rxBytes} (${scaled(rxBytes)})`,
      `RX errors 0  dropped ${rxDropped}  overruns 0  frame 0`,
      `TX packets ${txPackets}  bytes ${txBytes} (${scaled(txBytes)})`,
      `TX errors ${txErrors}  dropped ${txDropped} overruns 0  carrier ${txCarrier}  collisions 0`,
    )
  }
  return `${lines.join('\n        ')}\n\n`
}

export const SHORT_HEAD = 'Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n'

/** `ife_print_short` */
export function shortText({ name, link, isAlias }: Interface): string {
  const flags = flagsOf(link)
  const letters = FLAG_LETTERS.filter(([flag]) => (flags & flag) !== 0).map(([, letter]) => letter)
  const head = `${name.padEnd(15)} ${String(link.mtu).padStart(5)} `
  if (isAlias) return `${head}${'     - no statistics available -'.padEnd(55)} ${letters.join('')}\n`
  const { rxPackets, rxDropped, txPackets, txErrors, txDropped } = link.statistics
  const received = `${number(rxPackets, 8)} ${number(0, 6)} ${number(rxDropped, 6)} ${'0'.padEnd(6)}`
  const sent = `${number(txPackets, 8)} ${number(txErrors, 6)} ${number(txDropped, 6)} ${number(0, 6)}`
  return `${head}${received} ${sent} ${letters.join('')}\n`
}

function number(value: number, width: number): string {
  return String(value).padStart(width)
}

const UNITS: readonly (readonly [octets: number, unit: string])[] = [
  [1024 ** 5, 'PiB'],
  [1024 ** 4, 'TiB'],
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
]

/** `1.6 KiB`: tenths are cut off, not rounded. */
function scaled(octets: number): string {
  const [one, unit] = UNITS.find(([above]) => octets > above) ?? [1, 'B']
  const tenths = Math.floor((octets * 10) / one)
  return `${Math.floor(tenths / 10)}.${tenths % 10} ${unit}`
}
