import { UnsupportedError } from '../../../packet/errors.ts'
import { VXLAN_IANA_PORT } from '../../../packet/index.ts'
import type { Octets } from '../octets.ts'
import { corrected, type IpPayload, pseudoSum } from './checksum.ts'
import type { Printer } from './options.ts'

const HEADER = 8
const DOMAIN = 53
/** Trap: to tcpdump this is not what Linux uses it for, VXLAN, but Overlay Transport Virtualisation, whose header is like it. */
const OTV = 8472
/** An instance and an overlay, or a VNI and reserved octets. */
const TUNNEL_HEADER = 8

/** Ports of which tcpdump 4.99 decodes what is inside, by name; found out by asking it about each. */
const DECODED: ReadonlySet<number> = new Set([
  53, 67, 68, 69, 88, 123, 161, 162, 319, 320, 496, 500, 514, 520, 521, 525, 546, 547, 646, 654, 698, 701, 750, 921,
  1589, 1645, 1646, 1700, 1701, 1812, 1813, 2103, 2104, 3503, 3799, 4342, 4500, 4789, 4790, 5060, 5353, 5359, 6081,
  6343, 6635, 6696, 6697, 7000, 7001, 7002, 7003, 7004, 7005, 7006, 7007, 7008, 7009, 7500, 8231, 8472, 8500, 12222,
  12223, 17754, 30490,
])
/** Of datagrams to them alone, and from. */
const DECODED_TO: ReadonlySet<number> = new Set([1985, 2049, 3456, 3784, 3785, 4567, 4784, 5060, 6784])
const DECODED_FROM: ReadonlySet<number> = new Set([49152])

/** print-udp.c */
export function udpText(payload: IpPayload, printer: Printer): string {
  const { octets, body, fragment } = payload
  const { quick, verbose, vxlan } = printer.options
  const [sport, dport, length] = [body.u16(0), body.u16(2), body.u16(4)]
  const content = body.from(HEADER)
  const { names } = printer
  const ends = `${names.address(octets.ip(12))}.${names.port(sport, 'udp')} > ${names.address(octets.ip(16))}.${names.port(dport, 'udp')}: `
  if (vxlan) return ends + vxlanText(content, printer)
  const sum = verbose > 1 && !fragment ? checksum(payload) : ''
  if (!quick) {
    const special = decoded(sport, dport, content, printer)
    if (special !== null) return ends + sum + special
  }
  return `${ends}${sum}UDP, length ${length - HEADER}`
}

function checksum(payload: IpPayload): string {
  const { body, length } = payload
  const found = body.u16(6)
  if (found === 0) return '[no cksum] '
  if (body.length < length) return ''
  const sum = body.sum(pseudoSum(payload))
  if (sum === 0xffff) return '[udp sum ok] '
  return `[bad udp cksum 0x${found.toString(16).padStart(4, '0')} -> 0x${corrected(found, sum, 4)}!] `
}

function decoded(sport: number, dport: number, content: Octets, printer: Printer): string | null {
  const is = (port: number): boolean => sport === port || dport === port
  if (is(DOMAIN) && content.length < 12) return `domain [length ${content.length} < 12] (invalid)`
  if (is(VXLAN_IANA_PORT)) return vxlanText(content, printer)
  if (is(OTV)) return otvText(content, printer)
  const port =
    DECODED.has(dport) || DECODED_TO.has(dport) ? dport : DECODED.has(sport) || DECODED_FROM.has(sport) ? sport : 0
  if (port === 0) return null
  throw new UnsupportedError(`tcpdump's decoding of UDP port ${port}`, { hint: 'tcpdump -q does not look inside' })
}

function vxlanText(content: Octets, printer: Printer): string {
  if (content.length < TUNNEL_HEADER) return 'VXLAN (invalid)'
  return `VXLAN, flags [${flagsOf(content, 'invalid')}, vni ${content.u32(4) >>> 8}\n${printer.frame(content.from(TUNNEL_HEADER))}`
}

function otvText(content: Octets, printer: Printer): string {
  if (content.length < TUNNEL_HEADER) return `OTV, [length ${content.length} < 8] (invalid)`
  return (
    `OTV, flags [${flagsOf(content, '.')}, overlay ${content.u32(0) & 0xffffff}, instance ${content.u32(4) >>> 8}` +
    `\n${printer.frame(content.from(TUNNEL_HEADER))}`
  )
}

function flagsOf(content: Octets, none: string): string {
  const flags = content.u8(0)
  return `${(flags & 8) !== 0 ? 'I' : none}] (0x${flags.toString(16).padStart(2, '0')})`
}
