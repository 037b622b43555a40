import type { Machine, Program, ProgramContext } from '../../commands/index.ts'
import { Process, type Task, timePassed, type Wait } from '../../commands/process/process.ts'
import { resultOf } from '../../commands/process/program.ts'
import { NO_INPUT } from '../../commands/process/streams.ts'
import { parsePrefix } from '../../packet/address.ts'
import { KubehopError, UnsupportedError } from '../../packet/errors.ts'
import type { CommandLine } from '../pflag.ts'
import { type DockerCommand, NOT_RUN, readCommand, UsageError } from './command-line.ts'
import type { DockerDaemon, NetworkRequest } from './daemon.ts'
import { DaemonError } from './errors.ts'
import { asJson, inspectContainer, inspectNetwork } from './inspect.ts'
import { containerTable, networkTable } from './lists.ts'
import { type Container, isRunning, shortId } from './model.ts'
import { containerRequest, RUN } from './run-options.ts'

/*
 * docker, as far as it is about networks: containers by the four network modes, published ports, networks of one's own. There are no images: a container runs the
 * COMMAND that stands behind IMAGE, one of the commands that kubehop knows; without COMMAND it answers on every port, as simulated pods do. Names of containers are
 * not resolved (the resolver at 127.0.0.11), addresses are.
 */

const MANY = Number.POSITIVE_INFINITY
const NO_DAEMON = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?'
/** A process that SIGTERM, and then SIGKILL, has ended (`docker stop`). */
const KILLED = 137
const KILL = 9
/** Until dockerd hears that a container has ended. Its last segments are under way by then. */
const NOTICE = 5e6

interface Handler {
  readonly command: DockerCommand
  readonly run: (line: CommandLine, daemon: DockerDaemon, context: ProgramContext) => number | Task
}

function handler(
  name: string,
  usage: string,
  [least, most]: readonly [number, number],
  flags: DockerCommand['flags'],
  run: Handler['run'],
  ordered = false,
): Handler {
  return { command: { name, usage, least, most, flags, ordered }, run }
}

/** For each of several names, whose turn it is one after the other, also when one fails. */
function forEach(
  act: (name: string, daemon: DockerDaemon, line: CommandLine) => Generator<Wait, void, void> | void,
  /** What stands behind the errors. */
  summary?: (failed: readonly string[]) => string,
): Handler['run'] {
  return function* (line, daemon, { stdout, stderr }) {
    const failed: string[] = []
    for (const name of line.words) {
      try {
        const acting = act(name, daemon, line)
        if (acting !== undefined) yield* acting
        stdout.write(`${name}\n`)
      } catch (error) {
        if (!(error instanceof DaemonError)) throw error
        stderr.write(`Error response from daemon: ${error.message}\n`)
        failed.push(name)
      }
    }
    if (failed.length > 0 && summary !== undefined) stderr.write(`${summary(failed)}\n`)
    return failed.length > 0 ? 1 : 0
  }
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  run: { command: RUN, run },
  exec: handler(
    'exec',
    '[OPTIONS] CONTAINER COMMAND [ARG...]',
    [2, MANY],
    { detach: { short: 'd' }, interactive: { short: 'i' }, privileged: {}, tty: { short: 't' } },
    exec,
    true,
  ),
  ps: handler(
    'ps',
    '[OPTIONS]',
    [0, 0],
    { all: { short: 'a' }, quiet: { short: 'q' }, 'no-trunc': { refused: true } },
    ({ flags }, daemon, { stdout }) => {
      const shown = daemon.containers.filter((container) => flags.has('all') || isRunning(container))
      if (flags.has('quiet')) stdout.write(shown.map(({ id }) => `${shortId(id)}\n`).join(''))
      else stdout.write(containerTable(shown, daemon.host.sim.now))
      return 0
    },
  ),
  logs: handler('logs', '[OPTIONS] CONTAINER', [1, 1], {}, ({ words }, daemon, { stdout }) => {
    stdout.write(daemon.container(words[0]!).log.text)
    return 0
  }),
  start: handler('start', '[OPTIONS] CONTAINER [CONTAINER...]', [1, MANY], {}, (line, daemon, context) =>
    forEach(
      (name) => {
        const container = daemon.container(name)
        if (!isRunning(container)) inBackground(container, daemon, context)
      },
      (failed) => `Error: failed to start containers: ${failed.join(', ')}`,
    )(line, daemon, context),
  ),
  stop: handler(
    'stop',
    '[OPTIONS] CONTAINER [CONTAINER...]',
    [1, MANY],
    { time: { short: 't', value: true } },
    forEach((name, daemon) => end(daemon.container(name), daemon)),
  ),
  kill: handler(
    'kill',
    '[OPTIONS] CONTAINER [CONTAINER...]',
    [1, MANY],
    {},
    forEach((name, daemon) => {
      const container = daemon.container(name)
      if (!isRunning(container))
        throw new DaemonError(`cannot kill container: ${name}: container ${container.id} is not running`)
      return end(container, daemon)
    }),
  ),
  rm: handler(
    'rm',
    '[OPTIONS] CONTAINER [CONTAINER...]',
    [1, MANY],
    { force: { short: 'f' }, volumes: { short: 'v' } },
    forEach(function* (name, daemon, { flags }) {
      const container = daemon.container(name)
      if (flags.has('force')) yield* end(container, daemon)
      daemon.remove(container)
    }),
  ),
  inspect: handler('inspect', '[OPTIONS] NAME|ID [NAME|ID...]', [1, MANY], {}, inspect),
  'network ls': handler(
    'network ls',
    '[OPTIONS]',
    [0, 0],
    { quiet: { short: 'q' } },
    ({ flags }, { networks }, { stdout }) => {
      stdout.write(flags.has('quiet') ? networks.map(({ id }) => `${shortId(id)}\n`).join('') : networkTable(networks))
      return 0
    },
  ),
  'network create': handler(
    'network create',
    '[OPTIONS] NETWORK',
    [1, 1],
    {
      driver: { short: 'd', value: true },
      subnet: { value: true },
      internal: {},
      opt: { short: 'o', value: true },
    },
    (line, daemon, { stdout }) => {
      stdout.write(`${daemon.createNetwork(networkRequest(line)).id}\n`)
      return 0
    },
  ),
  'network rm': handler(
    'network rm',
    'NETWORK [NETWORK...]',
    [1, MANY],
    {},
    forEach(
      (name, daemon) => daemon.removeNetwork(name),
      () => 'exit status 1',
    ),
  ),
  'network inspect': handler(
    'network inspect',
    '[OPTIONS] NETWORK [NETWORK...]',
    [1, MANY],
    {},
    ({ words }, daemon, { stdout, stderr }) => {
      const found: unknown[] = []
      let code = 0
      for (const name of words) {
        try {
          found.push(inspectNetwork(daemon.network(name), daemon.containers))
        } catch (error) {
          if (!(error instanceof DaemonError)) throw error
          stderr.write(`Error response from daemon: ${error.message}\n`)
          code = 1
        }
      }
      stdout.write(found.length === 0 ? '[]\n' : asJson(found))
      return code
    },
  ),
}

