import type { TargetDefinition } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { Target } from '../rule.ts'
import { readDscp } from '../text/dscp.ts'
import { badRule } from '../text/errors.ts'
import { hexOctet } from '../text/numbers.ts'

/** `-j DSCP` (net/netfilter/xt_DSCP.c): sets the upper six bits of the type-of-service octet. */
export interface DscpTarget extends Target {
  readonly kind: 'DSCP'
  /** 0 to 63. */
  readonly dscp: number
}

const ECN_BITS = 3

export const DSCP: TargetDefinition<DscpTarget> = {
  kind: 'DSCP',
  tables: ['mangle'],
  options: [
    { names: ['set-dscp'], words: 1, excludes: ['set-dscp-class'] },
    { names: ['set-dscp-class'], words: 1, excludes: ['set-dscp'] },
  ],

  parse(options) {
    const dscp = readDscp(options, 'set-dscp', 'set-dscp-class')
    if (dscp === undefined) badRule('DSCP target: Parameter --set-dscp is required')
    return { kind: 'DSCP', dscp }
  },

  print(target) {
    return ` --set-dscp ${hexOctet(target.dscp)}`
  },

  compile({ dscp }) {
    return (packet) => {
      const ip = packet.ip!
      ip.tos = (ip.tos & ECN_BITS) | (dscp << 2)
      return CONTINUE
    }
  },
}
