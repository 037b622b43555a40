import { OctetList } from './octet-list.ts'

/** The magic number that says: nanoseconds (pcap-savefile(5)). */
const NANOSECOND_MAGIC = 0xa1b23c4d
const LINKTYPE_ETHERNET = 1
const SNAPLEN = 262144
const SECOND = 1_000_000_000

/** Writes captures of one device in the classic pcap format with nanoseconds, for tools that do not read pcapng. */
export class PcapWriter {
  readonly #out = new OctetList()

  constructor() {
    const out = this.#out
    out.u32(NANOSECOND_MAGIC)
    out.u16(2)
    out.u16(4)
    out.u32(0)
    out.u32(0)
    out.u32(SNAPLEN)
    out.u32(LINKTYPE_ETHERNET)
  }

  /**
   * Adds a frame.
   *
   * @param time nanoseconds since the epoch, or since the simulation began
   */
  addPacket(time: number, frame: Uint8Array): void {
    const out = this.#out
    out.u32(Math.floor(time / SECOND))
    out.u32(time % SECOND)
    out.u32(frame.length)
    out.u32(frame.length)
    out.bytes(frame)
  }

  /** The octets written since the last call. */
  take(): Uint8Array {
    return this.#out.take()
  }
}
