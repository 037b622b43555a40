import type { ProgramContext } from '../../commands/index.ts'
import { Process, type Task, timePassed, type Wait } from '../../commands/process/process.ts'
import { resultOf } from '../../commands/process/program.ts'
import { NO_INPUT } from '../../commands/process/streams.ts'
import { formatIpv4 } from '../../packet/address.ts'
import { KubehopError, UnsupportedError } from '../../packet/errors.ts'
import type { CommandLine } from '../pflag.ts'
import { flagError } from './command-line.ts'
import type { DockerDaemon } from './daemon.ts'
import { DaemonError } from './errors.ts'
import { filterOf, matchesLabel, matchesName } from './filter.ts'
import { listText } from './format.ts'
import { forEach, type Handler, handler, listOf, MANY, textOf, VALUE } from './handler.ts'
import { inspectContainer, inspectNetwork } from './inspect.ts'
import { inspectAll } from './inspect-command.ts'
import { containerListing, networksOf, stateOf } from './lists.ts'
import { bindingsOf, type Container, isRunning, shortId } from './model.ts'
import { CREATE, containerRequest, RUN } from './run-options.ts'

/** A process that SIGTERM, and then SIGKILL, has ended (`docker stop`). */
const KILLED = 137
const KILL = 9
/** A server that ends when it is asked to. */
const ENDED = 0
/** Until dockerd hears that a container has ended. Its last segments are under way by then. */
const NOTICE = 5e6

export const CONTAINER_COMMANDS: Readonly<Record<string, Handler>> = {
  run: { command: RUN, run },
  create: {
    command: CREATE,
    run: (line, daemon, { stdout }) => {
      const container = make(containerRequest(line), daemon)
      requireCommand(container)
      stdout.write(`${container.id}\n`)
      return 0
    },
  },
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
    {
      all: { short: 'a' },
      filter: { short: 'f', ...VALUE },
      format: VALUE,
      last: { short: 'n', ...VALUE },
      latest: { short: 'l' },
      'no-trunc': {},
      quiet: { short: 'q' },
    },
    ps,
  ),
  port: handler('port', 'CONTAINER [PRIVATE_PORT[/PROTO]]', [1, 2], {}, port),
  logs: handler('logs', '[OPTIONS] CONTAINER', [1, 1], {}, ({ words }, daemon, { stdout }) => {
    stdout.write(daemon.container(words[0]!).log.text)
    return 0
  }),
  start: handler(
    'start',
    '[OPTIONS] CONTAINER [CONTAINER...]',
    [1, MANY],
    {},
    forEach(
      (name, daemon, _line, context) => {
        const container = daemon.container(name)
        if (!isRunning(container)) inBackground(container, daemon, context)
      },
      (failed) => `Error: failed to start containers: ${failed.join(', ')}`,
    ),
  ),
  stop: handler(
    'stop',
    '[OPTIONS] CONTAINER [CONTAINER...]',
    [1, MANY],
    { time: VALUE, timeout: { short: 't', ...VALUE } },
    forEach((name, daemon) => end(daemon.container(name), daemon, ENDED)),
  ),
  restart: handler(
    'restart',
    '[OPTIONS] CONTAINER [CONTAINER...]',
    [1, MANY],
    { time: VALUE, timeout: { short: 't', ...VALUE } },
    forEach(function* (name, daemon, _line, context) {
      const container = daemon.container(name)
      yield* end(container, daemon, ENDED)
      inBackground(container, daemon, context)
    }),
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
  'container prune': handler(
    'container prune',
    '[OPTIONS]',
    [0, 0],
    { force: { short: 'f' } },
    ({ flags }, daemon, { stdout }) => {
      if (!flags.has('force'))
        throw new UnsupportedError('docker container prune, which asks', { hint: 'write docker container prune -f' })
      const ended = daemon.containers.filter((container) => !isRunning(container))
      for (const container of ended) daemon.remove(container)
      if (ended.length > 0) stdout.write(`Deleted Containers:\n${ended.map(({ id }) => `${id}\n`).join('')}\n`)
      stdout.write('Total reclaimed space: 0B\n')
      return 0
    },
  ),
  inspect: handler(
    'inspect',
    '[OPTIONS] NAME|ID [NAME|ID...]',
    [1, MANY],
    { format: { short: 'f', ...VALUE }, type: VALUE },
    inspect,
  ),
  'container inspect': handler(
    'container inspect',
    '[OPTIONS] CONTAINER [CONTAINER...]',
    [1, MANY],
    { format: { short: 'f', ...VALUE } },
    (line, daemon, context) =>
      inspectAll(
        line,
        context,
        (name) => inspectContainer(daemon.container(name)),
        ({ message }) => `Error response from daemon: ${message}`,
      ),
  ),
}

const PS = { name: 'ps', usage: '[OPTIONS]' }

