import { UnsupportedError } from '../../../packet/errors.ts'
import type { Octets } from '../octets.ts'
import { corrected, type IpPayload, pseudoSum } from './checksum.ts'
import { httpText } from './http.ts'
import type { Printer } from './options.ts'

const [FIN, SYN, RST, ACK, URG] = [1, 2, 4, 0x10, 0x20]
const FLAGS = 'FSRP.UEW'

const HTTP: ReadonlySet<number> = new Set([80, 8080])
/** Ports of which tcpdump 4.99 decodes what is inside; found out by asking it about each. */
const DECODED: ReadonlySet<number> = new Set([
  21, 25, 43, 53, 179, 323, 554, 639, 646, 1723, 2049, 6379, 6633, 6653, 8554, 10288,
])
const TELNET = 23

/** print-tcp.c */
export function tcpText(payload: IpPayload, printer: Printer): string {
  const { octets, body, fragment } = payload
  const { quick, verbose, absolute } = printer.options
  const [sport, dport] = [body.u16(0), body.u16(2)]
  const { names } = printer
  const ends = `${names.address(octets.ip(12))}.${names.port(sport, 'tcp')} > ${names.address(octets.ip(16))}.${names.port(dport, 'tcp')}: `
  const header = (body.u8(12) >> 4) * 4
  const length = payload.length - header
  if (quick) return `${ends}tcp ${length}`
  const flags = body.u8(13)
  let seq = body.u32(4)
  let ack = body.u32(8)
  let base = { seq: 0, ack: 0 }
  if (!absolute && (flags & ACK) !== 0) {
    const found = conversation(payload, printer)
    if (found !== null) {
      base = found
      seq = (seq - found.seq) >>> 0
      ack = (ack - found.ack) >>> 0
    }
  }
  const letters = [...FLAGS].filter((_, bit) => (flags & (1 << bit)) !== 0).join('')
  let text = `${ends}Flags [${letters || 'none'}]`
  if (verbose > 0 && !fragment && body.length >= payload.length) text += checksum(payload)
  if (verbose > 1 || length > 0 || (flags & (SYN | FIN | RST)) !== 0) {
    text += `, seq ${seq}${length > 0 ? `:${(seq + length) >>> 0}` : ''}`
  }
  if ((flags & ACK) !== 0) text += `, ack ${ack}`
  text += `, win ${body.u16(14)}`
  if ((flags & URG) !== 0) text += `, urg ${body.u16(18)}`
  if (header > 20) text += `, options [${options(body.from(20, header - 20), base.ack)}]`
  text += `, length ${length}`
  if (length === 0 || (flags & RST) !== 0) return text
  return text + contentText(sport, dport, body.from(header, length), printer)
}

function checksum(payload: IpPayload): string {
  const found = payload.body.u16(16)
  const sum = payload.body.sum(pseudoSum(payload))
  const verdict = sum === 0xffff ? 'correct' : `incorrect -> 0x${corrected(found, sum, 4)}`
  return `, cksum 0x${found.toString(16).padStart(4, '0')} (${verdict})`
}

/**
 * Where the numbers of this direction begin, or null: it is the first packet with an acknowledgement, or one that opens a connection, and is shown
 * as it is.
 */
function conversation({ octets, body }: IpPayload, { conversations }: Printer): { seq: number; ack: number } | null {
  const [sport, dport] = [body.u16(0), body.u16(2)]
  const [source, target] = [octets.u32(12), octets.u32(16)]
  const reverse = sport > dport || (sport === dport && source > target)
  const key = reverse ? `${target} ${source} ${dport} ${sport}` : `${source} ${target} ${sport} ${dport}`
  const known = conversations.get(key)
  const [seq, ack] = [body.u32(4), body.u32(8)]
  if (known === undefined || (body.u8(13) & SYN) !== 0) {
    conversations.set(key, reverse ? { ack: seq, seq: ack - 1 } : { seq, ack: ack - 1 })
    return null
  }
  return reverse ? { seq: known.ack, ack: known.seq } : known
}

function options(octets: Octets, base: number): string {
  const words: string[] = []
  for (let at = 0; at < octets.length; ) {
    const kind = octets.u8(at)
    const size = kind <= 1 ? 1 : octets.u8(at + 1)
    words.push(optionText(kind, octets.from(at + 2, size - 2), base))
    if (kind === 0) break
    at += size
  }
  return words.join(',')
}

function optionText(kind: number, value: Octets, base: number): string {
  switch (kind) {
    case 0:
      return 'eol'
    case 1:
      return 'nop'
    case 2:
      return `mss ${value.u16(0)}`
    case 3:
      return `wscale ${value.u8(0)}`
    case 4:
      return 'sackOK'
    case 5: {
      const blocks = Array.from(
        { length: value.length / 8 },
        (_, i) => `{${(value.u32(8 * i) - base) >>> 0}:${(value.u32(8 * i + 4) - base) >>> 0}}`,
      )
      return `sack ${blocks.length} ${blocks.join('')}`
    }
    case 8:
      return `TS val ${value.u32(0)} ecr ${value.u32(4)}`
    default:
      throw new UnsupportedError(`tcpdump's decoding of TCP option ${kind}`)
  }
}

function contentText(sport: number, dport: number, content: Octets, { options: { verbose, vxlan } }: Printer): string {
  // with -T it looks into nothing else
  if (vxlan) return ''
  if (HTTP.has(sport) || HTTP.has(dport)) return `: ${httpText(content, verbose > 0)}`
  const port = [dport, sport].find((each) => DECODED.has(each) || (each === TELNET && verbose > 0))
  if (port === undefined) return ''
  throw new UnsupportedError(`tcpdump's decoding of TCP port ${port}`, { hint: 'tcpdump -q does not look inside' })
}
