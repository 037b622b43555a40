import type { Netfilter } from '../../netfilter/index.ts'
import { type IpSet, IpsetError, listSet, saveSet } from '../../netfilter/ipset/index.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import { UnsupportedError } from '../../packet/index.ts'
import { readAll } from '../basic/text.ts'
import { openFile, readFile } from '../proc-files.ts'
import type { Task } from '../process/process.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import { NO_OUTPUT, type Output, TextOutput } from '../process/streams.ts'
import { addElement, deleteElement, type Ready, testElement } from './change.ts'
import { checkArguments, type IpsetCommand, type IpsetOptions, readCommand, splitOptions } from './command-line.ts'
import { readCreate } from './create.ts'
import { checkSetName } from './element.ts'
import { IpsetSyntaxError, IpsetUsageError } from './errors.ts'
import { splitLine } from './words.ts'

const VERSION = 'v7.17'

/** ipset(8) 7.17. */
export const ipset: Program = (args, context) => {
  let quiet = false
  try {
    const { options, rest } = splitOptions(args)
    quiet = options.quiet
    const command = readCommand(rest[0])
    if (command === 'version') {
      context.stdout.write(`ipset ${VERSION}, protocol version: 7\n`)
      return 0
    }
    if (command === 'help' || command === 'quit') throw new UnsupportedError(`ipset ${command}`)
    checkArguments(command, rest.slice(1))
    if (command === 'restore') return restore(options, context)
    return new Ipset(context.netns.netfilter, options, outputOf(options, context), context.stderr).run(
      command,
      rest.slice(1),
    )
  } catch (error) {
    return explain(error, quiet ? null : context.stderr)
  }
}

function outputOf({ file }: IpsetOptions, context: ProgramContext): Output {
  if (file === null) return context.stdout
  const output = openFile(file, false, context)
  if (typeof output === 'string') throw new IpsetSyntaxError(`Cannot open ${file} for writing: ${output}`)
  return output
}

/** One call, or one line of `restore`. */
class Ipset {
  readonly #netfilter: Netfilter
  readonly #options: IpsetOptions
  readonly #stdout: Output
  readonly #stderr: Output

  constructor(netfilter: Netfilter, options: IpsetOptions, stdout: Output, stderr: Output) {
    this.#netfilter = netfilter
    this.#options = options
    this.#stdout = stdout
    this.#stderr = stderr
  }

  /** @throws IpsetError, IpsetSyntaxError, IpsetUsageError */
  run(command: IpsetCommand, args: readonly string[]): number {
    const { sets } = this.#netfilter
    const { exist } = this.#options
    const [first, second] = args
    const name = first === undefined ? undefined : checkSetName(first)
    switch (command) {
      case 'create':
        sets.create(name!, readCreate(second!, args.slice(2)), exist)
        return 0
      case 'add':
      case 'del':
        this.change(command, args)()
        return 0
      case 'test':
        return this.#test(sets.require(name!), second!, args.slice(2))
      case 'destroy':
        if (!(exist && name !== undefined && sets.get(name) === undefined)) sets.destroy(name)
        return 0
      case 'flush':
        sets.flush(name)
        return 0
      case 'rename':
        sets.rename(name!, checkSetName(second!))
        return 0
      case 'swap':
        sets.swap(name!, checkSetName(second!))
        return 0
      default:
        this.#list(name, command === 'save' || this.#options.save)
        return 0
    }
  }

  /** `add` or `del`, understood and not yet done. @throws IpsetError, IpsetSyntaxError, IpsetUsageError */
  change(command: 'add' | 'del', args: readonly string[]): Ready {
    const set = this.#netfilter.sets.require(checkSetName(args[0]!))
    const read = command === 'add' ? addElement : deleteElement
    return read(set, args[1]!, args.slice(2), this.#options.exist)
  }

  #test(set: IpSet, text: string, words: readonly string[]): number {
    const { found, element } = testElement(set, text, words)
    if (!this.#options.quiet) {
      this.#stderr.write(
        found ? `Warning: ${element} is in set ${set.name}.\n` : `${element} is NOT in set ${set.name}.\n`,
      )
    }
    return found ? 0 : 1
  }

  #list(name: string | undefined, save: boolean): void {
    const { sets } = this.#netfilter
    const { sorted, terse } = this.#options
    const chosen = name === undefined ? [...sets.all()] : [sets.require(name)]
    if (save) for (const set of chosen) this.#stdout.write(saveSet(set, { sorted }))
    else if (this.#options.name) for (const set of chosen) this.#stdout.write(`${set.name}\n`)
    else {
      const texts = chosen.map((set) => listSet(set, sets.references(set.name), { sorted, terse }))
      this.#stdout.write(texts.join('\n'))
    }
  }
}

