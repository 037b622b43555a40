import { compareIpv4, formatIpv4, type Ipv4 } from '../../packet/address.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { type AddressRange, parseOctets } from '../text/addresses.ts'
import { badRule } from '../text/errors.ts'
import type { GivenOption } from '../text/options.ts'

/** A range of addresses, perhaps denied. A reversed one contains nothing. */
export interface AddressRangeTest extends AddressRange {
  readonly invert: boolean
}

/** `-m iprange` (net/netfilter/xt_iprange.c) */
export interface IprangeMatch extends Match {
  readonly kind: 'iprange'
  readonly src?: AddressRangeTest
  readonly dst?: AddressRangeTest
}

function parse({ spec, value, invert }: GivenOption): AddressRangeTest {
  const dash = value.indexOf('-')
  const read = (text: string): Ipv4 =>
    parseOctets(text) ?? badRule(`iprange: Bad value for "--${spec.names[0]}" option: "${text}"`)
  const min = read(dash < 0 ? value : value.slice(0, dash))
  return { min, max: dash < 0 ? min : read(value.slice(dash + 1)), invert }
}

function print(option: string, test: AddressRangeTest | undefined): string {
  if (test === undefined) return ''
  return `${test.invert ? ' !' : ''} --${option} ${formatIpv4(test.min)}-${formatIpv4(test.max)}`
}

function fails(test: AddressRangeTest | undefined, address: Ipv4): boolean {
  if (test === undefined) return false
  return (compareIpv4(address, test.min) >= 0 && compareIpv4(address, test.max) <= 0) === test.invert
}

export const iprange: MatchDefinition<IprangeMatch> = {
  kind: 'iprange',
  options: [
    { names: ['src-range'], words: 1, invert: true },
    { names: ['dst-range'], words: 1, invert: true },
  ],

  parse(options) {
    options.failWithout("iprange match: You must specify `--src-range' or `--dst-range'")
    const source = options.find('src-range')
    const destination = options.find('dst-range')
    return { kind: 'iprange', ...(source && { src: parse(source) }), ...(destination && { dst: parse(destination) }) }
  },

  print(match) {
    return print('src-range', match.src) + print('dst-range', match.dst)
  },

  compile({ src, dst }) {
    return (packet) => !fails(src, packet.ip!.src) && !fails(dst, packet.ip!.dst)
  },

  explain(match, packet) {
    const parts: string[] = []
    if (match.src !== undefined) parts.push(`source ${formatIpv4(packet.ip!.src)}`)
    if (match.dst !== undefined) parts.push(`destination ${formatIpv4(packet.ip!.dst)}`)
    return parts.join(', ')
  },
}
