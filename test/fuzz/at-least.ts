import fc from 'fast-check'

/** A list of at least so many at first, that may become shorter when fast-check shrinks it. */
export function atLeast<T>(item: fc.Arbitrary<T>, minLength: number, maxLength: number): fc.Arbitrary<T[]> {
  return new ShorterLater(
    fc.array(item, { minLength, maxLength, size: 'max' }),
    fc.array(item, { maxLength, size: 'max' }),
  )
}

class ShorterLater<T> extends fc.Arbitrary<T[]> {
  readonly #first: fc.Arbitrary<T[]>
  readonly #later: fc.Arbitrary<T[]>

  constructor(first: fc.Arbitrary<T[]>, later: fc.Arbitrary<T[]>) {
    super()
    this.#first = first
    this.#later = later
  }

  generate(random: fc.Random, bias: number | undefined): fc.Value<T[]> {
    return this.#first.generate(random, bias)
  }

  canShrinkWithoutContext(value: unknown): value is T[] {
    return this.#later.canShrinkWithoutContext(value)
  }

  /** Both kinds of list keep the same notes about their items. */
  shrink(value: T[], context: unknown): fc.Stream<fc.Value<T[]>> {
    return this.#later.shrink(value, context)
  }
}
