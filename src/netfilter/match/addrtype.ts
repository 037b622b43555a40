import type { Ipv4 } from '../../packet/address.ts'
import type { AddressType } from '../../route/types.ts'
import type { MatchDefinition } from '../definition.ts'
import type { NetfilterHost } from '../host.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import type { GivenOption } from '../text/options.ts'

/** A list of address types. */
export interface AddressTypeTest {
  readonly types: readonly AddressType[]
  readonly invert: boolean
}

/** `-m addrtype` (net/netfilter/xt_addrtype.c): what routing takes an address for. */
export interface AddrtypeMatch extends Match {
  readonly kind: 'addrtype'
  readonly src?: AddressTypeTest
  readonly dst?: AddressTypeTest
  /** Only the addresses of the device by which the packet came in (`in`) or leaves (`out`) count. */
  readonly limit?: 'in' | 'out'
}

/** In the order of their numbers (`RTN_*`), in which iptables prints them. */
const TYPES: readonly AddressType[] = [
  'unspec',
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
  'xresolve',
]

function parseTypes({ value, invert }: GivenOption): AddressTypeTest {
  const given = value.split(',').map((word) => {
    const type = TYPES.find((known) => known === word.toLowerCase())
    if (type === undefined) badRule(`addrtype: bad type "${word}"`)
    return type
  })
  return { types: TYPES.filter((type) => given.includes(type)), invert }
}

function printTypes(option: string, test: AddressTypeTest | undefined): string {
  if (test === undefined) return ''
  return `${test.invert ? ' !' : ''} --${option} ${test.types.map((type) => type.toUpperCase()).join(',')}`
}

function typeMatches(test: AddressTypeTest, host: NetfilterHost, address: Ipv4, ifindex: number | undefined): boolean {
  const type = ifindex === undefined ? host.addressType(address) : host.addressType(address, ifindex)
  return test.types.includes(type) !== test.invert
}

export const addrtype: MatchDefinition<AddrtypeMatch> = {
  kind: 'addrtype',
  options: [
    { names: ['src-type'], words: 1, invert: true },
    { names: ['dst-type'], words: 1, invert: true },
    { names: ['limit-iface-in'], words: 0, excludes: ['limit-iface-out'] },
    { names: ['limit-iface-out'], words: 0, excludes: ['limit-iface-in'] },
  ],

  parse(options) {
    const source = options.find('src-type')
    const destination = options.find('dst-type')
    if (source === undefined && destination === undefined)
      badRule('addrtype: you must specify --src-type or --dst-type')
    const limit = options.has('limit-iface-in') ? 'in' : options.has('limit-iface-out') ? 'out' : undefined
    return {
      kind: 'addrtype',
      ...(source && { src: parseTypes(source) }),
      ...(destination && { dst: parseTypes(destination) }),
      ...(limit && { limit }),
    }
  },

  print(match) {
    const limit = match.limit === undefined ? '' : ` --limit-iface-${match.limit}`
    return printTypes('src-type', match.src) + printTypes('dst-type', match.dst) + limit
  },

  check(match, _rule, chain) {
    // there is no device out of which a packet goes before routing, and none by which a local one came
    if (match.limit === 'out') return chain !== 'PREROUTING' && chain !== 'INPUT'
    return match.limit !== 'in' || (chain !== 'POSTROUTING' && chain !== 'OUTPUT')
  },

  compile({ src, dst, limit }) {
    return (packet, state, context) => {
      const ip = packet.ip!
      const device = limit === undefined ? null : limit === 'in' ? state.in : state.out
      const ifindex = device === null ? undefined : device.ifindex
      if (src !== undefined && !typeMatches(src, context.host, ip.src, ifindex)) return false
      return dst === undefined || typeMatches(dst, context.host, ip.dst, ifindex)
    }
  },

  explain(match, packet, state, context) {
    const device = match.limit === undefined ? null : match.limit === 'in' ? state.in : state.out
    const parts: string[] = []
    const typeOf = (address: Ipv4) =>
      (device === null
        ? context.host.addressType(address)
        : context.host.addressType(address, device.ifindex)
      ).toUpperCase()
    if (match.src !== undefined) parts.push(`source is ${typeOf(packet.ip!.src)}`)
    if (match.dst !== undefined) parts.push(`destination is ${typeOf(packet.ip!.dst)}`)
    return parts.join(', ')
  },
}
