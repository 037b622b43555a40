/** Collects octets of a file, little endian. */
export class OctetList {
  #bytes = new Uint8Array(4096)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  get length(): number {
    return this.#length
  }

  u16(value: number): void {
    this.#room(2)
    this.#view.setUint16(this.#length, value, true)
    this.#length += 2
  }

  u32(value: number): void {
    this.#room(4)
    this.#view.setUint32(this.#length, value, true)
    this.#length += 4
  }

  bytes(content: Uint8Array): void {
    this.#room(content.length)
    this.#bytes.set(content, this.#length)
    this.#length += content.length
  }

  /** Zeroes up to a multiple of four octets. */
  pad(): void {
    const missing = -this.#length & 3
    this.#room(missing)
    this.#length += missing
  }

  /** Writes over 32 bits that are there already. */
  patch32(at: number, value: number): void {
    this.#view.setUint32(at, value, true)
  }

  /** Takes all octets out. */
  take(): Uint8Array {
    const out = this.#bytes.slice(0, this.#length)
    this.#bytes.fill(0, 0, this.#length)
    this.#length = 0
    return out
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more))
    bytes.set(this.#bytes)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }
}
