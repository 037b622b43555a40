import { type Output, TextOutput } from './streams.ts'

/** The files that a script writes and reads: they live in memory, by their path. */
export interface Files {
  /** The text of a file, or undefined: there is none. */
  read(path: string): string | undefined
  /** Opens a file for writing. */
  write(path: string, append: boolean): Output
}

class FileOutput extends TextOutput {
  readonly #store: (text: string) => void

  constructor(text: string, store: (text: string) => void) {
    super()
    this.text = text
    this.#store = store
    store(text)
  }

  override write(text: string): void {
    super.write(text)
    this.#store(this.text)
  }
}

export class VirtualFiles implements Files {
  readonly #texts = new Map<string, string>()

  read(path: string): string | undefined {
    return this.#texts.get(normal(path))
  }

  write(path: string, append: boolean): Output {
    const name = normal(path)
    return new FileOutput(append ? (this.#texts.get(name) ?? '') : '', (text) => this.#texts.set(name, text))
  }
}

/** One folder is as good as another: `./rules` and `rules` are the same file. */
function normal(path: string): string {
  return path.replace(/^(\.\/)+/, '').replace(/\/{2,}/g, '/')
}
