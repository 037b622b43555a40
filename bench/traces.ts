import { Cluster } from '../src/cluster/index.ts'
import { CHAPTERS, SETTINGS } from '../test/support/flows/index.ts'
import { shopManifest } from '../test/support/shop.ts'
import { medianOf, type Ratio, type Results, type Row, type Suite } from './suite.ts'
import { unrecordedFlow } from './unrecorded.ts'

/** One of each kind, for a quick look. */
const QUICK: ReadonlySet<string> = new Set([
  'pod to pod on one node',
  'pod to pod across nodes',
  'pod to Service, endpoint on another node',
  'NodePort, policy Cluster, to a node without endpoint',
  'pod to an outside host',
])
const WORDS = 'recorded and put into words'
const RECORDED = 'recorded'
const UNRECORDED = 'unrecorded'

/** Traces per second for each flow of the specification: put into words as JSON, recorded only, and watched by nobody. */
export const TRACES: Suite = {
  name: 'traces',
  rows: ({ quick }) =>
    SETTINGS.filter(({ bridge, backend }) => bridge === 'cni0' && (!quick || backend === 'vxlan')).flatMap(
      (setting) => {
        const cluster = Cluster.fromManifests(shopManifest(), setting)
        return CHAPTERS.flatMap((chapter) => chapter.flows)
          .filter(({ title }) => (!quick && setting.backend === 'vxlan') || QUICK.has(title))
          .flatMap(({ title, from, to, protocol }): Row[] => {
            const suite = `traces, ${setting.backend}`
            const request = { from, to, protocol }
            return [
              { suite, name: `${title}: ${UNRECORDED}`, run: unrecordedFlow(cluster, from, to, protocol) },
              { suite, name: `${title}: ${RECORDED}`, run: () => cluster.trace(request) },
              { suite, name: `${title}: ${WORDS}`, run: () => JSON.stringify(cluster.trace(request)) },
            ]
          })
      },
    ),
  ratios: (results) => [
    middle('a recorded trace / an unrecorded one', results, RECORDED),
    middle('a trace in words, as JSON / an unrecorded one', results, WORDS),
  ],
}

/** The ratio in the middle of those of all flows. */
function middle(name: string, results: Results, kind: string): Ratio | null {
  const values = results.all.flatMap((row) => {
    if (!row.name.endsWith(`: ${kind}`)) return []
    const plain = row.name.replace(kind, UNRECORDED)
    const unrecorded = results.all.find((other) => other.suite === row.suite && other.name === plain)
    return unrecorded === undefined ? [] : [row.median / unrecorded.median]
  })
  return results.ratio(name, medianOf(values), values.length === 0 ? undefined : 1)
}
