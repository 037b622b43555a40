import type { TargetDefinition } from '../definition.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { rangeOf } from './dnat.ts'
import { formatNatPorts, type PortRange, parseNatPorts } from './nat-ports.ts'

/** `-j REDIRECT` (net/netfilter/xt_REDIRECT.c): the destination becomes this host, perhaps another port of it. */
export interface RedirectTarget extends Target {
  readonly kind: 'REDIRECT'
  readonly ports?: PortRange
  readonly random: boolean
}

export const REDIRECT: TargetDefinition<RedirectTarget> = {
  kind: 'REDIRECT',
  tables: ['nat'],
  hooks: ['PREROUTING', 'OUTPUT'],
  needsConntrack: () => true,
  options: [
    { names: ['to-ports'], words: 1 },
    { names: ['random'], words: 0 },
  ],

  parse(options) {
    const given = options.find('to-ports')
    const ports = given && parseNatPorts(given.value, given)
    if (ports?.base !== undefined) badRule('Shifted portmap ranges not supported with this kernel')
    return { kind: 'REDIRECT', ...(ports && { ports }), random: options.has('random') }
  },

  print(target) {
    return (
      (target.ports === undefined ? '' : ` --to-ports ${formatNatPorts(target.ports)}`) +
      (target.random ? ' --random' : '')
    )
  },

  compile(target) {
    const range = rangeOf(target, { random: target.random })
    return (packet, state, context) => context.nat.redirect(packet, state, range)
  },
}
