import type { ProgramContext } from '../../commands/index.ts'
import { UnsupportedError } from '../../packet/errors.ts'

/*
 * `etcdctl ls` and `get` of API 2, where keys are in directories (etcd 3.3 etcdctl/ctlv2/command). Directories are the beginnings of keys.
 */

/** `ExitServerError`, `ExitBadArgs` (etcdctl/ctlv2/command/error.go of 3.3) */
const SERVER_ERROR = 4
const BAD_ARGUMENTS = 1

type Keys = ReadonlyMap<string, string>

/** A way to a key that ends before it: what etcd says, and how. */
interface Miss {
  readonly code: number
  readonly message: string
  readonly cause: string
}

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  ls: ['sort', 'recursive', 'r', 'p', 'quorum', 'q'],
  get: ['sort', 'quorum', 'q'],
}

export function runV2(verb: 'ls' | 'get', args: readonly string[], keys: Keys, context: ProgramContext): number {
  const words = args.filter((word) => !word.startsWith('-'))
  const flags = new Set(args.filter((word) => word.startsWith('-')).map((word) => word.replace(/^--?/, '')))
  for (const flag of flags)
    if (FLAGS[verb]?.includes(flag) !== true) throw new UnsupportedError(`etcdctl ${verb} --${flag}`)
  const [word] = words
  if (verb === 'get' && word === undefined) {
    context.stderr.write('Error:  key required\n')
    return BAD_ARGUMENTS
  }
  const path = normal(word ?? '/')
  const value = keys.get(path)
  const miss = value === undefined ? missOf(path, keys) : undefined
  if (miss !== undefined) {
    // the number counts what was ever set
    context.stderr.write(`Error:  ${miss.code}: ${miss.message} (${miss.cause}) [${keys.size}]\n`)
    return SERVER_ERROR
  }
  if (verb === 'ls') {
    const lines = value === undefined ? listOf(path, keys, flags) : [path]
    context.stdout.write(lines.map((line) => `${line}\n`).join(''))
    return 0
  }
  if (value === undefined) {
    context.stderr.write(`${path}: is a directory\n`)
    return 1
  }
  context.stdout.write(`${value}\n`)
  return 0
}

/** As a server joins what it is asked for: one slash in front, none behind. */
function normal(key: string): string {
  return `/${key.split('/').filter(Boolean).join('/')}`
}

function inside(directory: string): string {
  return directory === '/' ? '/' : `${directory}/`
}

function isDirectory(path: string, keys: Keys): boolean {
  return path === '/' || [...keys.keys()].some((key) => key.startsWith(inside(path)))
}

/** The first part of the way that is not there (`internalGet`, server/etcdserver/api/v2store/store.go). */
function missOf(path: string, keys: Keys): Miss | undefined {
  const parts = path.split('/').filter(Boolean)
  for (let i = 0; i < parts.length; i++) {
    const at = `/${parts.slice(0, i + 1).join('/')}`
    if (keys.has(at) && i < parts.length - 1) return { code: 104, message: 'Not a directory', cause: at }
    if (!keys.has(at) && !isDirectory(at, keys)) return { code: 100, message: 'Key not found', cause: at }
  }
  return undefined
}

function listOf(directory: string, keys: Keys, flags: ReadonlySet<string>): string[] {
  const from = inside(directory)
  const lines: string[] = []
  const children = new Set(
    [...keys.keys()].filter((key) => key.startsWith(from)).map((key) => from + key.slice(from.length).split('/')[0]),
  )
  for (const child of children) {
    const isFolder = !keys.has(child)
    lines.push(isFolder && flags.has('p') ? `${child}/` : child)
    if (isFolder && (flags.has('recursive') || flags.has('r'))) lines.push(...listOf(child, keys, flags))
  }
  return lines
}
