/**
 * ip sets: addresses, nets, ports, interfaces under a name, which rules ask by `-m set` and change by `-j SET`. It models
 * net/netfilter/ipset of Linux 6.18, and the words of ipset 7.17 for an element, a set and a refusal.
 *
 * `IpSets` holds the sets of a namespace. How a set was created (`SetOptions`) is immutable; what is in it is run-time state, for packets
 * add elements, count on them, and time takes them away: each set is `Stateful`, so a trace leaves no mark. The hash types keep their
 * elements in buckets just as the kernel does (`hash-table.ts`), because the order of a listing, the size and the moment when a
 * set is full all follow from it.
 */
export { IpsetError, type IpsetErrorCode } from './errors.ts'
export { icmpByName } from './icmp-names.ts'
export { type ListPlace, ListSet } from './list-set.ts'
export { IpSets } from './sets.ts'
export { formatElement, type ListOptions, listSet, saveSet, saveSets } from './text.ts'
export {
  type CounterTest,
  type Extensions,
  emptyKey,
  Found,
  type IpSet,
  type Member,
  type NewSet,
  SET_TYPES,
  type SetKey,
  type SetOptions,
  type SetQuery,
  type SetType,
  type SetTypeName,
} from './types.ts'
