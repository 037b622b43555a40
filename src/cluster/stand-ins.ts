import type { NetworkNamespace } from '../netns/namespace.ts'
import { formatIpv4, type Ipv4, prefixContains } from '../packet/address.ts'
import { installSockets } from '../sockets/index.ts'
import type { Fabric } from './fabric.ts'
import type { NodeHost } from './node-host.ts'
import { type ClusterPlan, macOf } from './plan.ts'
import { type SandboxWiring, wireSandbox } from './pod-host.ts'

/**
 * Whoever answers at endpoints in the pods' network that the input has no pod for: on the bridge of the node that the
 * endpoint is on, or else on a machine beside the nodes, whose pods nobody has told.
 */
export class StandIns {
  /** In the order in which they were asked for. */
  readonly namespaces: NetworkNamespace[] = []
  readonly #fabric: Fabric
  readonly #plan: ClusterPlan
  readonly #nodes: ReadonlyMap<string, NodeHost>
  #elsewhere: NetworkNamespace | null = null

  constructor(fabric: Fabric, plan: ClusterPlan, nodes: ReadonlyMap<string, NodeHost>) {
    this.#fabric = fabric
    this.#plan = plan
    this.#nodes = nodes
  }

  /** Makes somebody answer at an address; `node` is where, null for the machine beside the nodes. */
  add(address: Ipv4, nodeName: string | undefined): { netns: NetworkNamespace; node: NodeHost | null } {
    const node = this.#nodes.get(nodeName ?? '') ?? this.#holderOf(address)
    if (node !== null) return { netns: this.#addOnNode(address, node), node }
    const netns = this.#elsewhereNetns()
    netns.addAddress(netns.loopback, { address, length: 32, scope: 0 })
    this.#fabric.routeThrough(netns, address)
    return { netns, node: null }
  }

  /** The node whose part of the pods' network the address lies in: the others send packets for it there. */
  #holderOf(address: Ipv4): NodeHost | null {
    for (const node of this.#nodes.values()) if (prefixContains(node.plan.lease.subnet, address)) return node
    return null
  }

  #addOnNode(address: Ipv4, node: NodeHost): NetworkNamespace {
    const text = formatIpv4(address)
    // a device name has 15 characters at most: the address's eight digits tell it apart
    const port = `veth${(address >>> 0).toString(16).padStart(8, '0')}`
    const names = {
      netns: `endpoint-${text}`,
      port,
      eth0Mac: macOf(0x0a00, address),
      portMac: macOf(0x0e00, address),
    }
    const { netns } = wireSandbox(address, names, sandboxWiring(this.#plan, node))
    installSockets(netns, { defaultListener: true })
    this.namespaces.push(netns)
    return netns
  }

  #elsewhereNetns(): NetworkNamespace {
    if (this.#elsewhere === null) {
      const netns = this.#fabric.machine('elsewhere')
      installSockets(netns, { defaultListener: true })
      for (const { plan } of this.#nodes.values()) this.#fabric.routeBack(netns, plan.lease.subnet, plan.address)
      this.#elsewhere = netns
      this.namespaces.push(netns)
    }
    return this.#elsewhere
  }

  /** Packets to `address` that come from the machine beside the nodes go to this node. Undo by what is returned. */
  leadBack(address: Ipv4, node: NodeHost): () => void {
    const netns = this.#elsewhere
    if (netns === null) return () => {}
    const route = this.#fabric.routeBack(netns, { address, length: 32 }, node.plan.address)
    return () => void netns.fib.delete(route)
  }
}

/** What a sandbox on a node's bridge needs to know. */
export function sandboxWiring(plan: ClusterPlan, node: NodeHost): SandboxWiring {
  return {
    node: node.netns,
    bridge: node.bridge,
    subnet: node.plan.lease.subnet,
    network: plan.flannel.network,
    mtu: node.podMtu,
    hairpinMode: plan.hairpinMode,
    docker: plan.bridge === 'docker0',
  }
}
