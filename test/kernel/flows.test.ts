import { describe, expect, it } from 'vitest'
import { Cluster, type ClusterOptions } from '../../src/cluster/index.ts'
import { runScript } from '../../src/commands/index.ts'
import { compareRecords, formatDifferences } from '../../src/commands/record/index.ts'
import { labObstacle, recordLabText } from '../../src/lab/index.ts'
import { clusterLab, LAB_OPTIONS } from '../support/cluster-lab.ts'
import { CHAPTERS, type Flow, SETTINGS } from '../support/flows/index.ts'
import { shopManifest } from '../support/shop.ts'

/*
 * The proof: whole clusters are built for real, every flow of the specification is sent through them, and each frame on each device,
 * each rule that matched, each translation is what the simulator says.
 */

const obstacle = labObstacle()
if (obstacle !== null) console.warn(`The flows are not sent through a real kernel: ${obstacle}.`)

const NO_PROGRAM: ReadonlySet<string | undefined> = new Set(['sctp'])
const ALL = CHAPTERS.flatMap(({ flows }) => flows).filter(({ protocol }) => !NO_PROGRAM.has(protocol))
const INSIDE = CHAPTERS.slice(0, 3)
  .flatMap(({ flows }) => flows)
  .filter(({ protocol }) => protocol !== 'udp' && !NO_PROGRAM.has(protocol))

async function compare(name: string, options: ClusterOptions, flows: readonly Flow[]) {
  const cluster = Cluster.fromManifests(shopManifest(), { ...LAB_OPTIONS, ...options })
  const lab = clusterLab(cluster, flows, [`A cluster with ${name}, and its flows.`])
  const truth = await recordLabText(lab, { name: 'flows.sh' })
  const simulated = runScript(lab, { name: 'flows.sh' }).record()
  return { truth, differences: compareRecords(truth, simulated) }
}

// Chance gives the kernel two equal ports or identifiers in one lab of twenty; the simulator's differ. So each may try again.
const AGAIN = { retry: 2, timeout: 120_000 }

describe.skipIf(obstacle !== null)('every flow, on the kernel', () => {
  it.each(SETTINGS)('$backend, $bridge', AGAIN, async (setting) => {
    const { truth, differences } = await compare(`${setting.backend} on ${setting.bridge}`, setting, ALL)
    expect(formatDifferences(differences)).toBe('')
    expect(truth.frames.length).toBeGreaterThan(2000)
    // what was sent arrived where the specification says so
    const arrived = truth.commands.slice(-ALL.length).map(({ rc, out }) => rc === 0 || out === 'answer\n')
    expect(arrived).toEqual(ALL.map(({ ends }) => (ends ?? 'delivered') === 'delivered'))
  })
})

const VARIANTS: readonly (readonly [string, ClusterOptions])[] = [
  ['flanneld without --ip-masq, vxlan', { ipMasq: false }],
  ['flanneld without --ip-masq, host-gw, on docker0', { ipMasq: false, backend: 'host-gw', bridge: 'docker0' }],
  ['DirectRouting', { directRouting: true }],
  ['bridge-nf-call-iptables off', { bridgeNfCallIptables: false }],
  ['hairpin mode off', { hairpinMode: false }],
]

describe.skipIf(obstacle !== null)('flows inside, in other clusters', () => {
  it.each(VARIANTS)('%s', AGAIN, async (name, options) => {
    const { differences } = await compare(name, options, INSIDE)
    expect(formatDifferences(differences)).toBe('')
  })
})
