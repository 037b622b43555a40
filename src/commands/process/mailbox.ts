import type { Wait } from './process.ts'

/** What the network has told a program that it has not looked at yet. */
export class Mailbox<T> {
  #messages: T[] = []
  #waiting: (() => void) | null = null

  push(message: T): void {
    this.#messages.push(message)
    const wake = this.#waiting
    this.#waiting = null
    wake?.()
  }

  /** The oldest, or undefined. */
  take(): T | undefined {
    return this.#messages.shift()
  }

  /** All that there are, the oldest first. */
  takeAll(): T[] {
    return this.#messages.splice(0)
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0
  }

  /** Waits until there is one. */
  readonly filled: Wait = (wake) => {
    if (this.#messages.length > 0) {
      wake()
      return () => {}
    }
    this.#waiting = wake
    return () => {
      if (this.#waiting === wake) this.#waiting = null
    }
  }
}
