import { formatIpv4, type Ipv4 } from '../packet/address.ts'
import { formatMac, type Mac } from '../packet/mac.ts'
import type { Packet, TransportHeader } from '../packet/packet.ts'
import { EtherType } from '../packet/protocol.ts'
import { formatPacket } from '../packet/text.ts'
import { protocolName } from '../packet/tuple.ts'
import type { PacketSummary } from './model.ts'

/**
 * A summary while it is made: fields are set one by one, for spreading is slow and there are many of them in a trace.
 */
type Draft = { -readonly [K in keyof PacketSummary]: PacketSummary[K] }

/**
 * Puts packets into words. What leaves one device comes in at another unchanged, so a packet that looks like the one
 * before has the same words.
 */
export class Summaries {
  #packet: Packet | null = null
  #summary: PacketSummary | null = null
  readonly #macs = new Map<Mac, string>()

  of(packet: Packet): PacketSummary {
    if (this.#summary !== null && this.#packet !== null && looksLike(packet, this.#packet)) return this.#summary
    this.#packet = packet
    this.#summary = this.#make(packet)
    return this.#summary
  }

  #make(packet: Packet): PacketSummary {
    const { ip, l4, arp } = packet
    const summary = {
      text: formatPacket(packet),
      protocol: ip !== null ? protocolName(ip.protocol) : packet.etherType === EtherType.ARP ? 'arp' : 'other',
      src: ip !== null ? formatIpv4(ip.src) : arp !== null ? formatIpv4(arp.senderIp) : '',
      dst: ip !== null ? formatIpv4(ip.dst) : arp !== null ? formatIpv4(arp.targetIp) : '',
    } as Draft
    if (l4 !== null && l4.kind !== 'icmp') {
      summary.sport = l4.sport
      summary.dport = l4.dport
    }
    if (ip !== null) summary.ttl = ip.ttl
    if (packet.mark !== 0) summary.mark = packet.mark
    summary.smac = this.mac(packet.smac)
    summary.dmac = this.mac(packet.dmac)
    summary.length = packet.frameLength
    return summary
  }

  /** An Ethernet address; a trace has few, many times. */
  mac(mac: Mac): string {
    let text = this.#macs.get(mac)
    if (text === undefined) {
      text = formatMac(mac)
      this.#macs.set(mac, text)
    }
    return text
  }
}

/** Would two packets be summed up in the same words? Not sure: no. */
function looksLike(a: Packet, b: Packet): boolean {
  const x = a.ip
  const y = b.ip
  if (x === null || y === null || a.arp !== null || b.arp !== null) return false
  return (
    a.smac === b.smac &&
    a.dmac === b.dmac &&
    a.mark === b.mark &&
    a.payload === b.payload &&
    x.src === y.src &&
    x.dst === y.dst &&
    x.ttl === y.ttl &&
    x.protocol === y.protocol &&
    x.totalLength === y.totalLength &&
    x.id === y.id &&
    x.mf === y.mf &&
    x.fragmentOffset === y.fragmentOffset &&
    sameTransport(a.l4, b.l4)
  )
}

function sameTransport(a: TransportHeader | null, b: TransportHeader | null): boolean {
  if (a === null || b === null) return a === b
  if (a.kind === 'icmp') {
    // an error quotes a packet, which may have changed
    return b.kind === 'icmp' && a.type === b.type && a.code === b.code && a.id === b.id && a.quoted === b.quoted
  }
  if (b.kind === 'icmp' || a.kind !== b.kind || a.sport !== b.sport || a.dport !== b.dport) return false
  if (a.kind === 'tcp' && b.kind === 'tcp') return a.flags === b.flags
  return a.kind === 'udp' || (a.kind === 'sctp' && b.kind === 'sctp' && a.chunks === b.chunks)
}

/** `10.0.0.1:80`; the bare address where there is no port (-1). */
export function formatEnd(address: Ipv4, port: number): string {
  const text = formatIpv4(address)
  return port < 0 ? text : `${text}:${port}`
}
