import { type Ipv4, tryParseIpv4, UnsupportedError } from '../packet/index.ts'
import type { Machine } from './machine.ts'

const LOOPBACK = 0x7f000001 as Ipv4

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
  for (const [first = '', ...names] of hostLines(machine)) {
    if (!names.includes(name)) continue
    const found = tryParseIpv4(first)
    if (found !== undefined) return found
  }
  return name === 'localhost' ? LOOPBACK : machine.resolver?.(name)
}

/** A host that somebody named, for a program that prints what hosts are called. */
export interface NamedHost {
  readonly address: Ipv4
  /** What getaddrinfo(3) calls it: of a line in /etc/hosts the first name. */
  readonly name: string
  readonly isAddress: boolean
}

/**
 * As `hostAddress`, for a program that would print what the address is called: `localhost`, or the names of a machine that knows them both ways
 * (`Machine.nameOf`).
 *
 * @throws UnsupportedError for other names that have an address
 */
export function addressBothWays(name: string, program: string, machine: Machine): NamedHost | undefined {
  const plain = inetAton(name)
  if (plain !== undefined) return { address: plain, name, isAddress: true }
  const address = hostAddress(name, machine)
  if (address === undefined) return undefined
  const line = hostLines(machine).find(([, ...names]) => names.includes(name))
  if (machine.nameOf === null && line === undefined && name !== 'localhost') {
    throw new UnsupportedError(`${program} ${name}, a name`, {
      hint: 'curl, wget and nc know names; others want the address',
    })
  }
  return { address, name: line?.[1] ?? machine.wholeNameOf?.(name) ?? name, isAddress: false }
}

/** Why a name has no address, as gai_strerror(3) says it. */
export function unknownName({ hasNameService }: Pick<Machine, 'hasNameService'>): string {
  return hasNameService ? 'Name or service not known' : 'Temporary failure in name resolution'
}

/** What an address is called (getnameinfo(3)): by /etc/hosts, or by the machine's name service. */
export function nameOfAddress(address: Ipv4, machine: Pick<Machine, 'files' | 'nameOf'>): string | undefined {
  const line = hostLines(machine).find(([first = '']) => tryParseIpv4(first) === address)
  return line?.[1] ?? (address === LOOPBACK ? 'localhost' : machine.nameOf?.(address))
}

/** The lines of /etc/hosts: an address and its names. */
function hostLines({ files }: Pick<Machine, 'files'>): string[][] {
  return (files.read('/etc/hosts') ?? '').split('\n').map((line) => line.replace(/#.*$/, '').trim().split(/\s+/))
}

/** The address of a host's name: there is only /etc/hosts with one line. */
export function addressOfName(text: string): Ipv4 | undefined {
  return text === 'localhost' ? LOOPBACK : inetAton(text)
}
