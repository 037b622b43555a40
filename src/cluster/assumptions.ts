import { type ClusterObjects, keyOf } from '../kubernetes/index.ts'
import type { ClusterNetwork } from './network.ts'
import type { ClusterOptions } from './options.ts'

/** So many of a kind are told one by one. */
const MOST_TOLD = 3

/** What had to be supposed to make machines of the objects, a line each; what the objects themselves lacked first. */
export function assumptionsOf(network: ClusterNetwork, options: ClusterOptions): string[] {
  const { objects, plan, bindFailures } = network
  const listens =
    (options.listeners ?? 'all') === 'all'
      ? 'a pod listens on every port; a host-network pod on those that it declares'
      : 'a pod listens on the ports that its containers declare'
  return [
    ...objects.assumptions.map(({ text }) => text),
    ...plan.assumptions,
    listens,
    ...attractedText(network),
    ...(objects.kubeProxy === undefined
      ? [`kube-proxy runs in iptables mode with clusterCIDR ${objects.networks.pods}, as kubeadm sets it`]
      : []),
    ...bindFailures.map(
      ({ pod, protocol, port, error }) =>
        `pod ${pod.metadata.namespace}/${pod.metadata.name} could not listen on ${port}/${protocol} of its host: ${error}`,
    ),
  ]
}

function attractedText({ attracted }: ClusterNetwork): string[] {
  if (attracted.length === 0) return []
  const told = firstOf(attracted.map(({ address, node }) => `${address} to ${node.plan.name}`))
  return [`whoever is in front of the nodes sends load balancer addresses and external IPs: ${told}`]
}

/** What the objects ask for and no part of the network does here. */
export function warningsOf({ pods }: ClusterObjects): string[] {
  const wanting = pods.filter(
    ({ spec }) => !spec.hostNetwork && spec.containers.some(({ ports }) => ports.some(({ hostPort }) => hostPort)),
  )
  if (wanting.length === 0) return []
  return [`hostPort is not modelled: nothing leads from the ports of the nodes to ${firstOf(wanting.map(keyOf))}`]
}

function firstOf(words: readonly string[]): string {
  return [...words.slice(0, MOST_TOLD), ...(words.length > MOST_TOLD ? ['…'] : [])].join(', ')
}
