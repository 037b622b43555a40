import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { askKubehop, label, type Outcome, type Scenario } from './scenario.ts'

/** Scenarios with what Linux 6.18 said to them (`KUBEHOP_ROUTE_RECORD=1 npx vitest run --project kernel test/kernel/route.test.ts`). */
const recorded: { scenario: Scenario; kernel: Outcome }[] = JSON.parse(
  readFileSync(new URL('./golden/kernel.json', import.meta.url), 'utf8'),
)

describe('routing agrees with what a kernel has said', () => {
  it.each(recorded.map((each, position) => ({ ...each, position })))('scenario $position', ({ scenario, kernel }) => {
    expect(label(askKubehop(scenario), scenario)).toEqual(label(kernel, scenario))
  })
})
