/**
 * A network namespace: devices, addresses, neighbours, and the way of an IPv4 packet through them.
 *
 *     link ─ receive ─┬─ bridge port: taken by its bridge
 *                     ├─ ARP: arp.ts ─ neighbour.ts
 *                     └─ IPv4: ip-input.ts: PREROUTING ─ route ─┬─ INPUT ─ protocol (icmp-receive.ts; sockets register theirs)
 *                                                               └─ ip-forward.ts: FORWARD ─┐
 *     socket ─ localOut ─ route ─ OUTPUT ──────────────────────────────────────────────────┴─ ip-output.ts: POSTROUTING ─
 *         fragment.ts ─ neighbour ─ link ─ transmit
 *
 * It owns `NetworkNamespace`, the base class `Link` with lo, veth and dummy, the neighbour states with real ARP requests and replies,
 * fragments, ICMP messages of the kernel's own, sysctls, and the counters of /proc/net/snmp. Bridges, VXLAN devices and transport protocols
 * register here (as kinds of link, as `TransportProtocol`), so this folder does not know them. Routing decisions come from
 * `route`, verdicts from `netfilter`. The functions of the path work on `Stack`, the interface of a namespace; `namespace.ts` ties them together.
 *
 * Sources: net/ipv4/{ip_input,ip_forward,ip_output,ip_fragment,icmp,arp,devinet,route}.c, net/core/{dev,neighbour}.c, drivers/net/{veth,
 * loopback,dummy}.c, net/ipv4/netfilter/nf_reject_ipv4.c.
 *
 * @packageDocumentation
 */

export { Defragmenter, type DefragmentHost, type DefragmentUser } from './defragment.ts'
export type { DropReason } from './drop-reason.ts'
export { Dst } from './dst.ts'
export { Dummy } from './dummy.ts'
export type {
  AnswerEvent,
  DefragmentEvent,
  DeliverEvent,
  DropEvent,
  ForwardEvent,
  FragmentEvent,
  FrameEvent,
  NeighbourEvent,
  NetnsEvent,
  RouteEvent,
  UnmodelledEvent,
} from './events.ts'
export type { InetPeers } from './inet-peers.ts'
export { Link, type LinkHost, type ReceiveHandler } from './link.ts'
export type { LinkCounters, LinkStatistics } from './link-counters.ts'
export { Loopback } from './loopback.ts'
export { NetworkNamespace } from './namespace.ts'
export {
  Neighbour,
  type NeighbourHost,
  NeighbourTable,
  type PermanentNeighbours,
} from './neighbour.ts'
export type { NeighbourParameters, NeighbourSysctls } from './neighbour-parameters.ts'
export type { NeighbourState } from './neighbour-state.ts'
export type { ProxyNeighbour, ProxyNeighbours } from './proxy-neighbours.ts'
export { COUNTERS, type Counter, Snmp } from './snmp.ts'
export type { OutputKey, Stack, TransportProtocol } from './stack.ts'
export { type DeviceConf, isOfDevice, isOfTheMachine, Sysctls } from './sysctl.ts'
export { topologyDot, topologyMermaid, topologyText } from './topology/render.ts'
export {
  readTopology,
  type Topology,
  type TopologyDevice,
  type TopologyLink,
  type TopologyNamespace,
} from './topology/topology.ts'
export { Unmodelled } from './unmodelled.ts'
export { Veth } from './veth.ts'
