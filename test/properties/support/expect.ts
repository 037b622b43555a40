import { expect } from 'vitest'
import { type KubehopMatchers, matchers } from '../../../src/testing/index.ts'

expect.extend(matchers)

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: all declarations must have the same type parameters
  interface Matchers<T = any> extends KubehopMatchers {}
}

export { expect }
