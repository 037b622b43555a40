import type { TargetDefinition } from '../definition.ts'
import type { Target } from '../rule.ts'
import { rangeOf } from './dnat.ts'
import { formatNatPorts, type PortRange, parseNatPorts, withoutBase } from './nat-ports.ts'

/** `-j MASQUERADE` (net/netfilter/xt_MASQUERADE.c): the source becomes the address of the device that the packet leaves by. */
export interface MasqueradeTarget extends Target {
  readonly kind: 'MASQUERADE'
  readonly ports?: PortRange
  readonly random: boolean
  readonly randomFully: boolean
}

export const MASQUERADE: TargetDefinition<MasqueradeTarget> = {
  kind: 'MASQUERADE',
  tables: ['nat'],
  hooks: ['POSTROUTING'],
  needsConntrack: () => true,
  options: [
    { names: ['to-ports'], words: 1 },
    { names: ['random'], words: 0 },
    { names: ['random-fully'], words: 0 },
  ],

  parse(options) {
    const ports = options.find('to-ports')
    return {
      kind: 'MASQUERADE',
      ...(ports !== undefined && { ports: withoutBase(parseNatPorts(ports.value, ports)) }),
      random: options.has('random'),
      randomFully: options.has('random-fully'),
    }
  },

  print(target) {
    return (
      (target.ports === undefined ? '' : ` --to-ports ${formatNatPorts(target.ports)}`) +
      (target.random ? ' --random' : '') +
      (target.randomFully ? ' --random-fully' : '')
    )
  },

  compile(target) {
    const range = rangeOf(target, { random: target.random, randomFully: target.randomFully })
    return (packet, state, context) => context.nat.masquerade(packet, state, range)
  },
}
