import { CtState } from '../../netfilter/match/conntrack.ts'
import { addressAt, formatIpv4, formatPrefix, type Ipv4 } from '../../packet/address.ts'
import { formatMac } from '../../packet/mac.ts'
import { Protocol } from '../../packet/protocol.ts'
import type { LinkEvidence } from '../../snapshot/index.ts'
import type { FindingDefinition } from '../definition.ts'
import { absent, confName, type Examination, linkProof } from '../examination.ts'
import { command, type Proof, placeOf } from '../finding.ts'
import { type Lease, leasesOf, podBridges } from '../leases.ts'
import { lookup, type ToldRoute } from '../routes.ts'
import type { RuleSet } from '../rules.ts'
import { type End, refusals, walkChain } from '../walk.ts'
import { isOnNetwork, type NamespaceView, networksOf } from '../world.ts'

/** The network between nodes: flannel's routes, neighbours and forwarding entries, compared with what the other nodes are. */

interface Pair {
  readonly here: Lease & { readonly view: NamespaceView; readonly device: LinkEvidence }
  readonly there: Lease
}

/** Each node that was looked at with each other one of the same tunnel. */
function* pairs(ask: Examination): Iterable<Pair> {
  const leases = leasesOf(ask.world)
  for (const here of leases) {
    if (here.view === null || here.device === null) continue
    for (const there of leases) {
      if (there.host !== here.host) yield { here: { ...here, view: here.view, device: here.device }, there }
    }
  }
}

/** Somewhere in the network of the pods of a node. */
const podOf = ({ subnet }: Lease): Ipv4 => addressAt(subnet.address, 2)

/** Does the route lead to the node without a tunnel, by an address that the node has? */
function isDirect(route: ToldRoute, there: Lease): boolean {
  if (route.gateway === null) return false
  if (there.view === null) return route.gateway === there.publicAddress
  return there.view.holderOf(route.gateway) !== undefined && route.gateway !== there.gateway
}

function routeCommand({ here, there }: Pair): string {
  return `ip route replace ${formatPrefix(there.subnet)} via ${formatIpv4(there.gateway)} dev ${here.device.name} onlink`
}

const RESTART = { text: 'flanneld writes it anew when it starts: restart its pod on that node, and read its log.' }

export const podRouteMissing: FindingDefinition = {
  code: 'pod-route-missing',
  severity: 'error',
  title: 'A node has no route to another node’s pods',
  explanation: 'Packets for those pods leave by the default route, or not at all, instead of through the tunnel.',
  recognised:
    'Of two nodes with flannel’s VXLAN device, one has no route for the other’s pod network but perhaps the default route.',
  drops: ['IP_OUTNOROUTES', 'NEIGH_FAILED'],
  *examine(ask) {
    for (const pair of pairs(ask)) {
      const { here, there } = pair
      const routes = ask.routes(here.view)
      if (routes === null || here.view.hasOtherRoutes) continue
      const route = lookup(routes, podOf(there))
      if (route !== null && route.destination.length > 0) continue
      yield {
        title: `${here.host} has no route to the pods of ${there.host} (${formatPrefix(there.subnet)}).`,
        where: placeOf(here.view.evidence, here.device.name),
        evidence: [
          route === null
            ? absent(`no route for ${formatPrefix(there.subnet)}`, 'ip route', here.view.evidence)
            : {
                text: `${route.line.text.trim()} is all that covers ${formatPrefix(there.subnet)}`,
                source: route.line.source,
              },
          there.proof,
        ],
        fix: [command(here.view.evidence, routeCommand(pair)), RESTART],
      }
    }
  },
}

export const podRouteWrong: FindingDefinition = {
  code: 'pod-route-wrong',
  severity: 'error',
  title: 'A node’s route to another node’s pods leads elsewhere',
  explanation: 'Packets for those pods arrive at another node, or nowhere.',
  recognised:
    'Of two nodes with flannel’s VXLAN device, one has a route for the other’s pod network that leads neither through its VXLAN device to the other’s tunnel address, nor to an address that the other node has (host-gw, DirectRouting).',
  drops: ['IP_OUTNOROUTES', 'NEIGH_FAILED', 'NEIGH_QUEUEFULL', 'IP_INNOROUTES', 'TTL_EXCEEDED'],
  *examine(ask) {
    for (const pair of pairs(ask)) {
      const { here, there } = pair
      const routes = ask.routes(here.view)
      if (routes === null || here.view.hasOtherRoutes) continue
      const route = lookup(routes, podOf(there))
      if (route === null || route.destination.length === 0) continue
      if (route.dev === here.device.name && route.gateway === there.gateway) continue
      if (isDirect(route, there)) continue
      yield {
        title: `${here.host}: the route to the pods of ${there.host} (${formatPrefix(there.subnet)}) leads elsewhere.`,
        where: placeOf(here.view.evidence, route.dev ?? undefined),
        evidence: [route.line, there.proof],
        fix: [
          ...(route.destination.length > there.subnet.length
            ? [command(here.view.evidence, `ip route del ${route.line.text.trim()}`)]
            : []),
          command(here.view.evidence, routeCommand(pair)),
          RESTART,
        ],
      }
    }
  },
}

