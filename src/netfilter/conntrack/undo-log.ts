/**
 * Ways back, last first. Kept only inside of transactions, where an owner with many entries cannot copy them all: each entry is saved when
 * it is about to change.
 */
export class UndoLog {
  readonly #undos: (() => void)[] = []
  #open = 0

  /** Is there a transaction to which changes must be reported? */
  get active(): boolean {
    return this.#open > 0
  }

  push(undo: () => void): void {
    this.#undos.push(undo)
  }

  /** Opens a transaction within those that are open; the function that it returns rolls it back, and must be called. */
  open(): () => void {
    const mark = this.#undos.length
    this.#open++
    return () => {
      while (this.#undos.length > mark) this.#undos.pop()!()
      this.#open--
    }
  }
}
