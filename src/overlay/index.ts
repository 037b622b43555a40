/**
 * Overlays: the VXLAN device, and flannel, which turns leases into devices, routes, neighbours and forwarding entries.
 *
 * The VXLAN device is a kind of link: a frame that goes in leaves the host as a UDP packet of its own, through OUTPUT and POSTROUTING; one that
 * comes in through INPUT is taken out again. flannel knows leases (a subnet, a public address, the Ethernet address of a flannel.1)
 * and configures a host from everybody's: backends vxlan and host-gw, DirectRouting, subnet.env, and the rules FLANNEL-POSTRTG and
 * FLANNEL-FWD. It must not know Nodes or any other Kubernetes object.
 *
 * Sources: drivers/net/vxlan/vxlan_core.c, RFC 7348; flannel-io/flannel pkg/backend, pkg/subnet, pkg/trafficmngr.
 *
 * @packageDocumentation
 */

export type { EncapsulationEvent } from './events.ts'
export {
  configureFlannel,
  type FlannelBackend,
  type FlannelConfig,
  flannelDeviceName,
  flannelMtu,
  subnetEnv,
} from './flannel.ts'
export { FlannelLeases, type Lease } from './flannel-leases.ts'
export { type FlannelRulesInput, flannelRules } from './flannel-rules.ts'
export { flowHash, VXLAN_OVERHEAD, Vxlan, type VxlanOptions } from './vxlan.ts'
export { type VxlanEntries, VxlanFdb, type VxlanRemote } from './vxlan-fdb.ts'
