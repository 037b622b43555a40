import type { NetworkNamespace } from '../../netns/index.ts'
import { UnsupportedError } from '../../packet/index.ts'
import { UsageError } from '../../route/index.ts'
import type { Machine } from '../machine.ts'
import type { Task } from '../process/process.ts'
import { resultOf } from '../process/program.ts'
import { type IpContext, namespaceOf, printJson } from './ip-context.ts'

/** `ip netns` (iproute2 ip/ipnetns.c). */
export function netns(args: readonly string[], context: IpContext): number | Task {
  const [word = 'list', ...rest] = args
  const { machine, program } = context
  const is = (name: string): boolean => word !== '' && name.startsWith(word)
  if (is('list') || word === 'show' || word === 'lst') {
    // the newest first, as a directory in memory lists its files
    const all = [...machine.namespaces]
      .reverse()
      .map(([name, space]) => ({ name, id: machine.idOf(context.netns, space) }))
    // the folder is made with the first of them; without it nothing is said
    if (context.json && machine.hadNamespaces) printJson(context, all)
    else if (!context.json)
      for (const { name, id } of all) program.stdout.write(id === undefined ? `${name}\n` : `${name} (id: ${id})\n`)
    return 0
  }
  if (is('add')) return add(rest, context)
  if (is('delete')) return remove(rest, context)
  if (is('exec')) return execute(rest, context)
  if (is('identify') && rest.length === 0) {
    const own = [...machine.namespaces].find(([, space]) => space === program.netns)
    program.stdout.write(`${own?.[0] ?? ''}\n`)
    return 0
  }
  if (word === 'list-id' && rest.length === 0) {
    const known = machine.knownTo(context.netns).map((space, nsid) => ({ nsid, name: nameOf(space, machine) }))
    if (context.json) printJson(context, known)
    else
      for (const { nsid, name } of known)
        program.stdout.write(`nsid ${nsid} ${name === undefined ? '' : `(iproute2 netns name: ${name})`}\n`)
    return 0
  }
  if (/^(set|identify|pids|monitor|attach|list-id)/.test(word)) throw new UnsupportedError(`ip netns ${word}`)
  throw new UsageError(`Command "${word}" is unknown, try "ip netns help".`)
}

function nameOf(space: NetworkNamespace, machine: Machine): string | undefined {
  return [...machine.namespaces].find(([, each]) => each === space)?.[0]
}

/** What can be the name of a file (`invalid_name`). */
function isName(name: string): boolean {
  return name !== '' && name.length <= 255 && !name.includes('/') && name !== '.' && name !== '..'
}

function add([name]: readonly string[], { machine, program }: IpContext): number {
  if (name === undefined) throw new UsageError('No netns name specified', 1)
  if (!isName(name)) throw new UsageError(`Invalid netns name "${name}"`, 255)
  if (machine.addNamespace(name) !== undefined) return 0
  program.stderr.write(`Cannot create namespace file "/run/netns/${name}": File exists\n`)
  return 1
}

function remove([name]: readonly string[], { machine, program }: IpContext): number {
  if (name === undefined) throw new UsageError('No netns name specified', 1)
  if (machine.deleteNamespace(name)) return 0
  program.stderr.write(`Cannot remove namespace file "/run/netns/${name}": No such file or directory\n`)
  return 1
}

function* execute(args: readonly string[], context: IpContext): Task {
  const [name, ...command] = args
  if (name === undefined) throw new UsageError('No netns name specified', 1)
  if (command.length === 0) throw new UsageError('No command specified', 1)
  const { program, machine } = context
  const space = namespaceOf(machine, name)
  return yield* resultOf(program.run(command, { ...program, netns: space }))
}
