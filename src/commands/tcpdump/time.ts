const SECOND = 1e9

/**
 * The time before a packet, as `-t` said once or more wants it. Virtual time begins at the beginning of the simulation, which is taken for midnight
 * of 1 January 1970, UTC.
 */
export class TimeStamps {
  readonly #kind: number
  #reference: number | null = null

  /** @param kind how often `-t` was said */
  constructor(kind: number) {
    this.#kind = kind
  }

  /** With the blank behind it. @param time nanoseconds */
  text(time: number): string {
    const micros = Math.floor(time / 1000)
    switch (this.#kind) {
      case 0:
        return `${clock(micros)} `
      case 1:
        return ''
      case 2:
        return `${Math.floor(micros / 1e6)}.${fraction(micros)} `
      case 4:
        return `${new Date(time / 1e6).toISOString().slice(0, 10)} ${clock(micros)} `
      default: {
        // since the packet before, or since the first
        const delta = micros - (this.#reference ?? micros)
        if (this.#kind === 3 || this.#reference === null) this.#reference = micros
        return `${delta < 0 ? '-' : ' '}${clock(Math.abs(delta))} `
      }
    }
  }
}

function clock(micros: number): string {
  const seconds = Math.floor(micros / 1e6) % 86400
  const two = (number: number): string => String(Math.floor(number)).padStart(2, '0')
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${fraction(micros)}`
}

function fraction(micros: number): string {
  return String(micros % (SECOND / 1000)).padStart(6, '0')
}
