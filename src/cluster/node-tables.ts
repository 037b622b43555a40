import type { Tables } from '../netfilter/command/tables.ts'
import { applyOperations, type TableOperation } from '../netfilter/operations.ts'

/** The writers of rules on a node. Each says what it does to the tables; absent: it does not run there. */
export interface NodeRuleWriters {
  readonly docker?: readonly TableOperation[] | undefined
  readonly kubelet?: readonly TableOperation[] | undefined
  readonly kubeProxy?: readonly TableOperation[] | undefined
  readonly flannel?: readonly TableOperation[] | undefined
}

/**
 * The tables of a node on which all programs have come up in the order of a boot: Docker and kubelet are services of
 * the host; kube-proxy and flanneld are pods, of which flanneld comes last here.
 *
 * The order shows: kube-proxy puts its jumps at the head of the base chains, flannel its own at the end. A program that
 * is restarted later finds its rules in place and moves none.
 */
export function nodeTables(writers: NodeRuleWriters): Tables {
  return applyOperations([
    ...(writers.docker ?? []),
    ...(writers.kubelet ?? []),
    ...(writers.kubeProxy ?? []),
    ...(writers.flannel ?? []),
  ])
}
