import fc from 'fast-check'
import type { GeneratedLab } from './model.ts'
import { printLab } from './print.ts'
import { probes, servers } from './probes.ts'
import { policies, rules } from './rules.ts'
import { routing, sets, sysctls } from './settings.ts'
import { topologies } from './topologies/index.ts'

/** Labs that nobody thought of. */
export const labs: fc.Arbitrary<GeneratedLab> = fc.record({
  // In the order in which shrinking tries to leave out: what makes a lab long first.
  probes,
  rules,
  servers,
  routing,
  sysctls,
  policies,
  sets,
  restore: fc.boolean(),
  topology: topologies,
})

/** Which lab: the same numbers give the same text for ever. */
export interface LabNumber {
  readonly seed: number
  readonly run: number
}

/** `fuzz-7-12` */
export function labName({ seed, run }: LabNumber): string {
  return `fuzz-${seed}-${run}`
}

export function labText(lab: GeneratedLab, number: LabNumber): string {
  return printLab(lab, `A generated lab, seed ${number.seed}, run ${number.run}`)
}
