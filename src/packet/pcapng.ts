import { KubehopError } from './errors.ts'
import { OctetList } from './octet-list.ts'
import { utf8Bytes } from './utf8.ts'

/** Block and option numbers of the pcapng format (draft-ietf-opsawg-pcapng). */
const Block = { SECTION: 0x0a0d0d0a, INTERFACE: 1, ENHANCED_PACKET: 6 } as const
const SectionOption = { APPLICATION: 4 } as const
const InterfaceOption = { NAME: 2, DESCRIPTION: 3, TIME_RESOLUTION: 9 } as const
const PacketOption = { FLAGS: 2 } as const
const Option = { END: 0, COMMENT: 1 } as const

const BYTE_ORDER = 0x1a2b3c4d
const LINKTYPE_ETHERNET = 1
/** As many octets of an option as its 16-bit length can say. */
const OPTION_MAX = 0xffff

/** A frame as it was seen on an interface. */
export interface CapturedPacket {
  /** From `addInterface`. */
  readonly interface: number
  /** Nanoseconds since the epoch, or since the simulation began. */
  readonly time: number
  readonly frame: Uint8Array
  readonly direction?: 'in' | 'out'
  readonly comment?: string
  /** Octets of the frame as it was, when `frame` is cut. Default: all of it. */
  readonly originalLength?: number
}

/**
 * Writes captures in the pcapng format, which Wireshark, tshark and tcpdump read: one file holds all devices of all
 * namespaces, with nanoseconds, direction and comments.
 *
 * Interfaces may be added at any time before their first packet. `take()` hands out what has been written since the
 * last call, so that a long capture can be streamed.
 */
export class PcapngWriter {
  readonly #out = new OctetList()
  #interfaces = 0

  constructor(section: { readonly application?: string; readonly comment?: string } = {}) {
    const out = this.#out
    const start = this.#begin(Block.SECTION)
    out.u32(BYTE_ORDER)
    out.u16(1)
    out.u16(0)
    // Length of the section: not known, which is -1 in 64 bits.
    out.u32(0xffffffff)
    out.u32(0xffffffff)
    this.#text(Option.COMMENT, section.comment)
    this.#text(SectionOption.APPLICATION, section.application ?? 'kubehop')
    this.#end(start)
  }

  /** Describes a device; its number goes into its packets. */
  addInterface(name: string, options: { readonly description?: string; readonly comment?: string } = {}): number {
    const out = this.#out
    const start = this.#begin(Block.INTERFACE)
    out.u16(LINKTYPE_ETHERNET)
    out.u16(0)
    // No limit on the length of packets.
    out.u32(0)
    this.#text(Option.COMMENT, options.comment)
    this.#text(InterfaceOption.NAME, name)
    this.#text(InterfaceOption.DESCRIPTION, options.description)
    // Times count in units of 10^-9 seconds.
    this.#option(InterfaceOption.TIME_RESOLUTION, Uint8Array.of(9))
    this.#end(start)
    return this.#interfaces++
  }

  /** @throws KubehopError `NO_SUCH_INTERFACE` */
  addPacket(packet: CapturedPacket): void {
    if (packet.interface >= this.#interfaces) {
      throw new KubehopError('NO_SUCH_INTERFACE', `the capture has no interface ${packet.interface}`)
    }
    const out = this.#out
    const start = this.#begin(Block.ENHANCED_PACKET)
    out.u32(packet.interface)
    out.u32(Math.floor(packet.time / 2 ** 32))
    out.u32(packet.time >>> 0)
    out.u32(packet.frame.length)
    out.u32(packet.originalLength ?? packet.frame.length)
    out.bytes(packet.frame)
    out.pad()
    if (packet.direction !== undefined) {
      const flags = new Uint8Array(4)
      flags[0] = packet.direction === 'in' ? 1 : 2
      this.#option(PacketOption.FLAGS, flags)
    }
    this.#text(Option.COMMENT, packet.comment)
    this.#end(start)
  }

  /** The octets written since the last call. */
  take(): Uint8Array {
    return this.#out.take()
  }

  #begin(type: number): number {
    const start = this.#out.length
    this.#out.u32(type)
    this.#out.u32(0)
    return start
  }

  /** Ends options and block, and writes the block's length at both of its ends. */
  #end(start: number): void {
    const out = this.#out
    out.u16(Option.END)
    out.u16(0)
    const length = out.length + 4 - start
    out.u32(length)
    out.patch32(start + 4, length)
  }

  #text(code: number, text: string | undefined): void {
    if (text !== undefined) this.#option(code, utf8Bytes(text).subarray(0, OPTION_MAX))
  }

  #option(code: number, content: Uint8Array): void {
    this.#out.u16(code)
    this.#out.u16(content.length)
    this.#out.bytes(content)
    this.#out.pad()
  }
}
