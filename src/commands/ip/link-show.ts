import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { formatMac } from '../../packet/index.ts'
import type { Machine } from '../machine.ts'
import { bridgeOf, type IpContext } from './ip-context.ts'
import { putDetails } from './link-details.ts'
import { View } from './view.ts'

/** `eth0@if3`, `eth0@veth1`: the name with that of the device at the other end. */
export function nameWithPeer(link: Link): string {
  const { peer } = link
  if (peer === null) return link.name
  return peer.netns === link.netns ? `${link.name}@${peer.name}` : `${link.name}@if${peer.ifindex}`
}

/** `BROADCAST`, `MULTICAST`, `UP`, `LOWER_UP` (`print_link_flags`, iproute2 ip/ipaddress.c). */
export function flagsOf(link: Link): string[] {
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
  return flags
}

/** The operational state (`rfc2863_policy`, net/core/link_watch.c). */
export function stateOf(link: Link): string {
  if (!link.up) return 'DOWN'
  if (link.kind !== 'veth' && link.kind !== 'bridge') return 'UNKNOWN'
  if (link.carrier) return 'UP'
  const { peer } = link
  return peer !== null && peer.netns === link.netns ? 'LOWERLAYERDOWN' : 'DOWN'
}

/** Number, name and flags, and what is at the other end. */
export function putName(view: View, link: Link): View {
  view.put('ifindex', link.ifindex, `${link.ifindex}: `)
  return putBareName(view, link)
    .say(nameWithPeer(link))
    .put('flags', flagsOf(link), `: <${flagsOf(link).join(',')}> `)
    .put('mtu', link.mtu)
}

function putBareName(view: View, link: Link): View {
  const { peer } = link
  if (peer !== null) {
    if (peer.netns === link.netns) view.put('link', peer.name, '')
    else view.put('link_index', peer.ifindex, '')
  }
  return view.put('ifname', link.name, '')
}

/**
 * A device as `ip link` (`mode`) and `ip addr` show it, without a line feed at the end (`print_linkinfo`, ip/ipaddress.c).
 *
 * @param mode `ip link` tells of its mode
 * @param hardware the line with the Ethernet address is wanted, too
 */
export function linkView(link: Link, { machine, details }: IpContext, mode: boolean, hardware: boolean): View {
  const view = putName(new View(), link)
  view.put('qdisc', link.everUp ? 'noqueue' : 'noop')
  if (link.master !== null) view.put('master', link.master.name)
  view.put('operstate', stateOf(link), `state ${stateOf(link)} `)
  if (mode) view.put('linkmode', 'DEFAULT', 'mode DEFAULT ')
  view.put('group', 'default', 'group default')
  if (link.txQueueLength !== 0) view.put('txqlen', link.txQueueLength, ` qlen ${link.txQueueLength}`)
  if (hardware || details) {
    const kind = link.loopback ? 'loopback' : 'ether'
    const broadcast = link.loopback ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff'
    view
      .put('link_type', kind, `\n    link/${kind} `)
      .put('address', formatMac(link.mac), `${formatMac(link.mac)} `)
      .put('broadcast', broadcast, `brd ${broadcast}`)
  }
  putPeerNamespace(view, link, machine)
  if (details) putDetails(view.say(' '), link, mode)
  return view
}

/** Where the other end is: a namespace with a name, or one that is only a number. */
function putPeerNamespace(view: View, link: Link, machine: Machine): void {
  const { peer } = link
  if (peer === null || peer.netns === link.netns) return
  const { name } = peer.netns as NetworkNamespace
  const id = machine.numberFor(link.netns as NetworkNamespace, peer.netns as NetworkNamespace)
  view.put('link_netnsid', id, machine.namespaces.has(name) ? ` link-netns ${name}` : ` link-netnsid ${id}`)
}

/** The beginning of a line of `ip -br link` and `ip -br addr`. */
export function briefView(link: Link): View {
  const state = stateOf(link)
  return putBareName(new View(), link)
    .say(`${nameWithPeer(link).padEnd(16)} `)
    .put('operstate', state, `${state.padEnd(14)} `)
}

/** One line of `ip -br link`. */
export function briefLinkView(link: Link): View {
  const flags = flagsOf(link)
  return briefView(link)
    .put('address', formatMac(link.mac), `${formatMac(link.mac)} `)
    .put('flags', flags, `<${flags.join(',')}> `)
}

/** Devices that `ip link show` and `ip addr show` may be asked for. */
export interface LinkFilter {
  device?: Link
  up: boolean
  master?: Link
  type: string
}

export function passes(link: Link, filter: LinkFilter): boolean {
  return isAskedFor(link, filter) && (!filter.up || link.up)
}

/** What the kernel itself looks at; that a device is up `ip` finds out. With `-j` it shows such a device as an empty object. */
export function isAskedFor(link: Link, filter: LinkFilter): boolean {
  return (
    (filter.device === undefined || filter.device === link) &&
    (filter.master === undefined || link.master === filter.master) &&
    (filter.type === '' || (filter.type === 'bridge_slave' ? bridgeOf(link) !== null : link.kind === filter.type))
  )
}
