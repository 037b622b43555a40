import { Protocol } from '../../packet/protocol.ts'
import type { TargetDefinition } from '../definition.ts'
import { Verdict } from '../hook.ts'
import type { RejectType } from '../host.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'

/** `-j REJECT` (net/ipv4/netfilter/ipt_REJECT.c): drops the packet and tells its sender. */
export interface RejectTarget extends Target {
  readonly kind: 'REJECT'
  readonly with: RejectType
}

/** Names and short names, in the order in which iptables looks for the beginning of one. */
const TYPES: readonly (readonly [RejectType, string])[] = [
  ['icmp-net-unreachable', 'net-unreach'],
  ['icmp-host-unreachable', 'host-unreach'],
  ['icmp-proto-unreachable', 'proto-unreach'],
  ['icmp-port-unreachable', 'port-unreach'],
  ['icmp-net-prohibited', 'net-prohib'],
  ['icmp-host-prohibited', 'host-prohib'],
  ['tcp-reset', 'tcp-rst'],
  ['icmp-admin-prohibited', 'admin-prohib'],
]

function parseType(text: string): RejectType {
  const lower = text.toLowerCase()
  const found = TYPES.find(([name, short]) => name.startsWith(lower) || short.startsWith(lower))
  if (found === undefined) badRule(`unknown reject type "${text}"`)
  return found[0]
}

export const REJECT: TargetDefinition<RejectTarget> = {
  kind: 'REJECT',
  tables: ['filter'],
  hooks: ['INPUT', 'FORWARD', 'OUTPUT'],
  options: [{ names: ['reject-with'], words: 1 }],

  parse(options) {
    const text = options.text('reject-with')
    return { kind: 'REJECT', with: text === undefined ? 'icmp-port-unreachable' : parseType(text) }
  },

  print(target) {
    return ` --reject-with ${target.with}`
  },

  check(target, rule) {
    return target.with !== 'tcp-reset' || (rule.ip.protocol?.number === Protocol.TCP && !rule.ip.protocol.invert)
  },

  compile(target) {
    const type = target.with
    return (packet, state, context) => {
      context.host.sendReject(packet, state, type)
      return Verdict.DROP
    }
  },
}
