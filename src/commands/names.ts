import { type Ipv4, tryParseIpv4 } from '../packet/index.ts'

/**
 * An address as inet_aton(3) reads it (`10.1` is 10.0.0.1), or undefined.
 */
export function inetAton(text: string): Ipv4 | undefined {
  const plain = tryParseIpv4(text)
  if (plain !== undefined) return plain
  const parts = text.split('.')
  if (parts.length > 4 || !parts.every((part) => /^(0[xX][0-9a-fA-F]+|\d+)$/.test(part))) return undefined
  const numbers = parts.map((part) => (/^0\d/.test(part) ? Number.parseInt(part, 8) : Number(part)))
  const last = numbers.pop()!
  const room = 4 - numbers.length
  if (numbers.some((number) => number > 255) || last >= 256 ** room) return undefined
  let value = last
  numbers.forEach((number, i) => {
    value += number * 256 ** (3 - i)
  })
  return (value | 0) as Ipv4
}

/** The address of a host's name: there is only /etc/hosts with one line. */
export function addressOfName(text: string): Ipv4 | undefined {
  return text === 'localhost' ? (0x7f000001 as Ipv4) : inetAton(text)
}
