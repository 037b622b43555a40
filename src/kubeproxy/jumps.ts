import type { TableOperation } from '../netfilter/operations.ts'
import type { Match, TableName } from '../netfilter/rule.ts'
import { comment, ctState, jump, NEW } from './rule-parts.ts'
import { CHAIN, WRITER } from './words.ts'

/** A jump from a base chain to one of kube-proxy's (`iptablesJumpChain`). */
interface Jump {
  readonly table: TableName
  readonly from: string
  readonly to: string
  /** Empty: none. */
  readonly comment: string
  /** Only the first packet of a connection is looked at. */
  readonly newOnly: boolean
}

const EXTERNAL = 'kubernetes externally-visible service portals'
const PORTALS = 'kubernetes service portals'
const FIREWALL = 'kubernetes load balancer firewall'

/**
 * `iptablesJumpChains` and `iptablesKubeletJumpChains`, pkg/proxy/iptables/proxier.go, in the order in which kube-proxy
 * puts each at the head of its base chain: the last one stands first.
 */
const JUMPS: readonly Jump[] = [
  { table: 'filter', from: 'INPUT', to: CHAIN.EXTERNAL_SERVICES, comment: EXTERNAL, newOnly: true },
  { table: 'filter', from: 'FORWARD', to: CHAIN.EXTERNAL_SERVICES, comment: EXTERNAL, newOnly: true },
  {
    table: 'filter',
    from: 'INPUT',
    to: CHAIN.NODEPORTS,
    comment: 'kubernetes health check service ports',
    newOnly: false,
  },
  { table: 'filter', from: 'FORWARD', to: CHAIN.SERVICES, comment: PORTALS, newOnly: true },
  { table: 'filter', from: 'OUTPUT', to: CHAIN.SERVICES, comment: PORTALS, newOnly: true },
  { table: 'filter', from: 'FORWARD', to: CHAIN.FORWARD, comment: 'kubernetes forwarding rules', newOnly: false },
  { table: 'filter', from: 'INPUT', to: CHAIN.PROXY_FIREWALL, comment: FIREWALL, newOnly: true },
  { table: 'filter', from: 'OUTPUT', to: CHAIN.PROXY_FIREWALL, comment: FIREWALL, newOnly: true },
  { table: 'filter', from: 'FORWARD', to: CHAIN.PROXY_FIREWALL, comment: FIREWALL, newOnly: true },
  { table: 'nat', from: 'OUTPUT', to: CHAIN.SERVICES, comment: PORTALS, newOnly: false },
  { table: 'nat', from: 'PREROUTING', to: CHAIN.SERVICES, comment: PORTALS, newOnly: false },
  { table: 'nat', from: 'POSTROUTING', to: CHAIN.POSTROUTING, comment: 'kubernetes postrouting rules', newOnly: false },
  { table: 'filter', from: 'INPUT', to: CHAIN.KUBELET_FIREWALL, comment: '', newOnly: false },
  { table: 'filter', from: 'OUTPUT', to: CHAIN.KUBELET_FIREWALL, comment: '', newOnly: false },
]

const CANARY_TABLES: readonly TableName[] = ['mangle', 'nat', 'filter']

let operations: readonly TableOperation[] | null = null

/** Canary chains and jumps: the same for every kube-proxy. */
export function hostOperations(): readonly TableOperation[] {
  operations ??= [...canaries(), ...jumps()]
  return operations
}

/**
 * `Monitor`, pkg/util/iptables/iptables.go: an empty chain, by which kube-proxy notices that somebody flushed the
 * tables.
 */
function canaries(): TableOperation[] {
  return CANARY_TABLES.map((table) => ({ kind: 'chain', table, chain: CHAIN.CANARY }))
}

function jumps(): TableOperation[] {
  const list: TableOperation[] = []
  for (const { table, from, to, comment: text, newOnly } of JUMPS) {
    const matches: Match[] = newOnly ? [ctState(NEW)] : []
    if (text !== '') matches.push(comment(text))
    const origin = { writer: WRITER, why: text === '' ? 'jump' : text }
    list.push({ kind: 'chain', table, chain: to })
    list.push({ kind: 'prepend', table, chain: from, rule: { ip: {}, matches, target: jump(to), origin } })
  }
  return list
}
