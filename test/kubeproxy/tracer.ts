import type { ProxyRules } from '../../src/kubeproxy/proxy-rules.ts'
import type { KubeProxyMatch, KubeProxyTarget } from '../../src/kubeproxy/rule-parts.ts'
import type { AddressTest, Chain, Rule } from '../../src/netfilter/rule.ts'
import { formatIpv4, type Ipv4, parseIpv4 } from '../../src/packet/address.ts'

/** A packet as kube-proxy's own flow tests describe it. */
export interface Flow {
  readonly sourceIP: string
  readonly destIP: string
  readonly destPort: number
  readonly protocol?: string
}

export interface FlowResult {
  /** Endpoints joined by `, `; REJECT, DROP or ACCEPT; empty when no rule cared. */
  readonly output: string
  readonly masq: boolean
}

const PROTOCOLS: Record<string, number> = { tcp: 6, udp: 17, sctp: 132 }

/**
 * Follows a packet through kube-proxy's rules in the simple way of its own tests (`iptablesTracer`, pkg/proxy/iptables/proxier_test.go):
 * all endpoints that a draw could choose are listed, session affinity and connection states never match.
 */
export function traceFlow(rules: ProxyRules, flow: Flow, nodeIPs: readonly string[]): FlowResult {
  const local = new Set([...nodeIPs, '127.0.0.1'])
  const outputs: string[] = []
  let masq = false
  let destIP = flow.destIP
  const protocol = PROTOCOLS[flow.protocol ?? 'tcp']!

  const isAddress = (test: AddressTest, address: Ipv4) => (((test.address ^ address) & test.mask) === 0) !== test.invert

  const matches = (rule: Rule): boolean => {
    const { src, dst, protocol: wanted } = rule.ip
    if (src !== undefined && !isAddress(src, parseIpv4(flow.sourceIP))) return false
    if (dst !== undefined && !isAddress(dst, parseIpv4(destIP))) return false
    if (wanted !== undefined && wanted.number !== protocol) return false
    return (rule.matches as readonly KubeProxyMatch[]).every((match) => {
      switch (match.kind) {
        case 'tcp':
        case 'udp':
        case 'sctp':
          return match.dport === undefined || match.dport.min === flow.destPort
        case 'addrtype':
          return match.src === undefined ? local.has(destIP) : local.has(flow.sourceIP)
        case 'recent':
          return match.action === 'set'
        case 'mark':
        case 'conntrack':
          return false
        default:
          return true
      }
    })
  }

  /** True: the packet's way ends here. */
  const walk = (chains: ReadonlyMap<string, Chain>, name: string): boolean => {
    for (const rule of chains.get(name)!.rules) {
      const target = rule.target as KubeProxyTarget | null
      if (target === null || !matches(rule)) continue
      switch (target.kind) {
        case 'jump':
          if (target.chain === 'KUBE-MARK-MASQ') masq = true
          else if (walk(chains, target.chain) && !isDraw(rule)) return true
          break
        case 'DNAT':
          outputs.push(`${formatIpv4(target.addresses!.min)}:${target.ports!.min}`)
          return true
        case 'RETURN':
          return false
        case 'ACCEPT':
        case 'DROP':
        case 'REJECT':
          outputs.push(target.kind)
          return true
        default:
          throw new Error(`${target.kind} in ${name}`)
      }
    }
    return false
  }
  const isDraw = (rule: Rule) => rule.matches.some(({ kind }) => kind === 'statistic')

  walk(rules.nat, 'KUBE-SERVICES')
  if (outputs.length > 0) destIP = outputs[0]!.replace(/:\d+$/, '')
  const filter = ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-NODEPORTS', 'KUBE-PROXY-FIREWALL']
  filter.some((name) => walk(rules.filter, name))
  return { output: outputs.join(', '), masq }
}
