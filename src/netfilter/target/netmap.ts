import { formatIpv4, type Ipv4, ipv4, maskOf } from '../../packet/address.ts'
import type { TargetDefinition } from '../definition.ts'
import { Hook } from '../hook.ts'
import { natRange } from '../nat/range.ts'
import type { Target } from '../rule.ts'
import { parseHostMask } from '../text/addresses.ts'

/** `-j NETMAP` (net/netfilter/xt_NETMAP.c): another network, with the host's part of the address kept. */
export interface NetmapTarget extends Target {
  readonly kind: 'NETMAP'
  readonly network: Ipv4
  /** 0 to 32. */
  readonly length: number
}

export const NETMAP: TargetDefinition<NetmapTarget> = {
  kind: 'NETMAP',
  tables: ['nat'],
  hooks: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  needsConntrack: () => true,
  options: [{ names: ['to'], words: 1, required: true }],

  parse(options) {
    const { address, length } = parseHostMask('NETMAP', 'to', options.text('to')!)
    return { kind: 'NETMAP', network: ipv4(address & maskOf(length)), length }
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
