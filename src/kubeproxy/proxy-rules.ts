import { LayeredChains } from '../netfilter/layered-chains.ts'
import type { TableOperation } from '../netfilter/operations.ts'
import type { Chain, Rule } from '../netfilter/rule.ts'
import { compareText } from './endpoints.ts'
import { hostOperations } from './jumps.ts'
import { type RestoreInput, restoreText, type SyncChanges } from './restore-text.ts'
import type { ServicePortRules } from './service-rules.ts'
import { CHAIN, FILTER_CHAINS, NAT_CHAINS } from './words.ts'

/** The pieces of one node's rules. */
export interface ProxyRulesParts extends RestoreInput {
  /** Those of `services` that other nodes do not share. */
  readonly own: readonly ServicePortRules[]
  /** The chains of the others, in the order of their names. */
  readonly sharedChains: ReadonlyMap<string, Chain>
  /** kube-proxy sets `net.ipv4.conf.all.route_localnet`, for node ports on localhost. */
  readonly routeLocalnet: boolean
}

/** What kube-proxy writes on a node: immutable, and shared by all nodes on which it writes the same. */
export class ProxyRules {
  readonly parts: ProxyRulesParts
  /** kube-proxy's chains in the table nat, in the order of their names. */
  readonly nat: ReadonlyMap<string, Chain>
  /** kube-proxy's chains in the table filter, in the order of their names. */
  readonly filter: ReadonlyMap<string, Chain>

  constructor(parts: ProxyRulesParts) {
    this.parts = parts
    const nat = new Map<string, Rule[]>(NAT_CHAINS.map((name) => [name, []]))
    const filter = new Map<string, Rule[]>(FILTER_CHAINS.map((name) => [name, []]))
    for (const service of parts.services) {
      for (const { table, chain, rule } of service.shared) (table === 'nat' ? nat : filter).get(chain)!.push(rule)
    }
    const { statics } = parts
    nat.get(CHAIN.SERVICES)!.push(...parts.nodePortJumps)
    nat.get(CHAIN.POSTROUTING)!.push(...statics.postrouting)
    nat.get(CHAIN.MARK_MASQ)!.push(...statics.markMasq)
    filter.get(CHAIN.FORWARD)!.push(...statics.forward)
    if (statics.kubeletFirewall !== null) filter.set(CHAIN.KUBELET_FIREWALL, [...statics.kubeletFirewall])

    const own = chainsOf(nat)
    for (const service of parts.own) own.push(...service.chains)
    this.nat = new LayeredChains(parts.sharedChains, byName(own))
    this.filter = byName(chainsOf(filter))
  }

  /**
   * What a starting kube-proxy does to the tables of its host: canary chains, the jumps from the base chains, then its
   * own chains in one `iptables-restore --noflush`.
   */
  operations(): TableOperation[] {
    return [
      ...hostOperations(),
      { kind: 'restore', table: 'filter', chains: this.filter },
      { kind: 'restore', table: 'nat', chains: this.nat },
    ]
  }

  /**
   * The text that kube-proxy hands to iptables-restore: in a full sync on a host without chains of an earlier one, or
   * in a sync that `changes` describe.
   */
  restoreText(changes?: SyncChanges): string {
    return restoreText(this.parts, changes)
  }
}

function chainsOf(rules: ReadonlyMap<string, Rule[]>): Chain[] {
  return [...rules].map(([name, list]) => ({ name, policy: null, rules: list }))
}

/** Chains in the order in which iptables-save prints user chains. */
export function byName(chains: readonly Chain[]): Map<string, Chain> {
  const map = new Map<string, Chain>()
  for (const chain of [...chains].sort((a, b) => compareText(a.name, b.name))) map.set(chain.name, chain)
  return map
}
