import { IpsetError, type SetKey, type SetOptions } from '../../netfilter/ipset/index.ts'
import { broadcastOf, compareIpv4, ipv4, maskOf, networkOf, Protocol } from '../../packet/index.ts'
import type { WrittenElement } from './element.ts'

const UDP_LITE = 136
const WITH_PORTS: readonly number[] = [Protocol.TCP, Protocol.UDP, Protocol.SCTP, UDP_LITE]
const ALL = 2 ** 32

/** The first and the last address of a range as unsigned numbers. */
type Span = readonly [from: number, to: number]

/**
 * The single elements that a written one stands for, in the order in which the kernel adds them (`hash_*_uadt`): hosts of a net or a
 * range, nets that cover a range, ports.
 *
 * @throws IpsetError
 */
export function* expand(options: SetOptions, written: WrittenElement): Generator<SetKey, void, undefined> {
  const { key } = written
  switch (options.type) {
    case 'hash:ip':
      yield* hosts(written, options)
      break
    case 'hash:net':
    case 'hash:net,iface':
      if (written.ipTo === undefined) yield { ...key, cidr: written.length ?? 32 }
      else for (const net of nets(key.ip, written.ipTo)) yield { ...key, ...net }
      break
    case 'bitmap:port': {
      const [from, to] = ports(written)
      // the first port is looked at before anything is added, and so is the last
      for (const port of [key.port, from, to]) {
        if (port < options.from || port > options.to) throw new IpsetError('BITMAP_RANGE')
      }
      for (let port = from; port <= to; port++) yield { ...key, port }
      break
    }
    case 'list:set':
      yield key
      break
    default:
      for (const host of hosts(written, options)) yield* withPorts(host, options, written)
  }
}

/** The element that `test` asks for: ranges do not count. @throws IpsetError */
export function single({ type }: SetOptions, { key, length, length2 }: WrittenElement): SetKey {
  if (type === 'hash:ip,port,net') return { ...key, cidr: length2 ?? 32 }
  return { ...key, cidr: type === 'hash:net' || type === 'hash:net,iface' ? (length ?? 32) : 32 }
}

/** Every address of a net or a range, one for each net of the set's netmask. */
function* hosts({ key, length, ipTo }: WrittenElement, options: SetOptions): Generator<SetKey, void, undefined> {
  if (length === 0) throw new IpsetError('INVALID_CIDR')
  const [from, to]: Span =
    ipTo !== undefined
      ? span(key.ip, ipTo)
      : length === undefined
        ? span(key.ip, key.ip)
        : span(networkOf(ipv4(key.ip), length), broadcastOf(ipv4(key.ip), length))
  const step = options.netmask === null ? 1 : 2 ** (32 - options.netmask)
  const first = options.netmask === null ? from : (from & maskOf(options.netmask)) >>> 0
  for (let address = first; address <= to; address += step) yield { ...key, ip: address | 0 }
}

function* withPorts(key: SetKey, { type }: SetOptions, written: WrittenElement): Generator<SetKey, void, undefined> {
  const [from, to] = WITH_PORTS.includes(key.protocol) ? ports(written) : [key.port, key.port]
  for (let port = from; port <= to; port++) {
    if (type !== 'hash:ip,port,net') yield { ...key, port }
    else if (written.ip2To === undefined) yield { ...key, port, cidr: written.length2 ?? 32 }
    else for (const { ip, cidr } of nets(key.ip2, written.ip2To)) yield { ...key, port, ip2: ip, cidr }
  }
}

function ports({ key, portTo = key.port }: WrittenElement): Span {
  return key.port <= portTo ? [key.port, portTo] : [portTo, key.port]
}

function span(a: number, b: number): Span {
  const [from, to] = compareIpv4(ipv4(a), ipv4(b)) <= 0 ? [a, b] : [b, a]
  return [from >>> 0, to >>> 0]
}

/** The fewest nets that cover a range (`ip_set_range_to_cidr`). */
function* nets(a: number, b: number): Generator<{ ip: number; cidr: number }, void, undefined> {
  const [from, to] = span(a, b)
  if (from === 0 && to === ALL - 1) throw new IpsetError('HASH_RANGE')
  for (let address = from; address <= to; ) {
    let cidr = 32
    for (let length = 1; length < 32; length++) {
      const size = 2 ** (32 - length)
      if (address % size !== 0 || address + size - 1 > to) continue
      cidr = length
      break
    }
    yield { ip: address | 0, cidr }
    address += 2 ** (32 - cidr)
  }
}
