import type { Link } from '../../netns/index.ts'
import { encodeFrame, HeaderLength, type Packet, PacketType } from '../../packet/index.ts'
import { Sum } from '../../packet/packet.ts'
import { Octets } from './octets.ts'

/** What stands before the network header: Ethernet, or the header that stands for it on the device `any` (Linux cooked v2). */
export const LinkType = { ETHERNET: 1, LINUX_SLL2: 276 } as const
export type LinkType = (typeof LinkType)[keyof typeof LinkType]

/** A frame in a capture. */
export interface Captured {
  /** Nanoseconds of virtual time. */
  readonly time: number
  readonly octets: Uint8Array
  /** On the wire; there may be fewer octets. */
  readonly length: number
  readonly linkType: LinkType
  /** Where it was seen; null in a file. */
  readonly link: Link | null
  readonly direction: 'in' | 'out' | null
}

const SLL2_LENGTH = 20
const ARPHRD_ETHER = 1
const ARPHRD_LOOPBACK = 772

/**
 * A frame as a packet socket sees it. Trap: what a program sends has no finished checksum on a device that would do it in hardware, veth above
 * all; there stands the sum over the pseudo header alone (CHECKSUM_PARTIAL).
 */
export function frameOctets(packet: Packet): Uint8Array {
  const octets = encodeFrame(packet)
  leaveSums(packet, octets, 0)
  return octets
}

function leaveSums(packet: Packet, octets: Uint8Array, frame: number): void {
  const { ip, l4, payload } = packet
  if (ip === null || l4 === null || (l4.kind !== 'udp' && l4.kind !== 'tcp') || payload.fragmentOf !== null) return
  const at = frame + HeaderLength.ETHERNET + HeaderLength.IPV4
  if (payload.vxlan !== null) {
    const inner = at + HeaderLength.UDP + HeaderLength.VXLAN
    leaveSums(payload.vxlan.inner, octets, inner)
  }
  if ((packet.sum & Sum.LEFT) === 0) return
  const field = at + (l4.kind === 'udp' ? 6 : 16)
  const length = ip.totalLength - HeaderLength.IPV4
  const addresses = new Octets(octets, at - 8, at)
  const sum = addresses.sum(ip.protocol + length)
  octets[field] = sum >> 8
  octets[field + 1] = sum & 0xff
}

/** The same frame on the device `any`: its Ethernet header is left out (`struct sll2_header`, libpcap pcap/sll.h). */
export function cookedOctets(packet: Packet, link: Link, direction: 'in' | 'out'): Uint8Array {
  const frame = frameOctets(packet)
  const octets = new Uint8Array(SLL2_LENGTH + frame.length - HeaderLength.ETHERNET)
  const view = new DataView(octets.buffer)
  view.setUint16(0, packet.etherType)
  view.setUint32(4, link.ifindex)
  view.setUint16(8, link.loopback ? ARPHRD_LOOPBACK : ARPHRD_ETHER)
  octets[10] = direction === 'out' ? PacketType.OUTGOING : packet.packetType
  octets[11] = 6
  octets.set(frame.subarray(6, 12), 12)
  octets.set(frame.subarray(HeaderLength.ETHERNET), SLL2_LENGTH)
  return octets
}

/** Where the network header begins. */
export function networkOffset(linkType: LinkType): number {
  return linkType === LinkType.ETHERNET ? HeaderLength.ETHERNET : SLL2_LENGTH
}

/** Where the type of the network header stands. */
export function typeOffset(linkType: LinkType): number {
  return linkType === LinkType.ETHERNET ? 12 : 0
}
