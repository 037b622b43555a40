import { type Captured, LinkType } from './captured.ts'

const MICROSECOND_MAGIC = 0xa1b2c3d4
const NANOSECOND_MAGIC = 0xa1b23c4d
const FILE_HEADER = 24
const PACKET_HEADER = 16
const SECOND = 1e9
export const SNAPLEN = 262144

/** What a capture file begins with (pcap-savefile(5)). */
export function fileHeader(linkType: LinkType): Uint8Array {
  const view = new DataView(new ArrayBuffer(FILE_HEADER))
  view.setUint32(0, MICROSECOND_MAGIC, true)
  view.setUint16(4, 2, true)
  view.setUint16(6, 4, true)
  view.setUint32(16, SNAPLEN, true)
  view.setUint32(20, linkType, true)
  return new Uint8Array(view.buffer)
}

/** One packet in a capture file, with its time to the microsecond. */
export function packetRecord({ time, octets, length }: Captured): Uint8Array {
  const record = new Uint8Array(PACKET_HEADER + octets.length)
  const view = new DataView(record.buffer)
  view.setUint32(0, Math.floor(time / SECOND), true)
  view.setUint32(4, Math.floor((time % SECOND) / 1000), true)
  view.setUint32(8, octets.length, true)
  view.setUint32(12, length, true)
  record.set(octets, PACKET_HEADER)
  return record
}

/** What a capture file holds, or undefined: it is none that is known here. */
export function readCapture(octets: Uint8Array): { linkType: LinkType; packets: Captured[] } | undefined {
  if (octets.length < FILE_HEADER) return undefined
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  const magic = view.getUint32(0, true)
  const linkType = view.getUint32(20, true)
  if (magic !== MICROSECOND_MAGIC && magic !== NANOSECOND_MAGIC) return undefined
  if (linkType !== LinkType.ETHERNET && linkType !== LinkType.LINUX_SLL2) return undefined
  const unit = magic === MICROSECOND_MAGIC ? 1000 : 1
  const packets: Captured[] = []
  for (let at = FILE_HEADER; at + PACKET_HEADER <= octets.length; ) {
    const size = view.getUint32(at + 8, true)
    packets.push({
      time: view.getUint32(at, true) * SECOND + view.getUint32(at + 4, true) * unit,
      octets: octets.slice(at + PACKET_HEADER, at + PACKET_HEADER + size),
      length: view.getUint32(at + 12, true),
      linkType,
      link: null,
      direction: null,
    })
    at += PACKET_HEADER + size
  }
  return { linkType, packets }
}
