import { Cluster } from '../src/cluster/index.ts'
import { CHAPTERS, SETTINGS } from '../test/support/flows/index.ts'
import { shopManifest } from '../test/support/shop.ts'
import type { Effort, Row } from './suite.ts'
import { unrecordedFlow } from './unrecorded.ts'

/** One of each kind, for a quick look. */
const QUICK: ReadonlySet<string> = new Set([
  'pod to pod on one node',
  'pod to pod across nodes',
  'pod to Service, endpoint on another node',
  'NodePort, policy Cluster, to a node without endpoint',
  'pod to an outside host',
])

/** Traces per second for each flow: recorded and put into words, recorded only, and watched by nobody. */
export function flowRows({ quick }: Effort): Row[] {
  return SETTINGS.filter(({ bridge }) => bridge === 'cni0').flatMap((setting) => {
    const cluster = Cluster.fromManifests(shopManifest(), setting)
    const flows = CHAPTERS.flatMap((chapter) => chapter.flows)
    return flows
      .filter(({ title }) => !quick || QUICK.has(title))
      .flatMap(({ title, from, to, protocol }) => {
        const suite = `flows, ${setting.backend}`
        const request = { from, to, protocol }
        return [
          { suite, name: `${title}: summary as JSON`, run: () => JSON.stringify(cluster.trace(request)) },
          { suite, name: `${title}: recorded`, run: () => cluster.trace(request) },
          { suite, name: `${title}: unrecorded`, run: unrecordedFlow(cluster, from, to, protocol) },
        ]
      })
  })
}
