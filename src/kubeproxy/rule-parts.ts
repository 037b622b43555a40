import type { AddrtypeMatch } from '../netfilter/match/addrtype.ts'
import type { CommentMatch } from '../netfilter/match/comment.ts'
import { type ConntrackMatch, CtState } from '../netfilter/match/conntrack.ts'
import type { MarkMatch } from '../netfilter/match/mark.ts'
import type { NfacctMatch } from '../netfilter/match/nfacct.ts'
import type { RecentMatch } from '../netfilter/match/recent.ts'
import type { SctpMatch } from '../netfilter/match/sctp.ts'
import { PROBABILITY_ONE, type RandomMatch, scaleProbability } from '../netfilter/match/statistic.ts'
import type { TcpMatch } from '../netfilter/match/tcp.ts'
import type { UdpMatch } from '../netfilter/match/udp.ts'
import type { AddressTest, IpTest, JumpTarget } from '../netfilter/rule.ts'
import type { DnatTarget } from '../netfilter/target/dnat.ts'
import type { MarkTarget } from '../netfilter/target/mark.ts'
import type { MasqueradeTarget } from '../netfilter/target/masquerade.ts'
import type { RejectTarget } from '../netfilter/target/reject.ts'
import type { StandardTarget } from '../netfilter/target/standard.ts'
import { IPV4_BROADCAST, type Ipv4, ipv4, maskOf, type Prefix } from '../packet/address.ts'
import type { ProtocolName } from './service-port.ts'

// Short names for the parts of rules that kube-proxy writes. Parts that come again and again are made once.

type ProtocolTest = NonNullable<IpTest['protocol']>

const protocolTests: ProtocolTest[] = []

/** `-p PROTOCOL` */
export function protocolTest(number: number): ProtocolTest {
  protocolTests[number] ??= { number, invert: false }
  return protocolTests[number]
}

/** `-s ADDRESS` or `-d ADDRESS`: one address. */
export function addressTest(address: Ipv4): AddressTest {
  return { address, mask: IPV4_BROADCAST, invert: false }
}

/** Tests that kube-proxy writes with a prefix length even when it is 32. */
const writtenAsPrefix = new WeakSet<AddressTest>()

/** `-s NETWORK` or `-d NETWORK`. */
export function prefixTest(prefix: Prefix, invert: boolean): AddressTest {
  const mask = maskOf(prefix.length)
  const test = { address: (prefix.address & mask) as Ipv4, mask, invert }
  if (prefix.length === 32) writtenAsPrefix.add(test)
  return test
}

/** `-s 0.0.0.0/0`, which kube-proxy writes and iptables drops as it tests nothing. */
export const FROM_ANYWHERE: IpTest = Object.freeze({})

/** `-s NETWORK` */
export function from(prefix: Prefix): IpTest {
  return prefix.length === 0 ? FROM_ANYWHERE : { src: prefixTest(prefix, false) }
}

/** Is it one address, written without a prefix length? */
export function isWrittenAsAddress(test: AddressTest): boolean {
  return test.mask === IPV4_BROADCAST && !writtenAsPrefix.has(test)
}

const LOOPBACK: Prefix = { address: ipv4(0x7f000000), length: 8 }
/** 127.0.0.0/8 */
export const LOOPBACK_NETWORK: AddressTest = prefixTest(LOOPBACK, false)
/** `! 127.0.0.0/8` */
export const NOT_LOOPBACK_NETWORK: AddressTest = prefixTest(LOOPBACK, true)

/** `-m comment --comment TEXT` */
export function comment(text: string): CommentMatch {
  return { kind: 'comment', text }
}

const anyPort = { tcp: { kind: 'tcp' }, udp: { kind: 'udp' }, sctp: { kind: 'sctp' } } as const

/** `-m PROTOCOL [--dport PORT]` */
export function transport(protocol: ProtocolName, dport?: number): TcpMatch | UdpMatch | SctpMatch {
  if (dport === undefined) return anyPort[protocol]
  return { kind: protocol, dport: { min: dport, max: dport, invert: false } }
}

/** `-m mark --mark MARK/MASK` */
export function markTest(mark: number, mask: number, invert: boolean): MarkMatch {
  return { kind: 'mark', mark, mask, invert }
}