/** Others have more than one name. */
const SAME: Readonly<Record<string, string>> = {
  'container ls': 'ps',
  'container ps': 'ps',
  'container run': 'run',
  'container exec': 'exec',
  'container stop': 'stop',
  'container start': 'start',
  'container rm': 'rm',
  'container logs': 'logs',
  'container inspect': 'inspect',
  'network list': 'network ls',
  'network remove': 'network rm',
}

/** `docker`. @param daemonOf the dockerd of a machine; undefined: none runs there */
export function docker(daemonOf: (machine: Machine) => DockerDaemon | undefined): Program {
  return function* (args, context) {
    const [first, ...rest] = args
    if (first === undefined || first === '--help' || first === 'help') {
      context.stdout.write(HELP)
      return 0
    }
    const isGroup = first === 'network' || first === 'container'
    const name = isGroup ? `${first} ${rest[0] ?? ''}`.trim() : first
    const found = HANDLERS[SAME[name] ?? name]
    if (found === undefined) throw new UnsupportedError(`docker ${name}`, { hint: 'docker help lists what there is' })
    const words = isGroup ? rest.slice(1) : rest
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
      if (!(error instanceof UsageError)) throw error
      context.stderr.write(`${error.message}\n`)
      return error.code
    }
  }
}

function* run(line: CommandLine, daemon: DockerDaemon, context: ProgramContext): Task {
  const request = containerRequest(line)
  const detached = line.flags.has('detach')
  if (!detached && request.command.length === 0) {
    throw new UnsupportedError('docker run without -d and without COMMAND', {
      hint: 'there are no images; docker run -d --name NAME IMAGE answers on every port',
    })
  }
  if (detached && request.command.length === 0 && /^(host$|container:)/.test(request.network)) {
    throw new UnsupportedError(`docker run --network ${request.network} without COMMAND`, {
      hint: 'there are no images; let it run a server: nc -l -k -p 8080',
    })
  }
  const container = daemon.create(request)
  try {
    if (request.network === 'host' && request.ports.length > 0)
      context.stderr.write('WARNING: Published ports are discarded when using host network mode\n')
    if (detached) {
      inBackground(container, daemon, context)
      context.stdout.write(`${container.id}\n`)
      return 0
    }
    daemon.start(container)
  } catch (error) {
    // what could not be started stays behind as it was made, unless it was to go by itself
    if (container.removeWhenStopped) daemon.remove(container)
    throw error
  }
  let code = KILLED
  try {
    code = yield* inside(container, container.command, context)
    yield timePassed(daemon.host.sim, NOTICE)
    return code
  } finally {
    daemon.stop(container, code)
  }
}

