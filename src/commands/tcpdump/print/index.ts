import { type Captured, LinkType, networkOffset } from '../captured.ts'
import { Octets } from '../octets.ts'
import { dumpText } from './hex.ts'
import type { Names } from './names.ts'
import { etherText, ipText, networkText, typeName } from './network.ts'
import type { Conversation, Printer, PrintOptions } from './options.ts'

/** Prints packets one after the other; it remembers where TCP connections began. */
export class PacketPrinter implements Printer {
  readonly options: PrintOptions
  readonly names: Names
  readonly conversations = new Map<string, Conversation>()
  readonly #nameOf: (ifindex: number) => string

  /** @param nameOf names of devices, for captures of all of them */
  constructor(options: PrintOptions, names: Names, nameOf: (ifindex: number) => string) {
    this.options = options
    this.names = names
    this.#nameOf = nameOf
  }

  /** A packet without its time, and without the line feed at the end. */
  text({ octets, length, linkType }: Captured): string {
    const all = new Octets(octets)
    const line = linkType === LinkType.ETHERNET ? etherText(all, length, this) : this.#cooked(all, length)
    const { dump, dumpsLink } = this.options
    return line + dumpText(dumpsLink ? all : all.from(networkOffset(linkType)), dump)
  }

  frame(octets: Octets): string {
    return etherText(octets, octets.length, this)
  }

  quoted(octets: Octets): string {
    return ipText(octets, this, true)
  }

  /** print-sll.c: which device, and in which direction. */
  #cooked(octets: Octets, length: number): string {
    const { linkHeader, quick } = this.options
    const type = octets.u16(0)
    const index = octets.u32(4)
    const start = `${this.#nameOf(index).padEnd(5)} ${(DIRECTIONS[octets.u8(10)] ?? '?').padEnd(3)} `
    const offset = networkOffset(LinkType.LINUX_SLL2)
    const body = octets.from(offset)
    if (!linkHeader) return start + networkText(type, body, length - offset, this, true)
    // Trap: with -q it says neither what it is nor how long
    const name = quick
      ? ''
      : `ethertype ${typeName(type)} (0x${type.toString(16).padStart(4, '0')}), length ${length}: `
    return `${start}ifindex ${index} ${this.names.mac(octets.mac(12))} ${name}${networkText(type, body, length - offset, this, false)}`
  }
}

/** By `PacketType`: to this host, to all, to a group, to another host, sent. */
const DIRECTIONS = ['In', 'B', 'M', 'P', 'Out']

export type { PrintOptions } from './options.ts'
