import type { TargetDefinition } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { NflogEvent } from '../events.ts'
import { cutToOctets } from '../match/comment.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { quote } from '../text/quote.ts'

/** `-j NFLOG` (net/netfilter/nft_log.c): shows the packet to whoever listens on a group; here, an event. */
export interface NflogTarget extends Target {
  readonly kind: 'NFLOG'
  /** 0 to 65535. */
  readonly group: number
  /** At most 127 octets. */
  readonly prefix: string
  /** Octets of the packet that are shown; absent: all of them. */
  readonly size?: number
  /** How many packets are shown together. */
  readonly threshold: number
}

const MAX_PREFIX = 127

export const NFLOG: TargetDefinition<NflogTarget> = {
  kind: 'NFLOG',
  options: [
    { names: ['nflog-group'], words: 1 },
    { names: ['nflog-prefix'], words: 1 },
    { names: ['nflog-range'], words: 1, excludes: ['nflog-size'] },
    { names: ['nflog-size'], words: 1, excludes: ['nflog-range'] },
    { names: ['nflog-threshold'], words: 1 },
  ],

  parse(options) {
    const prefix = options.text('nflog-prefix')
    if (prefix === '') badRule('Argument must have a minimum length of 1 characters\n')
    if (prefix?.includes('\n') === true) badRule('Newlines not allowed in --log-prefix')
    const group = options.integer('nflog-group', 65535) ?? 0
    const size = options.integer('nflog-size')
    // it never worked, and iptables forgets it
    options.integer('nflog-range')
    return {
      kind: 'NFLOG',
      group,
      prefix: cutToOctets(prefix ?? '', MAX_PREFIX),
      ...(size !== undefined && { size }),
      threshold: options.integer('nflog-threshold', 65535) ?? 0,
    }
  },

  print({ group, prefix, size, threshold }) {
    return (
      (prefix === '' ? '' : ` --nflog-prefix ${quote(prefix)}`) +
      (group === 0 ? '' : ` --nflog-group ${group}`) +
      (size === undefined ? '' : ` --nflog-size ${size}`) +
      (threshold === 0 ? '' : ` --nflog-threshold ${threshold}`)
    )
  },

  compile({ group, prefix }) {
    return (packet, state, context) => {
      const { sim, name } = context.host
      if (sim.probe !== null) {
        sim.probe.emit({ kind: 'nflog', netns: name, group, prefix, packet, state } satisfies NflogEvent)
      }
      return CONTINUE
    }
  },
}
