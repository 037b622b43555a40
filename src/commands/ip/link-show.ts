import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { formatMac } from '../../packet/index.ts'
import type { Machine } from '../machine.ts'
import { bridgeOf } from './ip-context.ts'

/** `eth0@if3`, `eth0@veth1`: the name with that of the device at the other end. */
export function nameWithPeer(link: Link): string {
  const { peer } = link
  if (peer === null) return link.name
  return peer.netns === link.netns ? `${link.name}@${peer.name}` : `${link.name}@if${peer.ifindex}`
}

/** `<BROADCAST,MULTICAST,UP,LOWER_UP>` (`print_link_flags`, iproute2 ip/ipaddress.c). */
export function flagsOf(link: Link): string {
  const flags: string[] = []
  if (link.up && !link.carrier) flags.push('NO-CARRIER')
  if (link.loopback) flags.push('LOOPBACK')
  else {
    flags.push('BROADCAST')
    if (link.kind !== 'dummy') flags.push('MULTICAST')
  }
  if (link.noArp && !link.loopback) flags.push('NOARP')
  if (link.promiscuous) flags.push('PROMISC')
  if (link.up) {
    flags.push('UP')
    if (link.carrier) flags.push('LOWER_UP')
  }
  const { peer } = link
  if (peer !== null && peer.netns === link.netns && !peer.up) flags.push('M-DOWN')
  return `<${flags.join(',')}>`
}

/** The operational state (`rfc2863_policy`, net/core/link_watch.c). */
export function stateOf(link: Link): string {
  if (!link.up) return 'DOWN'
  if (link.kind !== 'veth' && link.kind !== 'bridge') return 'UNKNOWN'
  if (link.carrier) return 'UP'
  const { peer } = link
  return peer !== null && peer.netns === link.netns ? 'LOWERLAYERDOWN' : 'DOWN'
}

/** The first line of a device in `ip link` and `ip addr`. */
export function headLine(link: Link, mode: boolean): string {
  const master = link.master === null ? '' : ` master ${link.master.name}`
  const qdisc = link.everUp ? 'noqueue' : 'noop'
  const queue = link.txQueueLength === 0 ? '' : ` qlen ${link.txQueueLength}`
  return (
    `${link.ifindex}: ${nameWithPeer(link)}: ${flagsOf(link)} mtu ${link.mtu} qdisc ${qdisc}${master} ` +
    `state ${stateOf(link)}${mode ? ' mode DEFAULT' : ''} group default${queue}`
  )
}

/** The line with the address: `    link/ether …`. */
export function addressLine(link: Link, machine: Machine): string {
  const kind = link.loopback ? 'loopback' : 'ether'
  const broadcast = link.loopback ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff'
  return `    link/${kind} ${formatMac(link.mac)} brd ${broadcast}${peerNamespace(link, machine)}`
}

/** Where the other end is: a namespace with a name, or one that is only a number. */
export function peerNamespace(link: Link, machine: Machine): string {
  const { peer } = link
  if (peer === null || peer.netns === link.netns) return ''
  const name = (peer.netns as NetworkNamespace).name
  return machine.namespaces.has(name)
    ? ` link-netns ${name}`
    : ` link-netnsid ${machine.idOf(link.netns as NetworkNamespace, peer.netns as NetworkNamespace) ?? 0}`
}

/** One line of `ip -br link`. */
export function briefLine(link: Link): string {
  return `${nameWithPeer(link).padEnd(16)} ${stateOf(link).padEnd(14)} ${formatMac(link.mac)} ${flagsOf(link)} `
}

/** Devices that `ip link show` and `ip addr show` may be asked for. */
export interface LinkFilter {
  device?: Link
  up: boolean
  master?: Link
  type: string
}

export function passes(link: Link, filter: LinkFilter): boolean {
  return (
    (filter.device === undefined || filter.device === link) &&
    (!filter.up || link.up) &&
    (filter.master === undefined || link.master === filter.master) &&
    (filter.type === '' || (filter.type === 'bridge_slave' ? bridgeOf(link) !== null : link.kind === filter.type))
  )
}
