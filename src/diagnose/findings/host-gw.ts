import { addressAt, formatIpv4, formatPrefix, type Prefix, prefixContains } from '../../packet/address.ts'
import type { LinkEvidence } from '../../snapshot/index.ts'
import type { FindingDefinition } from '../definition.ts'
import { absent, type Examination, linkProof } from '../examination.ts'
import { command, placeOf } from '../finding.ts'
import { podBridges } from '../leases.ts'
import { lookup } from '../routes.ts'
import { type NamespaceView, networksOf, type World } from '../world.ts'

/** Nodes that are each other's gateways, without a tunnel: flannel's host-gw, and static routes. */

interface Home {
  readonly view: NamespaceView
  readonly bridge: LinkEvidence
  readonly pods: Prefix
}

/** Nodes without a tunnel whose bridge has pods of the cluster. */
function homes(world: World): readonly Home[] {
  return world.nodes.flatMap((view) => {
    if (view.evidence.links?.some(({ vxlan }) => vxlan !== undefined) !== false) return []
    return podBridges(view, world).flatMap((bridge) => {
      const isCluster = world.attachments.some((one) => one.node === view && one.bridge === bridge && world.isPod(one))
      const [pods] = networksOf(bridge)
      return isCluster && pods !== undefined ? [{ view, bridge, pods }] : []
    })
  })
}

export const podRouteOneWay: FindingDefinition = {
  code: 'pod-route-one-way',
  severity: 'error',
  title: 'Two nodes are each other’s gateways, and one of them does not know it',
  explanation:
    'Packets arrive at the other node’s pods, and their answers leave by the default route, or go to another node: every connection between the two hangs.',
  recognised:
    'Of two nodes without a tunnel, one has a route to the other’s pods by an address of that node (flannel’s host-gw, or a static route), and the other has no such route back: none but perhaps the default route, or one by a gateway that the first does not have.',
  drops: ['IP_OUTNOROUTES', 'NEIGH_FAILED', 'IP_RPFILTER', 'IP_INNOROUTES', 'TTL_EXCEEDED'],
  *examine(ask) {
    const all = homes(ask.world)
    for (const here of all) {
      for (const there of all) {
        if (here.view.evidence.host === there.view.evidence.host) continue
        // two with one network are another finding
        if (prefixContains(here.pods, there.pods.address)) continue
        const way = directRoute(ask, there, here)
        const routes = ask.routes(here.view)
        if (way === null || routes === null || here.view.hasOtherRoutes || !here.view.asksMainTable) continue
        const back = lookup(routes, addressAt(there.pods.address, 2))
        if (back?.gateway != null && back.destination.length > 0 && there.view.holderOf(back.gateway) !== undefined)
          continue
        const gateway = neighbourOf(here, there)
        const network = formatPrefix(there.pods)
        yield {
          title: `${here.view.name} has no route to the pods of ${there.view.name} (${network})${back === null || back.destination.length === 0 ? '' : ' by that node'}, which has one to its pods.`,
          where: placeOf(here.view.evidence, back?.dev ?? undefined),
          evidence: [
            back === null ? absent(`no route for ${network}`, 'ip route', here.view.evidence) : back.line,
            { text: `${there.view.name}: ${way.line.text.trim()}`, source: way.line.source },
            linkProof(there.bridge, `${there.view.name} inet ${network}`),
          ],
          fix: [
            gateway === null
              ? { text: `ip route replace ${network} via an address of ${there.view.name}` }
              : command(here.view.evidence, `ip route replace ${network} via ${gateway}`),
            {
              text: 'flanneld (host-gw) writes it anew when it starts: restart its pod on that node, and read its log.',
            },
          ],
        }
      }
    }
  },
}

/** The route of one node to another's pods, if it leads by an address of that node. */
function directRoute(ask: Examination, from: Home, to: Home) {
  const routes = ask.routes(from.view)
  const route = routes === null ? null : lookup(routes, addressAt(to.pods.address, 2))
  if (route?.gateway == null || route.destination.length === 0) return null
  return to.view.holderOf(route.gateway) === undefined ? null : route
}

/** An address of the other node in a network that both are in, by a device of their own. */
function neighbourOf(here: Home, there: Home): string | null {
  const near = ownLinks(here).flatMap(networksOf)
  for (const { addresses } of ownLinks(there)) {
    for (const { address } of addresses)
      if (near.some((network) => prefixContains(network, address))) return formatIpv4(address)
  }
  return null
}

/** A bridge's network may be the same on every host: docker0. */
function ownLinks({ view }: Home): readonly LinkEvidence[] {
  return (view.evidence.links ?? []).filter(({ kind }) => kind !== 'loopback' && kind !== 'bridge')
}
