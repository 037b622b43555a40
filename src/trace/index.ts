/**
 * Traces: what happened to a packet, as data and as text.
 *
 * @packageDocumentation
 */
export { type FlowRequest, type FlowResult, traceFlow } from './flow.ts'
export { flowTrace } from './flow-trace.ts'
export { mergeTargets, type TraceHeader } from './merge.ts'
export * from './model.ts'
export { Recorder } from './recorder.ts'
export type { Detail } from './render/text.ts'
export { Trace } from './trace.ts'
