import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.ts'
import { assertTraceGrammar } from './grammar.ts'
import { mermaidErrors } from './render/mermaid-grammar.ts'
import { schemaErrors } from './schema.ts'

const SHOP = readFileSync(fileURLToPath(new URL('../../examples/shop.yaml', import.meta.url)), 'utf8')

const FLOWS = [
  ['deploy/frontend', 'svc/cartservice:7070'],
  ['deploy/frontend', 'svc/cartservice:7071'],
  ['deploy/frontend', 'svc/catalog'],
  ['deploy/frontend', 'localhost:9090'],
  ['deploy/frontend', 'external:53'],
  ['deploy/frontend', '9.9.9.9:53'],
  ['deploy/frontend', 'node/node-2'],
  ['external', 'svc/storefront'],
  ['external', 'node/node-2:80'],
  ['node/node-1', 'svc/catalog'],
] as const

describe.each(['vxlan', 'host-gw'] as const)('traces in a cluster, %s', (backend) => {
  const cluster = Cluster.fromManifests(SHOP, { backend, nodes: 2 })

  it.each(FLOWS)('from %s to %s', (from, to) => {
    for (const [detail, allBranches] of [
      ['summary', false],
      ['detailed', true],
    ] as const) {
      const trace = cluster.trace({ from, to, detail, allBranches, namespace: undefined })
      assertTraceGrammar(trace.data)
      expect(schemaErrors(trace)).toEqual([])
      expect(mermaidErrors(trace.toMermaid())).toEqual([])
      const tooLong = trace
        .format()
        .split('\n')
        .filter((line) => line.length > 120)
      expect(tooLong).toEqual([])
      expect(trace.format('detailed').length).toBeGreaterThan(trace.format('summary').length)
      // the stand-in for the rest of the world appears only where it answers
      if (trace.disposition === 'left') expect(trace.path.join()).not.toContain('external')
    }
  })

  it('say whose rules they show', () => {
    const text = cluster.trace({ from: 'deploy/frontend', to: 'svc/cartservice:7070' }).format()
    expect(text).toMatch(/-j KUBE-SERVICES +# kube-proxy: kubernetes service portals\n/)
    expect(text).toMatch(/# default\/cartservice:grpc, cluster IP\n/)
    expect(text).toMatch(/# endpoint 10\.244\.1\.\d+:7070\n/)
    expect(text).toMatch(/-j FLANNEL-FWD +# flannel\n/)
  })
})
