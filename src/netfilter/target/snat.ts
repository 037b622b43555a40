import type { TargetDefinition } from '../definition.ts'
import type { Target } from '../rule.ts'
import { rangeOf } from './dnat.ts'
import { formatNatAddress, type NatAddress, parseNatAddress, withoutBase } from './nat-ports.ts'

/** `-j SNAT` (net/netfilter/xt_nat.c): another source. */
export interface SnatTarget extends Target, NatAddress {
  readonly kind: 'SNAT'
  readonly random: boolean
  /** `--random-fully`: the port is drawn, not counted up. */
  readonly randomFully: boolean
  readonly persistent: boolean
}

export const SNAT: TargetDefinition<SnatTarget> = {
  kind: 'SNAT',
  tables: ['nat'],
  hooks: ['INPUT', 'POSTROUTING'],
  needsConntrack: () => true,
  options: [
    { names: ['to-source'], words: 1, required: true },
    { names: ['random'], words: 0 },
    { names: ['random-fully'], words: 0 },
    { names: ['persistent'], words: 0 },
  ],

  parse(options) {
    const { ports, ...to } = parseNatAddress(options.find('to-source')!)
    return {
      kind: 'SNAT',
      ...to,
      ...(ports && { ports: withoutBase(ports) }),
      random: options.has('random'),
      randomFully: options.has('random-fully'),
      persistent: options.has('persistent'),
    }
  },

  print(target) {
    return (
      ` --to-source ${formatNatAddress(target)}` +
      (target.random ? ' --random' : '') +
      (target.randomFully ? ' --random-fully' : '') +
      (target.persistent ? ' --persistent' : '')
    )
  },

  compile(target) {
    const { random, randomFully, persistent } = target
    const range = rangeOf(target, { random, randomFully, persistent })
    return (packet, _state, context) => context.nat.setup(packet, range, 'src', 'snat')
  },
}
