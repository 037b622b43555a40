/**
 * The cluster: Kubernetes objects made into simulated machines, and flows traced through them by name.
 *
 *     objects ─ plan ─┬─ fabric: the nodes' network, a router, the world beyond
 *                     ├─ node-host: eth0, the pods' bridge, flannel, the rules of docker, kubelet, kube-proxy, flannel (node-tables)
 *                     └─ pod-host: a namespace and a veth pair for each pod, what listens in it
 *     names ─ targets ─ addresses and namespaces ─ trace
 *
 * `Cluster` is the front door: objects in (`fromManifests`), traces, rules and the graph out. `ClusterNetwork` is what it builds on
 * first use. What had to be supposed on the way is told (`assumptions`).
 *
 * It owns wiring, and nothing else: how a pod is plugged in, what is between the nodes, who writes rules in which order. What rules mean
 * and how packets travel belongs to the folders below; how objects are read and completed belongs to `kubernetes`.
 *
 * Sources: containernetworking/plugins plugins/main/bridge, plugins/meta/flannel, plugins/ipam/host-local; kubernetes/kubernetes
 * pkg/kubelet/kubelet_network_linux.go; moby/moby daemon/libnetwork; flannel-io/flannel main.go.
 *
 * @packageDocumentation
 */

export { type Advance, Cluster, type TraceRequest } from './cluster.ts'
export { type DockerBridge, dockerRules } from './docker.ts'
export type { Fabric } from './fabric.ts'
export { kubeletRules } from './kubelet.ts'
export { type AttractedAddress, ClusterNetwork } from './network.ts'
export type { NodeHost } from './node-host.ts'
export { type NodeRuleWriters, nodeTables } from './node-tables.ts'
export type { ClusterOptions } from './options.ts'
export type { ClusterPlan, NodePlan } from './plan.ts'
export type { BindFailure, PodHost } from './pod-host.ts'
export {
  type ProxyDiff,
  type ProxyDiffChain,
  type ProxyDiffFlows,
  type ProxyDiffOptions,
  proxyDiff,
  proxyTables,
} from './proxy-diff.ts'
export type { NodeSync } from './running-proxies.ts'
export type { StandIns } from './stand-ins.ts'
export { type FlowProtocol, type Source, type Target, TargetFinder } from './targets.ts'
