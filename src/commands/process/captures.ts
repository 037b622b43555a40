/** Files of octets that a program writes piece by piece: captures. They are kept beside the files of text, by their path. */
export class OctetFiles {
  readonly #files = new Map<string, Uint8Array[]>()
  readonly #changed = new Set<string>()

  /** The paths of those that were written to since this was asked last. */
  takeChanged(): string[] {
    const changed = [...this.#changed]
    this.#changed.clear()
    return changed
  }

  /** What a file holds, or undefined: there is none. */
  read(path: string): Uint8Array | undefined {
    const pieces = this.#files.get(path)
    if (pieces === undefined) return undefined
    const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
    let at = 0
    for (const piece of pieces) {
      all.set(piece, at)
      at += piece.length
    }
    this.#files.set(path, [all])
    return all
  }

  /** A new file with this content. */
  create(path: string, octets: Uint8Array): void {
    this.#files.set(path, [octets])
    this.#changed.add(path)
  }

  /** Writes octets at the end of a file. */
  append(path: string, octets: Uint8Array): void {
    this.#files.get(path)?.push(octets)
    this.#changed.add(path)
  }
}
