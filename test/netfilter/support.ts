import { restoreTables } from '../../src/netfilter/command/restore.ts'
import { NO_TABLES, type Tables } from '../../src/netfilter/command/tables.ts'
import type { EvaluationContext } from '../../src/netfilter/context.ts'
import type { TargetResult } from '../../src/netfilter/definition.ts'
import { RuleCode } from '../../src/netfilter/evaluate/rule-code.ts'
import { type Device, Hook, type HookState } from '../../src/netfilter/hook.ts'
import { Netfilter } from '../../src/netfilter/netfilter.ts'
import type { Rule, Table, TableName } from '../../src/netfilter/rule.ts'
import { parseRule } from '../../src/netfilter/text/rule-parser.ts'
import { splitWords } from '../../src/netfilter/text/tokens.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { FakeNetfilterHost } from '../support/fake-netfilter-host.ts'

export const ETH0: Device = { ifindex: 2, name: 'eth0' }
export const CNI0: Device = { ifindex: 3, name: 'cni0' }

/** One rule of its text, without `-A CHAIN`. */
export function rule(text: string): Rule {
  const { rules } = parseRule(splitWords(text))
  return rules[0]!
}

/** Tables of the text that iptables-restore reads; throws on a mistake. */
export function tables(text: string, options: { keepUnsupported?: boolean } = {}): Tables {
  const result = restoreTables(text, NO_TABLES, options)
  if (result.errors.length > 0) throw result.errors[0]
  return result.tables
}

/** A table of these lines: `:A - [0:0]`, `-A INPUT -j A`. */
export function table(name: TableName, ...lines: string[]): Table {
  return tables(`*${name}\n${lines.join('\n')}\nCOMMIT\n`, { keepUnsupported: true }).get(name)!
}

/** A namespace with eth0 and cni0 that loads nothing yet. */
export function namespace(): { host: FakeNetfilterHost; netfilter: Netfilter; context: EvaluationContext } {
  const host = new FakeNetfilterHost()
  host.addDevice(2, 'eth0', '192.168.0.1')
  host.addDevice(3, 'cni0', '10.244.0.1')
  const netfilter = new Netfilter(host)
  return { host, netfilter, context: netfilter.context }
}

export function hookState(
  hook: Hook = Hook.FORWARD,
  inDevice: Device | null = ETH0,
  outDevice: Device | null = CNI0,
): HookState {
  return { hook, in: inDevice, out: outDevice }
}

/** Does a packet match a rule? */
export function matches(text: string, packet: Packet, context = namespace().context, state = hookState()): boolean {
  const compiled = new RuleCode(rule(text)).matches(packet, state, context)
  return compiled
}

/** What the rule's target says. */
export function act(text: string, packet: Packet, context = namespace().context, state = hookState()): TargetResult {
  return new RuleCode(rule(text)).call!(packet, state, context)
}
