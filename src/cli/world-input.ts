import type { Cluster } from '../cluster/index.ts'
import type { World } from '../console/index.ts'
import type { Call } from './call.ts'
import { readCluster } from './cluster-input.ts'
import { UsageError } from './usage-error.ts'

/** What a call is about: a cluster, or (`--docker`) a host with Docker alone. */
export async function readWorld(call: Call): Promise<Cluster | World> {
  if (call.has('docker')) {
    const { readDocker } = await import('./docker-input.ts')
    return await readDocker(call)
  }
  requireFile(call)
  return await readCluster(call)
}

/** @throws UsageError a cluster is asked for, and no file tells of it */
export function requireFile(call: Call): void {
  if (!call.has('file'))
    throw new UsageError('-f FILE is missing', 'or --docker, for a host with Docker and no cluster')
}
