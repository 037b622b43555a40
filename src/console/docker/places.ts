import { KubehopError } from '../../packet/errors.ts'
import type { Place } from '../place.ts'
import type { DockerDaemon } from './daemon.ts'
import { isRunning, shortId } from './model.ts'

/** `container/NAME` of each container that runs. */
export function containerPlaces(daemons: Iterable<DockerDaemon>): string[] {
  return [...daemons].flatMap(({ containers }) => containers.filter(isRunning).map(({ name }) => `container/${name}`))
}

/**
 * The container that a name, or the beginning of an id, stands for; undefined: there is none.
 *
 * @throws KubehopError `NOT_RUNNING`
 */
export function findContainer(daemons: Iterable<DockerDaemon>, name: string): Place | undefined {
  const all = [...daemons].flatMap(({ containers }) => containers)
  const found = all.find((each) => each.name === name) ?? all.find(({ id }) => name !== '' && id.startsWith(name))
  if (found === undefined) return undefined
  const { sandbox, hostname, id } = found
  if (sandbox === null)
    throw new KubehopError('NOT_RUNNING', `the container ${found.name} does not run`, {
      hint: `docker start ${found.name}`,
    })
  return { name: `container/${found.name}`, hostname: hostname ?? shortId(id), machine: sandbox.machine }
}
