import { Protocol } from '../../packet/protocol.ts'
import type { ConntrackEntry } from './entry.ts'
import { tuplesEqual } from './tuple.ts'

const GRE = 47

/** Protocols in which two packets may begin the same connection at once (`allow_clash`). */
export function allowsClash(protocol: number): boolean {
  return protocol === Protocol.UDP || protocol === GRE
}

/** Are both entries one connection, in equal or in opposite directions (`nf_ct_can_merge`, net/netfilter/nf_conntrack_core.c)? */
export function sameConnection(a: ConntrackEntry, b: ConntrackEntry): boolean {
  if (a.zone !== b.zone) return false
  if (tuplesEqual(a.original, b.original)) return tuplesEqual(a.reply, b.reply)
  return tuplesEqual(a.original, b.reply) && tuplesEqual(a.reply, b.original)
}