function restore(options: IpsetOptions, context: ProgramContext): number | Task {
  const { file } = options
  if (file === null) return restoreInput(options, context)
  const text = readFile(file, context)
  // says nothing
  return text === undefined ? 255 : restoreText(text, { ...options, file: null }, context)
}

function* restoreInput(options: IpsetOptions, context: ProgramContext): Task {
  let text = ''
  yield* readAll(context.stdin, (all) => {
    text = all
  })
  return restoreText(text, options, context)
}

/** Where `restore` works, and what it writes to. */
type RestoreContext = Pick<ProgramContext, 'netns' | 'stdout' | 'stderr'>

/** Makes the sets that `ipset save` has printed. `failure`: what ipset would complain of; what came before it is there. */
export function restoreSets(text: string, netns: NetworkNamespace): { readonly failure: string | null } {
  const { options } = splitOptions([])
  const stderr = new TextOutput()
  const code = restoreText(text, options, { netns, stdout: NO_OUTPUT, stderr })
  return { failure: code === 0 ? null : stderr.text.trim() }
}

/** Runs the lines one after the other; what came before a bad one stays. */
function restoreText(text: string, options: IpsetOptions, context: RestoreContext): number {
  const batch = new Batch()
  let number = 0
  try {
    for (const line of text.split('\n')) {
      number++
      if (line.startsWith('#') || line.trim() === '' || line.trim() === 'COMMIT') continue
      const code = restoreLine(splitLine(line), number, options, batch, context)
      if (code !== 0) return code
    }
    batch.run()
    return 0
  } catch (error) {
    return explain(error, options.quiet ? null : context.stderr, batch.failed ?? number)
  }
}

function restoreLine(
  words: readonly string[],
  line: number,
  options: IpsetOptions,
  batch: Batch,
  { netns, stdout, stderr }: RestoreContext,
): number {
  const own = splitOptions(words)
  const exist = own.options.exist || options.exist
  const quiet = own.options.quiet || options.quiet
  const command = readCommand(own.rest[0])
  const args = own.rest.slice(1)
  if (command === 'restore' || command === 'help') {
    throw new IpsetUsageError(`Command \`${command}' is invalid in restore mode.`)
  }
  checkArguments(command, args)
  const call = new Ipset(netns.netfilter, { ...own.options, exist, quiet }, stdout, stderr)
  if (command !== 'add' && command !== 'del') {
    batch.run()
    return call.run(command, args)
  }
  const change = call.change(command, args)
  if (!batch.takes(command, args[0])) batch.run()
  batch.add(command, args[0]!, line, change)
  return 0
}

/**
 * Neighbouring lines of `restore` that add to one set, or delete from one, go to the kernel together: a line that cannot be read takes
 * those before it along.
 */
class Batch {
  /** The line that the kernel refused. */
  failed: number | undefined
  #kind = ''
  #changes: (readonly [line: number, Ready])[] = []

  takes(command: IpsetCommand, set: string | undefined): boolean {
    return this.#kind === `${command} ${set}`
  }

  add(command: IpsetCommand, set: string, line: number, change: Ready): void {
    this.#kind = `${command} ${set}`
    this.#changes.push([line, change])
  }

  /** @throws IpsetError */
  run(): void {
    const changes = this.#changes
    this.#changes = []
    this.#kind = ''
    for (const [line, change] of changes) {
      this.failed = line
      change()
    }
    this.failed = undefined
  }
}

/** Says what ipset says of a failure, and returns its exit code. @throws whatever is no failure of ipset's own */
function explain(error: unknown, stderr: Output | null, line?: number): number {
  if (error instanceof IpsetUsageError) {
    stderr?.write(`ipset ${VERSION}: ${error.message}\nTry \`ipset help' for more information.\n`)
    return 2
  }
  const text = error instanceof IpsetError ? error.text : error instanceof IpsetSyntaxError ? error.message : undefined
  if (text === undefined) throw error
  stderr?.write(`ipset ${VERSION}: ${line === undefined ? '' : `Error in line ${line}: `}${text}\n`)
  return 1
}
