import {
  type ContainerStatus,
  isPodReady,
  isPodTerminal,
  isPodTerminating,
  type Pod,
} from '../../../kubernetes/index.ts'
import { UNKNOWN_AGE } from './cells.ts'

const NONE = '<none>'

/** What its containers are at, as it is told in a word. */
interface Summary {
  readonly ready: number
  readonly restarts: number
  readonly reason: string
}

/**
 * `printPod`. What a cluster said about the containers counts; without it all of a ready pod are, as kubehop takes it, none of another, and
 * none was restarted. When a container was restarted last, nobody knows here.
 */
export function podCells(pod: Pod, wide: boolean): string[] {
  const { spec, status, metadata } = pod
  const { ready, restarts, reason } = summaryOf(pod)
  return [
    metadata.name,
    `${ready}/${containersOf(pod)}`,
    isPodTerminating(pod) && !isPodTerminal(pod) ? 'Terminating' : reason,
    String(restarts),
    UNKNOWN_AGE,
    ...(wide ? [status.podIP ?? NONE, spec.nodeName ?? NONE, NONE, NONE] : []),
  ]
}

function containersOf({ spec }: Pod): number {
  return spec.containers.length + spec.sidecars.length
}

function summaryOf(pod: Pod): Summary {
  const { phase = 'Pending', reason = phase, containerStatuses, initContainerStatuses = [] } = pod.status
  if (containerStatuses === undefined) {
    return { ready: phase === 'Running' && isPodReady(pod) ? containersOf(pod) : 0, restarts: 0, reason }
  }
  const sidecars = new Set(pod.spec.sidecars.map(({ name }) => name))
  const at = initContainerStatuses.findIndex((status) => !isDone(status, sidecars))
  if (at >= 0) {
    const begun = initContainerStatuses.slice(0, at + 1)
    return {
      ready: begun.filter((status) => sidecars.has(status.name) && status.ready).length,
      restarts: sumOf(begun),
      reason: initReason(initContainerStatuses[at]!, at, initContainerStatuses.length),
    }
  }
  const beside = initContainerStatuses.filter(({ name }) => sidecars.has(name))
  const running = containerStatuses.filter(({ ready, state }) => ready && state?.kind === 'running')
  const told = containerStatuses.map(reasonOf).find((word) => word !== undefined) ?? reason
  const restarts = sumOf(beside) + sumOf(containerStatuses)
  const ready = beside.filter((status) => status.ready).length + running.length
  if (told !== 'Completed' || running.length === 0) return { ready, restarts, reason: told }
  return { ready, restarts, reason: isPodReady(pod) ? 'Running' : 'NotReady' }
}

function sumOf(statuses: readonly ContainerStatus[]): number {
  return statuses.reduce((sum, { restartCount }) => sum + restartCount, 0)
}

/** An init container that has ended well, or one that has started and stays. */
function isDone({ name, started, state }: ContainerStatus, sidecars: ReadonlySet<string>): boolean {
  if (state?.kind === 'terminated' && state.exitCode === 0) return true
  return sidecars.has(name) && started === true
}

function initReason(status: ContainerStatus, at: number, count: number): string {
  const word = reasonOf(status)
  return word === undefined || word === 'PodInitializing' ? `Init:${at}/${count}` : `Init:${word}`
}

function reasonOf({ state }: ContainerStatus): string | undefined {
  if (state === undefined || state.kind === 'running') return undefined
  if (state.reason !== undefined && state.reason !== '') return state.reason
  if (state.kind === 'waiting') return undefined
  return state.signal === undefined || state.signal === 0 ? `ExitCode:${state.exitCode}` : `Signal:${state.signal}`
}
