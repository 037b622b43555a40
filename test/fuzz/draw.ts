import fc from 'fast-check'
import { type LabNumber, labs } from './lab.ts'
import type { GeneratedLab } from './model.ts'

/** A lab together with what fast-check needs to make it smaller. */
export type DrawnLab = fc.Value<GeneratedLab>

/** Draws from another arbitrary without a bias to the small, and keeps what shrinking needs. */
class Keeping extends fc.Arbitrary<DrawnLab> {
  generate(random: fc.Random): fc.Value<DrawnLab> {
    return new fc.Value(labs.generate(random, undefined), undefined)
  }

  canShrinkWithoutContext(_value: unknown): _value is DrawnLab {
    return false
  }

  shrink(): fc.Stream<fc.Value<DrawnLab>> {
    return fc.Stream.nil()
  }
}

/** The lab of a seed and a number within it. It does not depend on how many were drawn before. */
export function drawLab(number: LabNumber): DrawnLab {
  return fc.sample(new Keeping(), { numRuns: 1, seed: seedOf(number), unbiased: true })[0]!
}

/** Smaller labs, the smallest first. */
export function smallerLabs(lab: DrawnLab): Iterable<DrawnLab> {
  return labs.shrink(lab.value_, lab.context)
}

/** Neighbouring numbers must not begin alike (the mixing steps of MurmurHash3). */
function seedOf({ seed, run }: LabNumber): number {
  let hash = Math.imul(seed, 0x9e3779b1) ^ run
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