const FILTERS = {
  ancestor: (value: string, { image }: Container) => image === value || image.split(':')[0] === value,
  id: (value: string, { id }: Container) => id.startsWith(value),
  label: (value: string, { labels }: Container) => matchesLabel(value, labels),
  name: (value: string, { name }: Container) => matchesName(value, name) || matchesName(value, `/${name}`),
  network: (value: string, container: Container) =>
    networksOf(container).includes(value) || container.attachments.some(({ network }) => network.id.startsWith(value)),
  status: (value: string, container: Container) => stateOf(container) === value,
}

/** Filters of `docker ps` that are not about networks. */
const OTHER_FILTERS = ['before', 'since', 'exited', 'expose', 'health', 'is-task', 'isolation', 'publish', 'volume']

function ps(line: CommandLine, daemon: DockerDaemon, { stdout }: ProgramContext): number {
  const { flags } = line
  const whole = flags.has('no-trunc')
  const filters = listOf(line, 'filter')
  const fail = (why: string): never => {
    throw flagError(PS, why)
  }
  const last = textOf(line, 'last')
  if (last !== undefined && !/^-?\d+$/.test(last))
    fail(
      `invalid argument ${JSON.stringify(last)} for "-n, --last" flag: strconv.ParseInt: parsing ${JSON.stringify(last)}: invalid syntax`,
    )
  const limit = flags.has('latest') ? 1 : Number(last ?? -1)
  const isAll = flags.has('all') || limit > 0 || filters.some((text) => text.startsWith('status='))
  const matches = filterOf(filters, FILTERS, OTHER_FILTERS, fail)
  const found = daemon.containers.filter((container) => (isAll || isRunning(container)) && matches(container))
  const shown = limit > 0 ? found.slice(0, limit) : found
  const format = textOf(line, 'format')
  if (flags.has('quiet') && format === undefined)
    stdout.write(shown.map(({ id }) => `${whole ? id : shortId(id)}\n`).join(''))
  else stdout.write(listText(containerListing(shown, { whole, now: daemon.host.sim.now }), format))
  return 0
}

/** docker/cli cli/command/container/port.go */
function port({ words }: CommandLine, daemon: DockerDaemon, { stdout, stderr }: ProgramContext): number {
  const [name = '', wanted] = words
  const bindings = bindingsOf(daemon.container(name))
  const hostEnd = ({ hostAddress, hostPort }: (typeof bindings)[number]): string =>
    `${formatIpv4(hostAddress)}:${hostPort}`
  const lines = bindings
    .map((binding) => ({ key: `${binding.port}/${binding.protocol}`, port: binding.port, end: hostEnd(binding) }))
    .sort((a, b) => a.port - b.port || (a.key + a.end < b.key + b.end ? -1 : 1))
  if (wanted === undefined) {
    stdout.write(lines.map(({ key, end }) => `${key} -> ${end}\n`).join(''))
    return 0
  }
  const [number = '', protocol = 'tcp'] = wanted.split('/')
  if (!/^\d{1,5}$/.test(number)) {
    stderr.write(
      `Error: invalid port (${number}): strconv.ParseUint: parsing ${JSON.stringify(number)}: invalid syntax\n`,
    )
    return 1
  }
  const chosen = lines.filter(({ key }) => key === `${number}/${protocol}`)
  if (chosen.length === 0) {
    stderr.write(`Error: No public port '${wanted}' published for ${name}\n`)
    return 1
  }
  stdout.write(chosen.map(({ end }) => `${end}\n`).join(''))
  return 0
}

/** Makes a container and connects it. @throws DaemonError then there is none */
function make(request: ReturnType<typeof containerRequest>, daemon: DockerDaemon): Container {
  const container = daemon.create(request)
  try {
    for (const name of request.moreNetworks)
      daemon.connect(daemon.network(name), container, { address: undefined, aliases: [] })
  } catch (error) {
    daemon.remove(container)
    throw error
  }
  return container
}

/** Without COMMAND a container answers on every port: not where the ports are others', too. */
function requireCommand({ command, mode }: Pick<Container, 'command' | 'mode'>): void {
  if (command.length > 0 || (mode.kind === 'network' && mode.network.kind !== 'host')) return
  // the other one answers on every port already
  if (mode.kind === 'container' && mode.container.command.length === 0) return
  const network = mode.kind === 'network' ? 'host' : `container:${mode.container.name}`
  throw new UnsupportedError(`docker run --network ${network} without COMMAND`, {
    hint: 'there are no images; let it run a server: nc -l -k -p 8080',
  })
}

