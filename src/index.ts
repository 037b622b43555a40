/**
 * kubehop follows a packet through Kubernetes, hop by hop and rule by rule, as Linux carries it.
 *
 * ```ts
 * const cluster = Cluster.fromManifests(yamlText, { nodes: 3 })
 * const trace = cluster.trace({ from: 'deploy/frontend', to: 'svc/cartservice:7070' })
 * trace.disposition // 'delivered'
 * trace.translations // DNAT 10.96.12.7:7070 → 10.244.2.9:7070 in node-1
 * console.log(trace.format('summary'))
 * ```
 *
 * {@link Cluster} is the front door: Kubernetes objects in, {@link Trace}s, rules and the modelled graph out. What the input leaves out is filled in as a
 * cluster would, and told as assumptions. Bad input throws an {@link InputError} with all that is wrong; what is not modelled throws an
 * {@link UnsupportedError} that names it; both are {@link KubehopError}s. A packet that is dropped is a result, never an exception.
 *
 * Nothing here reads files, clocks or chance: the same input and seed give the same bytes, in Node and in a browser.
 *
 * Real hosts come in as snapshots ({@link readSnapshot}, {@link SnapshotWorld}) or as what somebody pasted ({@link traceHost}); {@link diagnose} names what is
 * wrong there, {@link differenceOf} which flows have changed.
 *
 * The parts have doors of their own: `kubehop/kernel` (namespaces, bridges, netfilter … without Kubernetes), `kubehop/kubernetes`, `kubehop/kubeproxy`,
 * `kubehop/testing` (arbitraries and matchers for your tests), and one for each folder.
 *
 * @packageDocumentation
 */

export {
  type Advance,
  Cluster,
  type ClusterNetwork,
  type ClusterOptions,
  type FlowProtocol,
  type NodeHost,
  type NodeSync,
  type PodHost,
  type ProxyDiff,
  type ProxyDiffChain,
  type ProxyDiffFlows,
  type ProxyDiffOptions,
  proxyDiff,
  proxyTables,
  type TraceRequest,
} from './cluster/index.ts'
export { type ExportOptions, exportScript } from './commands/export/script.ts'
export {
  dockerWorld,
  type Place,
  type RunningCommand,
  Session,
  type SessionOptions,
  type Stretch,
  type World,
} from './console/index.ts'
export { diagnose, diagnosisText, differenceOf, differenceText } from './diagnose/index.ts'
export {
  type Assumption,
  type ClusterObjects,
  editObjects,
  type FillOptions,
  fillIn,
  formatNote,
  formatProblem,
  InputError,
  type InputText,
  type KubernetesObjects,
  type Note,
  type Problem,
  type ReadOptions,
  readObjects,
} from './kubernetes/index.ts'
export type { TableName } from './netfilter/index.ts'
export { type Topology, topologyDot, topologyMermaid, topologyText } from './netns/index.ts'
export { KubehopError, PcapngWriter, UnsupportedError, type Where } from './packet/index.ts'
export { Simulation, type SimulationOptions } from './sim/index.ts'
export {
  evidenceOfDumps,
  evidenceOfHosts,
  readSnapshot,
  type Snapshot,
  SnapshotWorld,
  traceHost,
} from './snapshot/index.ts'
export {
  type Detail,
  type Disposition,
  type Draw,
  type Hop,
  type Journey,
  type NearMiss,
  type PacketSummary,
  type RuleHit,
  type Step,
  Trace,
  type TraceBranch,
  type TraceData,
  type Translation,
} from './trace/index.ts'
