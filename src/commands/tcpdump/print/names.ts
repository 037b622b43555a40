import { serviceName } from '../../../netfilter/text/services.ts'
import { UnsupportedError } from '../../../packet/errors.ts'
import { type Ipv4, parseIpv4 } from '../../../packet/index.ts'

/** What addresses and ports are called (addrtoname.c of tcpdump). */
export interface Names {
  /** @param text `10.0.0.1` */
  address(text: string): string
  port(port: number, protocol: 'tcp' | 'udp'): string
  /** An address before or behind `>`, or that somebody is at. @param text `02:00:00:00:00:01` */
  mac(text: string): string
  /** Of a fragment, of which nothing more can be said. */
  protocol(number: number): string
}

/** `-n` */
export const NUMBERS: Names = {
  address: (text) => text,
  port: String,
  mac: (text) => text,
  protocol: (number) => `ip-proto-${number}`,
}

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 132: 'sctp' }
/** Bit of the first octet: made up on the spot, by no vendor. */
const LOCAL = 2

/** Without `-n`. @param nameOf what the machine's name service says; undefined: nothing */
export function withNames(nameOf: (address: Ipv4) => string | undefined): Names {
  return {
    address: (text) => nameOf(parseIpv4(text)) ?? text,
    port: (port, protocol) => serviceName(port, protocol) ?? String(port),
    mac: (text) => (text === 'ff:ff:ff:ff:ff:ff' ? 'Broadcast' : `${text} (oui ${vendor(text)})`),
    protocol: (number) => PROTOCOLS[number] ?? `ip-proto-${number}`,
  }
}

function vendor(text: string): string {
  if (text.startsWith('00:00:00:')) return 'Ethernet'
  if ((Number.parseInt(text.slice(0, 2), 16) & LOCAL) !== 0) return 'Unknown'
  throw new UnsupportedError(`the vendor of ${text}`, { hint: 'tcpdump -n' })
}
