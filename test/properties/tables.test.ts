import fc from 'fast-check'
import { describe, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.ts'
import { type Device, Hook } from '../../src/netfilter/hook.ts'
import { parseTables, saveTables, TABLE_NAMES, type Table } from '../../src/netfilter/index.ts'
import { NetworkNamespace } from '../../src/netns/index.ts'
import { Simulation } from '../../src/sim/index.ts'
import { ipv4Addresses, packets, ruleTables } from '../../src/testing/index.ts'
import type { Trace } from '../../src/trace/index.ts'
import { expect } from './support/expect.ts'
import { forEveryChoice, forEveryCluster } from './support/laws.ts'
import { requestOf } from './support/requests.ts'

const FEW = ipv4Addresses('10.0.0.0/30')

/** Rules without those who wrote them, which their text does not tell. */
function bare(table: Table) {
  return [...table.chains.values()].map(({ name, policy, rules }) => ({
    name,
    policy,
    rules: rules.map(({ ip, matches, target }) => ({ ip, matches, target })),
  }))
}

describe('a table that is written out', () => {
  it.each(TABLE_NAMES)('%s: reads back equal, whatever its rules', (name) => {
    fc.assert(
      fc.property(ruleTables(name), (table) => {
        const text = saveTables(new Map([[name, table]]), {})
        const read = parseTables(text).tables
        expect(saveTables(read, {})).toBe(text)
        expect(bare(read.get(name)!)).toEqual(bare(table))
      }),
      { numRuns: 100 },
    )
  })

  it('reads back equal: every node of a cluster', () => {
    forEveryCluster({ nodes: { max: 3 }, podsPerNode: { max: 6 } }, 60, (cluster) => {
      for (const { netns } of cluster.network.nodes.values()) {
        const { tables } = parseTables(netns.netfilter.save())
        expect([...tables.keys()].sort()).toEqual([...netns.netfilter.tables.keys()].sort())
        for (const table of tables.values()) expect(bare(table)).toEqual(bare(netns.netfilter.table(table.name)!))
      }
    })
  })

  it('does to packets what it did', () => {
    const list = fc.array(packets({ src: FEW, dst: FEW, dport: fc.constantFrom(53, 80) }), {
      minLength: 5,
      maxLength: 20,
    })
    const table = ruleTables('filter', { addresses: FEW, ports: fc.constantFrom(53, 80), maxRules: 12 })
    const devices: Device[] = ['eth0', 'eth1', 'cni0'].map((name, i) => ({ ifindex: i + 2, name }))
    fc.assert(
      fc.property(table, list, fc.constantFrom(...devices), fc.constantFrom(...devices), (filter, all, from, to) => {
        const run = (load: (netns: NetworkNamespace) => void) => {
          const netns = new NetworkNamespace(new Simulation(), 'here')
          load(netns)
          const verdicts = all.map((packet) => netns.netfilter.run(Hook.FORWARD, packet.clone(), from, to))
          return { verdicts, counters: netns.netfilter.save({ counters: true }) }
        }
        const text = saveTables(new Map([['filter', filter]]), {})
        expect(run((netns) => netns.netfilter.restore(text))).toEqual(run((netns) => netns.netfilter.setTable(filter)))
      }),
      { numRuns: 200 },
    )
  })

  it('leads every packet of a cluster where it did', () => {
    forEveryChoice({ nodes: { max: 3 }, podsPerNode: { max: 4 }, services: { min: 1 } }, 40, (cluster, pick) => {
      const reloaded = new Cluster(cluster.objects, cluster.options)
      for (const { netns } of reloaded.network.nodes.values()) {
        netns.netfilter.setTables(parseTables(netns.netfilter.save()).tables.values())
      }
      for (let i = 0; i < 3; i++) {
        const request = requestOf(cluster, pick)
        expect(withoutOrigins(reloaded.trace(request))).toEqual(withoutOrigins(cluster.trace(request)))
      }
    })
  })
})

/** The trace but for who wrote its rules. */
function withoutOrigins(trace: Trace): unknown {
  return JSON.parse(JSON.stringify(trace, (key, value: unknown) => (key === 'origin' ? undefined : value)))
}
