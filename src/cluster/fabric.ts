import { Bridge } from '../bridge/index.ts'
import { NetworkNamespace } from '../netns/namespace.ts'
import { Veth } from '../netns/veth.ts'
import { addressAt, broadcastOf, formatIpv4, type Ipv4, type Prefix, prefixContains } from '../packet/address.ts'
import { KubehopError } from '../packet/errors.ts'
import type { Mac } from '../packet/mac.ts'
import type { RouteSpec } from '../route/index.ts'
import type { Simulation } from '../sim/simulation.ts'
import { installSockets } from '../sockets/index.ts'
import { type ClusterPlan, macOf, randomMac } from './plan.ts'
import { replaceRoute } from './replace-route.ts'
import { withBroadcast } from './with-broadcast.ts'

const ANYWHERE: Prefix = { address: 0 as Ipv4, length: 0 }

/** Where the router looks up what a guest sends: one node gets it, whatever it is for. */
const SENDERS_TABLE = 100

/** The host out there has this place in its network, unless another address is asked for. */
const EXTERNAL_HOST = 10

/** What it needs to know of a cluster. */
export type FabricPlan = Pick<ClusterPlan, 'gateway' | 'mtu' | 'nodes' | 'outside' | 'pods' | 'services' | 'underlay'>

/**
 * What is between the nodes and beyond them: one switch that all nodes are plugged into, a router on it, and behind the router one host
 * that stands for the rest of the world.
 *
 * The router knows its two networks and sends all else outside, but for the pods' and Services' networks, which are nobody's out there.
 */
export class Fabric {
  readonly underlay: NetworkNamespace
  readonly external: NetworkNamespace
  /** The outside host's own address. */
  readonly externalAddress: Ipv4
  readonly #sim: Simulation
  readonly #plan: FabricPlan
  readonly #switch: Bridge
  readonly #neighbours = new Map<Ipv4, NetworkNamespace>()
  readonly #machines = new Set<Ipv4>()
  #leaving: (() => void)[] | null = null

