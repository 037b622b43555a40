import type { CommentMatch } from '../../netfilter/match/comment.ts'
import type { DnatTarget } from '../../netfilter/target/dnat.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import type { Ipv4 } from '../../packet/address.ts'

/** The addresses to which the nat table of a namespace sends. */
export function destinationsOf(netns: NetworkNamespace): Ipv4[] {
  const found = new Set<Ipv4>()
  for (const chain of netns.netfilter.table('nat')?.chains.values() ?? []) {
    for (const { target } of chain.rules) {
      const addresses = target?.kind === 'DNAT' ? (target as DnatTarget).addresses : undefined
      if (addresses !== undefined && addresses.min === addresses.max) found.add(addresses.min)
    }
  }
  return [...found]
}

/** `default/web:http external IP`, `default/web:http loadbalancer IP` (pkg/proxy/iptables/proxier.go). */
const FROM_OUTSIDE = /^([a-z0-9.-]+\/[a-z0-9.-]+)(?::[a-z0-9-]+)? (external|loadbalancer) IP$/

/** The addresses that kube-proxy takes from outside for a Service, load balancers' first. @param service `namespace/name` */
export function outsideAddressesOf(netns: NetworkNamespace, service: string): Ipv4[] {
  const found: { address: Ipv4; isBalanced: boolean }[] = []
  for (const { matches, ip } of netns.netfilter.table('nat')?.chains.get('KUBE-SERVICES')?.rules ?? []) {
    const comment = matches.find(({ kind }) => kind === 'comment') as CommentMatch | undefined
    const [, name, kind] = FROM_OUTSIDE.exec(comment?.text ?? '') ?? []
    if (name === service && ip.dst !== undefined)
      found.push({ address: ip.dst.address, isBalanced: kind === 'loadbalancer' })
  }
  return found.sort((a, b) => Number(b.isBalanced) - Number(a.isBalanced)).map(({ address }) => address)
}
