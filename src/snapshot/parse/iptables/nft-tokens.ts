/** The words of a rule as nft prints it: a text in quotes with them, `{ 80, 443 }` as one word. */
export class NftTokens {
  readonly #words: readonly string[]
  #next = 0

  constructor(line: string) {
    this.#words = split(line)
  }

  get atEnd(): boolean {
    return this.#next >= this.#words.length
  }

  /** @param ahead 0: the next word */
  peek(ahead = 0): string {
    return this.#words[this.#next + ahead] ?? ''
  }

  word(): string {
    return this.#words[this.#next++] ?? ''
  }

  /** Takes these words, if they are the next ones. */
  take(...words: readonly string[]): boolean {
    for (let i = 0; i < words.length; i++) if (this.#words[this.#next + i] !== words[i]) return false
    this.#next += words.length
    return true
  }

  get place(): number {
    return this.#next
  }

  /** Goes back to a place, or on to it. */
  moveTo(place: number): void {
    this.#next = place
  }

  /** The words from one place to another. */
  text(from: number, to: number = this.#words.length): string {
    return this.#words.slice(from, to).join(' ')
  }
}

function split(line: string): string[] {
  const words: string[] = []
  let at = 0
  while (at < line.length) {
    const char = line[at]!
    if (char === ' ' || char === '\t') {
      at++
      continue
    }
    const start = at
    if (char === '"') {
      at = line.indexOf('"', at + 1)
      at = at < 0 ? line.length : at + 1
    } else if (char === '{') at = endOfBraces(line, at)
    else while (at < line.length && line[at] !== ' ' && line[at] !== '\t' && line[at] !== '{') at++
    words.push(line.slice(start, at))
  }
  return words
}

function endOfBraces(line: string, start: number): number {
  let depth = 0
  for (let at = start; at < line.length; at++) {
    if (line[at] === '"') {
      const end = line.indexOf('"', at + 1)
      if (end < 0) return line.length
      at = end
    } else if (line[at] === '{') depth++
    else if (line[at] === '}' && --depth === 0) return at + 1
  }
  return line.length
}

/** Without its quotes. */
export function bare(word: string): string {
  return word.length > 1 && word.startsWith('"') && word.endsWith('"') ? word.slice(1, -1) : word
}
