import { type Ipv4, tryParseIpv4 } from '../../packet/address.ts'
import { Protocol } from '../../packet/protocol.ts'
import { type AddressRange, formatAddressRange } from '../text/addresses.ts'
import { badRule } from '../text/errors.ts'
import { parseUnsigned } from '../text/numbers.ts'
import type { GivenOption } from '../text/options.ts'
import { servicePort } from '../text/services.ts'

/** Ports that a translation may choose from, both ends included. */
export interface PortRange {
  readonly min: number
  readonly max: number
  /** `80-90/8080`: the first port of the range stands for this one before translation, and so on. */
  readonly base?: number
}

const DCCP = 33
const WITH_PORTS: readonly number[] = [Protocol.TCP, Protocol.UDP, Protocol.SCTP, DCCP, Protocol.ICMP]

function parsePort(text: string): number {
  const port = parseUnsigned(text, 65535) ?? servicePort(text, 'tcp')
  if (port === undefined) badRule(`Port \`${text}' not valid`)
  return port
}

/** `80`, `80-90`, `80-90/8080` (extensions/libxt_NAT.c, `parse_ports`). */
export function parseNatPorts(text: string, { protocol }: GivenOption): PortRange {
  if (protocol === undefined || !WITH_PORTS.includes(protocol.number)) {
    badRule('Need TCP, UDP, SCTP or DCCP with port specification')
  }
  if (text.includes(':')) badRule('Invalid port:port syntax - use dash')
  const slash = text.indexOf('/')
  const range = slash < 0 ? text : text.slice(0, slash)
  const dash = range.indexOf('-')
  const min = parsePort(dash < 0 ? range : range.slice(0, dash))
  const max = dash < 0 ? min : parsePort(range.slice(dash + 1))
  if (min > max) badRule(`Port range \`${range.slice(dash + 1)}' funky`)
  if (slash < 0) return { min, max }
  if (dash < 0) badRule(`Garbage after port value: \`${text.slice(slash)}'`)
  return { min, max, base: parsePort(text.slice(slash + 1)) }
}

export function formatNatPorts(ports: PortRange): string {
  const range = ports.min === ports.max ? `${ports.min}` : `${ports.min}-${ports.max}`
  return ports.base === undefined ? range : `${range}/${ports.base}`
}

/** `--to-destination` and `--to-source`. */
export interface NatAddress {
  readonly addresses?: AddressRange
  readonly ports?: PortRange
}

function parseAddress(text: string): Ipv4 {
  return tryParseIpv4(text) ?? badRule(`Bad IP address "${text}"`)
}

/** `1.2.3.4`, `1.2.3.4-1.2.3.9:80-90`, `:80` (extensions/libxt_NAT.c, `parse_to`). */
export function parseNatAddress(option: GivenOption): NatAddress {
  const text = option.value
  const colon = text.indexOf(':')
  if (colon !== text.lastIndexOf(':')) badRule(`Bad IP address "${text}"`)
  const host = colon < 0 ? text : text.slice(0, colon)
  const ports = colon < 0 ? undefined : parseNatPorts(text.slice(colon + 1), option)
  if (host === '' && ports !== undefined) return { ports }
  const dash = host.indexOf('-')
  const min = parseAddress(dash < 0 ? host : host.slice(0, dash))
  const max = dash < 0 ? min : parseAddress(host.slice(dash + 1))
  return { addresses: { min, max }, ...(ports && { ports }) }
}

/** Only DNAT knows ports by their place in a range: what is written behind `/` for the others, iptables forgets. */
export function withoutBase(ports: PortRange): PortRange {
  return ports.base === undefined ? ports : { ...ports, base: 0 }
}

export function formatNatAddress({ addresses, ports }: NatAddress): string {
  const host = addresses === undefined ? '' : formatAddressRange(addresses)
  return ports === undefined ? host : `${host}:${formatNatPorts(ports)}`
}
