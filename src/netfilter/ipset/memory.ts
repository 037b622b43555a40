import type { SetOptions } from './types.ts'

/** Octets of an element with what it carries beside its key (`ip_set_elem_len`), on 64 bits. */
export function elementOctets({ counters, comment, timeout }: SetOptions, key: number): number {
  const extra = (counters ? 16 : 0) + (timeout === null ? 0 : 8) + (comment ? 8 : 0)
  return extra === 0 ? key : Math.ceil(key / 8) * 8 + extra
}

/** Octets of a comment. */
export function commentOctets(comment: string): number {
  return comment === '' ? 0 : comment.length + 17
}
