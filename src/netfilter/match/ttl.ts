import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'

/** `-m ttl` (net/netfilter/xt_hl.c) */
export interface TtlMatch extends Match {
  readonly kind: 'ttl'
  readonly compare: 'eq' | 'ne' | 'lt' | 'gt'
  readonly ttl: number
}

export const ttl: MatchDefinition<TtlMatch> = {
  kind: 'ttl',
  options: [
    { names: ['ttl-lt'], words: 1, excludes: ['ttl-eq', 'ttl-gt'] },
    { names: ['ttl-gt'], words: 1, excludes: ['ttl-eq', 'ttl-lt'] },
    { names: ['ttl-eq', 'ttl'], words: 1, invert: true, excludes: ['ttl-lt', 'ttl-gt'] },
  ],

  parse(options) {
    options.failWithout("TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt")
    const name = options.given[0]!.spec.names[0]
    const value = options.integer(name, 255)!
    const compare = name === 'ttl-lt' ? 'lt' : name === 'ttl-gt' ? 'gt' : options.given[0]!.invert ? 'ne' : 'eq'
    return { kind: 'ttl', compare, ttl: value }
  },

  print({ compare, ttl: value }) {
    return compare === 'ne' ? ` ! --ttl-eq ${value}` : ` --ttl-${compare} ${value}`
  },

  compile({ compare, ttl: value }) {
    switch (compare) {
      case 'eq':
        return (packet) => packet.ip!.ttl === value
      case 'ne':
        return (packet) => packet.ip!.ttl !== value
      case 'lt':
        return (packet) => packet.ip!.ttl < value
      case 'gt':
        return (packet) => packet.ip!.ttl > value
    }
  },

  explain(_match, packet) {
    return `ttl ${packet.ip!.ttl}`
  },
}
