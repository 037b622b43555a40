import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DIRECTIONS, modelTables, podsCluster, simulated } from './directions.ts'

const FILE = 'docs/network-model.md'

/** The text between `<!-- table: NAME -->` and `<!-- end -->`. */
function marked(
  text: string,
  name: string,
): { readonly content: string; readonly start: number; readonly end: number } {
  const head = `<!-- table: ${name} -->\n`
  const start = text.indexOf(head) + head.length
  const end = text.indexOf('<!-- end -->', start)
  return { content: text.slice(start, end), start, end }
}

describe(FILE, () => {
  it.each(Object.entries(modelTables()))('has the table "%s" that the simulator gives', (name, table) => {
    const text = readFileSync(FILE, 'utf8')
    const { content, start, end } = marked(text, name)
    if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, `${text.slice(0, start)}\n${table}\n\n${text.slice(end)}`)
    else expect(content.trim()).toBe(table)
  })

  it('has one column for both bridges with --ip-masq', () => {
    for (const backend of ['vxlan', 'host-gw'] as const) {
      const [cni0, docker0] = (['cni0', 'docker0'] as const).map((bridge) =>
        podsCluster({ bridge, backend, ipMasq: true }),
      )
      for (const direction of DIRECTIONS) expect(simulated(docker0!, direction)).toEqual(simulated(cni0!, direction))
    }
  })

  it('vxlan with DirectRouting translates as host-gw does', () => {
    for (const ipMasq of [true, false]) {
      const direct = podsCluster({ backend: 'vxlan', directRouting: true, ipMasq })
      const hostGw = podsCluster({ backend: 'host-gw', ipMasq })
      for (const direction of DIRECTIONS) expect(simulated(direct, direction)).toEqual(simulated(hostGw, direction))
    }
  })
})
