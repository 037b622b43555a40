import { MATCHES } from '../match/index.ts'
import type { GotoTarget, IpTest, JumpTarget, Match, Rule, Target } from '../rule.ts'
import { TARGETS } from '../target/index.ts'
import type { UnsupportedMatch, UnsupportedTarget } from '../unsupported.ts'
import { formatAddressTest } from './addresses.ts'
import { formatProtocol } from './protocols.ts'

/**
 * A rule as iptables-save prints it behind `-A CHAIN`, with a leading blank unless it is empty. Both back ends print the parts in this
 * order (iptables/nft-ipv4.c, `nft_ipv4_save_rule`; iptables/iptables.c, `print_rule4`).
 */
export function printRule(rule: Rule): string {
  let text = printIpTest(rule.ip)
  for (const match of rule.matches) text += printMatch(match)
  return rule.target === null ? text : text + printTarget(rule.target)
}

/** The part of a rule that needs no extension, with a leading blank: ` -s 10.0.0.0/8 -p tcp`. */
export function printIpTest(ip: IpTest): string {
  let text = ''
  if (ip.src !== undefined) text += `${ip.src.invert ? ' !' : ''} -s ${formatAddressTest(ip.src)}`
  if (ip.dst !== undefined) text += `${ip.dst.invert ? ' !' : ''} -d ${formatAddressTest(ip.dst)}`
  if (ip.in !== undefined) text += `${ip.in.invert ? ' !' : ''} -i ${ip.in.name}`
  if (ip.out !== undefined) text += `${ip.out.invert ? ' !' : ''} -o ${ip.out.name}`
  if (ip.protocol !== undefined) text += `${ip.protocol.invert ? ' !' : ''} -p ${formatProtocol(ip.protocol.number)}`
  if (ip.fragment !== undefined) text += `${ip.fragment.invert ? ' !' : ''} -f`
  return text
}

/** ` -m tcp --dport 80` */
export function printMatch(match: Match): string {
  const definition = MATCHES.get(match.kind)
  if (definition !== undefined) return ` -m ${match.kind}${definition.print(match)}`
  const { name, text } = match as UnsupportedMatch
  return ` -m ${name}${text}`
}

/** ` -j DNAT --to-destination 10.0.0.1` */
export function printTarget(target: Target): string {
  if (target.kind === 'jump') return ` -j ${(target as JumpTarget).chain}`
  if (target.kind === 'goto') return ` -g ${(target as GotoTarget).chain}`
  const definition = TARGETS.get(target.kind)
  if (definition !== undefined) return ` -j ${target.kind}${definition.print(target)}`
  const { name, text } = target as UnsupportedTarget
  return ` -j ${name}${text}`
}

/** What stands behind `-j` or `-g`: the target's name or the chain's; empty without a target. For traces. */
export function targetName(rule: Rule): string {
  const target = rule.target
  if (target === null) return ''
  if (target.kind === 'jump' || target.kind === 'goto') return (target as JumpTarget).chain
  return target.kind === 'unsupported' ? (target as UnsupportedTarget).name : target.kind
}

/** The whole rule with its chain, as iptables-save prints it: `-A INPUT -p tcp -j ACCEPT`. */
export function formatRule(chain: string, rule: Rule): string {
  return `-A ${chain}${printRule(rule)}`
}
