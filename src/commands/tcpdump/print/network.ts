import { UnsupportedError } from '../../../packet/errors.ts'
import { EtherType, Protocol } from '../../../packet/index.ts'
import { type Octets, OutOfOctets } from '../octets.ts'
import { corrected, type IpPayload } from './checksum.ts'
import { icmpText } from './icmp.ts'
import type { Printer } from './options.ts'
import { tcpText } from './tcp.ts'
import { udpText } from './udp.ts'

const ETHERNET_HEADER = 14
const TYPE_NAMES: Readonly<Record<number, string>> = { [EtherType.IPV4]: 'IPv4', [EtherType.ARP]: 'ARP' }
const PROTOCOL_NAMES: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 132: 'SCTP' }
const ECN = ['', ',ECT(1)', ',ECT(0)', ',CE']

/** A frame with its Ethernet header (`ether_print`, tcpdump's print-ether.c). */
export function etherText(frame: Octets, length: number, printer: Printer): string {
  const { linkHeader, quick } = printer.options
  if (frame.length < ETHERNET_HEADER) return ' [|ether]'
  const type = frame.u16(12)
  const name = TYPE_NAMES[type]
  if (name === undefined) throw new UnsupportedError(`tcpdump's decoding of Ethernet type 0x${type.toString(16)}`)
  const body = frame.from(ETHERNET_HEADER)
  if (!linkHeader) return networkText(type, body, length - ETHERNET_HEADER, printer, true)
  const kind = quick ? name : `ethertype ${name} (0x${type.toString(16).padStart(4, '0')})`
  return `${printer.names.mac(frame.mac(6))} > ${printer.names.mac(frame.mac(0))}, ${kind}, length ${length}: ${networkText(type, body, length - ETHERNET_HEADER, printer, false)}`
}

/** What the Ethernet type says; `named`: with its name before it. */
export function networkText(type: number, body: Octets, length: number, printer: Printer, named: boolean): string {
  if (type === EtherType.IPV4) return `${named ? 'IP ' : ''}${ipText(body, printer)}`
  return `${named ? 'ARP, ' : ''}${arpText(body, length, printer)}`
}

export function typeName(type: number): string {
  return TYPE_NAMES[type] ?? 'unknown'
}

/** print-arp.c */
function arpText(arp: Octets, length: number, { options, names }: Printer): string {
  const operation = arp.u16(6)
  const family = options.verbose > 0 ? 'Ethernet (len 6), IPv4 (len 4), ' : ''
  const [sender, target] = [names.address(arp.ip(14)), names.address(arp.ip(24))]
  const knows = arp.mac(18) === '00:00:00:00:00:00' ? '' : ` (${names.mac(arp.mac(18))})`
  if (operation === 1) return `${family}Request who-has ${target}${knows} tell ${sender}, length ${length}`
  if (operation === 2) return `${family}Reply ${sender} is-at ${names.mac(arp.mac(8))}, length ${length}`
  throw new UnsupportedError(`tcpdump's decoding of ARP operation ${operation}`)
}

/** print-ip.c. `quoted`: of what is missing nobody complains. */
export function ipText(octets: Octets, printer: Printer, quoted = false): string {
  const { verbose } = printer.options
  const [tos, total, id, flags, ttl, protocol] = [
    octets.u8(1),
    octets.u16(2),
    octets.u16(4),
    octets.u16(6),
    octets.u8(8),
    octets.u8(9),
  ]
  const header = (octets.u8(0) & 15) * 4
  const missing = total - octets.length
  let text = missing > 0 && !quoted ? `truncated-ip - ${missing} bytes missing! ` : ''
  const offset = (flags & 0x1fff) * 8
  const more = (flags & 0x2000) !== 0
  if (verbose > 0) {
    const bits = [more ? '+' : '', flags & 0x4000 ? 'DF' : '', flags & 0x8000 ? 'rsvd' : ''].filter((bit) => bit !== '')
    const sum = octets.from(0, header).sum()
    const wrong =
      sum === 0xffff ? '' : `, bad cksum ${octets.u16(10).toString(16)} (->${corrected(octets.u16(10), sum)})!`
    text +=
      `(tos 0x${tos.toString(16)}${ECN[tos & 3]}, ttl ${ttl}, id ${id}, offset ${offset}, flags [${bits.join(', ') || 'none'}], ` +
      `proto ${PROTOCOL_NAMES[protocol] ?? `unknown`} (${protocol}), length ${total}${wrong})\n    `
  }
  const { names } = printer
  const ends = `${names.address(octets.ip(12))} > ${names.address(octets.ip(16))}`
  if (offset > 0) return `${text}${ends}: ${names.protocol(protocol)}`
  const body = octets.from(header, total - header)
  return text + transportText({ octets, body, protocol, length: total - header, fragment: more }, ends, printer)
}

function transportText(payload: IpPayload, ends: string, printer: Printer): string {
  const { protocol } = payload
  try {
    if (protocol === Protocol.ICMP) return `${ends}: ${icmpText(payload, printer)}`
    if (protocol === Protocol.UDP) return udpText(payload, printer)
    if (protocol === Protocol.TCP) return tcpText(payload, printer)
  } catch (error) {
    if (!(error instanceof OutOfOctets)) throw error
    return `${ends}: [|${{ 1: 'icmp', 6: 'tcp', 17: 'udp' }[protocol]}]`
  }
  throw new UnsupportedError(`tcpdump's decoding of IP protocol ${protocol}`)
}
