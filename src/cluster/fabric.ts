import { Bridge } from '../bridge/index.ts'
import { NetworkNamespace } from '../netns/namespace.ts'
import { Veth } from '../netns/veth.ts'
import { addressAt, formatIpv4, type Ipv4, type Prefix, prefixContains } from '../packet/address.ts'
import type { Mac } from '../packet/mac.ts'
import type { Simulation } from '../sim/simulation.ts'
import { installSockets } from '../sockets/index.ts'
import { type ClusterPlan, randomMac } from './plan.ts'

/** The host out there has this place in its network, unless another address is asked for. */
const EXTERNAL_HOST = 10

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
  readonly #plan: ClusterPlan
  readonly #switch: Bridge
  readonly #neighbours = new Map<Ipv4, NetworkNamespace>()
  #leaving: (() => void)[] | null = null

  constructor(sim: Simulation, plan: ClusterPlan) {
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
    netns.addAddress(eth0, { address, length: plan.underlay.length })
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
}

/** Of a neighbour's port and its own device: told by the address, so that they are the same whoever asks for it, and when. */
function macsOf(address: Ipv4): Mac[] {
  return [0x0600, 0x0200].map((high) => (high * 2 ** 32 + (address >>> 0)) as Mac)
}

/** A device name has 15 characters at most (IFNAMSIZ): the host's name, or its address when that is too long. */
function portName(host: string, address: Ipv4, netns: NetworkNamespace): string {
  return host.length <= 15 && netns.deviceByName(host) === undefined ? host : formatIpv4(address)
}
