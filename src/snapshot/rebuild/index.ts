/**
 * Namespaces made of what is known of real ones.
 *
 *     NamespaceEvidence[] ─ pairs.ts: which veth belongs to which; segments.ts: who is plugged into one network
 *             │
 *             ▼
 *     links.ts, routes.ts, neighbours.ts, tables.ts, connections.ts, sysctls.ts, listeners.ts: one namespace each, by the typed interfaces
 *             │
 *     outside.ts, peers.ts: switches and routers between the hosts, and stand-ins for those whom nobody recorded
 *
 * What nobody told is assumed, and said (`Findings`). What has no model stays where it is (`Unmodelled` devices, routes with `unmodelled`, rules
 * that are kept): a packet that comes to it ends in `depends`. It reads no text that a tool has printed, but for what the folders below
 * read themselves: words of routes and rules, iptables-save, `ipset save`, lines of conntrack.
 */
export { nameInTraces, type RebuildOptions, type RebuiltNamespace, type RebuiltWorld, rebuild } from './rebuild.ts'
export {
  nodePortsIn,
  type RuledNodePort,
  servicesIn,
  servicesOf,
  type TableSource,
} from './services.ts'
