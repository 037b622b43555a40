import type { Cluster } from '../src/cluster/index.ts'
import { TargetFinder } from '../src/cluster/index.ts'
import { socketsOf } from '../src/sockets/index.ts'
import { Client } from '../src/trace/client.ts'

/** One packet and its answer, watched by nobody, in a transaction as a trace has it. Returns the work. */
export function unrecordedFlow(
  cluster: Cluster,
  from: string,
  to: string,
  protocol: 'tcp' | 'udp' | 'sctp' | 'icmp' | undefined,
): () => boolean {
  const finder = new TargetFinder(cluster.network, undefined)
  const source = finder.source(from)
  const [target] = finder.targets(to, source, protocol)
  if (target === undefined) throw new Error(`${to} has no address`)
  const { sim } = cluster.network
  const options = {
    from: source.netns,
    source: source.address,
    to: target.address,
    port: target.port,
    protocol: target.protocol,
  }
  const sockets = socketsOf(source.netns)
  return () =>
    sim.transaction(() => {
      const client = new Client(sockets, options, false)
      const deadline = sim.now + 10e9
      while (!client.done && sim.now <= deadline && sim.step());
      return client.done
    })
}
