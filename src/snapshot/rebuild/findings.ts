/** So many namespaces are named of which the same is told. */
const MOST_NAMED = 3

/** What had to be supposed, and what could not be rebuilt: told once each, in the order in which it was found. */
export class Findings {
  /** Of whom, by what. */
  readonly #assumptions = new Map<string, Set<string>>()
  readonly #warnings = new Map<string, Set<string>>()

  /** Nobody told it, and something had to hold. @param place the namespace that it is about; none: all of it */
  assume(text: string, place?: string): void {
    put(this.#assumptions, text, place)
  }

  /** It was told, and has no model, or cannot be as it was told. */
  warn(text: string, place?: string): void {
    put(this.#warnings, text, place)
  }

  get assumptions(): readonly string[] {
    return [...this.#assumptions].map(told)
  }

  get warnings(): readonly string[] {
    return [...this.#warnings].map(told)
  }
}

function put(all: Map<string, Set<string>>, text: string, place: string | undefined): void {
  const places = all.get(text) ?? new Set<string>()
  all.set(text, places)
  if (place !== undefined) places.add(place)
}

function told([text, places]: readonly [string, ReadonlySet<string>]): string {
  if (places.size === 0) return text
  const names = [...places]
  const named = names.slice(0, MOST_NAMED).join(', ')
  return `${named}${names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''}: ${text}`
}
