import fc from 'fast-check'

/*
 * Texts put together from texts. What shrinks comes first: the plain alternative before the special one.
 */

export const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
/** `! ` now and then. */
export const bang = fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constant('! ') })
/** An option with its value, now and then denied. */
export const not = (option: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(bang, value).map(([deny, v]) => `${deny}${option} ${v}`)
/** Several texts with blanks between. */
export const words = (...parts: readonly (fc.Arbitrary<string> | string)[]): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((texts) => texts.filter((text) => text !== '').join(' '))
/** No blanks between. */
export const glue = (...parts: readonly (fc.Arbitrary<string> | string)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((texts) => texts.join(''))
/** The text in `weight` of `weight + without` cases. */
export const maybe = (part: fc.Arbitrary<string>, weight = 1, without = 2): fc.Arbitrary<string> =>
  fc.oneof({ weight: without, arbitrary: fc.constant('') }, { weight, arbitrary: part })
/** Weighted alternatives. */
export const either = (...choices: readonly (readonly [number, fc.Arbitrary<string>])[]): fc.Arbitrary<string> =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })))
