/**
 * Address translation of one namespace: which addresses and ports a new connection gets, and their writing into packets. Models
 * net/netfilter/nf_nat_core.c, nf_nat_proto.c, nf_nat_masquerade.c and nf_nat_redirect.c.
 *
 * It knows connections, not rules: the nat table is a function that it is given, and the targets SNAT, DNAT, MASQUERADE, REDIRECT and
 * NETMAP call back into `Nat`.
 */
export type { Endpoint, TranslatedEvent } from './events.ts'
export { Nat } from './nat.ts'
export { NatFlag, type NatRange, type NatRangeOptions, natRange } from './range.ts'
export type { Manipulation } from './unique-tuple.ts'
