import { Protocol } from '../../packet/protocol.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import type { NumberRange } from '../text/numbers.ts'
import { nativePortRange, nativePortTest, printPortRange, resolvePortRange } from '../text/ports.ts'
import { checkProtocol, requireProtocol, vanishes } from './tcp.ts'

/** `-m udp` (net/netfilter/xt_tcpudp.c) */
export interface UdpMatch extends Match {
  readonly kind: 'udp'
  readonly sport?: NumberRange
  readonly dport?: NumberRange
}

export const udp: MatchDefinition<UdpMatch> = {
  kind: 'udp',
  options: [
    { names: ['source-port', 'sport'], words: 1, invert: true },
    { names: ['destination-port', 'dport'], words: 1, invert: true },
  ],

  parse(options, rule) {
    requireProtocol(rule, Protocol.UDP, 'udp')
    const source = options.find('source-port')
    const destination = options.find('destination-port')
    const given = {
      sport: source && resolvePortRange('udp', 'source-port', source.value, source.invert),
      dport: destination && resolvePortRange('udp', 'destination-port', destination.value, destination.invert),
    }
    const sport = nativePortRange(given.sport)
    const dport = nativePortRange(given.dport)
    if (vanishes(given.sport, given.dport, sport ?? dport)) return null
    return { kind: 'udp', ...(sport && { sport }), ...(dport && { dport }) }
  },

  print(match) {
    return printPortRange('sport', match.sport) + printPortRange('dport', match.dport)
  },

  check({ sport, dport }, rule) {
    return checkProtocol(rule, 'udp', (sport ?? dport) !== undefined)
  },

  compile({ sport, dport }) {
    const test = nativePortTest(sport, dport)
    return ({ l4 }) => l4 !== null && l4.kind === 'udp' && test(l4.sport, l4.dport)
  },

  explain(match, packet) {
    const l4 = packet.l4
    if (l4 === null || l4.kind !== 'udp') return 'no UDP header'
    const parts: string[] = []
    if (match.sport !== undefined) parts.push(`sport ${l4.sport}`)
    if (match.dport !== undefined) parts.push(`dport ${l4.dport}`)
    return parts.join(', ')
  },
}