const local = { types: ['local'], invert: false } as const
/** `-m addrtype --src-type LOCAL` */
export const SRC_LOCAL: AddrtypeMatch = { kind: 'addrtype', src: local }
/** `-m addrtype --dst-type LOCAL` */
export const DST_LOCAL: AddrtypeMatch = { kind: 'addrtype', dst: local }

/** `-m conntrack --ctstate STATES` */
export function ctState(bits: number, invert = false): ConntrackMatch {
  return { kind: 'conntrack', states: { bits, invert } }
}
export const NEW = CtState.NEW
export const INVALID = CtState.INVALID
export const FOLLOWING = CtState.RELATED | CtState.ESTABLISHED
export const FOLLOWING_OR_DNAT = FOLLOWING | CtState.DNAT

/** `-m nfacct --nfacct-name NAME` */
export function nfacct(name: string): NfacctMatch {
  return { kind: 'nfacct', name }
}

const RECENT = {
  kind: 'recent',
  invert: false,
  hitcount: 0,
  rttl: false,
  mask: IPV4_BROADCAST,
  side: 'rsource',
} as const

/** `-m recent --name NAME --set` */
export function recentSet(name: string): RecentMatch {
  return { ...RECENT, action: 'set', seconds: 0, reap: false, name }
}

/** `-m recent --name NAME --rcheck --seconds SECONDS --reap` */
export function recentCheck(name: string, seconds: number): RecentMatch {
  return { ...RECENT, action: 'rcheck', seconds, reap: true, name }
}

/** kube-proxy writes probabilities with ten decimals (`computeProbability`). */
const DECIMALS = 10

/** `1/n` as Go's `%0.10f` prints it. */
export function probabilityText(n: number): string {
  // the one tie: Go rounds it to the even digit, JavaScript up
  return n === 2048 ? '0.0004882812' : (1 / n).toFixed(DECIMALS)
}

const draws: RandomMatch[] = []

/** `-m statistic --mode random --probability 1/N` */
export function drawOneOf(n: number): RandomMatch {
  draws[n] ??= {
    kind: 'statistic',
    mode: 'random',
    probability: scaleProbability(Number(probabilityText(n))),
    invert: false,
  }
  return draws[n]
}

/** The N of `drawOneOf`. */
export function countOfDraw(match: RandomMatch): number {
  return Math.round(PROBABILITY_ONE / match.probability)
}

/** `-j CHAIN` */
export function jump(chain: string): JumpTarget {
  return { kind: 'jump', chain }
}

export const ACCEPT: StandardTarget = { kind: 'ACCEPT' }
export const DROP: StandardTarget = { kind: 'DROP' }
export const RETURN: StandardTarget = { kind: 'RETURN' }

/** `-j REJECT` */
export const REJECT: RejectTarget = { kind: 'REJECT', with: 'icmp-port-unreachable' }

/** `-j MARK --or-mark MARK` */
export function markOr(mark: number): MarkTarget {
  return { kind: 'MARK', value: mark, mask: mark }
}

/** `-j MARK --xor-mark MARK` */
export function markXor(mark: number): MarkTarget {
  return { kind: 'MARK', value: mark, mask: 0 }
}

/** `-j MASQUERADE [--random-fully]` */
export function masquerade(randomFully: boolean): MasqueradeTarget {
  return { kind: 'MASQUERADE', random: false, randomFully }
}

/** `-j DNAT --to-destination ADDRESS:PORT` */
export function dnat(address: Ipv4, port: number): DnatTarget {
  return {
    kind: 'DNAT',
    addresses: { min: address, max: address },
    ports: { min: port, max: port },
    random: false,
    persistent: false,
  }
}

/** The matches that kube-proxy uses. */
export type KubeProxyMatch =
  | AddrtypeMatch
  | CommentMatch
  | ConntrackMatch
  | MarkMatch
  | NfacctMatch
  | RandomMatch
  | RecentMatch
  | SctpMatch
  | TcpMatch
  | UdpMatch

/** The targets that kube-proxy uses. */
export type KubeProxyTarget = DnatTarget | JumpTarget | MarkTarget | MasqueradeTarget | RejectTarget | StandardTarget
