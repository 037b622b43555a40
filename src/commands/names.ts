import { type Ipv4, tryParseIpv4, UnsupportedError } from '../packet/index.ts'
import type { Machine } from './machine.ts'

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

/**
 * The address of a host's name on a machine: an address itself, a line of /etc/hosts, or what the machine's resolver knows (`Machine.resolver`).
 */
export function hostAddress(name: string, machine: Pick<Machine, 'files' | 'resolver'>): Ipv4 | undefined {
  const address = inetAton(name)
  if (address !== undefined) return address
  for (const line of (machine.files.read('/etc/hosts') ?? '').split('\n')) {
    const [first = '', ...names] = line.replace(/#.*$/, '').trim().split(/\s+/)
    if (!names.includes(name)) continue
    const found = tryParseIpv4(first)
    if (found !== undefined) return found
  }
  return name === 'localhost' ? (0x7f000001 as Ipv4) : machine.resolver?.(name)
}

/**
 * As `hostAddress`, for a program that would print what the address is called: only `localhost` is known both ways.
 *
 * @throws UnsupportedError for other names that have an address
 */
export function addressBothWays(name: string, program: string, machine: Machine): Ipv4 | undefined {
  const plain = addressOfName(name)
  if (plain === undefined && hostAddress(name, machine) !== undefined) {
    throw new UnsupportedError(`${program} ${name}, a name`, {
      hint: 'curl, wget and nc know names; others want the address',
    })
  }
  return plain
}

/** The address of a host's name: there is only /etc/hosts with one line. */
export function addressOfName(text: string): Ipv4 | undefined {
  return text === 'localhost' ? (0x7f000001 as Ipv4) : inetAton(text)
}
