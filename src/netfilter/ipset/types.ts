import type { Ipv4 } from '../../packet/address.ts'
import type { Packet } from '../../packet/packet.ts'
import type { Stateful } from '../../sim/types.ts'
import type { HookState } from '../hook.ts'

/** What a type of set is. */
export interface SetType {
  readonly name: string
  /** The newest revision that Linux 6.18 has; ipset prints it. */
  readonly revision: number
  /** How many parts an element has: as many directions a rule must give. */
  readonly dimension: number
  /** An element's parts, as the kernel names them: `ip,port,net`. */
  readonly parts: readonly ('ip' | 'net' | 'port' | 'iface' | 'set')[]
  /** Elements may be marked `nomatch`. */
  readonly nomatch: boolean
}

/** The types of set that are modelled, at the newest revision that ipset 7.17 knows. */
export const SET_TYPES = {
  'hash:ip': { name: 'hash:ip', revision: 6, dimension: 1, parts: ['ip'], nomatch: false },
  'hash:net': { name: 'hash:net', revision: 7, dimension: 1, parts: ['net'], nomatch: true },
  'hash:ip,port': { name: 'hash:ip,port', revision: 7, dimension: 2, parts: ['ip', 'port'], nomatch: false },
  'hash:ip,port,ip': {
    name: 'hash:ip,port,ip',
    revision: 6,
    dimension: 3,
    parts: ['ip', 'port', 'ip'],
    nomatch: false,
  },
  'hash:ip,port,net': {
    name: 'hash:ip,port,net',
    revision: 8,
    dimension: 3,
    parts: ['ip', 'port', 'net'],
    nomatch: true,
  },
  'hash:net,iface': { name: 'hash:net,iface', revision: 8, dimension: 2, parts: ['net', 'iface'], nomatch: true },
  'bitmap:port': { name: 'bitmap:port', revision: 3, dimension: 1, parts: ['port'], nomatch: false },
  'list:set': { name: 'list:set', revision: 3, dimension: 1, parts: ['set'], nomatch: false },
} as const satisfies { readonly [name: string]: SetType }

/** The name of a type of set. */
export type SetTypeName = keyof typeof SET_TYPES

/** How a set was created: immutable, and all that `ipset create` must say to make its like. */
export interface SetOptions {
  readonly type: SetTypeName
  /** Seconds that an element lives unless it says otherwise, 0: for ever. Null: elements have no time to live. */
  readonly timeout: number | null
  /** Elements count the packets that matched them. */
  readonly counters: boolean
  /** Elements may have a comment. */
  readonly comment: boolean
  /** Hash types: buckets at the beginning, a power of two; elements at most; elements of a bucket at most; seed of the hash. */
  readonly hashsize: number
  readonly maxelem: number
  readonly bucketsize: number
  readonly initval: number
  /** hash:ip and hash:ip,port: only these bits of the address count. `netmask` is null when it was given as a `bitmask`. */
  readonly mask: Ipv4
  readonly netmask: number | null
  /** bitmap:port */
  readonly from: number
  readonly to: number
  /** list:set: what was once the greatest number of elements; today only printed. */
  readonly size: number
}

/** What `create` is told; the rest has defaults. */
export type NewSet = Pick<SetOptions, 'type'> & Partial<SetOptions>

/** What makes an element; parts that its type does not have stay as they are here. */
export interface SetKey {
  ip: number
  ip2: number
  /** TCP, UDP, UDP-Lite, SCTP: the port; ICMP: `type << 8 | code`; otherwise 0. */
  port: number
  protocol: number
  /** Prefix length of the net part. */
  cidr: number
  iface: string
  /** `physdev:eth0`: a port of a bridge. No rule of iptables asks for one. */
  physdev: boolean
  /** The interface's name is the beginning of names. */
  wildcard: boolean
  /** list:set */
  set: string
}

/** What an element carries beside its key, as the one who adds it says; undefined: not said. */
export interface Extensions {
  /** Seconds, 0: for ever. */
  readonly timeout?: number
  readonly packets?: number
  readonly bytes?: number
  readonly comment?: string
  readonly nomatch?: boolean
}

/** A comparison of an element's counter with a number. */
export interface CounterTest {
  readonly compare: 'eq' | 'ne' | 'lt' | 'gt'
  readonly value: number
}

/** How a rule asks a set (`struct ip_set_adt_opt`): which side of the packet each part of the element is, and what counts. */
export interface SetQuery {
  /** How many directions the rule gives. */
  readonly dimension: number
  /** Bit i: part i (from 0) is the source's. */
  readonly sources: number
  readonly returnNomatch: boolean
  readonly countPackets: boolean
  readonly countSubsets: boolean
  readonly packets: CounterTest | null
  readonly bytes: CounterTest | null
}

/** Does a set hold it? */
export const Found = { NO: 0, YES: 1, /** An element marked `nomatch` holds it. */ NOMATCH: -1 } as const
export type Found = (typeof Found)[keyof typeof Found]

/** One set. Its elements are run-time state: the SET target changes them, and their time passes. */
export interface IpSet extends Stateful {
  name: string
  readonly type: SetType
  readonly options: SetOptions
  /** Elements whose time is not over. */
  readonly size: number
  /** As `ipset list` says: octets that the kernel's set would take. */
  readonly memory: number
  /** Seconds that an element has left, as ipset prints them. */
  secondsLeft(member: Member): number
  /** The elements in the kernel's order. */
  members(): Iterable<Member>
  /** Is the packet in the set (`ip_set_test`)? Counts it. */
  matches(packet: Packet, state: HookState, query: SetQuery): Found
  /** Adds what the packet has (`ip_set_add`). False: it is there already, or cannot be added. */
  addFrom(packet: Packet, state: HookState, query: SetQuery, exist: boolean, timeout: number | undefined): boolean
  /** False: it was not there. */
  deleteFrom(packet: Packet, state: HookState, query: SetQuery): boolean
  /** @throws IpsetError */
  add(key: SetKey, extensions: Extensions, exist: boolean): void
  /** @throws IpsetError */
  delete(key: SetKey, exist: boolean): void
  /** Is it in the set? */
  test(key: SetKey): Found
  /** Takes all elements out. */
  flush(): void
}

/** An element in a set. */
export class Member implements SetKey {
  ip: number
  ip2: number
  port: number
  protocol: number
  cidr: number
  iface: string
  physdev: boolean
  wildcard: boolean
  set: string
  nomatch = false
  /** Virtual nanoseconds; 0: never. */
  expiresAt = 0
  packets = 0
  bytes = 0
  comment = ''

  constructor(key: SetKey) {
    this.ip = key.ip
    this.ip2 = key.ip2
    this.port = key.port
    this.protocol = key.protocol
    this.cidr = key.cidr
    this.iface = key.iface
    this.physdev = key.physdev
    this.wildcard = key.wildcard
    this.set = key.set
  }
}

/** A key to be filled. */
export function emptyKey(): SetKey {
  return { ip: 0, ip2: 0, port: 0, protocol: 0, cidr: 32, iface: '', physdev: false, wildcard: false, set: '' }
}