  constructor(sim: Simulation, plan: FabricPlan) {
    this.#sim = sim
    this.#plan = plan
    const macs = sim.random('mac')
    this.underlay = new NetworkNamespace(sim, 'underlay')
    this.underlay.sysctl.set('ipv4.ip_forward', 1)
    // the switch is no firewall: frames between nodes do not pass iptables here
    this.underlay.sysctl.set('bridge.bridge-nf-call-iptables', 0)
    this.#switch = new Bridge(this.underlay, 'switch0', randomMac(macs))
    this.#switch.macIsSet = true
    this.underlay.attach(this.#switch)
    this.underlay.setMtu(this.#switch, plan.mtu)
    this.underlay.addAddress(this.#switch, { address: plan.gateway, length: plan.underlay.length })
    this.underlay.setUp(this.underlay.loopback, true)
    this.underlay.setUp(this.#switch, true)

    const { outside } = plan
    const router = addressAt(outside.address, 1)
    this.externalAddress = addressAt(outside.address, EXTERNAL_HOST)
    this.external = new NetworkNamespace(sim, 'external')
    installSockets(this.external, { defaultListener: true })
    const [inner, outer] = Veth.pair(
      { netns: this.underlay, name: 'wan0', mac: randomMac(macs) },
      { netns: this.external, name: 'eth0', mac: randomMac(macs) },
    )
    this.external.attach(outer)
    this.underlay.attach(inner)
    this.external.addAddress(outer, { address: this.externalAddress, length: outside.length })
    this.underlay.addAddress(inner, { address: router, length: outside.length })
    this.external.setUp(this.external.loopback, true)
    this.external.setUp(outer, true)
    this.underlay.setUp(inner, true)
    const anywhere: Prefix = { address: 0 as Ipv4, length: 0 }
    this.external.fib.add({ destination: anywhere, gateway: router, ifindex: outer.ifindex })
    this.underlay.fib.add({ destination: anywhere, gateway: this.externalAddress, ifindex: inner.ifindex })
    for (const destination of [plan.pods, plan.services]) this.underlay.fib.add({ destination, type: 'unreachable' })
  }

  /** Plugs a host into the switch; the port there has the host's name, or its address. Returns the host's eth0. */
  plug(netns: NetworkNamespace, address: Ipv4, macs: () => Mac = () => randomMac(this.#sim.random('mac'))): Veth {
    const plan = this.#plan
    const [port, eth0] = Veth.pair(
      { netns: this.underlay, name: portName(netns.name, address, this.underlay), mac: macs() },
      { netns, name: 'eth0', mac: macs() },
    )
    netns.attach(eth0)
    this.underlay.attach(port)
    netns.setMtu(eth0, plan.mtu)
    this.underlay.setMtu(port, plan.mtu)
    this.#switch.addPort(port)
    netns.addAddress(eth0, withBroadcast({ address, length: plan.underlay.length }))
    netns.setUp(netns.loopback, true)
    netns.setUp(eth0, true)
    this.underlay.setUp(port, true)
    netns.fib.add({ destination: { address: 0 as Ipv4, length: 0 }, gateway: plan.gateway, ifindex: eth0.ifindex })
    return eth0
  }

  /**
   * Makes somebody answer at an address that is no node's and no pod's: a neighbour of the nodes when it is in their network, the
   * host outside otherwise. Returns the namespace that answers.
   */
  host(address: Ipv4): NetworkNamespace {
    if (this.external.addressType(address) === 'local') return this.external
    if (!prefixContains(this.#plan.underlay, address)) {
      const { external } = this
      const added = external.addAddress(external.loopback, { address, length: 32, scope: 0 })
      this.#leaving?.push(() => external.deleteAddress(external.loopback, added))
      return external
    }
    if (address === this.#plan.gateway) return this.underlay
    let neighbour = this.#neighbours.get(address)
    if (neighbour === undefined) {
      // named after its address, so that it is the same whoever asks for it first
      neighbour = new NetworkNamespace(this.#sim, `host-${formatIpv4(address)}`)
      this.#neighbours.set(address, neighbour)
      installSockets(neighbour, { defaultListener: true })
      const macs = macsOf(address)
      const { peer } = this.plug(neighbour, address, () => macs.shift()!)
      this.#leaving?.push(() => {
        this.#neighbours.delete(address)
        if (peer !== null) this.underlay.remove(peer)
      })
    }
    return neighbour
  }

  /** Whoever `host` brings in during the work leaves when it is done: what one trace asks for, the next does not find. */
  withGuests<T>(work: () => T): T {
    const leaving: (() => void)[] = []
    this.#leaving = leaving
    try {
      return work()
    } finally {
      this.#leaving = null
      for (const leave of leaving.reverse()) leave()
    }
  }

  /** What is undone when the guests leave, the last one first. */
  whenGuestsLeave(undo: () => void): void {
    this.#leaving?.push(undo)
  }

  /**
   * Connects a guest that sends from any address, to one node alone: all that it sends goes there, and the way back leads to it, whoever
   * has the address otherwise. It is behind the router; on the nodes' switch when its address is in their network, or when the
   * router itself has one of the addresses.
   */
  connectSender(netns: NetworkNamespace, address: Ipv4, node: NetworkNamespace, destinations: readonly Ipv4[]): void {
    const { underlay } = this
    const [port, eth0] = Veth.pair(
      { netns: underlay, name: netns.name, mac: macOf(0x1200, address) },
      { netns, name: 'eth0', mac: macOf(0x1600, address) },
    )
    netns.attach(eth0)
    underlay.attach(port)
    netns.setMtu(eth0, this.#plan.mtu)
    underlay.setMtu(port, this.#plan.mtu)
    netns.addAddress(eth0, { address, length: 32 })
    netns.setUp(netns.loopback, true)
    netns.setUp(eth0, true)
    this.whenGuestsLeave(() => underlay.remove(port))
    const isRouters = [address, ...destinations].some((one) => underlay.addressType(one) === 'local')
    if (isRouters || prefixContains(this.#plan.underlay, address)) this.#connectBeside(netns, node, port, eth0, address)
    else this.#connectBehindRouter(netns, node, port, eth0, address)
  }

  #connectBeside(guest: NetworkNamespace, node: NetworkNamespace, port: Veth, eth0: Veth, address: Ipv4): void {
    const nodeEth0 = node.link('eth0')
    const gateway = node.primaryAddress(nodeEth0.ifindex)
    this.#switch.addPort(port)
    this.underlay.setUp(port, true)
    guest.fib.add({ destination: ANYWHERE, gateway, ifindex: eth0.ifindex, onlink: true })
    if (this.#plan.nodes.some((other) => other.address === address || other.lease.publicIp === address)) {
      // tunnels lead to that node: it keeps its address on the switch, and gets the answer, for which it has never asked
      guest.neighbours.addPermanent(eth0, gateway, nodeEth0.mac)
      guest.sysctl.set('ipv4.conf.all.arp_ignore', 8)
      return
    }
    // somebody else on the switch may have the address: nobody asks for it
    const known = node.neighbours.permanentOf(nodeEth0)
    node.neighbours.addPermanent(nodeEth0, address, eth0.mac)
    this.whenGuestsLeave(() => node.neighbours.setPermanent(nodeEth0, known))
    if (!prefixContains(this.#plan.underlay, address))
      this.whenGuestsLeave(replaceRoute(node.fib, address, { ifindex: nodeEth0.ifindex }))
  }

  #connectBehindRouter(guest: NetworkNamespace, node: NetworkNamespace, port: Veth, eth0: Veth, address: Ipv4): void {
    const { underlay } = this
    const { ifindex } = this.#switch
    const gateway = node.primaryAddress(node.link('eth0').ifindex)
    underlay.setUp(port, true)
    guest.fib.add({ destination: ANYWHERE, gateway: this.#plan.gateway, ifindex: eth0.ifindex, onlink: true })
    this.whenGuestsLeave(replaceRoute(underlay.fib, address, { ifindex: port.ifindex }))
    const rule = { priority: 1, iif: port.name, table: SENDERS_TABLE }
    underlay.fib.addRule(rule)
    this.whenGuestsLeave(() => underlay.fib.deleteRule(rule))
    underlay.fib.add({ destination: ANYWHERE, gateway, ifindex, table: SENDERS_TABLE })
    this.whenGuestsLeave(() => underlay.fib.delete({ destination: ANYWHERE, table: SENDERS_TABLE }))
  }

  /** A machine beside the nodes that none of them knows of: the router does. */
  machine(name: string): NetworkNamespace {
    const { underlay } = this
    // it forwards between hosts of one network here, and need not tell them
    underlay.sysctl.set('ipv4.conf.all.send_redirects', 0)
    underlay.sysctl.set('ipv4.conf.switch0.send_redirects', 0)
    const address = this.#freeAddress()
    this.#machines.add(address)
    const netns = new NetworkNamespace(this.#sim, name)
    const macs = macsOf(address)
    this.plug(netns, address, () => macs.shift()!)
    return netns
  }

  /** The router sends an address to a machine. */
  routeThrough(machine: NetworkNamespace, address: Ipv4): void {
    const gateway = machine.primaryAddress(machine.link('eth0').ifindex)
    this.underlay.fib.add({ destination: { address, length: 32 }, gateway, ifindex: this.#switch.ifindex }, 'replace')
  }

  /** A machine sends what is for a network to a node. */
  routeBack(machine: NetworkNamespace, destination: Prefix, gateway: Ipv4): RouteSpec {
    const route = { destination, gateway, ifindex: machine.link('eth0').ifindex }
    machine.fib.add(route)
    return route
  }

  /** The last address of the nodes' network that nobody has. */
  #freeAddress(): Ipv4 {
    const { underlay, nodes } = this.#plan
    const taken = new Set([this.#plan.gateway, ...this.#machines, ...this.#neighbours.keys()])
    for (const node of nodes)
      for (const own of [node.address, ...node.moreAddresses, node.lease.publicIp]) taken.add(own)
    const last = broadcastOf(underlay.address, underlay.length)
    for (let back = 1; back < 2 ** (32 - underlay.length) - 1; back++) {
      const address = addressAt(last, -back)
      if (!taken.has(address)) return address
    }
    throw new KubehopError('NO_ADDRESS', "the nodes' network has no address left for the endpoints without a pod")
  }

  /** The hosts beside the nodes that somebody has asked for. */
  get neighbours(): Iterable<NetworkNamespace> {
    return this.#neighbours.values()
  }

  /** The router sends an address to a node: a load balancer's, or an external IP. */
  attract(address: Ipv4, node: Ipv4): void {
    this.underlay.fib.add(
      { destination: { address, length: 32 }, gateway: node, ifindex: this.#switch.ifindex },
      'replace',
    )
  }

  /** The router sends an address nowhere in particular any more. */
  release(address: Ipv4): void {
    this.underlay.fib.delete({ destination: { address, length: 32 }, ifindex: this.#switch.ifindex })
  }
}

/** Of a neighbour's port and its own device: told by the address, so that they are the same whoever asks for it, and when. */
function macsOf(address: Ipv4): Mac[] {
  return [0x0600, 0x0200].map((high) => macOf(high, address))
}

/** A device name has 15 characters at most (IFNAMSIZ): the host's name, or its address when that is too long. */
function portName(host: string, address: Ipv4, netns: NetworkNamespace): string {
  return host.length <= 15 && netns.deviceByName(host) === undefined ? host : formatIpv4(address)
}
