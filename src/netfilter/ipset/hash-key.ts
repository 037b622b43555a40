import { jhash, swap16, swap32 } from '../jhash.ts'
import type { Member, SetKey, SetTypeName } from './types.ts'

/** What is particular to one hash type. */
export interface HashLayout {
  /** The hash of a key, laid out as the kernel's element is (net/netfilter/ipset/ip_set_hash_*.c, `struct hash_*4_elem`). */
  hash(key: SetKey, seed: number): number
  /** Does the element have the key? */
  equals(member: Member, key: SetKey): boolean
  /** It has a net part: elements have prefix lengths, and an address is sought with each of them. */
  readonly nets: boolean
  /** Elements with equal hashes may be many: those of one net for each interface. */
  readonly multi: boolean
  /** Octets of an element and of an empty set with one region of buckets, on 64 bits: what `Size in memory` is made of. */
  readonly octets: number
  readonly emptySize: number
}

const IP: HashLayout = {
  hash: (key, seed) => jhash(1, swap32(key.ip), 0, 0, seed),
  equals: (member, key) => member.ip === key.ip,
  nets: false,
  multi: false,
  octets: 4,
  emptySize: 216,
}

const NET: HashLayout = {
  hash: (key, seed) => jhash(2, swap32(key.ip), key.cidr << 24, 0, seed),
  equals: (member, key) => member.ip === key.ip && member.cidr === key.cidr,
  nets: true,
  multi: false,
  octets: 8,
  emptySize: 456,
}

const IP_PORT: HashLayout = {
  hash: (key, seed) => jhash(2, swap32(key.ip), swap16(key.port) | (key.protocol << 16), 0, seed),
  equals: (member, key) => member.ip === key.ip && member.port === key.port && member.protocol === key.protocol,
  nets: false,
  multi: false,
  octets: 8,
  emptySize: 216,
}

const IP_PORT_IP: HashLayout = {
  hash: (key, seed) => jhash(3, swap32(key.ip), swap32(key.ip2), swap16(key.port) | (key.protocol << 16), seed),
  equals: (member, key) => IP_PORT.equals(member, key) && member.ip2 === key.ip2,
  nets: false,
  multi: false,
  octets: 12,
  emptySize: 208,
}

const IP_PORT_NET: HashLayout = {
  // the kernel keeps one less than the prefix length, so that it fits into seven bits beside the flag
  hash: (key, seed) =>
    jhash(3, swap32(key.ip), swap32(key.ip2), swap16(key.port) | ((key.cidr - 1) << 16) | (key.protocol << 24), seed),
  equals: (member, key) => IP_PORT_IP.equals(member, key) && member.cidr === key.cidr,
  nets: true,
  multi: false,
  octets: 12,
  emptySize: 464,
}

const NET_IFACE: HashLayout = {
  hash: (key, seed) => jhash(2, swap32(key.ip), (key.physdev ? 1 : 0) | (key.cidr << 8) | (1 << 24), 0, seed),
  equals: (member, key) => NET.equals(member, key) && member.physdev === key.physdev && sameInterface(member, key),
  nets: true,
  multi: true,
  octets: 28,
  emptySize: 488,
}

function sameInterface(member: Member, { iface }: SetKey): boolean {
  return member.wildcard ? iface.startsWith(member.iface) : member.iface === iface
}

export type HashTypeName = Exclude<SetTypeName, 'bitmap:port' | 'list:set'>

export const LAYOUTS: { readonly [T in HashTypeName]: HashLayout } = {
  'hash:ip': IP,
  'hash:net': NET,
  'hash:ip,port': IP_PORT,
  'hash:ip,port,ip': IP_PORT_IP,
  'hash:ip,port,net': IP_PORT_NET,
  'hash:net,iface': NET_IFACE,
}
