import type { Bridge } from '../bridge/index.ts'
import type { Pod } from '../kubernetes/index.ts'
import { NetworkNamespace } from '../netns/namespace.ts'
import { Veth } from '../netns/veth.ts'
import { addressAt, type Ipv4, type Prefix, parseIpv4, prefixContains } from '../packet/address.ts'
import type { Mac } from '../packet/mac.ts'
import { Protocol } from '../packet/protocol.ts'
import type { RandomStream } from '../sim/index.ts'
import { installSockets, type SocketLayer, whoamiServer } from '../sockets/index.ts'
import { randomMac } from './plan.ts'
import { withBroadcast } from './with-broadcast.ts'

/** A pod's sandbox: the namespace that its containers share, and what listens in it. */
export interface PodHost {
  readonly pod: Pod
  readonly netns: NetworkNamespace
  readonly sockets: SocketLayer
  readonly address: Ipv4
  /** Its end of the pair in the node, or null for a pod in the host's network. */
  readonly port: Veth | null
}

export interface PodWiring {
  readonly node: NetworkNamespace
  readonly bridge: Bridge
  /** The node's pod network; its first address is the bridge's. */
  readonly subnet: Prefix
  /** The network of all pods. */
  readonly network: Prefix
  readonly mtu: number
  readonly hairpinMode: boolean
  /** The bridge is docker0: Docker gives its containers a default route and no other. */
  readonly docker: boolean
  readonly listensEverywhere: boolean
  readonly random: RandomStream
}

/** The name of a pod's namespace in traces. */
export function podNetnsName(pod: Pod): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`
}

/** A sandbox on a node's bridge. */
export interface Sandbox {
  readonly netns: NetworkNamespace
  readonly eth0: Veth
  /** Its end of the pair in the node. */
  readonly port: Veth
}

/** What the ends of a sandbox's pair are called by. */
export interface SandboxNames {
  readonly netns: string
  readonly port: string
  readonly eth0Mac: Mac
  readonly portMac: Mac
}

/** What of a node's wiring a sandbox needs. */
export type SandboxWiring = Omit<PodWiring, 'listensEverywhere' | 'random'>

/**
 * Wires a sandbox as the CNI plugins bridge and flannel do (containernetworking/plugins plugins/main/bridge/bridge.go,
 * plugins/meta/flannel/flannel_linux.go): a pair between the pod's eth0 and a port of the bridge, in hairpin mode, the address from the
 * node's subnet, a default route by the bridge, and flannel's route to the network of all pods.
 */
export function wireSandbox(address: Ipv4, names: SandboxNames, wiring: SandboxWiring): Sandbox {
  const { node, bridge } = wiring
  const netns = new NetworkNamespace(node.sim, names.netns)
  // a new namespace begins with the settings that the machine's first one has (`devinet_init_net`, net/ipv4/devinet.c)
  netns.sysctl.set('ipv4.ip_forward', node.sysctl.all.forwarding)
  const [eth0, port] = Veth.pair(
    { netns, name: 'eth0', mac: names.eth0Mac },
    { netns: node, name: names.port, mac: names.portMac },
  )
  node.attach(port)
  netns.attach(eth0)
  netns.setMtu(eth0, wiring.mtu)
  node.setMtu(port, wiring.mtu)
  node.setUp(port, true)
  bridge.addPort(port)
  bridge.setPort(port, { hairpin: wiring.hairpinMode })
  netns.setUp(netns.loopback, true)
  // an address of another CNI's: the bridge is no neighbour by itself, and the node does not know it to be on the bridge
  const onlink = !prefixContains(wiring.subnet, address)
  netns.addAddress(eth0, withBroadcast({ address, length: onlink ? 32 : wiring.subnet.length }))
  netns.setUp(eth0, true)
  if (onlink) node.fib.add({ destination: { address, length: 32 }, ifindex: bridge.ifindex })
  const gateway = addressAt(wiring.subnet.address, 1)
  const { ifindex } = eth0
  netns.fib.add({ destination: { address: 0 as Ipv4, length: 0 }, gateway, ifindex, onlink })
  if (!wiring.docker) netns.fib.add({ destination: wiring.network, gateway, ifindex, onlink })
  return { netns, eth0, port }
}

/** Wires a pod, and what listens in it. */
export function wirePod(pod: Pod, wiring: PodWiring): PodHost {
  const { node, random, listensEverywhere } = wiring
  const eth0Mac = randomMac(random)
  const names = { netns: podNetnsName(pod), eth0Mac, port: hostName(node, random), portMac: randomMac(random) }
  const address = parseIpv4(pod.status.podIP ?? '')
  const { netns, port } = wireSandbox(address, names, wiring)
  const { namespace, name } = pod.metadata
  const defaultListener = listensEverywhere && whoamiServer('', `${namespace}/${name}`)
  const sockets = installSockets(netns, { defaultListener })
  if (!listensEverywhere) listenDeclared(pod, sockets)
  return { pod, netns, sockets, address, port }
}

/** `veth` and eight hexadecimal digits, as the CNI plugin names its end (`RandomVethName`, pkg/ip/link_linux.go). */
function hostName(node: NetworkNamespace, random: RandomStream): string {
  let name: string
  do name = `veth${random.uint32().toString(16).padStart(8, '0')}`
  while (node.deviceByName(name) !== undefined)
  return name
}

/** A port that could not be opened, because another pod of the same network has it. */
export interface BindFailure {
  readonly pod: Pod
  readonly protocol: string
  readonly port: number
  /** `EADDRINUSE` */
  readonly error: string
}

/** Opens what the containers declare: each in its own network namespace, or all of a node's host-network pods in the node's. */
export function listenDeclared(pod: Pod, sockets: SocketLayer): BindFailure[] {
  const failures: BindFailure[] = []
  const containers = [...pod.spec.containers, ...pod.spec.sidecars]
  for (const { containerPort: port, protocol } of containers.flatMap((container) => container.ports)) {
    const error = sockets.serve(Protocol[protocol], port, podNetnsName(pod))
    if (error !== null) failures.push({ pod, protocol, port, error })
  }
  return failures
}
