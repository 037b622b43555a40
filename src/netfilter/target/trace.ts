import type { TargetDefinition } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { Target } from '../rule.ts'

/** `-j TRACE`: the kernel tells which rules this packet meets. The back end on nf_tables takes it in every table. */
export interface TraceTarget extends Target {
  readonly kind: 'TRACE'
}

export const TRACE: TargetDefinition<TraceTarget> = {
  kind: 'TRACE',
  options: [],

  parse() {
    return { kind: 'TRACE' }
  },

  print() {
    return ''
  },

  compile() {
    return (packet) => {
      packet.nfTrace = true
      return CONTINUE
    }
  },
}
