import { isPodReady, isPodTerminal, isPodTerminating, type Pod } from '../../../kubernetes/index.ts'
import { UNKNOWN_AGE } from './cells.ts'

const NONE = '<none>'

/**
 * `printPod`. What a cluster said about the containers counts; without it all of a ready pod are, as kubehop takes it, none of another, and
 * none was restarted.
 */
export function podCells(pod: Pod, wide: boolean): string[] {
  const { spec, status, metadata } = pod
  const containers = spec.containers.length + spec.sidecars.length
  const { containerStatuses } = status
  const allReady = status.phase === 'Running' && isPodReady(pod)
  const ready = containerStatuses?.filter((container) => container.ready).length ?? (allReady ? containers : 0)
  const restarts = containerStatuses?.reduce((sum, { restartCount }) => sum + restartCount, 0) ?? 0
  return [
    metadata.name,
    `${ready}/${containers}`,
    isPodTerminating(pod) && !isPodTerminal(pod) ? 'Terminating' : (status.phase ?? 'Pending'),
    String(restarts),
    UNKNOWN_AGE,
    ...(wide ? [status.podIP ?? NONE, spec.nodeName ?? NONE, NONE, NONE] : []),
  ]
}
