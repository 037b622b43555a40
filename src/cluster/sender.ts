import { NetworkNamespace } from '../netns/namespace.ts'
import {
  formatIpv4,
  type Ipv4,
  isLimitedBroadcast,
  isMulticast,
  isZeronet,
  type Prefix,
  prefixContains,
} from '../packet/address.ts'
import { KubehopError } from '../packet/errors.ts'
import { TableId } from '../route/index.ts'
import { installSockets } from '../sockets/index.ts'
import type { ClusterNetwork } from './network.ts'
import type { NodeHost } from './node-host.ts'
import { macOf } from './plan.ts'
import { wireSandbox } from './pod-host.ts'
import { replaceRoute } from './replace-route.ts'
import { sandboxWiring } from './stand-ins.ts'

/** The name of the machine that is made for a trace, and of its device where it is plugged in. */
const SENDER = 'sender'

/** From where a packet enters a node: out of the node's own sockets, by the bridge of its pods, or from outside. */
export type Side = 'own sockets' | 'pods' | 'outside'

/** From where packets with a source address come. @throws KubehopError `BAD_REFERENCE`: no single host can have the address */
export function sideOf({ plan }: ClusterNetwork, node: NodeHost, address: Ipv4): Side {
  if (isMulticast(address) || isLimitedBroadcast(address) || isZeronet(address)) {
    throw new KubehopError('BAD_REFERENCE', `"${formatIpv4(address)}": no packet comes from that address`)
  }
  if (node.netns.addressType(address) === 'local') return 'own sockets'
  const { subnet } = node.plan.lease
  return prefixContains(subnet, address) || prefixContains(plan.pods, address) ? 'pods' : 'outside'
}

/**
 * Somebody with this source address on that side of a node, all of whose packets go there. Where nobody is, a guest is made, which is gone
 * after the trace.
 *
 * @param destinations the packet may be for one of these: a guest sends to its own address, too
 */
export function senderAt(
  network: ClusterNetwork,
  node: NodeHost,
  address: Ipv4,
  side: Side,
  destinations: readonly Ipv4[],
): NetworkNamespace {
  if (side === 'own sockets') return node.netns
  const known = network.sandboxOn(node, address)
  if (known !== undefined) return known
  const netns = side === 'pods' ? guestPod(network, node, address) : guestOutside(network, node, address, destinations)
  installSockets(netns, { defaultListener: true })
  if (destinations.includes(address)) sendToItselfOutside(netns)
  return netns
}

/** A sandbox on the node's bridge, to which packets for its address go: whoever else has it in the cluster. */
function guestPod(network: ClusterNetwork, node: NodeHost, address: Ipv4): NetworkNamespace {
  const { fabric, plan, standIns } = network
  fabric.whenGuestsLeave(replaceRoute(node.netns.fib, address, null))
  const names = { netns: SENDER, port: SENDER, eth0Mac: macOf(0x1600, address), portMac: macOf(0x1200, address) }
  const { netns, port } = wireSandbox(address, names, sandboxWiring(plan, node))
  fabric.whenGuestsLeave(() => node.netns.remove(port))
  fabric.whenGuestsLeave(standIns.leadBack(address, node))
  if (!prefixContains(node.plan.lease.subnet, address)) {
    for (const other of network.nodes.values())
      if (other !== node) fabric.whenGuestsLeave(leadTo(other, node.plan.lease.subnet, address))
  }
  return netns
}

/** Another node sends what is for the guest where it sends what is for the pods beside it. */
function leadTo({ netns }: NodeHost, subnet: Prefix, address: Ipv4): () => void {
  const beside = netns.fib
    .routes(TableId.MAIN)
    .find(({ destination, length }) => destination === subnet.address && length === subnet.length)
  if (beside === undefined) return () => {}
  const { gateway, ifindex, onlink } = beside
  return replaceRoute(netns.fib, address, { gateway, ifindex, onlink })
}

function guestOutside(
  { fabric, sim }: ClusterNetwork,
  node: NodeHost,
  address: Ipv4,
  destinations: readonly Ipv4[],
): NetworkNamespace {
  const netns = new NetworkNamespace(sim, SENDER)
  fabric.connectSender(netns, address, node.netns, destinations)
  return netns
}

/** What it sends to its own address leaves by eth0 all the same, and what comes from there by its own address is taken. */
function sendToItselfOutside(netns: NetworkNamespace): void {
  netns.fib.deleteRule({ priority: 0 })
  netns.fib.addRule({ priority: 0, iif: 'eth0', table: TableId.LOCAL })
  netns.sysctl.set('ipv4.conf.all.accept_local', 1)
}
