import { type HostSnapshot, readSnapshot } from '../snapshot/index.ts'
import type { SnapshotWorld } from '../snapshot/trace/index.ts'
import type { Call } from './call.ts'
import { readManifests } from './cluster-input.ts'
import { CLUSTER_OPTIONS } from './cluster-options.ts'
import { readEvidenceFile } from './evidence-file.ts'
import type { OptionSpec } from './spec.ts'
import { UsageError } from './usage-error.ts'

const OPTIONS: readonly OptionSpec[] = [
  {
    name: 'snapshot',
    value: 'FILE',
    many: true,
    files: true,
    what:
      'Real hosts, instead of a made-up cluster: what kubehop collect has recorded of one or several, packed by gzip or not; - for standard input. With -f too, names of ' +
      'pods, workloads, nodes and Services in the manifests resolve.',
  },
  { name: 'no-connections', what: 'With --snapshot: leave out the connections that conntrack had.' },
]

/** Hosts that were recorded. */
export const SNAPSHOT_OPTIONS: readonly OptionSpec[] = OPTIONS.map((option) => ({ ...option, group: 'Recorded hosts' }))

/** @throws UsageError an option is about recorded hosts, and there are none */
export function refuseSnapshotOptions(call: Call): void {
  if (call.has('no-connections'))
    throw new UsageError('--no-connections is about recorded hosts', 'add --snapshot FILE')
}

/** The hosts of all snapshots of a call, as one network. */
export async function readSnapshots(call: Call): Promise<SnapshotWorld> {
  const wrong =
    CLUSTER_OPTIONS.find(({ name }) => call.has(name)) ??
    ['at', 'docker', 'iptables'].flatMap((name) => (call.has(name) ? [{ name }] : []))[0]
  if (wrong !== undefined)
    throw new UsageError(`--${wrong.name} is not about recorded hosts`, 'with --snapshot they are what was recorded')
  const { SnapshotWorld, evidenceOfHosts } = await import('../snapshot/trace/index.ts')
  const hosts: { host: HostSnapshot; file: string }[] = []
  for (const file of call.list('snapshot')) {
    for (const host of readSnapshot(await readEvidenceFile(file, call.io), file).hosts) hosts.push({ host, file })
  }
  const objects = call.has('file') ? await readManifests(call) : null
  return new SnapshotWorld(evidenceOfHosts(hosts), objects, { connections: !call.has('no-connections') })
}
