/**
 * kube-proxy in iptables mode: Services and EndpointSlices in, the rules of each node out.
 *
 * It models kubernetes/kubernetes pkg/proxy and pkg/proxy/iptables at 531be812 (between v1.34 and v1.35),
 * cmd/kube-proxy for what its configuration means. On the way from objects to rules:
 *
 *     Service ─ service-port ─┐
 *                             ├─ service-entry ─ categorize ─ service-rules ─┐
 *     EndpointSlice ─ endpoints                                              ├─ proxy-rules ─ operations, restore-text
 *     KubeProxyConfiguration, Node ─ settings ─────────────── static-rules ──┘
 *
 * and from one state to the next: `changesSince` (kube-proxy) and node-change ─ sync ─ apply-sync, stale-flows
 *
 * What several nodes have in common is one object: a Service port whose endpoints are chosen in the same way everywhere
 * has one set of chains, and nodes with equal rules share all of them. A new state of the objects takes over what has
 * not changed.
 *
 * It knows nothing of sockets, devices and packets, and does not read files: objects come as plain data under
 * Kubernetes' own names. What an API server would refuse but kube-proxy would take is taken.
 *
 * @packageDocumentation
 */

export { syncOperations } from './apply-sync.ts'
export { categorizeEndpoints, type EndpointChoice, type Place } from './categorize.ts'
export { type EndpointInfo, type EndpointsByPort, endpointsOfSlices } from './endpoints.ts'
export { formatHttpDate } from './go-time.ts'
export {
  type HttpAnswer,
  healthAnswer,
  healthCheckPorts,
  healthChecks,
  proxyHealthAnswer,
  type ServiceHealth,
} from './health.ts'
export type {
  EndpointInput,
  EndpointPortInput,
  EndpointSliceInput,
  HintInput,
  KubeProxyConfigurationInput,
  LoadBalancerIngressInput,
  Maybe,
  NodeInput,
  ObjectMetaInput,
  ServiceInput,
  ServicePortInput,
} from './input.ts'
export { type ClusterServices, KubeProxy, type ProxyChanges } from './kube-proxy.ts'
export type { LocalDetector } from './local-detector.ts'
export type { NodeState } from './node-change.ts'
export { ProxyRules, type ProxyRulesParts } from './proxy-rules.ts'
export type { RestoreInput, SyncChanges } from './restore-text.ts'
export type { ServiceEntry } from './service-entry.ts'
export type { Address, ProtocolName, ServicePortInfo } from './service-port.ts'
export type { RuleStyle, ServicePortRules, SharedChainRule } from './service-rules.ts'
export { type HostFacts, type ProxyHost, type ProxySettings, proxyNodeName, proxySettings } from './settings.ts'
export { conntrackCommand, type StaleFilter, StaleFlows, type TrackedFlow, type UdpFrontend } from './stale-flows.ts'
export type { StaticRules } from './static-rules.ts'
export { type ProxyState, type Sync, type SyncOptions, type SyncReason, syncBetween } from './sync.ts'
export { proxySysctls } from './sysctls.ts'
