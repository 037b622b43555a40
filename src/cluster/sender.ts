import { NetworkNamespace } from '../netns/namespace.ts'
import { Veth } from '../netns/veth.ts'
import {
  formatIpv4,
  type Ipv4,
  isLimitedBroadcast,
  isLoopback,
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
import { type Sandbox, type SandboxNames, wireSandbox } from './pod-host.ts'
import { replaceRoute } from './replace-route.ts'
import { sandboxWiring } from './stand-ins.ts'

/** The name of the machine that is made for a trace, and of its device where it is plugged in. */
const SENDER = 'sender'

/** IFNAMSIZ without its zero. */
const LONGEST_NAME = 15

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
  if (destinations.some(isZeronet)) {
    throw new KubehopError(
      'BAD_REFERENCE',
      `no packet to 0.0.0.0 enters a node: whoever connects to it talks to itself`,
    )
  }
  const known = network.sandboxOn(node, address)
  const isStandIn = known !== undefined && network.standIns.namespaces.includes(known)
  // what a pod sends to 127.0.0.1 stays in the pod: to bring such a packet to the node takes a guest that is made for it
  const isForLoopback = destinations.some(isLoopback)
  if (known !== undefined && !isForLoopback && !(isStandIn && routedPrefix(network, node) !== null)) return known
  const netns = side === 'pods' ? guestPod(network, node, address) : guestOutside(network, node, address, destinations)
  installSockets(netns, { defaultListener: true })
  if (isForLoopback || destinations.includes(address)) sendToItselfOutside(netns)
  return netns
}

/**
 * How the names of the devices begin by which kube-proxy knows pods, where no bridge does (detectLocalMode InterfaceNamePrefix): each pod has a
 * device of its own in the node, to which it is routed. Null: pods come in by the bridge.
 */
function routedPrefix({ objects }: ClusterNetwork, { bridge }: NodeHost): string | null {
  const { kubeProxy } = objects
  const prefix = kubeProxy?.detectLocalMode === 'InterfaceNamePrefix' ? kubeProxy.detectLocal?.interfaceNamePrefix : ''
  return prefix === undefined || prefix === '' || bridge.name.startsWith(prefix) ? null : prefix
}

/** A sandbox of the node, to which packets for its address go: whoever else has it in the cluster. */
function guestPod(network: ClusterNetwork, node: NodeHost, address: Ipv4): NetworkNamespace {
  const { fabric, plan, standIns } = network
  const prefix = routedPrefix(network, node)
  fabric.whenGuestsLeave(replaceRoute(node.netns.fib, address, null))
  const names = { netns: SENDER, port: SENDER, eth0Mac: macOf(0x1600, address), portMac: macOf(0x1200, address) }
  const { netns, port } =
    prefix === null
      ? wireSandbox(address, names, sandboxWiring(plan, node))
      : wireRouted(address, { ...names, port: `${prefix}${SENDER}`.slice(0, LONGEST_NAME) }, node)
  fabric.whenGuestsLeave(() => node.netns.remove(port))
  if (prefix !== null) {
    // the endpoints on the bridge look for it there
    const { proxies } = node.netns.neighbours
    proxies.add(address, node.bridge)
    fabric.whenGuestsLeave(() => proxies.delete(address, node.bridge))
  }
  fabric.whenGuestsLeave(standIns.leadBack(address, node))
  if (!prefixContains(node.plan.lease.subnet, address)) {
    for (const other of network.nodes.values())
      if (other !== node) fabric.whenGuestsLeave(leadTo(other, node.plan.lease.subnet, address))
  }
  return netns
}

/** A pair between the sandbox and the node, and a route to it, as CNI plugins without a bridge have it. */
function wireRouted(address: Ipv4, names: SandboxNames, { netns: node, plan, podMtu }: NodeHost): Sandbox {
  const netns = new NetworkNamespace(node.sim, names.netns)
  const [eth0, port] = Veth.pair(
    { netns, name: 'eth0', mac: names.eth0Mac },
    { netns: node, name: names.port, mac: names.portMac },
  )
  node.attach(port)
  netns.attach(eth0)
  for (const [owner, link] of [
    [netns, eth0],
    [node, port],
  ] as const)
    owner.setMtu(link, podMtu)
  netns.addAddress(eth0, { address, length: 32 })
  netns.setUp(netns.loopback, true)
  netns.setUp(eth0, true)
  node.setUp(port, true)
  node.fib.add({ destination: { address, length: 32 }, ifindex: port.ifindex })
  const anywhere: Prefix = { address: 0 as Ipv4, length: 0 }
  // the node answers for each of its addresses on every device
  netns.fib.add({ destination: anywhere, gateway: plan.address, ifindex: eth0.ifindex, onlink: true })
  return { netns, eth0, port }
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

/**
 * What it sends to its own address or to 127.0.0.0/8 leaves by eth0 all the same, and what comes from there by such an address is taken. So does
 * an attacker who tries the ports that a neighbour has on 127.0.0.1 alone.
 */
function sendToItselfOutside(netns: NetworkNamespace): void {
  netns.fib.deleteRule({ priority: 0 })
  netns.fib.addRule({ priority: 0, iif: 'eth0', table: TableId.LOCAL })
  netns.sysctl.set('ipv4.conf.all.accept_local', 1)
  netns.sysctl.set('ipv4.conf.all.route_localnet', 1)
}
