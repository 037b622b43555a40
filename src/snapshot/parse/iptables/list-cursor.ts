/** Walks the words of what `iptables -L` says of a rule. */
export class ListCursor {
  readonly text: string
  at: number

  constructor(text: string, at = 0) {
    this.text = text
    this.at = at
    this.#skip()
  }

  get atEnd(): boolean {
    return this.at >= this.text.length
  }

  /** What is left. */
  get rest(): string {
    return this.text.slice(this.at)
  }

  /** The next word; empty at the end. */
  peek(): string {
    const end = this.text.indexOf(' ', this.at)
    return this.text.slice(this.at, end < 0 ? this.text.length : end)
  }

  /** Takes the next word. */
  word(): string {
    const word = this.peek()
    this.at += word.length
    this.#skip()
    return word
  }

  /** Takes these words, if they are the next ones: with any number of blanks between them. */
  take(...words: readonly string[]): boolean {
    const start = this.at
    for (const word of words) {
      if (this.word() !== word) {
        this.at = start
        return false
      }
    }
    return true
  }

  /** Goes on there, behind blanks. */
  moveTo(at: number): void {
    this.at = at
    this.#skip()
  }

  #skip(): void {
    while (this.at < this.text.length && this.text.charCodeAt(this.at) === 32) this.at++
  }
}

/** `!80` and `! 80` as `! ` and the value; `value` is empty where nothing is left. */
export function inverted(cursor: ListCursor): { readonly not: string; readonly value: string } {
  const word = cursor.word()
  if (word === '!') return { not: '! ', value: cursor.word() }
  return word.startsWith('!') ? { not: '! ', value: word.slice(1) } : { not: '', value: word }
}