/** The route through the tunnel, if there is one: only then neighbour and forwarding entry matter. */
function tunnelRoute(ask: Examination, { here, there }: Pair): ToldRoute | null {
  const routes = ask.routes(here.view)
  const route = routes === null ? null : lookup(routes, podOf(there))
  return route !== null && route.dev === here.device.name && route.gateway === there.gateway ? route : null
}

export const tunnelNeighbour: FindingDefinition = {
  code: 'tunnel-neighbour-wrong',
  severity: 'error',
  title: 'A node does not know the other end of the tunnel',
  explanation:
    'flannel’s VXLAN device asks nobody: the MAC address of each other node’s device stands in a permanent neighbour entry. Without it the packet waits for an answer to ARP that never comes; with a wrong one the other node’s kernel ' +
    'takes the frame for somebody else’s.',
  recognised:
    'The node has a route through its VXLAN device to another node, and its neighbour entry for that gateway is missing, or its MAC address is not that of the other node’s VXLAN device.',
  drops: ['NEIGH_FAILED', 'NEIGH_QUEUEFULL', 'OTHERHOST', 'NO_TX_TARGET'],
  *examine(ask) {
    for (const pair of pairs(ask)) {
      const { here, there } = pair
      const route = tunnelRoute(ask, pair)
      const neighbours = ask.neighbours(here.view)
      if (route === null || neighbours === null) continue
      const entry = neighbours.find(({ address, dev }) => address === there.gateway && dev === here.device.name)
      if (entry?.mac != null && (there.mac === null || entry.mac === there.mac)) continue
      // a device that learns asks for itself
      if (entry?.mac == null && here.device.vxlan?.learning === true) continue
      const gateway = formatIpv4(there.gateway)
      const says =
        entry === undefined ? 'is missing' : entry.mac === null ? `is ${entry.state}` : `says ${formatMac(entry.mac)}`
      yield {
        title: `${here.host}: the neighbour entry for ${there.host}’s end of the tunnel (${gateway}) ${says}${there.mac === null ? '' : `, and it is ${formatMac(there.mac)}`}.`,
        where: placeOf(here.view.evidence, here.device.name),
        evidence: [
          entry === undefined
            ? absent(`no entry for ${gateway} dev ${here.device.name}`, 'ip neigh', here.view.evidence)
            : {
                text: `${gateway} dev ${entry.dev} ${entry.mac === null ? '' : `lladdr ${formatMac(entry.mac)} `}${entry.state}`,
                source: entry.source,
              },
          macProof(there),
        ],
        fix: [
          ...(there.mac === null
            ? []
            : [
                command(
                  here.view.evidence,
                  `ip neigh replace ${gateway} lladdr ${formatMac(there.mac)} dev ${here.device.name} nud permanent`,
                ),
              ]),
          RESTART,
        ],
      }
    }
  },
}

function macProof(there: Lease): Proof {
  const { device, mac, proof } = there
  return device === null || mac === null ? proof : linkProof(device, `${there.host} link/ether ${formatMac(mac)}`)
}

