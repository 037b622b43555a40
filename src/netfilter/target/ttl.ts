import type { TargetDefinition } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'

/** `-j TTL` (net/netfilter/xt_HL.c) */
export interface TtlTarget extends Target {
  readonly kind: 'TTL'
  readonly operation: 'set' | 'inc' | 'dec'
  readonly ttl: number
}

const OPERATIONS = ['ttl-set', 'ttl-dec', 'ttl-inc'] as const

export const TTL: TargetDefinition<TtlTarget> = {
  kind: 'TTL',
  tables: ['mangle'],
  options: OPERATIONS.map((name) => ({
    names: [name],
    words: 1,
    excludes: OPERATIONS.filter((other) => other !== name),
  })),

  parse(options) {
    const name = options.given[0]?.spec.names[0] as (typeof OPERATIONS)[number] | undefined
    if (name === undefined) badRule('TTL: You must specify an action')
    const operation = name === 'ttl-set' ? 'set' : name === 'ttl-inc' ? 'inc' : 'dec'
    return { kind: 'TTL', operation, ttl: options.integer(name, 255, operation === 'set' ? 0 : 1)! }
  },

  print(target) {
    return ` --ttl-${target.operation} ${target.ttl}`
  },

  compile({ operation, ttl }) {
    return (packet) => {
      const ip = packet.ip!
      if (operation === 'set') ip.ttl = ttl
      else if (operation === 'inc') ip.ttl = Math.min(255, ip.ttl + ttl)
      else ip.ttl = Math.max(0, ip.ttl - ttl)
      return CONTINUE
    }
  },
}
