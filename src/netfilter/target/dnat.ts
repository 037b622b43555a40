import type { TargetDefinition } from '../definition.ts'
import { natRange } from '../nat/range.ts'
import type { Target } from '../rule.ts'
import { formatNatAddress, type NatAddress, parseNatAddress } from './nat-ports.ts'

/** `-j DNAT` (net/netfilter/xt_nat.c): another destination. */
export interface DnatTarget extends Target, NatAddress {
  readonly kind: 'DNAT'
  /** `--random`: any port of the range, not the first free one. */
  readonly random: boolean
  /** `--persistent`: a client gets the same address of the range each time. */
  readonly persistent: boolean
}

/** The range that such a target hands to `Nat`. */
export function rangeOf(
  { addresses, ports }: NatAddress,
  flags: { random?: boolean; randomFully?: boolean; persistent?: boolean },
) {
  return natRange({
    ...(addresses && { address: [addresses.min, addresses.max] }),
    ...(ports && { port: [ports.min, ports.max] }),
    ...(ports?.base !== undefined && { basePort: ports.base }),
    ...flags,
  })
}

export const DNAT: TargetDefinition<DnatTarget> = {
  kind: 'DNAT',
  tables: ['nat'],
  hooks: ['PREROUTING', 'OUTPUT'],
  needsConntrack: () => true,
  options: [
    { names: ['to-destination'], words: 1, required: true },
    { names: ['random'], words: 0 },
    { names: ['persistent'], words: 0 },
  ],

  parse(options) {
    return {
      kind: 'DNAT',
      ...parseNatAddress(options.find('to-destination')!),
      random: options.has('random'),
      persistent: options.has('persistent'),
    }
  },

  print(target) {
    return (
      ` --to-destination ${formatNatAddress(target)}` +
      (target.random ? ' --random' : '') +
      (target.persistent ? ' --persistent' : '')
    )
  },

  compile(target) {
    const range = rangeOf(target, { random: target.random, persistent: target.persistent })
    return (packet, _state, context) => context.nat.setup(packet, range, 'dst', 'dnat')
  },
}
