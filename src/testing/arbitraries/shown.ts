import fc from 'fast-check'

/** The value itself; as a counterexample it is printed as this text. */
export function shownAs<T extends object>(value: T, text: () => string): T {
  Object.defineProperty(value, fc.toStringMethod, { value: text })
  return value
}
