import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.ts'
import { CHAPTERS, type Flow, SETTINGS, type Setting } from '../support/flows/index.ts'
import { shopManifest } from '../support/shop.ts'

/*
 * Traces of all flows, as text. `UPDATE_GOLDEN=1 npx vitest run test/cluster/golden.test.ts` writes them anew; the commit that does so says why.
 *
 * Whole stories stand in a file for each chapter of flows, for one setting; the short ones of all settings in a file for each.
 */

const FOLDER = fileURLToPath(new URL('../golden', import.meta.url))
const UPDATE = process.env.UPDATE_GOLDEN === '1'
/** The setting whose stories are told whole. */
const TOLD: Setting = { backend: 'vxlan', bridge: 'cni0' }

function expectGolden(name: string, text: string): void {
  const path = join(FOLDER, `${name}.txt`)
  if (UPDATE) {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(path, text)
  }
  expect(text).toBe(readFileSync(path, 'utf8'))
}

/** Without what had to be supposed: that is the cluster's affair, not the flow's. */
function story(cluster: Cluster, flow: Flow, detail: 'minimal' | 'summary'): string {
  const trace = cluster.trace({ from: flow.from, to: flow.to, protocol: flow.protocol })
  const lines = trace.format(detail).split('\n')
  return `=== ${flow.title}\n\n${lines.filter((line) => !line.startsWith('supposed: ')).join('\n')}`
}

describe('traces as they were', () => {
  const told = Cluster.fromManifests(shopManifest(), TOLD)

  it.each(CHAPTERS)('$title, whole', ({ title, flows }) => {
    expectGolden(title.replaceAll(' ', '-'), flows.map((flow) => story(told, flow, 'summary')).join('\n'))
  })

  it.each(SETTINGS)('all flows in short: $backend, $bridge', (setting) => {
    const cluster = Cluster.fromManifests(shopManifest(), setting)
    const stories = CHAPTERS.flatMap(({ flows }) => flows).map((flow) => story(cluster, flow, 'minimal'))
    expectGolden(`${setting.backend}-${setting.bridge}`, stories.join('\n'))
  })

  it('equal seeds give equal bytes', () => {
    const again = Cluster.fromManifests(shopManifest(), TOLD)
    for (const { from, to, protocol } of CHAPTERS.flatMap(({ flows }) => flows)) {
      const once = JSON.stringify(told.trace({ from, to, protocol }))
      expect(JSON.stringify(again.trace({ from, to, protocol }))).toBe(once)
    }
  })
})
