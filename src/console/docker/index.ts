import type { Machine, Output, Program } from '../../commands/index.ts'
import { resultOf } from '../../commands/process/program.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import { type DockerCommand, NOT_RUN, readCommand, UsageError } from './command-line.ts'
import { CONTAINER_COMMANDS } from './container-commands.ts'
import type { DockerDaemon } from './daemon.ts'
import { DaemonError } from './errors.ts'
import type { Handler } from './handler.ts'
import { NETWORK_COMMANDS } from './network-commands.ts'
import { TemplateError } from './template.ts'

/*
 * docker, as far as it is about networks: containers by the four network modes, published ports, networks of one's own and the names in them. There are no
 * images: a container runs the COMMAND that stands behind IMAGE, one of the commands that kubehop knows; without COMMAND it answers on every port, as simulated
 * pods do. What dockerd does is that of version 29.
 */

const NO_DAEMON = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?'

const HANDLERS: Readonly<Record<string, Handler>> = { ...CONTAINER_COMMANDS, ...NETWORK_COMMANDS }

/** Others have more than one name. */
const SAME: Readonly<Record<string, string>> = {
  'container list': 'ps',
  'container ls': 'ps',
  'container ps': 'ps',
  'network list': 'network ls',
  'network remove': 'network rm',
}

/** Commands that people type, and why they find nothing here. */
const HINTS: Readonly<Record<string, string>> = {
  attach: 'docker logs NAME shows what it has printed; in kubehop shell, use container/NAME goes there',
  build: 'there are no images: docker run takes any name',
  compose: 'write docker network create and docker run',
  images: 'there are no images: docker run takes any name',
  pull: 'there are no images: docker run takes any name',
}

function commandOf(name: string): Handler | undefined {
  const [group, ...rest] = name.split(' ')
  const same = SAME[name] ?? name
  if (Object.hasOwn(HANDLERS, same)) return HANDLERS[same]
  return group === 'container' && Object.hasOwn(CONTAINER_COMMANDS, rest.join(' '))
    ? CONTAINER_COMMANDS[rest.join(' ')]
    : undefined
}

/** `docker`. @param daemonOf the dockerd of a machine; undefined: none runs there */
export function docker(daemonOf: (machine: Machine) => DockerDaemon | undefined): Program {
  return function* (args, context) {
    const [first, ...rest] = args
    const isGroup = first === 'network' || first === 'container'
    if (
      first === undefined ||
      first === '--help' ||
      first === 'help' ||
      (isGroup && /^(--help)?$/.test(rest[0] ?? ''))
    ) {
      context.stdout.write(HELP)
      return 0
    }
    const name = isGroup ? `${first} ${rest[0]}` : first
    const found = commandOf(name)
    if (found === undefined) {
      const hint = Object.hasOwn(HINTS, name) ? HINTS[name]! : 'docker help lists what there is'
      throw new UnsupportedError(`docker ${name}`, { hint })
    }
    const words = isGroup ? rest.slice(1) : rest
    if (words[0] === '--help') {
      writeUsage(found.command, context.stdout)
      return 0
    }
    const isRun = found.command.name === 'run'
    const complain = (text: string): number => {
      context.stderr.write(isRun ? `docker: ${text}\n\nRun 'docker run --help' for more information\n` : `${text}\n`)
      return isRun ? NOT_RUN : 1
    }
    try {
      const line = readCommand(found.command, words)
      const daemon = daemonOf(context.machine)
      if (daemon === undefined) return complain(NO_DAEMON)
      return yield* resultOf(found.run(line, daemon, context))
    } catch (error) {
      if (error instanceof DaemonError) return complain(`Error response from daemon: ${error.message}`)
      if (error instanceof TemplateError) return complain(error.message)
      if (!(error instanceof UsageError)) throw error
      context.stderr.write(`${error.message}\n`)
      return error.code
    }
  }
}

/** What `--help` says: of the flags those that are modelled. */
function writeUsage({ name, usage, flags }: DockerCommand, stdout: Output): void {
  const lines = Object.entries(flags)
    .filter(([, { refused }]) => refused !== true)
    .map(
      ([flag, { short, value }]) => `  ${short === undefined ? '   ' : `-${short},`} --${flag}${value ? ' VALUE' : ''}`,
    )
  stdout.write(`Usage:  docker ${name} ${usage}\n`)
  if (lines.length > 0) stdout.write(`\nOptions that are modelled:\n${lines.join('\n')}\n`)
}

const HELP = `docker runs containers on this host. It does what version 29 does.

  docker run [-d] [--rm] [--name NAME] [--network bridge|host|none|container:NAME|NETWORK] [-p [ADDRESS:][PORT:]PORT[/udp]] [-P --expose PORT]
             [--ip ADDRESS] [--network-alias NAME] [--hostname NAME] [--add-host NAME:ADDRESS] IMAGE [COMMAND…]
  docker exec [-d] NAME COMMAND…
  docker ps [-a] [-q] [-f FILTER] [--format TEMPLATE], docker port NAME, docker inspect [-f TEMPLATE] NAME
  docker create|start|stop|restart|kill|rm|logs NAME
  docker network ls|inspect|rm|prune -f
  docker network create [--subnet CIDR] [--gateway ADDRESS] [--internal] [-o OPTION=VALUE] NETWORK
  docker network connect [--ip ADDRESS] [--alias NAME]|disconnect NETWORK NAME

There are no images: COMMAND is one of the commands that one knows here. Without COMMAND a container answers on every port.
`
