import { formatIpv4, type Ipv4, ipv4, lengthOfMask, maskOf, tryParseIpv4 } from '../../packet/address.ts'
import type { TargetDefinition } from '../definition.ts'
import { Hook } from '../hook.ts'
import { natRange } from '../nat/range.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { parseUnsigned } from '../text/numbers.ts'

/** `-j NETMAP` (net/netfilter/xt_NETMAP.c): another network, with the host's part of the address kept. */
export interface NetmapTarget extends Target {
  readonly kind: 'NETMAP'
  readonly network: Ipv4
  /** 0 to 32. */
  readonly length: number
}

/** A length that iptables cannot read, and a mask with holes, mean /32 to it. */
function parse(text: string): Pick<NetmapTarget, 'network' | 'length'> {
  const slash = text.indexOf('/')
  const address = tryParseIpv4(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) badRule('getaddrinfo: Temporary failure in name resolution')
  const suffix = slash < 0 ? '32' : text.slice(slash + 1)
  const dotted = tryParseIpv4(suffix)
  const read = dotted === undefined ? (parseUnsigned(suffix, 32) ?? 32) : lengthOfMask(dotted)
  const length = read < 0 ? 32 : read
  return { network: ipv4(address & maskOf(length)), length }
}

export const NETMAP: TargetDefinition<NetmapTarget> = {
  kind: 'NETMAP',
  tables: ['nat'],
  hooks: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  needsConntrack: () => true,
  options: [{ names: ['to'], words: 1, required: true }],

  parse(options) {
    return { kind: 'NETMAP', ...parse(options.text('to')!) }
  },

  print(target) {
    return ` --to ${formatIpv4(target.network)}/${target.length}`
  },

  compile({ network, length }) {
    const host = ~maskOf(length)
    return (packet, state, context) => {
      const side = state.hook === Hook.PREROUTING || state.hook === Hook.OUTPUT ? 'dst' : 'src'
      const address = ipv4((packet.ip![side] & host) | network)
      return context.nat.setup(packet, natRange({ address }), side, 'netmap')
    }
  },
}
