import { formatMac, type Mac, parseMac } from '../../packet/mac.ts'
import { PacketType } from '../../packet/packet.ts'
import { LOOPBACK_IFINDEX } from '../../route/types.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'

/** `-m mac` (net/netfilter/xt_mac.c): the Ethernet address of who sent the frame. */
export interface MacMatch extends Match {
  readonly kind: 'mac'
  readonly source: Mac
  readonly invert: boolean
}

function readMac(text: string): Mac {
  try {
    return parseMac(text)
  } catch {
    return badRule('Invalid MAC address specified.')
  }
}

export const mac: MatchDefinition<MacMatch> = {
  kind: 'mac',
  hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
  options: [{ names: ['mac-source'], words: 1, invert: true, required: true }],

  parse(options) {
    return { kind: 'mac', source: readMac(options.text('mac-source')!), invert: options.inverted('mac-source') }
  },

  print(match) {
    return `${match.invert ? ' !' : ''} --mac-source ${formatMac(match.source)}`
  },

  compile({ source, invert }) {
    // what never was in an Ethernet frame has no sender there, and is not even somebody else: what came by lo, and the copy of a broadcast
    // that its own host gets back
    return (packet, state) =>
      state.in?.ifindex !== LOOPBACK_IFINDEX &&
      packet.packetType !== PacketType.LOOPBACK &&
      (packet.smac === source) !== invert
  },

  explain(_match, packet) {
    return `MAC source ${formatMac(packet.smac)}`
  },
}