export const tunnelForwarding: FindingDefinition = {
  code: 'tunnel-fdb-wrong',
  severity: 'error',
  title: 'A node sends the tunnel’s packets to nobody, or to the wrong host',
  explanation:
    'The VXLAN device looks the MAC address up in its forwarding entries to find the host to send to. After a node has changed its address, the entries of the others often still have the old one.',
  recognised:
    'The node has a route through its VXLAN device to another node, and no forwarding entry for that node’s VXLAN MAC address, or one whose destination is not the other node’s tunnel address.',
  drops: ['NO_TX_TARGET', 'NEIGH_FAILED', 'VXLAN_VNI_NOT_FOUND'],
  *examine(ask) {
    for (const pair of pairs(ask)) {
      const { here, there } = pair
      const entries = ask.fdb(here.view)
      if (tunnelRoute(ask, pair) === null || entries === null || there.mac === null) continue
      const { mac } = there
      const own = entries.filter((entry) => entry.dev === here.device.name && entry.mac === mac)
      const entry = own[0]
      if (entry === undefined && here.device.vxlan?.learning === true) continue
      if (own.some(({ dst }) => dst !== null && (there.publicAddress === null || dst === there.publicAddress))) continue
      const to = there.publicAddress === null ? null : formatIpv4(there.publicAddress)
      const says = entry === undefined ? 'is missing' : `says ${entry.dst === null ? 'nothing' : formatIpv4(entry.dst)}`
      yield {
        title: `${here.host}: the forwarding entry for ${there.host}’s tunnel (${formatMac(mac)}) ${says}${to === null ? '' : `, and its address is ${to}`}.`,
        where: placeOf(here.view.evidence, here.device.name),
        evidence: [
          entry === undefined
            ? absent(`no entry for ${formatMac(mac)} dev ${here.device.name}`, 'bridge fdb', here.view.evidence)
            : {
                text: `${formatMac(mac)} dev ${entry.dev} dst ${entry.dst === null ? '?' : formatIpv4(entry.dst)} self ${entry.state}`,
                source: entry.source,
              },
          there.device === null || to === null
            ? there.proof
            : linkProof(there.device, `${there.host} vxlan local ${to}`),
        ],
        fix: [
          ...(to === null
            ? []
            : [
                ...(entry === undefined
                  ? []
                  : [
                      command(
                        here.view.evidence,
                        `bridge fdb del ${formatMac(mac)} dev ${here.device.name}${entry.dst === null ? '' : ` dst ${formatIpv4(entry.dst)}`} self`,
                      ),
                    ]),
                command(
                  here.view.evidence,
                  `bridge fdb append ${formatMac(mac)} dev ${here.device.name} dst ${to} self permanent`,
                ),
              ]),
          RESTART,
        ],
      }
    }
  },
}

export const tunnelSettings: FindingDefinition = {
  code: 'tunnel-settings-differ',
  severity: 'error',
  title: 'The nodes’ tunnels do not fit together',
  explanation:
    'A host takes VXLAN packets only on its own UDP port and for its own VNI; all others it drops, silently or with an ICMP error.',
  recognised: 'flannel’s VXLAN devices of two nodes have different VNIs or destination ports.',
  drops: ['VXLAN_VNI_NOT_FOUND', 'NO_SOCKET'],
  *examine(ask) {
    const leases = leasesOf(ask.world).filter((one): one is Pair['here'] => one.device?.vxlan !== undefined)
    const [first, ...others] = leases
    for (const other of others) {
      const a = first!.device.vxlan!
      const b = other.device.vxlan!
      const what = a.id !== b.id ? 'VNIs' : a.dstport !== b.dstport ? 'UDP ports' : null
      if (what === null) continue
      yield {
        title: `${first!.host} and ${other.host} have different ${what}: ${a.id} on port ${a.dstport}, ${b.id} on port ${b.dstport}.`,
        where: placeOf(other.view.evidence, other.device.name),
        evidence: [
          linkProof(first!.device, `vxlan id ${a.id} dstport ${a.dstport}`),
          linkProof(other.device, `vxlan id ${b.id} dstport ${b.dstport}`),
        ],
        fix: [
          {
            text: 'Let all nodes read the same net-conf.json (Backend.VNI, Backend.Port), delete the device of the node that differs (ip link del), and restart flanneld there.',
          },
        ],
      }
    }
  },
}

