import type { Cluster } from '../cluster/index.ts'
import type { Machine } from '../commands/index.ts'
import { launcherOf } from '../commands/launcher.ts'
import { NO_INPUT, TextOutput } from '../commands/process/streams.ts'
import { programs } from '../commands/programs.ts'
import { Machines } from '../console/machines.ts'
import type { NetworkNamespace } from '../netns/index.ts'
import { UnsupportedError } from '../packet/errors.ts'
import { COLLECTED } from './commands.ts'
import {
  type CommandFailure,
  type HostSnapshot,
  type NamespaceOwner,
  type NamespaceSnapshot,
  SNAPSHOT_VERSION,
  type Snapshot,
} from './format.ts'

/** A machine that is recorded, and what lives in its namespaces. */
export interface RecordedMachine {
  /** As it calls itself. */
  readonly name: string
  readonly machine: Machine
  /** What lives in a namespace. Default: nothing that anybody knows of. */
  readonly ownersOf?: (netns: NetworkNamespace) => readonly NamespaceOwner[]
}

/** The inode of a machine's first namespace on any kernel (`PROC_NET_INIT_INO`), and a number from which others may go on. */
const HOST_INODE = 4026531840
const FIRST_INODE = 4026532200

/** Asks simulated machines what a collection asks real ones. */
export function recordSnapshot(machines: Iterable<RecordedMachine>): Snapshot {
  return { format: 'kubehop-snapshot', version: SNAPSHOT_VERSION, hosts: [...machines].map(recordHost) }
}

/**
 * A cluster's nodes, each a host, with its pods' namespaces. What is between the nodes and beyond them is no host of anybody's, and is not
 * recorded.
 */
export function recordCluster(cluster: Cluster): Snapshot {
  const { nodes, pods } = cluster.network
  const machines = new Machines(cluster)
  const owners = new Map<NetworkNamespace, NamespaceOwner[]>()
  for (const { pod, netns } of pods.values()) {
    const { name, namespace, uid } = pod.metadata
    const owner: NamespaceOwner = { kind: 'pod', name, namespace, ...(uid !== undefined && uid !== '' && { uid }) }
    owners.set(netns, [...(owners.get(netns) ?? []), owner])
  }
  return recordSnapshot(
    [...nodes].map(([name, { netns }]) => ({
      name,
      machine: machines.of(netns),
      ownersOf: (each) => owners.get(each) ?? [],
    })),
  )
}

/** The file. */
export function snapshotText(snapshot: Snapshot): string {
  return `${JSON.stringify(snapshot, null, 1)}\n`
}

function recordHost({ name, machine, ownersOf = () => [] }: RecordedMachine): HostSnapshot {
  const failures: CommandFailure[] = []
  const record = (netns: NetworkNamespace, id: number): Pick<NamespaceSnapshot, 'id' | 'owners' | 'prints'> => {
    const owners = ownersOf(netns)
    return { id, ...(owners.length > 0 && { owners }), prints: printsOf(machine, netns, id, failures) }
  }
  const namespaces: NamespaceSnapshot[] = [{ host: true, ...record(machine.root, HOST_INODE) }]
  for (const [own, netns] of machine.namespaces)
    namespaces.push({ names: [own], ...record(netns, FIRST_INODE + namespaces.length) })
  return { name, namespaces, ...(failures.length > 0 && { failures }) }
}

function printsOf(
  machine: Machine,
  netns: NetworkNamespace,
  id: number,
  failures: CommandFailure[],
): Record<string, unknown> {
  const prints: Record<string, unknown> = {}
  for (const { command, json } of COLLECTED) {
    const { status, text, message } = ask(command, machine, netns)
    if (status === 0) prints[command] = json ? JSON.parse(text === '' ? '[]' : text) : text
    else failures.push({ netns: id, command, status, message })
  }
  return prints
}

/** Not installed: what a shell says of a command that is not there. */
const NOT_FOUND = 127

function ask(
  command: string,
  machine: Machine,
  netns: NetworkNamespace,
): { readonly status: number; readonly text: string; readonly message: string } {
  const stdout = new TextOutput()
  const stderr = new TextOutput()
  const run = launcherOf(programs)
  try {
    const status = run(command.split(' '), { machine, netns, stdin: NO_INPUT, stdout, stderr, run })
    // of what is asked here nothing takes time
    if (typeof status !== 'number') throw new UnsupportedError(`${command}, which takes time,`)
    return { status, text: stdout.text, message: stderr.text.split('\n', 1)[0]! }
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error
    return { status: NOT_FOUND, text: '', message: error.message }
  }
}
