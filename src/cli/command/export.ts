import { exportScript } from '../../commands/export/script.ts'
import { recordCluster, snapshotText } from '../../snapshot/record.ts'
import type { Call } from '../call.ts'
import { readCluster } from '../cluster-input.ts'
import { ExitCode } from '../failure.ts'

const HEAD = [
  'Builds the network of a Kubernetes cluster in network namespaces: nodes, pods, and what is between them.',
  'Run it as root in namespaces of its own, so that nothing of the machine is touched:',
  "  unshare --net --mount bash -c 'mkdir -p /run/netns; mount -t tmpfs tmpfs /run/netns; . ./THIS; bash'",
  '',
]

/** `kubehop export` */
export async function run(call: Call): Promise<number> {
  const cluster = await readCluster(call)
  if (call.choice<'script' | 'snapshot'>('output') === 'snapshot') {
    call.io.stdout.write(snapshotText(recordCluster(cluster)))
    return ExitCode.OK
  }
  const comments = [...HEAD, ...cluster.assumptions.map((text) => `supposed: ${text}`)]
  call.io.stdout.write(exportScript(cluster.network.namespaces(), { comments }))
  return ExitCode.OK
}
