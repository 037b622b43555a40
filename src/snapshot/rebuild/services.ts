import type { CommentMatch } from '../../netfilter/match/comment.ts'
import type { Rule, RuleOrigin } from '../../netfilter/rule.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import type { Ipv4 } from '../../packet/address.ts'
import { Protocol } from '../../packet/protocol.ts'

/** A port of a Service, as the rules of kube-proxy tell it. */
export interface RuledService {
  /** `namespace/name` */
  readonly service: string
  /** Empty: it has no name. */
  readonly port: string
  readonly address: Ipv4
  readonly number: number
  readonly protocol: 'tcp' | 'udp' | 'sctp'
}

const PROTOCOLS: ReadonlyMap<number, RuledService['protocol']> = new Map([
  [Protocol.TCP, 'tcp'],
  [Protocol.UDP, 'udp'],
  [Protocol.SCTP, 'sctp'],
])

/** `default/db:http cluster IP`, and of one without endpoints `default/db:http has no endpoints` (pkg/proxy/iptables/proxier.go). */
const NAMED = /^([a-z0-9.-]{1,253}\/[a-z0-9.-]{1,253})(?::([a-z0-9-]{1,63}))?(?: (.*))?$/

/** The cluster IPs that the rules of a namespace know. */
export function servicesOf(netns: NetworkNamespace): RuledService[] {
  const found: RuledService[] = []
  for (const table of ['nat', 'filter'] as const) {
    const chain = netns.netfilter.table(table)?.chains.get('KUBE-SERVICES')
    for (const rule of chain?.rules ?? []) {
      const service = serviceOf(rule)
      if (service !== null && !found.some((each) => same(each, service))) found.push(service)
    }
  }
  return found
}

function same(a: RuledService, b: RuledService): boolean {
  return a.service === b.service && a.number === b.number && a.protocol === b.protocol
}

function serviceOf(rule: Rule): RuledService | null {
  const [, service, port = '', what = ''] = NAMED.exec(commentOf(rule)) ?? []
  const { dst, protocol } = rule.ip
  const transport = PROTOCOLS.get(protocol?.number ?? 0)
  const number = portOf(rule)
  if (service === undefined || dst === undefined || transport === undefined || number === null) return null
  // external and load balancer addresses are others than the cluster's own
  if (what !== 'cluster IP' && !what.startsWith('has no')) return null
  return { service, port, address: dst.address, number, protocol: transport }
}

/** The port that a rule is about, or null. */
function portOf({ matches }: Rule): number | null {
  for (const match of matches) {
    const { dport } = match as { readonly dport?: { readonly min: number; readonly max: number } }
    if (PORTED.has(match.kind) && dport !== undefined && dport.min === dport.max) return dport.min
  }
  return null
}

const PORTED: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp'])

function commentOf({ matches }: Rule): string {
  const match = matches.find(({ kind }) => kind === 'comment')
  return match === undefined ? '' : (match as CommentMatch).text
}

/**
 * What a rule of kube-proxy is there for, by what it says of itself; undefined when it says nothing that tells a Service.
 *
 * @param chain the chain that it stands in: nobody else's rules are read so
 */
export function originOf(chain: string, rule: Rule): RuleOrigin | undefined {
  if (!chain.startsWith('KUBE-')) return undefined
  const text = commentOf(rule)
    .replace(/^masquerade traffic for /, '')
    .replace(/^pod traffic for /, '')
  const [, service, name, rest = ''] = NAMED.exec(text) ?? []
  if (service === undefined) return undefined
  const number = portOf(rule)
  const port = name ?? (number === null ? undefined : String(number))
  const [, endpoint] = /^-> (\S+)$/.exec(rest) ?? []
  return {
    writer: 'kube-proxy',
    why: endpoint !== undefined || chain.startsWith('KUBE-SEP-') ? 'endpoint' : rest,
    service,
    ...(port !== undefined && { port }),
    ...(endpoint !== undefined && { endpoint }),
  }
}
