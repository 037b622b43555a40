import type { Io } from './io.ts'

/** Nobody is told about work that takes less, in milliseconds. */
const PATIENCE = 400
/** Not more often than this, in milliseconds. */
const INTERVAL = 100

/** One line on the terminal that says what is being done, while it takes long. It goes when the work is done. */
export class Progress {
  readonly #io: Io
  readonly #start = performance.now()
  #last = 0
  #shown = false

  constructor(io: Io) {
    this.#io = io
  }

  /**
   * @param isLong the work that follows cannot report by itself and is known to take long: say so now
   */
  report(text: string, isLong = false): void {
    const { stderr } = this.#io
    if (!stderr.isTerminal) return
    const now = performance.now()
    if (!isLong && (now - this.#start < PATIENCE || now - this.#last < INTERVAL)) return
    this.#last = now
    this.#shown = true
    stderr.write(`\r\u001b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`)
  }

  clear(): void {
    if (this.#shown) this.#io.stderr.write('\r\u001b[K')
    this.#shown = false
  }
}
