import type { JumpTarget, Rule } from '../netfilter/index.ts'
import type { CommentMatch } from '../netfilter/match/comment.ts'
import type { TcpMatch } from '../netfilter/match/tcp.ts'
import type { DnatTarget } from '../netfilter/target/dnat.ts'
import { formatIpv4, type Ipv4 } from '../packet/address.ts'
import type { PlacedRule, RuleSet } from './rules.ts'

/** An endpoint, as a rule of kube-proxy translates to it. */
export interface RuleEndpoint {
  readonly address: Ipv4
  readonly port: number
  /** The rule with the DNAT. */
  readonly at: PlacedRule
}

/** A cluster IP and port, as kube-proxy's rules have it. */
export interface RuleService {
  /** `shop/db:tcp`, as the rule's comment names it; without one its address. */
  readonly name: string
  readonly address: Ipv4
  readonly port: number
  readonly protocol: number
  readonly chain: string
  readonly endpoints: readonly RuleEndpoint[]
  /** In KUBE-SERVICES. */
  readonly at: PlacedRule
}

/** The chain that nat's rules lead to, when it is a Service's. */
const SERVICE_CHAINS = ['KUBE-SVC-', 'KUBE-SVL-', 'KUBE-FW-', 'KUBE-XLB-']

/** The target port range of a rule's `--dport`, when it is one port. */
export function portOf(rule: Rule): number | undefined {
  for (const match of rule.matches) {
    if (match.kind !== 'tcp' && match.kind !== 'udp' && match.kind !== 'sctp') continue
    const { dport } = match as TcpMatch
    if (dport !== undefined && !dport.invert && dport.min === dport.max) return dport.min
  }
  return undefined
}

/** All comments of a rule. */
export function commentOf(rule: Rule): string {
  return rule.matches
    .filter(({ kind }) => kind === 'comment')
    .map((match) => (match as CommentMatch).text)
    .join(' ')
}

/** The chain that a rule jumps or goes to. */
export function chainOf(rule: Rule): string | undefined {
  const { target } = rule
  return target?.kind === 'jump' || target?.kind === 'goto' ? (target as JumpTarget).chain : undefined
}

/** The Services of KUBE-SERVICES by cluster IP (and external address) and port, with their endpoints. */
export function serviceRules(rules: RuleSet): readonly RuleService[] {
  const services: RuleService[] = []
  for (const at of rules.rulesOf('nat', 'KUBE-SERVICES')) {
    const { ip } = at.rule
    const chain = chainOf(at.rule)
    const port = portOf(at.rule)
    if (chain === undefined || port === undefined || ip.dst === undefined || ip.dst.invert || ip.dst.mask !== -1)
      continue
    if (ip.protocol === undefined || !SERVICE_CHAINS.some((prefix) => chain.startsWith(prefix))) continue
    const comment = commentOf(at.rule).replace(/ cluster IP$/, '')
    const name = comment === '' ? `${formatIpv4(ip.dst.address)}:${port}` : comment
    const endpoints = endpointsOf(rules, chain)
    services.push({ name, address: ip.dst.address, port, protocol: ip.protocol.number, chain, endpoints, at })
  }
  return services
}

/** The endpoints that a Service's chain leads to. */
export function endpointsOf(rules: RuleSet, chain: string): readonly RuleEndpoint[] {
  const endpoints: RuleEndpoint[] = []
  const seen = new Set<string>()
  for (const { rule } of rules.rulesOf('nat', chain)) {
    const next = chainOf(rule)
    if (next === undefined || !next.startsWith('KUBE-SEP-') || seen.has(next)) continue
    seen.add(next)
    for (const at of rules.rulesOf('nat', next)) {
      const found = dnatOf(at)
      if (found !== null) endpoints.push(found)
    }
  }
  return endpoints
}

/** Every endpoint that kube-proxy's rules translate to. */
export function* allEndpoints(rules: RuleSet): Iterable<RuleEndpoint> {
  for (const name of rules.table('nat')?.chains.keys() ?? []) {
    if (!name.startsWith('KUBE-SEP-')) continue
    for (const at of rules.rulesOf('nat', name)) {
      const found = dnatOf(at)
      if (found !== null) yield found
    }
  }
}

function dnatOf(at: PlacedRule): RuleEndpoint | null {
  if (at.rule.target?.kind !== 'DNAT') return null
  const { addresses, ports } = at.rule.target as DnatTarget
  if (addresses === undefined || ports === undefined || addresses.min !== addresses.max) return null
  return { address: addresses.min, port: ports.min, at }
}
