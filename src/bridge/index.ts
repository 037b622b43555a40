/**
 * The Linux bridge (docker0, cni0): a device towards its host, a learning switch between its ports.
 *
 * It owns ports and their settings (hairpin, isolation, flooding), the forwarding database with its ageing, the order of flooding, the
 * bridge's own address and MTU, and br_netfilter: iptables for bridged packets, when `bridge-nf-call-iptables` says so.
 *
 * It is a kind of link and knows namespaces as `Stack`; it must not know VXLAN, sockets or Kubernetes. Spanning tree, VLAN filtering and
 * multicast snooping have no model.
 *
 * Sources: net/bridge/br_input.c, br_forward.c, br_device.c, br_fdb.c, br_if.c, br_stp_if.c, br_netfilter_hooks.c.
 *
 * @packageDocumentation
 */

export { Bridge } from './bridge.ts'
export type { BridgeEvent } from './events.ts'
export { AGEING_TIME, type FdbEntry, ForwardingDatabase } from './fdb.ts'
export { BridgePort, DEFAULT_PORT_SETTINGS, type PortSettings } from './port.ts'
export { type BridgeSettings, DEFAULT_BRIDGE_SETTINGS } from './settings.ts'