export const bridgeOutsideSubnet: FindingDefinition = {
  code: 'bridge-outside-subnet',
  severity: 'error',
  title: 'The pods’ bridge has another network than flannel thinks',
  explanation:
    'The other nodes send what is for this node’s pods by flannel’s subnet. Pods outside of it are reached by nobody, and their packets are not those of the pod network to any rule. It happens when docker or the CNI plugin started before ' +
    'flannel had written /run/flannel/subnet.env, or when the node got a new subnet.',
  recognised:
    'The address of the node’s VXLAN device, which is the first of its subnet, is in none of the networks of the bridges that have pods.',
  drops: ['IP_OUTNOROUTES', 'NEIGH_FAILED'],
  *examine(ask) {
    for (const { view, device, gateway } of leasesOf(ask.world)) {
      if (view === null || device === null) continue
      const bridges = podBridges(view, ask.world).filter((bridge) => networksOf(bridge).length > 0)
      const [first] = bridges
      if (first === undefined || bridges.some((bridge) => isOnNetwork(bridge, gateway))) continue
      const networks = networksOf(first).map(formatPrefix).join(', ')
      yield {
        title: `${view.name}: the pods on ${first.name} are in ${networks}, but flannel’s subnet begins at ${formatIpv4(gateway)}.`,
        where: placeOf(view.evidence, first.name),
        evidence: [linkProof(first, `inet ${networks}`), linkProof(device, `inet ${formatIpv4(gateway)}/32`)],
        fix: [
          {
            text: `Give ${first.name} the network of /run/flannel/subnet.env: for docker0 --bip=$FLANNEL_SUBNET and restart dockerd; for cni0 delete the bridge (ip link del cni0). Then make the node’s pods anew.`,
          },
        ],
      }
    }
  },
}

export const rpFilter: FindingDefinition = {
  code: 'rp-filter-asymmetric',
  severity: 'error',
  title: 'rp_filter drops packets that come another way than answers go',
  explanation:
    'With rp_filter = 1 the kernel drops a packet unless the way back to its sender leads through the very device that it came by. It tells nobody (log_martians = 1 makes it write to the log).',
  recognised:
    'Another node’s route to this node’s pods arrives by one device, while this node’s route back to that node’s pods leads by another; or a neighbour talks to the host on one device while the route to it leads by another. rp_filter (the larger ' +
    'of all and the device) is 1 on the device of arrival, and no policy rule comes before the main table.',
  drops: ['IP_RPFILTER'],
  *examine(ask) {
    for (const { here: there, there: here } of pairs(ask)) {
      if (here.view === null || here.device === null) continue
      const out = lookup(ask.routes(there.view) ?? [], podOf(here))
      const back = lookup(ask.routes(here.view) ?? [], podOf(there))
      if (out === null || back === null || out.destination.length === 0 || here.view.hasOtherRoutes) continue
      const arrival =
        out.dev === there.device.name
          ? here.device.name
          : out.gateway === null
            ? undefined
            : here.view.holderOf(out.gateway)?.name
      if (arrival === undefined || back.dev === arrival) continue
      yield* strict(ask, here.view, arrival, `pods of ${there.host}`, back, {
        text: `${there.host}: ${out.line.text.trim()}`,
        source: out.line.source,
      })
    }
    for (const view of ask.world.nodes) {
      const told = new Set<string>()
      for (const { address, dev, mac, state, source } of ask.neighbours(view) ?? []) {
        if (mac === null || told.has(dev) || state === 'NOARP' || state === 'PERMANENT') continue
        const back = lookup(ask.routes(view) ?? [], address)
        if (back === null || back.dev === dev || back.dev === null) continue
        told.add(dev)
        yield* strict(ask, view, dev, formatIpv4(address), back, {
          text: `${formatIpv4(address)} dev ${dev} lladdr ${formatMac(mac)} ${state}`,
          source,
        })
      }
    }
  },
}

function* strict(
  ask: Examination,
  view: NamespaceView,
  device: string,
  who: string,
  back: ToldRoute,
  proof: Proof,
): ReturnType<FindingDefinition['examine']> {
  if (!view.asksMainTable) {
    ask.policy(view)
    return
  }
  const conf = ask.conf(view, device, 'rp_filter')
  if (conf === null || Math.max(conf.all, conf.own) !== 1) return
  const all = conf.all === 1
  yield {
    title: `${view.name}: packets from ${who} come by ${device}, and the way back leads by ${back.dev}: rp_filter drops them.`,
    where: placeOf(view.evidence, device),
    evidence: [
      proof,
      back.line,
      ask.sysctlProof(view, all ? 'net.ipv4.conf.all.rp_filter' : confName(device, 'rp_filter')),
    ],
    fix: [
      { text: 'Best: let both ways lead by the same device.' },
      // the larger of the two counts, so 2 on the device is enough
      command(view.evidence, `sysctl -w ${confName(device, 'rp_filter')}=2`),
    ],
  }
}

