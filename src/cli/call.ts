import type { Io } from './io.ts'

/** A command line that has been read and checked, so what is required is there: its values, and the process around it. */
export class Call {
  readonly io: Io
  readonly #options: ReadonlyMap<string, readonly (string | number)[]>
  readonly #arguments: readonly string[]

  constructor(io: Io, options: ReadonlyMap<string, readonly (string | number)[]>, positionals: readonly string[]) {
    this.io = io
    this.#options = options
    this.#arguments = positionals
  }

  /** The value of an option, the last one where it stands twice. */
  text(name: string): string | undefined {
    const value = this.#options.get(name)?.at(-1)
    return value === undefined ? undefined : String(value)
  }

  /** The value of an option with `choices`; the parser has checked it. */
  choice<T extends string>(name: string): T | undefined {
    return this.text(name) as T | undefined
  }

  /** The value of an option with `integer` or `bytes`. */
  number(name: string): number | undefined {
    return this.#options.get(name)?.at(-1) as number | undefined
  }

  list(name: string): readonly string[] {
    return (this.#options.get(name) ?? []).map(String)
  }

  /** Was the switch given? */
  has(name: string): boolean {
    return this.#options.has(name)
  }

  /** The value of an option that is required. */
  required(name: string): string {
    return this.text(name) as string
  }

  /** The n-th positional argument, one that is required. */
  argument(index: number): string {
    return this.#arguments[index] as string
  }

  get arguments(): readonly string[] {
    return this.#arguments
  }
}
