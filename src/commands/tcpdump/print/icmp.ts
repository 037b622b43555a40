import { UnsupportedError } from '../../../packet/errors.ts'
import type { Octets } from '../octets.ts'
import { corrected, type IpPayload } from './checksum.ts'
import type { Names } from './names.ts'
import type { Printer } from './options.ts'

/** Destination unreachable, by code; DST is where the quoted packet was going. */
const UNREACHABLE: readonly string[] = [
  'net DST unreachable',
  'host DST unreachable',
  '',
  '',
  '',
  'DST unreachable - source route failed',
  'net DST unreachable - unknown',
  'host DST unreachable - unknown',
  'DST unreachable - source host isolated',
  'net DST unreachable - admin prohibited',
  'host DST unreachable - admin prohibited',
  'net DST unreachable - tos prohibited',
  'host DST unreachable - tos prohibited',
  'host DST unreachable - admin prohibited filter',
  'host DST unreachable - host precedence violation',
  'host DST unreachable - precedence cutoff',
]
const REDIRECT = ['redirect DST to net', 'redirect DST to host', 'redirect-tos DST to net', 'redirect-tos DST to host']
const TRANSPORTS: Readonly<Record<number, 'tcp' | 'udp' | undefined>> = { 6: 'tcp', 17: 'udp' }
const HEADER = 8

/** print-icmp.c */
export function icmpText({ body, length, fragment }: IpPayload, printer: Printer): string {
  const [type, code] = [body.u8(0), body.u8(1)]
  const { verbose } = printer.options
  const isError = type === 3 || type === 5 || type === 11
  let text = `ICMP ${message(type, code, body, printer.names)}, length ${length}`
  if (verbose > 0 && !fragment && body.length >= length) {
    const sum = body.sum()
    if (sum !== 0xffff) text += ` (wrong icmp cksum ${body.u16(2).toString(16)} (->${corrected(body.u16(2), sum)})!)`
  }
  if (verbose > 0 && isError) text += `\n\t${printer.options.linkHeader ? '' : 'IP '}${printer.quoted(quoted(body))}`
  return text
}

/** The packet that it is about. */
function quoted(body: Octets): Octets {
  return body.from(HEADER)
}

function message(type: number, code: number, body: Octets, names: Names): string {
  switch (type) {
    case 0:
    case 8:
      return `echo ${type === 0 ? 'reply' : 'request'}, id ${body.u16(4)}, seq ${body.u16(6)}`
    case 3:
      return unreachable(code, body, names)
    case 5:
      return `${(REDIRECT[code] ?? `redirect-#${code} DST to net`).replace('DST', names.address(quoted(body).ip(16)))} ${names.address(body.ip(4))}`
    case 11:
      return ['time exceeded in-transit', 'ip reassembly time exceeded'][code] ?? `time exceeded-#${code}`
    default:
      throw new UnsupportedError(`tcpdump's decoding of ICMP type ${type}`)
  }
}

function unreachable(code: number, body: Octets, names: Names): string {
  const inner = quoted(body)
  const target = names.address(inner.ip(16))
  if (code === 2) return `${target} protocol ${inner.u8(9)} unreachable`
  if (code === 3) {
    const transport = TRANSPORTS[inner.u8(9)]
    const port = inner.u16((inner.u8(0) & 15) * 4 + 2)
    return transport === undefined
      ? `${target} protocol ${inner.u8(9)} port ${port} unreachable`
      : `${target} ${transport} port ${names.port(port, transport)} unreachable`
  }
  if (code === 4) return `${target} unreachable - need to frag${body.u16(6) === 0 ? '' : ` (mtu ${body.u16(6)})`}`
  return (UNREACHABLE[code] ?? `DST unreachable - #${code}`).replace('DST', target)
}
