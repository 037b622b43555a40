import { Protocol } from '../../packet/protocol.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { formatRange } from '../text/numbers.ts'
import { parsePort } from '../text/ports.ts'

/** `-m multiport` (net/netfilter/xt_multiport.c): one of a list of ports and ranges. */
export interface MultiportMatch extends Match {
  readonly kind: 'multiport'
  /** Which port: the source, the destination, either of the two. */
  readonly side: 'sports' | 'dports' | 'ports'
  /** 1 to 15, a range counting as two. */
  readonly ports: readonly { readonly min: number; readonly max: number }[]
  readonly invert: boolean
}

const MAX_PORTS = 15
const DCCP = 33
const UDPLITE = 136
const WITH_PORTS: readonly number[] = [Protocol.TCP, Protocol.UDP, UDPLITE, Protocol.SCTP, DCCP]

function parsePorts(text: string, protocol: number): MultiportMatch['ports'] {
  const ports: { min: number; max: number }[] = []
  let count = 0
  for (const word of text.split(',')) {
    const colon = word.indexOf(':')
    const min = parsePort(colon < 0 ? word : word.slice(0, colon), protocol)
    const max = colon < 0 ? min : parsePort(word.slice(colon + 1), protocol)
    if (colon >= 0 && min >= max) badRule('invalid portrange specified')
    count += colon < 0 ? 1 : 2
    if (count > MAX_PORTS) badRule('too many ports specified')
    ports.push({ min, max })
  }
  return ports
}

export const multiport: MatchDefinition<MultiportMatch> = {
  kind: 'multiport',
  options: [
    { names: ['source-ports', 'sports'], words: 1, invert: true, excludes: ['destination-ports', 'ports'] },
    { names: ['destination-ports', 'dports'], words: 1, invert: true, excludes: ['source-ports', 'ports'] },
    { names: ['ports'], words: 1, invert: true, excludes: ['source-ports', 'destination-ports'] },
  ],

  parse(options) {
    options.failWithout('multiport expection an option')
    const { spec, value, invert, protocol } = options.given[0]!
    if (protocol?.invert === true) badRule('multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP')
    if (protocol === undefined || protocol.invert || !WITH_PORTS.includes(protocol.number)) {
      badRule("multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'")
    }
    const side = spec.names[0] === 'ports' ? 'ports' : spec.names[0] === 'source-ports' ? 'sports' : 'dports'
    return { kind: 'multiport', side, ports: parsePorts(value, protocol.number), invert }
  },

  print(match) {
    return `${match.invert ? ' !' : ''} --${match.side} ${match.ports.map(formatRange).join(',')}`
  },

  compile({ side, ports, invert }) {
    const holds = (port: number): boolean => ports.some((range) => port >= range.min && port <= range.max)
    return (packet) => {
      const l4 = packet.l4
      if (l4 === null || l4.kind === 'icmp') return false
      const found = (side !== 'dports' && holds(l4.sport)) || (side !== 'sports' && holds(l4.dport))
      return found !== invert
    }
  },

  explain(match, packet) {
    const l4 = packet.l4
    if (l4 === null || l4.kind === 'icmp') return 'no ports'
    if (match.side === 'ports') return `sport ${l4.sport}, dport ${l4.dport}`
    return match.side === 'sports' ? `sport ${l4.sport}` : `dport ${l4.dport}`
  },
}
