import { addressAt, formatPrefix, type Ipv4, prefixContains } from '../../packet/address.ts'
import { TableId } from '../../route/types.ts'
import type { FindingDefinition } from '../definition.ts'
import { lineProof } from '../examination.ts'
import { command, placeOf } from '../finding.ts'
import { leasesOf, podBridges } from '../leases.ts'
import { lookup, type ToldRoute, type ToldRule } from '../routes.ts'
import { type NamespaceView, networksOf, type World } from '../world.ts'

/** Policy rules that lead packets of pods another way than the main table. */

export const policyRuleCaptures: FindingDefinition = {
  code: 'policy-rule-captures-pods',
  severity: 'error',
  title: 'A policy rule leads packets for pods astray',
  explanation:
    'Policy rules are asked before the main table, in which flannel and the CNI plugin keep their routes. Rules of VPNs and of hosts with several uplinks often take everything from or to 10.0.0.0/8.',
  recognised:
    'For a pod of this node or of another, a policy rule with a priority before main that asks for addresses alone (no mark, device or port) refuses, or its table has a route that leads by another device or gateway than that of the main table.',
  drops: ['IP_OUTNOROUTES', 'IP_INNOROUTES', 'NEIGH_FAILED', 'NEIGH_QUEUEFULL', 'IP_RPFILTER'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      const policy = ask.policy(view)
      const routes = ask.routes(view)
      if (policy === null || routes === null || view.hasOtherRoutes) continue
      const captured = new Map<ToldRule, Captured>()
      for (const { src, dst, pods } of podFlows(view, ask.world)) {
        const main = lookup(routes, dst)
        const found = main === null ? null : capture(policy, routes, { src, dst }, main)
        if (found === null) continue
        const before = captured.get(found.rule)
        if (before === undefined) captured.set(found.rule, { ...found, main: main!, pods: [pods] })
        else before.pods.push(pods)
      }
      for (const [rule, { route, main, pods }] of captured) {
        const { priority = 0 } = rule.rule
        const refuses = route === null || REFUSING.includes(route.type)
        const whose = pods.map(({ of, network }) => `${of} (${network})`).join(', ')
        yield {
          title: `${view.name}: the policy rule with priority ${priority} ${refuses ? 'refuses' : `leads by ${route.dev ?? 'no device'}`} what goes to the pods of ${whose}.`,
          where: placeOf(view.evidence),
          evidence: [lineProof(rule.line), ...(route === null ? [] : [lineProof(route.line)]), lineProof(main.line)],
          fix: [
            { text: 'Let an earlier rule send the pods’ networks to the main table:' },
            ...pods.map(({ network }) =>
              command(view.evidence, `ip rule add to ${network} lookup main priority ${Math.max(priority - 1, 1)}`),
            ),
          ],
        }
      }
    }
  },
}

interface Captured {
  readonly rule: ToldRule
  /** Null: the rule itself refuses. */
  readonly route: ToldRoute | null
  readonly main: ToldRoute
  readonly pods: Pods[]
}

/** The policy rule that decides otherwise than the main table; null when there is none, or nobody can say. */
function capture(
  policy: readonly ToldRule[],
  routes: readonly ToldRoute[],
  { src, dst }: Pick<PodFlow, 'src' | 'dst'>,
  main: ToldRoute,
): { readonly rule: ToldRule; readonly route: ToldRoute | null } | null {
  const ordered = [...policy].sort((a, b) => (a.rule.priority ?? 0) - (b.rule.priority ?? 0))
  for (const rule of ordered) {
    const { priority = 0, action = 'table', table = 0 } = rule.rule
    if (priority === 0 || table === TableId.LOCAL) continue
    // the main table has its turn; or what comes then is not known
    const matches = matchesFlow(rule, src, dst)
    if (matches === null || action === 'goto' || action === 'nop') return null
    if (!matches) continue
    if (action !== 'table') return { rule, route: null }
    if (table === TableId.MAIN) return null
    const route = lookup(routes, dst, table)
    if (route === null || route.type === 'throw') continue
    const same = route.type === main.type && route.dev === main.dev && route.gateway === main.gateway
    return same ? null : { rule, route }
  }
  return null
}

const REFUSING: readonly string[] = ['unreachable', 'prohibit', 'blackhole']

/** A network of pods, and the node that has them. */
interface Pods {
  readonly network: string
  readonly of: string
}

interface PodFlow {
  readonly src: Ipv4 | null
  readonly dst: Ipv4
  readonly pods: Pods
}

/** From a pod of the node to other nodes' pods, and from somewhere to its own. */
function* podFlows(view: NamespaceView, world: World): Iterable<PodFlow> {
  const own = podBridges(view, world).flatMap((bridge) => networksOf(bridge))
  const src = own[0] === undefined ? null : addressAt(own[0].address, 2)
  for (const { host, subnet } of leasesOf(world)) {
    if (host !== view.evidence.host)
      yield { src, dst: addressAt(subnet.address, 2), pods: { network: formatPrefix(subnet), of: host } }
  }
  for (const network of own)
    yield {
      src: null,
      dst: addressAt(network.address, 2),
      pods: { network: formatPrefix(network), of: view.evidence.host },
    }
}

/** Null: nobody knows. */
function matchesFlow({ rule }: ToldRule, src: Ipv4 | null, dst: Ipv4): boolean | null {
  const special =
    rule.invert === true ||
    (rule.tos ?? 0) !== 0 ||
    (rule.mark ?? 0) !== 0 ||
    (rule.markMask ?? 0) !== 0 ||
    (rule.iif ?? '') !== '' ||
    (rule.oif ?? '') !== '' ||
    (rule.ipProtocol ?? 0) !== 0 ||
    rule.sourcePorts != null ||
    rule.destinationPorts != null ||
    rule.uids != null ||
    (rule.suppressPrefixLength ?? -1) >= 0
  if (rule.to != null && !prefixContains(rule.to, dst)) return false
  if (rule.from != null) {
    if (src === null) return rule.from.length === 0 ? !special || null : null
    if (!prefixContains(rule.from, src)) return false
  }
  return special ? null : true
}
