import type { Packet } from '../../packet/packet.ts'
import type { HookState } from '../hook.ts'
import type { IpTest } from '../rule.ts'
import { interfaceMatches } from '../text/interfaces.ts'

/**
 * Does the packet pass what a rule says without an extension (`ip_packet_match`, net/ipv4/netfilter/ip_tables.c)? The definition; the
 * evaluator's `RuleCode` must answer the same.
 */
export function ipMatches(test: IpTest, packet: Packet, state: HookState): boolean {
  const ip = packet.ip!
  const { src, dst, protocol, fragment } = test
  if (src !== undefined && ((ip.src & src.mask) === src.address) === src.invert) return false
  if (dst !== undefined && ((ip.dst & dst.mask) === dst.address) === dst.invert) return false
  if (test.in !== undefined && !interfaceMatches(test.in, state.in === null ? '' : state.in.name)) return false
  if (test.out !== undefined && !interfaceMatches(test.out, state.out === null ? '' : state.out.name)) return false
  if (protocol !== undefined && (ip.protocol === protocol.number) === protocol.invert) return false
  return fragment === undefined || (ip.fragmentOffset !== 0) !== fragment.invert
}
