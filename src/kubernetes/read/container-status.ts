import type { ContainerState, ContainerStatus } from '../objects/pod.ts'
import { boolean, field, integer, list, mapping, type Reader, text } from './values.ts'

const state: Reader<ContainerState> = (value, context) => {
  const fields = mapping(value, context)
  const waiting = field(fields, 'waiting', mapping, context)
  if (waiting !== undefined) return { kind: 'waiting', reason: field(waiting, 'reason', text, context) }
  const terminated = field(fields, 'terminated', mapping, context)
  if (terminated === undefined) return fields?.running == null ? undefined : { kind: 'running' }
  return {
    kind: 'terminated',
    reason: field(terminated, 'reason', text, context),
    exitCode: field(terminated, 'exitCode', integer, context) ?? 0,
    signal: field(terminated, 'signal', integer, context),
  }
}

const containerStatus: Reader<ContainerStatus> = (value, context) => {
  const fields = mapping(value, context)
  const name = field(fields, 'name', text, context)
  if (name === undefined) return undefined
  return {
    name,
    ready: field(fields, 'ready', boolean, context) ?? false,
    restartCount: field(fields, 'restartCount', integer, context) ?? 0,
    started: field(fields, 'started', boolean, context),
    state: field(fields, 'state', state, context),
  }
}

/** What a cluster said about containers. */
export const containerStatuses: Reader<readonly ContainerStatus[]> = list(containerStatus)