export const tunnelBlocked: FindingDefinition = {
  code: 'tunnel-blocked',
  severity: 'error',
  title: 'A firewall drops the tunnel’s packets',
  explanation: 'VXLAN is UDP between the nodes. Pods reach each other on one node, and never across nodes.',
  recognised:
    'Every way that a VXLAN packet from another node can take through a node’s PREROUTING (raw, mangle) or INPUT ends in DROP or REJECT; a test that cannot be decided counts both ways.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      for (const link of ask.links(view) ?? []) {
        if (link.vxlan === undefined || link.vxlan.dev === null) continue
        const { vxlan } = link
        const packet = {
          ...(vxlan.local === null ? {} : { dst: vxlan.local }),
          ...peerAddress(ask, view),
          in: link.vxlan.dev,
          out: '',
          protocol: Protocol.UDP,
          dport: vxlan.dstport,
          state: CtState.NEW,
        }
        for (const rules of ask.rules(view) ?? []) {
          const ends = firstRefusal(rules, packet)
          if (ends === null) continue
          yield {
            title: `${view.name} drops the tunnel’s packets (UDP port ${vxlan.dstport}) from other nodes.`,
            where: placeOf(view.evidence, link.name),
            evidence: [
              ...ends.map((end) => endProof(rules, 'filter', 'INPUT', end)),
              linkProof(link, `vxlan dstport ${vxlan.dstport}`),
            ],
            fix: [
              command(view.evidence, `iptables -I INPUT -p udp --dport ${vxlan.dstport} -j ACCEPT`),
              {
                text: `Make it last with the firewall’s own tool: ufw allow ${vxlan.dstport}/udp, or firewall-cmd --permanent --add-port=${vxlan.dstport}/udp`,
              },
            ],
          }
        }
      }
    }
  },
}

/** Where such a packet comes from, when only one other host is known; else nobody knows. */
function peerAddress(ask: Examination, view: NamespaceView): { readonly src?: Ipv4 } {
  const others = leasesOf(ask.world).filter(
    ({ host, publicAddress }) => host !== view.evidence.host && publicAddress !== null,
  )
  return others[0] === undefined ? {} : { src: others[0].publicAddress! }
}

function firstRefusal(rules: RuleSet, packet: Parameters<typeof walkChain>[3]): readonly End[] | null {
  return (
    refusals(walkChain(rules, 'raw', 'PREROUTING', packet)) ??
    refusals(walkChain(rules, 'mangle', 'PREROUTING', packet)) ??
    refusals(walkChain(rules, 'mangle', 'INPUT', packet)) ??
    refusals(walkChain(rules, 'filter', 'INPUT', packet))
  )
}

/** The rule that refuses, or the policy. */
export function endProof(rules: RuleSet, table: 'filter', chain: string, { at }: End): Proof {
  return at === null ? rules.chainProof(table, chain) : rules.proof(at)
}

export const neighbourFailed: FindingDefinition = {
  code: 'neighbour-failed',
  severity: 'warning',
  title: 'A host or pod does not answer ARP',
  explanation:
    'The kernel has asked for its MAC address and heard nothing: packets to it end with "no route to host". It is down, is plugged in elsewhere, or a filter keeps ARP from it.',
  recognised:
    'A neighbour entry is FAILED or INCOMPLETE, and its address is a gateway of one of the namespace’s routes, or the address of a host or pod that was looked at.',
  drops: ['NEIGH_FAILED', 'NEIGH_QUEUEFULL'],
  *examine(ask) {
    for (const view of ask.world.views) {
      for (const { address, dev, mac, state, source } of ask.neighbours(view) ?? []) {
        if (mac !== null || (state !== 'FAILED' && state !== 'INCOMPLETE')) continue
        // a tunnel asks nobody: what it lacks is `tunnel-neighbour-wrong`
        if (view.link(dev)?.vxlan !== undefined) continue
        const route = ask.routes(view)?.find(({ gateway, dev: by }) => gateway === address && by === dev)
        const [holder] = ask.world.holdersOf(address)
        if (route === undefined && holder === undefined) continue
        const text = formatIpv4(address)
        yield {
          title: `${view.name} gets no answer from ${text} on ${dev}${holder === undefined ? ', its gateway' : `, which is ${holder.view.name}`}.`,
          where: placeOf(view.evidence, dev),
          evidence: [
            { text: `${text} dev ${dev} ${state}`, source },
            ...(route === undefined ? [] : [route.line]),
            ...(holder === undefined ? [] : [linkProof(holder.link, `${holder.view.name} inet ${text}`)]),
          ],
          fix: [{ text: `See whether ${text} is up and on the same network as ${dev}: arping -I ${dev} ${text}` }],
        }
      }
    }
  },
}
