/**
 * Traces: what happened to a packet and to its answer, as data (`model.ts`, `docs/trace-format.md`), text, YAML and
 * diagrams.
 *
 *     events of the kernel folders ─ Recorder ─ records (record.ts): numbers and immutable values, no words
 *          ▲                                       │ when somebody reads the trace
 *     Client sends, Simulation runs                ▼
 *     traceFlow                           build.ts, steps.ts, conclude.ts ─ TraceData ─ Trace ─ render/
 *
 * `flow.ts` runs one flow in a transaction, once, or once for each outcome of its draws, and stops when the answer has
 * come or none can come; `client.ts` is the program that sends. `recorder.ts` is the probe that watches, with
 * `netfilter-recorder.ts` for the hooks; `places.ts` knows where each packet is, `near-misses.ts` and `draws.ts` find
 * rules. `capture.ts` is another probe, which writes pcapng. `path.ts` leaves out copies that a bridge flooded in vain,
 * `conclude.ts` says how it ended.
 *
 * It owns the steps that are made of events; the events belong to those who emit them (`netns`, `netfilter`, `bridge`,
 * `overlay`, `sockets`). It must not know Kubernetes: names of Services come to it unread, as `RuleOrigin` of a rule.
 * Nothing here models Linux; the words are those of tcpdump, iproute2, iptables-save, conntrack and
 * include/net/dropreason-core.h.
 *
 * @packageDocumentation
 */
export { CaptureProbe } from './capture.ts'
export type { ClientOptions } from './client.ts'
export { type FlowRequest, type FlowResult, traceFlow } from './flow.ts'
export { flowTrace } from './flow-trace.ts'
export { journeysOf } from './journeys.ts'
export { mergeTargets, type TraceHeader } from './merge.ts'
export {
  type AnsweredStep,
  type BridgedStep,
  type ConntrackStep,
  type DefragmentedStep,
  type DeliveredStep,
  type DependsStep,
  type Disposition,
  type Draw,
  type DroppedStep,
  type ForwardedStep,
  type FragmentedStep,
  type HookStep,
  type Hop,
  type Journey,
  type KubeProxyOutcome,
  type LeftStep,
  type NearMiss,
  type NeighbourStep,
  type PacketSummary,
  type ReceivedStep,
  type RoutedStep,
  type RuleHit,
  type SentStep,
  type Step,
  TRACE_VERSION,
  type TraceBranch,
  type TraceData,
  type TranslatedStep,
  type Translation,
  type TunnelStep,
  type UnfinishedStep,
} from './model.ts'
export { Recorder, type RecorderOptions } from './recorder.ts'
export type { Detail } from './render/text.ts'
export { type FormatOptions, Trace } from './trace.ts'