function* run(line: CommandLine, daemon: DockerDaemon, context: ProgramContext): Task {
  const { flags, words } = line
  const detached = flags.has('detach')
  const request = containerRequest(line)
  if (!detached && words.length === 1) {
    throw new UnsupportedError('docker run without -d and without COMMAND', {
      hint: 'there are no images; docker run -d --name NAME IMAGE answers on every port',
    })
  }
  if (!detached) refuseShell(words.slice(1), `docker run -d --name NAME ${words[0]}`, 'NAME')
  const container = make(request, daemon)
  try {
    requireCommand(container)
    const isHost = container.mode.kind === 'network' && container.mode.network.kind === 'host'
    if (isHost && container.ports.length > 0)
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
    else if (error instanceof UnsupportedError) drop(container, daemon)
    throw error
  }
  let code = KILLED
  try {
    code = yield* inside(container, container.command, context)
    yield timePassed(daemon.host.sim, NOTICE)
    return code
  } catch (error) {
    if (error instanceof UnsupportedError && !container.removeWhenStopped) drop(container, daemon)
    throw error
  } finally {
    daemon.stop(container, code)
  }
}

/** What is not modelled leaves no container behind. */
function drop(container: Container, daemon: DockerDaemon): void {
  daemon.stop(container, KILLED)
  daemon.remove(container)
}

const SHELLS: readonly string[] = ['ash', 'bash', 'sh']

/** What keeps a container alive and does nothing else; a shell in the background waits for somebody to type (`-dit`). */
function isIdle(words: readonly string[]): boolean {
  return /^(sleep (infinity|inf)|tail -f \/dev\/null)$/.test(words.join(' ')) || isShell(words)
}

/** A shell that reads what somebody types. */
function isShell([program = '', ...options]: readonly string[]): boolean {
  return SHELLS.includes(programName(program)) && options.every((word) => /^-[il]$/.test(word))
}

/** @param first what to write before one can go there */
function refuseShell(words: readonly string[], first: string | undefined, name: string): void {
  if (!isShell(words)) return
  const go = `docker exec ${name} sh -c 'ip addr; ip route', or in kubehop shell: use container/${name}`
  throw new UnsupportedError(`an interactive ${words[0]} in a container`, {
    hint: `write ${first === undefined ? '' : `${first}, then `}${go}`,
  })
}

/** Images have their programs in several folders. */
function programName(path: string): string {
  return path.replace(/^\/(usr\/)?(local\/)?s?bin\//, '')
}

/** A command in the network of a container. */
function inside(container: Container, words: readonly string[], context: ProgramContext): Task {
  const { machine } = container.sandbox!
  const [program = '', ...rest] = words
  const name = programName(program)
  return resultOf(context.run([name === 'ash' ? 'sh' : name, ...rest], { ...context, machine, netns: machine.root }))
}

/** Starts a container; its command goes on beside, and the container ends with it. */
function inBackground(container: Container, daemon: DockerDaemon, context: ProgramContext): void {
  daemon.start(container)
  const { log, command } = container
  if (command.length === 0 || isIdle(command)) return
  const own: ProgramContext = { ...context, stdin: NO_INPUT, stdout: log, stderr: log }
  let work: Task
  try {
    work = inside(container, command, own)
  } catch (error) {
    daemon.stop(container, KILLED)
    throw error
  }
  container.process = new Process(daemon.host.scheduler, task())

  function* task(): Task {
    let code = 1
    try {
      code = yield* work
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

/**
 * Ends what runs in a container, and then takes its network away.
 *
 * @param answer exit code of a server that is asked to end; commands as the first process of a container do not hear SIGTERM
 */
function* end(container: Container, daemon: DockerDaemon, answer = KILLED): Generator<Wait, void, void> {
  container.process?.kill(KILL)
  container.process = null
  yield timePassed(daemon.host.sim, NOTICE)
  daemon.stop(container, container.command.length === 0 ? answer : KILLED)
}

function exec({ words, flags }: CommandLine, daemon: DockerDaemon, context: ProgramContext): number | Task {
  const [name = '', ...command] = words
  const container = daemon.container(name)
  if (!isRunning(container)) throw new DaemonError(`container ${container.id} is not running`)
  refuseShell(command, undefined, name)
  if (!flags.has('detach')) return inside(container, command, context)
  const { log } = container
  new Process(
    daemon.host.scheduler,
    inside(container, command, { ...context, stdin: NO_INPUT, stdout: log, stderr: log }),
  )
  return 0
}

function inspect(line: CommandLine, daemon: DockerDaemon, context: ProgramContext): number {
  const type = textOf(line, 'type')
  if (type !== undefined && type !== 'container' && type !== 'network')
    throw new UnsupportedError(`docker inspect --type ${type}`)
  return inspectAll(
    line,
    context,
    (name) => {
      try {
        if (type !== 'network') return inspectContainer(daemon.container(name))
      } catch (error) {
        if (!(error instanceof DaemonError) || type === 'container') throw error
      }
      return inspectNetwork(daemon.network(name), daemon.containers)
    },
    ({ message }, name) =>
      type === undefined ? `Error: No such object: ${name}` : `Error response from daemon: ${message}`,
  )
}
