import type { Wait } from './process.ts'

/** Where a program writes to. Text throughout: octets of a packet become text at the edge of the program that shows them. */
export interface Output {
  /** Hands over text, in whole or in pieces of lines. */
  write(text: string): void
  /** The last writer is gone. */
  close(): void
  /** Somebody sees each line as it is written (isatty(3)). */
  readonly isTerminal?: boolean | undefined
}

/** Where a program reads from. */
export interface Input {
  /** All that is there; empty when there is nothing yet, null at the end. */
  read(): string | null
  /** Waits until `read` has something new to say. */
  readonly readable: Wait
  /** Octets of the file that it is, as stat(2) tells them; undefined: it is no file. */
  readonly size?: number
}

/** `/dev/null`, and standard input of what runs without one. */
export const NO_INPUT: Input = {
  read: () => null,
  readable: (wake) => {
    wake()
    return () => {}
  },
}

/** `/dev/null` */
export const NO_OUTPUT: Output = { write: () => {}, close: () => {} }

/** A text that is there from the beginning: a file, a here-document. */
export class TextInput implements Input {
  #text: string | null
  readonly size?: number

  constructor(text: string, size?: number) {
    this.#text = text
    if (size !== undefined) this.size = size
  }

  read(): string | null {
    const text = this.#text
    this.#text = null
    return text === '' ? null : text
  }

  readonly readable: Wait = (wake) => {
    wake()
    return () => {}
  }
}

/** Collects what is written. */
export class TextOutput implements Output {
  text = ''

  write(text: string): void {
    this.text += text
  }

  close(): void {}
}

/** Hands on to another that outlives it: many programs write to one terminal. */
export class SharedOutput implements Output {
  readonly #target: Output

  constructor(target: Output) {
    this.#target = target
  }

  write(text: string): void {
    this.#target.write(text)
  }

  close(): void {}
}

/** What one program writes, another reads. */
export class Pipe implements Input, Output {
  #text = ''
  #closed = false
  #onBroken: (() => void) | null = null
  #waiting: (() => void)[] = []

  write(text: string): void {
    if (text === '') return
    if (this.#onBroken !== null) {
      this.#onBroken()
      return
    }
    this.#text += text
    this.#wake()
  }

  /** The last reader is gone: what is written from now on reaches nobody, and its writer is told (SIGPIPE). */
  abandon(onWrite: () => void): void {
    this.#onBroken = onWrite
  }

  close(): void {
    this.#closed = true
    this.#wake()
  }

  read(): string | null {
    const text = this.#text
    if (text === '' && this.#closed) return null
    this.#text = ''
    return text
  }

  readonly readable: Wait = (wake) => {
    if (this.#text !== '' || this.#closed) {
      wake()
      return () => {}
    }
    this.#waiting.push(wake)
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== wake)
    }
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}
