import { localnetGuard } from '../kubeproxy/static-rules.ts'
import type { TableOperation } from '../netfilter/operations.ts'
import type { JumpTarget, Rule, TableName } from '../netfilter/rule.ts'

const WRITER = 'kubelet'
const FIREWALL = 'KUBE-FIREWALL'
/** Its existence tells other programs whether the host uses iptables-legacy or iptables-nft. */
const HINT = 'KUBE-IPTABLES-HINT'
const CANARY = 'KUBE-KUBELET-CANARY'

const CANARY_TABLES: readonly TableName[] = ['mangle', 'nat', 'filter']

const TO_FIREWALL: JumpTarget = { kind: 'jump', chain: FIREWALL }
const JUMP: Rule = { ip: {}, matches: [], target: TO_FIREWALL, origin: { writer: WRITER, why: 'jump' } }

/**
 * What today's kubelet does to the tables of its node (`initNetworkUtil`, `syncIPTablesRules`,
 * pkg/kubelet/kubelet_network_linux.go at a0d8ee79): no more KUBE-MARK-DROP, KUBE-MARK-MASQ and KUBE-POSTROUTING, which
 * it wrote until Kubernetes 1.27. It starts before kube-proxy, which it runs as a pod.
 */
export function kubeletRules(): TableOperation[] {
  return [
    { kind: 'chain', table: 'mangle', chain: HINT },
    { kind: 'chain', table: 'filter', chain: FIREWALL },
    { kind: 'prepend', table: 'filter', chain: 'OUTPUT', rule: JUMP },
    { kind: 'prepend', table: 'filter', chain: 'INPUT', rule: JUMP },
    { kind: 'append', table: 'filter', chain: FIREWALL, rule: localnetGuard(WRITER) },
    ...CANARY_TABLES.map((table): TableOperation => ({ kind: 'chain', table, chain: CANARY })),
  ]
}
