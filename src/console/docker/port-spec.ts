import { IPV4_ANY, type Ipv4, tryParseIpv4 } from '../../packet/address.ts'
import { UnsupportedError } from '../../packet/errors.ts'

/** A port that is to be published. */
export interface PortRequest {
  readonly protocol: 'tcp' | 'udp'
  /** `0.0.0.0`: every address of the host. */
  readonly hostAddress: Ipv4
  /** One of these; 0: any that is free. */
  readonly hostPort: number
  readonly lastHostPort: number
  readonly port: number
}

interface Range {
  readonly first: number
  readonly last: number
}

/**
 * `[[ADDRESS:]HOSTPORT[-HOSTPORT]:]PORT[-PORT][/PROTOCOL]` (docker/go-connections nat/nat.go `ParsePortSpec`).
 *
 * @param fail gets what docker says is wrong
 */
export function parsePortSpec(spec: string, fail: (why: string) => never): PortRequest[] {
  if (spec.includes('=')) throw new UnsupportedError(`docker run --publish ${spec}: the long form`)
  if (spec.startsWith('[')) throw new UnsupportedError(`docker run --publish ${spec}: IPv6`)
  const [ports = '', protocol = 'tcp'] = spec.split('/')
  const parts = ports.split(':')
  const port = parts.pop() ?? ''
  const host = parts.pop() ?? ''
  const ip = parts.join(':')
  if (ip.includes(':')) throw new UnsupportedError(`docker run --publish ${spec}: IPv6`)
  const hostAddress = ip === '' ? IPV4_ANY : tryParseIpv4(ip)
  if (hostAddress === undefined) return fail(`invalid IP address: ${ip}`)
  if (port === '') return fail(`no port specified: ${spec}<empty>`)
  const inside = rangeOf(port) ?? fail(`invalid containerPort: ${port}`)
  const outside = host === '' ? { first: 0, last: 0 } : (rangeOf(host) ?? fail(`invalid hostPort: ${host}`))
  const [size, hostSize] = [inside, outside].map(({ first, last }) => last - first)
  if (host !== '' && size !== hostSize && size !== 0)
    return fail(`invalid ranges specified for container and host Ports: ${port} and ${host}`)
  const name = transportOf(protocol, fail)
  return Array.from({ length: size! + 1 }, (_, i) => {
    const isOne = host === '' || hostSize === size
    const hostPort = host === '' ? 0 : outside.first + (isOne ? i : 0)
    return {
      protocol: name,
      hostAddress,
      hostPort,
      lastHostPort: isOne ? hostPort : outside.last,
      port: inside.first + i,
    }
  })
}

/** `--expose PORT[-PORT][/PROTOCOL]`: by itself it publishes nothing. */
export function parseExposed(spec: string, fail: (why: string) => never): PortRequest[] {
  if (spec.includes(':')) return fail(`invalid port format for --expose: ${spec}`)
  const [ports = '', protocol = 'tcp'] = spec.split('/')
  const range =
    rangeOf(ports) ??
    fail(
      `invalid range format for --expose: ${spec}, error: strconv.ParseUint: parsing ${JSON.stringify(ports)}: invalid syntax`,
    )
  const name = transportOf(protocol, fail)
  return Array.from({ length: range.last - range.first + 1 }, (_, i) => ({
    protocol: name,
    hostAddress: IPV4_ANY,
    hostPort: 0,
    lastHostPort: 0,
    port: range.first + i,
  }))
}

function transportOf(protocol: string, fail: (why: string) => never): 'tcp' | 'udp' {
  const name = protocol.toLowerCase()
  if (name === 'sctp') throw new UnsupportedError('docker run --publish of SCTP')
  return name === 'tcp' || name === 'udp' ? name : fail(`invalid proto: ${protocol}`)
}

function rangeOf(text: string): Range | undefined {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? []
  if (first === undefined || last === undefined) return undefined
  const range = { first: Number(first), last: Number(last) }
  return range.last <= 65535 && range.first <= range.last ? range : undefined
}
