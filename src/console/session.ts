import { Cluster } from '../cluster/index.ts'
import {
  type Launcher,
  type Machine,
  type Output,
  type Program,
  type ProgramContext,
  programs,
} from '../commands/index.ts'
import { launcherOf } from '../commands/launcher.ts'
import { MAX_EVENTS, Process, type Task } from '../commands/process/process.ts'
import { resultOf } from '../commands/process/program.ts'
import { NO_INPUT } from '../commands/process/streams.ts'
import { Shell } from '../commands/shell/interpreter.ts'
import { parseScript } from '../commands/shell/parser.ts'
import { UnsupportedError } from '../packet/errors.ts'
import { clusterWorld } from './cluster-world.ts'
import type { Place } from './place.ts'
import { RunningCommand } from './running-command.ts'
import type { World } from './world.ts'

/** Where a session begins, and who reads what its commands print. */
export interface SessionOptions {
  readonly stdout: Output
  readonly stderr: Output
  /** The namespace of names that have none. Default `default`. */
  readonly namespace?: string | undefined
  /** More programs than machines have, by name. */
  readonly programs?: Readonly<Record<string, Program>> | undefined
  /** How many events one command may use. Default 20,000,000. */
  readonly maxEvents?: number | undefined
}

const MILLISECOND = 1e6
/** Between two commands that somebody types, what the first one sent has arrived. */
const BETWEEN_COMMANDS = 5 * MILLISECOND

/**
 * Somebody looks around in a cluster: commands run on its nodes and in its pods, one after the other, and what they change stays. Time is virtual
 * and passes only while commands run.
 *
 * ```ts
 * const session = new Session(cluster, { stdout, stderr })
 * session.use('node/node-1')
 * session.run('conntrack -L | grep dport=7070')
 * ```
 */
export class Session {
  /** What one looks around in. */
  readonly world: World
  readonly #options: SessionOptions
  readonly #launch: Launcher
  /** A shell for each place that was visited: its variables and its jobs. */
  readonly #shells = new Map<Place['machine'], Shell>()
  #place: Place

  /** Begins on the first node of a cluster. */
  constructor(of: Cluster | World, options: SessionOptions) {
    const world = of instanceof Cluster ? clusterWorld(of) : of
    this.world = world
    this.#options = options
    this.#launch = launcherOf({ ...programs, ...world.programs(this.namespace), ...options.programs })
    this.#place = this.#find(world.home)
  }

  /** @throws UnsupportedError there is none: a host with Docker alone */
  get cluster(): Cluster {
    const { cluster } = this.world
    if (cluster === null)
      throw new UnsupportedError('a cluster on a host with Docker alone', {
        hint: 'there are docker, ping, nc, ip, iptables',
      })
    return cluster
  }

  get namespace(): string {
    return this.#options.namespace ?? 'default'
  }

  /** Where commands run now. */
  get place(): Place {
    return this.#place
  }

  /** The machines that somebody has looked at by now. */
  get machines(): Iterable<Machine> {
    return this.world.machines()
  }

  /** Virtual time in nanoseconds. */
  get now(): number {
    return this.world.sim.now
  }

  /**
   * Goes to another place: `node/NAME`, `pod/NAME`, `deploy/NAME` (a ready pod of it), `external`.
   *
   * @throws KubehopError `BAD_REFERENCE`, `NOT_FOUND` (with the nearest names), `NOT_RUNNING`
   */
  use(reference: string): Place {
    this.#place = this.#find(reference)
    return this.#place
  }

  /**
   * Runs a line of shell: pipes, redirections, variables, `&`. Resolves what it waits for in virtual time.
   *
   * @returns the exit code
   * @throws UnsupportedError what the line uses and kubehop does not model
   * @throws KubehopError `BAD_SCRIPT`, `ENDLESS` (it has used up its events)
   */
  run(line: string): number {
    return this.#finish(this.start(line))
  }

  /** Runs one program with exactly these words. */
  exec(words: readonly string[]): number {
    return this.#finish(this.start(words))
  }

  /**
   * Begins a line of shell, or one program with exactly these words. It goes on by `advance` of what is returned; whoever lets it go on in stretches
   * can interrupt it in between.
   *
   * @throws KubehopError `BAD_SCRIPT`
   */
  start(command: string | readonly string[]): RunningCommand {
    const { world } = this
    const { stderr, maxEvents } = this.#options
    const task = typeof command === 'string' ? this.#line(command) : this.#program(command)
    return new RunningCommand(new Process(this.#place.machine.scheduler, task), {
      sim: world.sim,
      maxEvents,
      tell: (text) => stderr.write(text),
      ended: () => this.wait(BETWEEN_COMMANDS),
    })
  }

  /** Lets virtual time pass: what waits for it happens. @param nanoseconds at least 0 */
  wait(nanoseconds: number): void {
    const { sim } = this.world
    sim.run({ until: sim.now + nanoseconds, maxEvents: this.#maxEvents })
  }

  #line(line: string): Task {
    const shell = this.#shell()
    return shell.untilExit(shell.run(parseScript(line, 'line')))
  }

  *#program(words: readonly string[]): Task {
    return yield* resultOf(this.#launch(words, this.#context()))
  }

  get #maxEvents(): number {
    return this.#options.maxEvents ?? MAX_EVENTS
  }

  #find(reference: string): Place {
    return this.world.find(reference, this.namespace)
  }

  #context(): ProgramContext {
    const { machine } = this.#place
    const { stdout, stderr } = this.#options
    return { machine, netns: machine.root, stdin: NO_INPUT, stdout, stderr, run: this.#launch }
  }

  #shell(): Shell {
    let shell = this.#shells.get(this.#place.machine)
    if (shell === undefined) {
      shell = new Shell(this.#context(), 'line')
      this.#shells.set(this.#place.machine, shell)
    }
    return shell
  }

  #finish(command: RunningCommand): number {
    command.advance()
    return command.exitCode ?? 0
  }
}
