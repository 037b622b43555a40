/**
 * Kubernetes objects: how they are read, what they mean, and how a few manifests become a whole cluster.
 *
 * It owns the object model (`objects/`: plain immutable data in Kubernetes' own names, of the fields that matter to a packet), reading
 * (`read/`: YAML as kubectl reads it and JSON, every problem with file, line, object and field, all in one go), writing (`write/`: objects as an
 * API server hands them out, YAML and JSON as kubectl prints them), label selectors (`selectors/`), and filling in (`fill/`: what the
 * controllers of a real cluster would have made of the input: nodes and their networks, pods of workloads and where they run, addresses,
 * cluster IPs, node ports, EndpointSlices), where everything that the input did not say is told as an assumption. It also reads names such as
 * `pod/a` and `svc/b:80`.
 *
 * It must not know the simulated kernel, nor which rules kube-proxy writes: objects go in, objects come out. Of the lower folders it uses
 * addresses and errors only. It opens no files: callers bring texts with names.
 *
 * Sources: kubernetes/kubernetes, pkg/apis and pkg/registry (defaults, validation, allocators), staging/src/k8s.io/endpointslice,
 * pkg/controller (workloads, mirroring); sigs.k8s.io/yaml goyaml.v2; flannel pkg/subnet.
 *
 * ```ts
 * const objects = readObjects({ name: 'shop.yaml', content: text })
 * const cluster = fillIn(objects, { nodes: 3 })
 * ```
 *
 * @packageDocumentation
 */

export {
  applyObjectPatches,
  type EditResult,
  editObjects,
  editObjectsWithPatches,
  type ObjectPatch,
} from './edit.ts'
export type { Assumption, AssumptionCode } from './fill/assumptions.ts'
export { findTargetPort } from './fill/endpoint-slices.ts'
export { fillIn, refill } from './fill/fill-in.ts'
export type { FillOptions } from './fill/options.ts'
export { didYouMean, editDistance, nearestNames } from './nearest.ts'
export { ObjectIndex } from './object-index.ts'
export type { ClusterObjects, Networks } from './objects/cluster-objects.ts'
export {
  type Endpoint,
  type EndpointHints,
  type EndpointPort,
  type EndpointSlice,
  isEndpointReady,
  MANAGED_BY_LABEL,
  type ObjectReference,
  SERVICE_NAME_LABEL,
  serviceNameOf,
} from './objects/endpoint-slice.ts'
export type { EndpointAddress, EndpointSubset, Endpoints } from './objects/endpoints.ts'
export { type FlannelConfig, type FlannelNode, flannelNode } from './objects/flannel.ts'
export type { KubeProxyConfiguration } from './objects/kube-proxy.ts'
export { type KubernetesObjects, NO_OBJECTS } from './objects/kubernetes-objects.ts'
export {
  keyOf,
  lookup,
  type NamespacedMeta,
  type ObjectMeta,
  type ObjectSource,
  type OwnerReference,
  type StringMap,
} from './objects/meta.ts'
export type { Namespace } from './objects/namespace.ts'
export { type Node, type NodeAddress, nodeAddress, type Taint } from './objects/node.ts'
export {
  type Container,
  type ContainerPort,
  type ContainerState,
  type ContainerStatus,
  type DnsPolicy,
  type HostAlias,
  isPodReady,
  isPodTerminal,
  isPodTerminating,
  type NodeSelectorRequirement,
  type NodeSelectorTerm,
  type Pod,
  type PodDnsConfig,
  type PodPhase,
  type PodSpec,
  type PodStatus,
  type Toleration,
} from './objects/pod.ts'
export {
  hasClusterIP,
  isHeadless,
  type LoadBalancerIngress,
  type Protocol,
  type Service,
  type ServicePort,
  type ServiceSpec,
  type ServiceType,
  type TrafficPolicy,
} from './objects/service.ts'
export type { PodTemplate, Workload, WorkloadKind } from './objects/workload.ts'
export { formatNote, formatProblem, InputError, type Note, type Problem } from './problems.ts'
export type { Validation } from './read/context.ts'
export { type ReadOptions, readObjects } from './read/read-objects.ts'
export { DEFAULT_MAX_INPUT, type InputText } from './read/text.ts'
export { formatReference, parseReference, type Reference } from './reference.ts'
export { podPort, type Resolved, resolveReference } from './resolve.ts'
export {
  hasSelector,
  type LabelSelector,
  type LabelSelectorOperator,
  type LabelSelectorRequirement,
  labelsMatch,
  requirementMatches,
  selectorMatches,
  serviceSelects,
} from './selectors/label-selector.ts'
export { formatSelector, parseSelector } from './selectors/parse-selector.ts'
