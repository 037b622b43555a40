import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeTables } from '../../src/cluster/node-tables.ts'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import { type ProxyState, syncBetween } from '../../src/kubeproxy/sync.ts'
import { type Edit, edit } from '../kubeproxy/edits.ts'
import { NODES, type Objects, objects } from '../kubeproxy/generated.ts'
import { node } from '../kubeproxy/objects.ts'
import { savedTable } from '../netfilter/save-text.ts'
import { BACKENDS, COUNTERS, calls, FACTS, fileWith, inNamespace, keepFiles, split } from './proxy-host.ts'

// kube-proxy's incremental syncs, one after the other, through the real iptables-restore: after each of them iptables-save must
// print what kubehop says of the state that it leads to.

/** Full syncs and partial ones take turns now and then. */
interface Step {
  readonly change: Edit
  readonly full: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  change: edit,
  full: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
})
const sequence = fc.tuple(objects, fc.array(step, { minLength: 6, maxLength: 10 }), fc.constantFrom(...NODES))

const MARK = '#### after a sync'

function run(iptables: string, first: Objects, steps: readonly Step[], name: string): void {
  const stateOf = (given: Objects, previous?: KubeProxy): ProxyState => {
    const configuration = { clusterCIDR: '10.244.0.0/16' }
    const proxy = new KubeProxy({ ...given, configuration, facts: FACTS }, previous)
    return { proxy, settings: proxy.settingsOf({ node: node(name) }) }
  }
  const rulesOf = ({ proxy, settings }: ProxyState) => proxy.withSettings(settings)
  let given = first
  let before = stateOf(given)
  const start = rulesOf(before)
  const script = [...COUNTERS, ...calls(iptables, start.operations(), start)]
  const expected: { readonly text: string; readonly state: ProxyState }[] = []
  for (const { change, full } of steps) {
    given = change(given)
    const after = stateOf(given, before.proxy)
    const { text } = syncBetween(before, after, { full: full ? 'hourly' : undefined })
    if (text !== '') script.push(`${iptables}-restore --noflush --counters < ${fileWith(text)}`)
    script.push(`echo '${MARK}'`, `${iptables}-save`)
    expected.push({ text, state: after })
    before = after
  }
  const [, ...saved] = inNamespace(script).split(`${MARK}\n`)
  expect(saved.length).toBe(steps.length)
  expected.forEach(({ text, state }, i) => {
    const real = split(saved[i]!)
    const tables = nodeTables({ kubeProxy: rulesOf(state).operations() })
    for (const table of tables.keys()) expect(real.get(table), text).toBe(savedTable(tables, table))
  })
}

describe.skipIf(BACKENDS.length === 0)('incremental syncs in real iptables', () => {
  keepFiles()

  it.each(BACKENDS)('%s', (iptables) => {
    fc.assert(
      fc.property(sequence, ([first, steps, name]) => run(iptables, first, steps, name)),
      { numRuns: 12 },
    )
  })
})
