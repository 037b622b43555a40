/** What had to be supposed, and what could not be rebuilt: told once each, in the order in which it was found. */
export class Findings {
  readonly #assumptions = new Set<string>()
  readonly #warnings = new Set<string>()

  /** Nobody told it, and something had to hold. */
  assume(text: string): void {
    this.#assumptions.add(text)
  }

  /** It was told, and has no model, or cannot be as it was told. */
  warn(text: string): void {
    this.#warnings.add(text)
  }

  get assumptions(): readonly string[] {
    return [...this.#assumptions]
  }

  get warnings(): readonly string[] {
    return [...this.#warnings]
  }
}
