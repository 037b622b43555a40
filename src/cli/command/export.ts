import { exportScript } from '../../commands/export/script.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import { recordCluster, snapshotText } from '../../snapshot/record.ts'
import type { Call } from '../call.ts'
import { readCluster } from '../cluster-input.ts'
import { ExitCode } from '../failure.ts'
import { requireFile } from '../world-input.ts'

const OF_CLUSTER =
  'Builds the network of a Kubernetes cluster in network namespaces: nodes, pods, and what is between them.'
const OF_DOCKER =
  'Builds the network of a host with Docker in network namespaces: the host, its containers, and what is around it. docker-proxy is a program: it is not there.'
const HEAD = [
  'Run it as root in namespaces of its own, so that nothing of the machine is touched:',
  "  unshare --net --mount bash -c 'mkdir -p /run/netns; mount -t tmpfs tmpfs /run/netns; . ./THIS; bash'",
  '',
]

/** `kubehop export` */
export async function run(call: Call): Promise<number> {
  const isSnapshot = call.choice<'script' | 'snapshot'>('output') === 'snapshot'
  if (call.has('docker')) {
    if (isSnapshot) throw new UnsupportedError('a snapshot of a host with Docker alone')
    const { readDocker } = await import('../docker-input.ts')
    const world = await readDocker(call)
    call.io.stdout.write(exportScript(world.namespaces(), { comments: [OF_DOCKER, ...HEAD] }))
    return ExitCode.OK
  }
  requireFile(call)
  const cluster = await readCluster(call)
  if (isSnapshot) {
    call.io.stdout.write(snapshotText(recordCluster(cluster)))
    return ExitCode.OK
  }
  const comments = [OF_CLUSTER, ...HEAD, ...cluster.assumptions.map((text) => `supposed: ${text}`)]
  call.io.stdout.write(exportScript(cluster.network.namespaces(), { comments }))
  return ExitCode.OK
}
