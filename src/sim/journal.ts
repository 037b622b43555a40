import type { Stateful } from './types.ts'

/** What one transaction has to put back. */
export class Journal {
  /** The number of the transaction; an owner's `touchedAt` says that it is captured. */
  readonly epoch: number
  readonly #owners: Stateful[] = []
  readonly #before: number[] = []
  readonly #restores: (() => void)[] = []

  constructor(epoch: number) {
    this.epoch = epoch
  }

  add(owner: Stateful): void {
    this.#owners.push(owner)
    this.#before.push(owner.touchedAt ?? 0)
    this.#restores.push(owner.capture())
    owner.touchedAt = this.epoch
  }

  /** Restores the last first: what was captured late may have been made out of what was captured early. */
  restore(): void {
    for (let i = this.#owners.length - 1; i >= 0; i--) {
      this.#restores[i]!()
      // An outer transaction may have captured the owner too: it keeps its mark.
      this.#owners[i]!.touchedAt = this.#before[i]!
    }
  }
}
