/**
 * The simulated kernel by itself: packets, namespaces, bridges, VXLAN, netfilter, sockets, and traces through them. No Kubernetes.
 *
 * ```ts
 * import { Bridge, makeTable, NetworkNamespace, parseIpv4, parsePrefix, Simulation, traceFlow, Veth } from 'kubehop/kernel'
 * ```
 *
 * Everything happens in a {@link Simulation}, which owns the clock and chance. A {@link NetworkNamespace} belongs to one; devices ({@link Veth}, {@link Bridge},
 * {@link Vxlan}) are attached to it, and it has addresses, routes (`fib`), neighbours, rules (`netfilter`) and sysctls of its own.
 * {@link installSockets} gives it the sockets of its programs. {@link traceFlow} sends a packet and tells what happened to it, and leaves everything as it was.
 *
 * These are the names of the folders' own subpaths (`kubehop/packet` to `kubehop/trace`) that are wanted most; the rest is there.
 *
 * @packageDocumentation
 */

export {
  AGEING_TIME,
  Bridge,
  type BridgeEvent,
  type BridgePort,
  type FdbEntry,
  type PortSettings,
} from './bridge/index.ts'
export {
  BASE_CHAINS,
  type Chain,
  Conntrack,
  type ConntrackEntry,
  type ConntrackEvent,
  type DependsEvent,
  formatRule,
  Hook,
  IptablesError,
  MATCHES,
  type Match,
  makeTable,
  type Nat,
  Netfilter,
  type NetfilterEvent,
  type Policy,
  type PolicyEvent,
  Priority,
  parseRule,
  parseTables,
  type RestoreOptions,
  type RestoreResult,
  type Rule,
  type RuleEvent,
  type RuleOrigin,
  type RuleUnknowns,
  saveTables,
  TABLE_NAMES,
  TARGETS,
  type Table,
  type TableName,
  type Tables,
  type Target,
  type TranslatedEvent,
  Verdict,
} from './netfilter/index.ts'
export {
  type DropEvent,
  type DropReason,
  Dummy,
  type FrameEvent,
  Link,
  Loopback,
  type NetnsEvent,
  NetworkNamespace,
  readTopology,
  Sysctls,
  type Topology,
  topologyDot,
  topologyMermaid,
  topologyText,
  Veth,
} from './netns/index.ts'
export {
  configureFlannel,
  type FlannelBackend,
  type FlannelConfig,
  FlannelLeases,
  flannelRules,
  type Lease,
  subnetEnv,
  Vxlan,
  type VxlanOptions,
} from './overlay/index.ts'
export {
  buildArpRequest,
  buildEcho,
  buildTcp,
  buildUdp,
  decodeFrame,
  encodeFrame,
  formatIpv4,
  formatMac,
  formatPacket,
  formatPrefix,
  type Ipv4,
  ipv4,
  KubehopError,
  type Mac,
  Packet,
  PcapngWriter,
  type Prefix,
  Protocol,
  parseIpv4,
  parseMac,
  parsePrefix,
  TcpFlag,
  UnsupportedError,
} from './packet/index.ts'
export { Fib, parseRoute, printRoute, type Route, type RouteSpec, TableId } from './route/index.ts'
export {
  type Answer,
  type Decider,
  type KernelEvent,
  type Probe,
  type Question,
  RandomStream,
  Simulation,
  type WireOptions,
} from './sim/index.ts'
export {
  echoServer,
  installSockets,
  Pinger,
  type Server,
  SocketLayer,
  TcpListener,
  TcpSocket,
  UdpSocket,
  whoamiServer,
} from './sockets/index.ts'
export {
  type Disposition,
  type FlowRequest,
  type FlowResult,
  flowTrace,
  journeysOf,
  Recorder,
  type Step,
  Trace,
  type TraceBranch,
  type TraceData,
  traceFlow,
} from './trace/index.ts'
