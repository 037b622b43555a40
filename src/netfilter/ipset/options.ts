import { maskOf } from '../../packet/address.ts'
import type { NewSet, SetOptions } from './types.ts'

const MIN_HASHSIZE = 64
const MIN_BUCKETSIZE = 2
const MAX_BUCKETSIZE = 12
const MIN_LIST_SIZE = 4

/**
 * All options of a new set, with the kernel's defaults and its corrections: it rounds where iptables would complain
 * (`hash_*_create`, `bitmap_port_create`, `list_set_create`).
 *
 * @param seed draws the seed of the hash when none is given
 */
export function setOptions(given: NewSet, seed: () => number): SetOptions {
  const from = given.from ?? 0
  const to = given.to ?? 65535
  const netmask = given.mask === undefined ? (given.netmask ?? 32) : null
  const bucketsize = given.bucketsize ?? MAX_BUCKETSIZE
  const hash = given.type.startsWith('hash:')
  return {
    type: given.type,
    timeout: given.timeout ?? null,
    counters: given.counters ?? false,
    comment: given.comment ?? false,
    hashsize: 2 ** Math.ceil(Math.log2(Math.max(given.hashsize ?? 1024, MIN_HASHSIZE))),
    maxelem: given.maxelem ?? 65536,
    bucketsize: Math.min(MAX_BUCKETSIZE, Math.max(MIN_BUCKETSIZE, bucketsize + (bucketsize % 2))),
    initval: hash ? (given.initval ?? seed()) : 0,
    mask: given.mask ?? maskOf(netmask ?? 32),
    netmask,
    from: Math.min(from, to),
    to: Math.max(from, to),
    size: Math.max(given.size ?? 8, MIN_LIST_SIZE),
  }
}

/** Would both be the same set, so that `create -exist` is content (`mtype_same_set`)? The hash size and its seed do not count. */
export function sameOptions(a: SetOptions, b: SetOptions): boolean {
  return (
    a.type === b.type &&
    a.timeout === b.timeout &&
    a.counters === b.counters &&
    a.comment === b.comment &&
    a.maxelem === b.maxelem &&
    a.mask === b.mask &&
    a.from === b.from &&
    a.to === b.to &&
    a.size === b.size
  )
}