/** A command in the network of a container. */
function inside(container: Container, words: readonly string[], context: ProgramContext): Task {
  const { machine } = container.sandbox!
  return resultOf(context.run(words, { ...context, machine, netns: machine.root }))
}

/** Starts a container; its command goes on beside, and the container ends with it. */
function inBackground(container: Container, daemon: DockerDaemon, context: ProgramContext): void {
  daemon.start(container)
  if (container.command.length === 0) return
  const { log } = container
  const own: ProgramContext = { ...context, stdin: NO_INPUT, stdout: log, stderr: log }
  container.process = new Process(daemon.host.scheduler, task())

  function* task(): Task {
    let code = 1
    try {
      code = yield* inside(container, container.command, own)
    } catch (error) {
      // nobody waits for it who could be told
      if (!(error instanceof KubehopError)) throw error
      log.write(`${error.message}\n`)
    }
    container.process = null
    yield timePassed(daemon.host.sim, NOTICE)
    daemon.stop(container, code)
    return code
  }
}

/** Ends what runs in a container, and then takes its network away. */
function* end(container: Container, daemon: DockerDaemon): Generator<Wait, void, void> {
  container.process?.kill(KILL)
  container.process = null
  yield timePassed(daemon.host.sim, NOTICE)
  daemon.stop(container, KILLED)
}

function exec({ words, flags }: CommandLine, daemon: DockerDaemon, context: ProgramContext): number | Task {
  const [name = '', ...command] = words
  const container = daemon.container(name)
  if (!isRunning(container)) throw new DaemonError(`container ${container.id} is not running`)
  if (!flags.has('detach')) return inside(container, command, context)
  const { log } = container
  new Process(
    daemon.host.scheduler,
    inside(container, command, { ...context, stdin: NO_INPUT, stdout: log, stderr: log }),
  )
  return 0
}

function inspect({ words }: CommandLine, daemon: DockerDaemon, { stdout, stderr }: ProgramContext): number {
  const found: unknown[] = []
  let code = 0
  for (const name of words) {
    try {
      found.push(inspectContainer(daemon.container(name)))
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error
      try {
        found.push(inspectNetwork(daemon.network(name), daemon.containers))
      } catch (other) {
        if (!(other instanceof DaemonError)) throw other
        stderr.write(`Error: No such object: ${name}\n`)
        code = 1
      }
    }
  }
  stdout.write(found.length === 0 ? '[]\n' : asJson(found))
  return code
}

const OPTION = 'com.docker.network.bridge.'

function networkRequest({ words, flags, values }: CommandLine): NetworkRequest {
  const driver = flags.get('driver') ?? 'bridge'
  if (driver !== 'bridge') throw new UnsupportedError(`docker network create --driver ${driver}`)
  const options = new Map<string, string>()
  for (const [name, value] of values) {
    if (name !== 'opt') continue
    const [key = '', text = ''] = value.split('=')
    options.set(key, text)
  }
  const take = (name: string): string | undefined => {
    const value = options.get(OPTION + name)
    options.delete(OPTION + name)
    return value
  }
  const gatewayMode = take('gateway_mode_ipv4') ?? 'nat'
  const request = {
    name: words[0]!,
    bridge: take('name'),
    icc: take('enable_icc') !== 'false',
    masquerade: take('enable_ip_masquerade') !== 'false',
    internal: flags.has('internal'),
    isUnprotected: gatewayMode === 'nat-unprotected',
    subnet: subnetOf(flags.get('subnet')),
  }
  if (gatewayMode !== 'nat' && gatewayMode !== 'nat-unprotected')
    throw new UnsupportedError(`docker network create: gateway mode ${gatewayMode}`)
  const [other] = options.keys()
  if (other !== undefined) throw new UnsupportedError(`docker network create --opt ${other}`)
  return request
}

function subnetOf(text: string | true | undefined): NetworkRequest['subnet'] {
  if (typeof text !== 'string') return undefined
  try {
    if (text.includes('/')) return parsePrefix(text)
  } catch (error) {
    if (!(error instanceof KubehopError)) throw error
  }
  throw new DaemonError(`invalid network config:\ninvalid subnet ${text}: invalid CIDR block notation`)
}

const HELP = `docker runs containers on this host.

  docker run [-d] [--rm] [--name NAME] [--network bridge|host|none|container:NAME|NETWORK] [-p [ADDRESS:][PORT:]PORT[/udp]] [--ip ADDRESS]
             [--hostname NAME] IMAGE [COMMAND…]
  docker exec [-d] NAME COMMAND…
  docker ps [-a] [-q], docker logs|start|stop|kill|rm|inspect NAME
  docker network ls|create [--subnet CIDR] [--internal] [-o OPTION=VALUE]|rm|inspect

There are no images: COMMAND is one of the commands that one knows here. Without COMMAND a container answers on every port.
`
