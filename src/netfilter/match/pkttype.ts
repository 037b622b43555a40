import { isMulticast } from '../../packet/address.ts'
import { PacketType } from '../../packet/packet.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'

/** `-m pkttype` (net/netfilter/xt_pkttype.c): how the frame was addressed. */
export interface PkttypeMatch extends Match {
  readonly kind: 'pkttype'
  readonly type: 'unicast' | 'broadcast' | 'multicast' | 'otherhost'
  readonly invert: boolean
}

const TYPES = ['unicast', 'broadcast', 'multicast', 'otherhost'] as const
const ALIASES: { readonly [name: string]: PkttypeMatch['type'] } = {
  bcast: 'broadcast',
  mcast: 'multicast',
  host: 'unicast',
}
const NUMBERS = [PacketType.HOST, PacketType.BROADCAST, PacketType.MULTICAST, PacketType.OTHERHOST]

export const pkttype: MatchDefinition<PkttypeMatch> = {
  kind: 'pkttype',
  options: [{ names: ['pkt-type'], words: 1, invert: true, required: true }],

  parse(options) {
    const text = options.text('pkt-type')!
    const type = TYPES.find((known) => known === text.toLowerCase()) ?? ALIASES[text.toLowerCase()]
    if (type === undefined) badRule(`Bad packet type '${text}'`)
    return { kind: 'pkttype', type, invert: options.inverted('pkt-type') }
  },

  print(match) {
    return `${match.invert ? ' !' : ''} --pkt-type ${match.type}`
  },

  compile({ type, invert }) {
    const wanted = NUMBERS[TYPES.indexOf(type)]
    return (packet) => {
      let is: number = packet.packetType
      // what comes back over loopback is judged by its destination
      if (is === PacketType.LOOPBACK) is = isMulticast(packet.ip!.dst) ? PacketType.MULTICAST : PacketType.BROADCAST
      return (is === wanted) !== invert
    }
  },

  explain(_match, packet) {
    return `packet type ${TYPES[packet.packetType] ?? packet.packetType}`
  },
}
