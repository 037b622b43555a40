/** So many namespaces are named of which the same is told. */
const MOST_NAMED = 3

/** What had to be supposed, and what could not be rebuilt: told once each, in the order in which it was found. */
export class Findings {
  /** Of whom, by what. */
  readonly #assumptions = new Map<string, Set<string>>()
  readonly #warnings = new Map<string, Set<string>>()
  /** Of whoever stands in for somebody, by its namespace. */
  readonly #standIns: { readonly netns: string; readonly text: string }[] = []

  /** Nobody told it, and something had to hold. @param place the namespace that it is about; none: all of it */
  assume(text: string, place?: string): void {
    put(this.#assumptions, text, place)
  }

  /** Somebody stands in for whom nobody recorded. @param netns the stand-in's namespace */
  standIn(netns: string, text: string): void {
    this.#standIns.push({ netns, text })
  }

  /** It was told, and has no model, or cannot be as it was told. */
  warn(text: string, place?: string): void {
    put(this.#warnings, text, place)
  }

  get assumptions(): readonly string[] {
    return [...tell(this.#assumptions, null), ...this.#standIns.map(({ text }) => text)]
  }

  get warnings(): readonly string[] {
    return tell(this.#warnings, null)
  }

  /** What is about these namespaces, or about all of it. */
  about(places: ReadonlySet<string>): {
    readonly assumptions: readonly string[]
    readonly warnings: readonly string[]
  } {
    const standIns = this.#standIns.flatMap(({ netns, text }) => (places.has(netns) ? [text] : []))
    return { assumptions: [...tell(this.#assumptions, places), ...standIns], warnings: tell(this.#warnings, places) }
  }
}

function tell(all: ReadonlyMap<string, ReadonlySet<string>>, asked: ReadonlySet<string> | null): string[] {
  return [...all].flatMap(([text, places]) => {
    const named = asked === null ? [...places] : [...places].filter((place) => asked.has(place))
    return places.size > 0 && named.length === 0 ? [] : [told(text, named)]
  })
}

function put(all: Map<string, Set<string>>, text: string, place: string | undefined): void {
  const places = all.get(text) ?? new Set<string>()
  all.set(text, places)
  if (place !== undefined) places.add(place)
}

function told(text: string, names: readonly string[]): string {
  if (names.length === 0) return text
  const named = names.slice(0, MOST_NAMED).join(', ')
  return `${named}${names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''}: ${text}`
}
