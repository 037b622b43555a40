import type { CommentMatch } from '../../netfilter/match/comment.ts'
import type { Chain, Rule, RuleOrigin, TableName } from '../../netfilter/rule.ts'
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

/** A node port, as the rules of kube-proxy tell it. */
export interface RuledNodePort extends Omit<RuledService, 'address'> {}

/** Where tables are found by their names. */
export type TableSource = (name: TableName) => { readonly chains: ReadonlyMap<string, Chain> } | null | undefined

/** The cluster IPs that the rules of a namespace know. */
export function servicesOf({ netfilter }: NetworkNamespace): RuledService[] {
  return servicesIn((name) => netfilter.table(name))
}

/** The cluster IPs that rules know. */
export function servicesIn(tables: TableSource): RuledService[] {
  return distinct(rulesOf(tables, ['nat', 'filter'], ['KUBE-SERVICES']).flatMap((rule) => serviceOf(rule) ?? []))
}

/** The node ports that rules know; those without endpoints are in the table filter. */
export function nodePortsIn(tables: TableSource): RuledNodePort[] {
  const rules = rulesOf(tables, ['nat', 'filter'], ['KUBE-NODEPORTS', 'KUBE-EXTERNAL-SERVICES'])
  return distinct(rules.flatMap((rule) => nodePortOf(rule) ?? []))
}

function rulesOf(tables: TableSource, names: readonly TableName[], chains: readonly string[]): Rule[] {
  return names.flatMap((name) => chains.flatMap((chain) => tables(name)?.chains.get(chain)?.rules ?? []))
}

/** The first of each. */
function distinct<T extends RuledNodePort>(found: readonly T[]): T[] {
  const first = new Map<string, T>()
  for (const each of found) {
    const key = `${each.service} ${each.number} ${each.protocol}`
    if (!first.has(key)) first.set(key, each)
  }
  return [...first.values()]
}

/** A rule of KUBE-NODEPORTS, or of KUBE-EXTERNAL-SERVICES about a port of any address of the node. */
function nodePortOf(rule: Rule): RuledNodePort | null {
  const [, service, port = '', what = ''] = NAMED.exec(commentOf(rule)) ?? []
  const protocol = PROTOCOLS.get(rule.ip.protocol?.number ?? 0)
  const number = portOf(rule)
  const isNodePort = rule.ip.dst === undefined && (what === '' || what.startsWith('has no'))
  return service === undefined || protocol === undefined || number === null || !isNodePort
    ? null
    : { service, port, number, protocol }
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
