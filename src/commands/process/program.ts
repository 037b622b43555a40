import type { NetworkNamespace } from '../../netns/index.ts'
import type { Machine } from '../machine.ts'
import type { Task } from './process.ts'
import type { Input, Output } from './streams.ts'

/** What a program gets from whoever starts it. */
export interface ProgramContext {
  readonly machine: Machine
  /** The network namespace that it runs in. */
  readonly netns: NetworkNamespace
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  /** Environment variables: those that a shell exports or sets for this command. */
  readonly environment?: ReadonlyMap<string, string> | undefined
  /** Those of them that stand before the command. A program that does not read them is refused. */
  readonly assigned?: ReadonlyMap<string, string> | undefined
  /** Starts another program, as execvp(3) does. */
  readonly run: Launcher
}

/** A program: gives its exit code at once, or is a task that takes virtual time. */
export interface Program {
  (args: readonly string[], context: ProgramContext): number | Task
  /** The environment variables that change what it does. */
  readonly reads?: readonly string[]
}

/**
 * Runs a program by its name and arguments. Null: there is no program of that name.
 *
 * @throws UnsupportedError for a name that kubehop knows nothing of
 */
export type Launcher = (words: readonly string[], context: ProgramContext) => number | Task

/** A program's end, awaited inside another's task. */
export function* resultOf(result: number | Task): Task {
  return typeof result === 'number' ? result : yield* result
}
