import { type Output, TextOutput } from './streams.ts'

/** The files of a machine that the kernel does not make: they live in memory, by their path. */
export interface Files {
  /** The text of a file, or undefined: there is none. */
  read(path: string): string | undefined
  /** Opens a file for writing. */
  write(path: string, append: boolean): Output
  /** Puts a file there (`/etc/hosts`), or one that is made anew each time it is read (`/run/flannel/subnet.env`). */
  put(path: string, text: string | (() => string)): void
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
  readonly #texts = new Map<string, string | (() => string)>()

  read(path: string): string | undefined {
    const text = this.#texts.get(normal(path))
    return typeof text === 'function' ? text() : text
  }

  write(path: string, append: boolean): Output {
    const name = normal(path)
    return new FileOutput(append ? (this.read(name) ?? '') : '', (text) => this.#texts.set(name, text))
  }

  put(path: string, text: string | (() => string)): void {
    this.#texts.set(normal(path), text)
  }
}

/** One folder is as good as another: `./rules` and `rules` are the same file. */
function normal(path: string): string {
  return path.replace(/^(\.\/)+/, '').replace(/\/{2,}/g, '/')
}
