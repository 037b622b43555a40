import { ipv4 } from '../address.ts'
import { UnsupportedError } from '../errors.ts'
import type { ArpHeader } from '../headers.ts'
import type { Mac } from '../mac.ts'
import { EtherType, HeaderLength } from '../protocol.ts'
import { get16, get32, get48, put16, put32, put48 } from './bytes.ts'
import { malformed } from './malformed.ts'

const ETHERNET_HARDWARE = 1

export function writeArp(bytes: Uint8Array, at: number, arp: ArpHeader): void {
  put16(bytes, at, ETHERNET_HARDWARE)
  put16(bytes, at + 2, EtherType.IPV4)
  bytes[at + 4] = 6
  bytes[at + 5] = 4
  put16(bytes, at + 6, arp.operation)
  put48(bytes, at + 8, arp.senderMac)
  put32(bytes, at + 14, arp.senderIp)
  put48(bytes, at + 18, arp.targetMac)
  put32(bytes, at + 24, arp.targetIp)
}

export function readArp(bytes: Uint8Array, at: number, end: number): ArpHeader {
  if (end - at < HeaderLength.ARP) throw malformed('ARP packet cut short', at)
  if (get16(bytes, at) !== ETHERNET_HARDWARE || get16(bytes, at + 2) !== EtherType.IPV4) {
    throw new UnsupportedError('ARP for anything but IPv4 over Ethernet')
  }
  if (bytes[at + 4] !== 6 || bytes[at + 5] !== 4) throw malformed('ARP address lengths are not 6 and 4', at + 4)
  return {
    operation: get16(bytes, at + 6),
    senderMac: get48(bytes, at + 8) as Mac,
    senderIp: ipv4(get32(bytes, at + 14)),
    targetMac: get48(bytes, at + 18) as Mac,
    targetIp: ipv4(get32(bytes, at + 24)),
  }
}
