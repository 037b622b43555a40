import fc from 'fast-check'

/** From `min` to `max`, both included. What is left out has a default that is told where the range is asked for. */
export interface Range {
  readonly min?: number
  readonly max?: number
}

export function within(
  range: Range | undefined,
  min: number,
  max: number,
): { readonly min: number; readonly max: number } {
  const low = range?.min ?? Math.min(min, range?.max ?? min)
  return { min: low, max: Math.max(low, range?.max ?? max) }
}

/** A list as long as the range allows. */
export function manyOf<T>(
  one: fc.Arbitrary<T>,
  range: { readonly min: number; readonly max: number },
): fc.Arbitrary<T[]> {
  return fc.array(one, { minLength: range.min, maxLength: range.max, size: 'max' })
}
