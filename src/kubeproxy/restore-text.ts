import type { Rule } from '../netfilter/rule.ts'
import { printRule } from './rule-text.ts'
import type { ServicePortRules, SharedChainRule } from './service-rules.ts'
import type { StaticRules } from './static-rules.ts'
import { CHAIN, FILTER_CHAINS, NAT_CHAINS } from './words.ts'

/** What the text of a sync is made of. */
export interface RestoreInput {
  /** All Service ports in order. */
  readonly services: readonly ServicePortRules[]
  readonly statics: StaticRules
  readonly nodePortJumps: readonly Rule[]
}

/** What makes a sync more than a full one on an empty host. */
export interface SyncChanges {
  /** A partial sync: only the chains of these Services (`namespace/name`) are written. Absent: a full sync. */
  readonly services?: ReadonlySet<string> | undefined
  /** nat chains of earlier syncs that nothing needs any more. */
  readonly staleChains?: readonly string[] | undefined
}

/**
 * The input of iptables-restore, in the order in which `syncProxyRules` writes it (pkg/proxy/iptables/proxier.go): all
 * chain lines of a table, then the rules Service by Service.
 */
export function restoreText(input: RestoreInput, changes: SyncChanges = {}): string {
  const filter = filterLines(input)
  const nat = natLines(input, changes)
  return `*filter\n${filter.join('\n')}\nCOMMIT\n*nat\n${nat.join('\n')}\nCOMMIT\n`
}

function chainLine(name: string): string {
  return `:${name} - [0:0]`
}

function appendLine(chain: string, rule: Rule): string {
  return `-A ${chain}${printRule(rule)}`
}

function filterLines({ services, statics }: RestoreInput): string[] {
  const lines = FILTER_CHAINS.map(chainLine)
  if (statics.kubeletFirewall !== null) {
    lines.push(chainLine(CHAIN.KUBELET_FIREWALL))
    for (const rule of statics.kubeletFirewall) lines.push(appendLine(CHAIN.KUBELET_FIREWALL, rule))
  }
  for (const service of services) pushShared(lines, service.shared, 'filter')
  for (const rule of statics.forward) lines.push(appendLine(CHAIN.FORWARD, rule))
  return lines
}

function pushShared(lines: string[], rules: readonly SharedChainRule[], wanted: 'filter' | 'nat'): void {
  for (const { table, chain, rule } of rules) if (table === wanted) lines.push(appendLine(chain, rule))
}

function natLines({ services, statics, nodePortJumps }: RestoreInput, changes: SyncChanges): string[] {
  const chains = NAT_CHAINS.map(chainLine)
  const rules: string[] = []
  for (const rule of statics.postrouting) rules.push(appendLine(CHAIN.POSTROUTING, rule))
  for (const rule of statics.markMasq) rules.push(appendLine(CHAIN.MARK_MASQ, rule))
  for (const service of services) {
    pushShared(rules, service.shared, 'nat')
    if (changes.services !== undefined && !changes.services.has(service.info.service)) continue
    for (const chain of service.chains) chains.push(chainLine(chain.name))
    pushOwnChains(rules, service)
  }
  for (const name of changes.staleChains ?? []) {
    // declaring a chain empties it, so that it can be deleted
    chains.push(chainLine(name))
    rules.push(`-X ${name}`)
  }
  for (const rule of nodePortJumps) rules.push(appendLine(CHAIN.SERVICES, rule))
  return [...chains, ...rules]
}

/** The chains of a Service port one after the other, but the rule that masquerades in SVC or SVL comes first. */
function pushOwnChains(lines: string[], service: ServicePortRules): void {
  const { info, masqueradeRules } = service
  const internal = info.internalPolicyLocal ? info.localPolicyChain : info.clusterPolicyChain
  if (masqueradeRules > 0) {
    const chain = service.chains.find(({ name }) => name === internal)!
    for (let i = 0; i < masqueradeRules; i++) lines.push(appendLine(internal, chain.rules[i]!))
  }
  for (const { name, rules } of service.chains) {
    const first = name === internal ? masqueradeRules : 0
    for (let i = first; i < rules.length; i++) lines.push(appendLine(name, rules[i]!))
  }
}
