import { type TableName, unsupportedPart } from '../../netfilter/index.ts'
import { CtState } from '../../netfilter/match/conntrack.ts'
import { formatIpv4, type Ipv4 } from '../../packet/address.ts'
import { Protocol } from '../../packet/protocol.ts'
import type { FindingDefinition } from '../definition.ts'
import { absent, type Examination } from '../examination.ts'
import { command, type Proof, placeOf } from '../finding.ts'
import { allEndpoints, chainOf, type RuleEndpoint } from '../proxy-rules.ts'
import type { PlacedRule, RuleSet } from '../rules.ts'
import { type End, refusals, type ThoughtPacket, walkChain } from '../walk.ts'
import { type Attachment, isOnNetwork, type NamespaceView } from '../world.ts'

/** What stands in the way of packets that nothing is wrong with otherwise. */

/** The tables that a packet passes on its way through a host, in their order. */
const FORWARD_TABLES = ['mangle', 'filter'] as const

/** The ends, when every way through one of the tables is refused. */
function refusedAt(
  rules: RuleSet,
  tables: readonly TableName[],
  chain: string,
  packet: ThoughtPacket,
): { readonly table: TableName; readonly ends: readonly End[] } | null {
  for (const table of tables) {
    const ends = refusals(walkChain(rules, table, chain, packet))
    if (ends !== null) return { table, ends }
  }
  return null
}

function proofs(rules: RuleSet, table: TableName, chain: string, ends: readonly End[]): readonly Proof[] {
  return ends.slice(0, 4).map(({ at }) => (at === null ? rules.chainProof(table, chain) : rules.proof(at)))
}

/** What refuses, in words. */
function who(chain: string, [end]: readonly End[]): string {
  return end?.at == null ? `the policy of ${chain} is DROP` : `rule ${end.at.position} of ${end.at.chain} refuses them`
}

/** Another node’s device, or the way out of the host: where a pod’s packets leave by. */
function waysOut(view: NamespaceView, { inside, bridge }: Attachment): readonly string[] {
  const links = view.evidence.links ?? []
  const tunnel = links.find(({ vxlan }) => vxlan !== undefined)
  if (tunnel !== undefined) return [tunnel.name]
  return links
    .filter((link) => link.addresses.length > 0 && link.kind !== 'loopback' && link !== bridge && link.master === null)
    .filter((link) => !inside.addresses.some(({ address }) => isOnNetwork(link, address)) && link.kind !== 'bridge')
    .map(({ name }) => name)
    .slice(0, 1)
}

export const forwardDrop: FindingDefinition = {
  code: 'forward-drop',
  severity: 'error',
  title: 'A node’s FORWARD chain drops what its pods send',
  explanation:
    'Docker sets the policy of FORWARD to DROP, and firewalls add rules; pods then reach their own node and nothing else, unless a rule accepts their packets (flannel’s, or the CNI plugin’s).',
  recognised:
    'Every way that the first packet of a pod to another node’s network can take through FORWARD (mangle, filter) ends in DROP or REJECT; a test that cannot be decided counts both ways.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    for (const node of ask.world.nodes) {
      const told = new Set<string>()
      for (const attachment of ask.world.attachments) {
        if (attachment.node !== node) continue
        const { inside, bridge, outside } = attachment
        const by = bridge?.name ?? outside.name
        const src = inside.addresses[0]?.address
        if (src === undefined || told.has(by) || !ask.world.isPod(attachment)) continue
        told.add(by)
        for (const rules of ask.rules(node) ?? []) {
          for (const out of waysOut(node, attachment)) {
            const dst = someoneElse(ask, node)
            const packet = { src, ...(dst === null ? {} : { dst }), in: by, out, state: CtState.NEW, mark: 0 }
            const refused = refusedAt(rules, FORWARD_TABLES, 'FORWARD', packet)
            if (refused === null) continue
            yield {
              title: `${node.name} drops what pods on ${by} send by ${out}: ${who('FORWARD', refused.ends)}.`,
              where: placeOf(node.evidence, by),
              evidence: proofs(rules, refused.table, 'FORWARD', refused.ends),
              fix: [
                command(node.evidence, `iptables -I FORWARD -i ${by} -j ACCEPT`),
                command(node.evidence, `iptables -I FORWARD -o ${by} -j ACCEPT`),
                {
                  text: 'flanneld writes such rules itself (FLANNEL-FWD) unless it runs with --iptables-forward-rules=false; with ufw set DEFAULT_FORWARD_POLICY="ACCEPT" in /etc/default/ufw.',
                },
              ],
            }
          }
        }
      }
    }
  },
}

/** A pod of another node. */
function someoneElse(ask: Examination, node: NamespaceView): Ipv4 | null {
  for (const other of ask.world.attachments) {
    if (other.node.evidence.host !== node.evidence.host && ask.world.isPod(other)) {
      const [address] = other.inside.addresses
      if (address !== undefined) return address.address
    }
  }
  return null
}

export const forwardDropToPods: FindingDefinition = {
  code: 'forward-drop-to-pods',
  severity: 'error',
  title: 'A node’s firewall drops what comes for its pods',
  explanation:
    'A packet for a node port is translated before FORWARD sees it: it is then a packet from outside to a pod. kube-proxy marks it and accepts it in KUBE-FORWARD; a firewall’s rule (ufw, firewalld) that stands before, or a KUBE-FORWARD that is not there, drops it.',
  recognised:
    'kube-proxy’s rules translate to a pod of this node, and every way that such a packet, new and marked 0x4000, can take from the node’s own device through FORWARD (mangle, filter) to the pods’ bridge ends in DROP or REJECT.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    for (const node of ask.world.nodes) {
      if (!node.hasServiceRules) continue
      for (const rules of ask.rules(node) ?? []) {
        const found = endpointHere(ask, node, rules)
        if (found === null) continue
        const { attachment, endpoint } = found
        const out = attachment.bridge?.name ?? attachment.outside.name
        const device = (ask.links(node) ?? []).find(
          (link) =>
            link.kind !== 'loopback' && link.kind !== 'bridge' && link.vxlan === undefined && link.addresses.length > 0,
        )
        if (device === undefined) continue
        const { protocol } = endpoint.at.rule.ip
        const packet = {
          dst: endpoint.address,
          dport: endpoint.port,
          ...(protocol === undefined ? {} : { protocol: protocol.number }),
          in: device.name,
          out,
          state: CtState.NEW,
          mark: MASQUERADE_MARK,
        }
        const refused = refusedAt(rules, FORWARD_TABLES, 'FORWARD', packet)
        if (refused === null) continue
        const kubeForward = rules.chain('filter', 'KUBE-FORWARD') !== undefined
        yield {
          title: `${node.name} drops what comes from ${device.name} for pods on ${out}: ${who('FORWARD', refused.ends)}${kubeForward ? '' : '; there is no KUBE-FORWARD'}.`,
          where: placeOf(node.evidence, out),
          evidence: [...proofs(rules, refused.table, 'FORWARD', refused.ends), rules.proof(endpoint.at)],
          fix: [
            ...(kubeForward
              ? [command(node.evidence, 'iptables -I FORWARD -j KUBE-FORWARD')]
              : [command(node.evidence, `iptables -I FORWARD -o ${out} -m mark --mark 0x4000/0x4000 -j ACCEPT`)]),
            {
              text: 'Take the firewall’s rule away with its own tool (ufw route allow …, firewall-cmd --zone=trusted --add-interface=…). kube-proxy puts its own rules back when it syncs: restart it if they are gone.',
            },
          ],
        }
      }
    }
  },
}

/** kube-proxy's `masqueradeBit` 14. */
const MASQUERADE_MARK = 0x4000

function endpointHere(
  ask: Examination,
  node: NamespaceView,
  rules: RuleSet,
): { readonly attachment: Attachment; readonly endpoint: RuleEndpoint } | null {
  for (const endpoint of allEndpoints(rules)) {
    const attachment = ask.world.attachments.find(
      (one) => one.node === node && one.inside.addresses.some(({ address }) => address === endpoint.address),
    )
    if (attachment !== undefined) return { attachment, endpoint }
  }
  return null
}

export const inputDropsEndpoint: FindingDefinition = {
  code: 'input-drops-endpoint',
  severity: 'error',
  title: 'A node’s firewall drops what pods send to an endpoint on the node itself',
  explanation:
    'An endpoint with the node’s own address (the API server behind default/kubernetes, a hostNetwork pod) is reached through INPUT, where a firewall often lets in little. Pods of other nodes may still get through.',
  recognised:
    'kube-proxy’s rules translate to an address of this node, and every way that a new packet of one of its pods to that port can take through INPUT ends in DROP or REJECT.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    for (const node of ask.world.nodes) {
      if (!node.hasServiceRules) continue
      const attachment = ask.world.attachments.find((one) => one.node === node && one.inside.addresses.length > 0)
      if (attachment === undefined) continue
      for (const rules of ask.rules(node) ?? []) {
        const refused = [...allEndpoints(rules)].flatMap((endpoint) => {
          if (node.holderOf(endpoint.address) === undefined) return []
          const found = refusedAt(rules, ['mangle', 'filter'], 'INPUT', {
            src: attachment.inside.addresses[0]!.address,
            dst: endpoint.address,
            dport: endpoint.port,
            protocol: protocolOf(endpoint),
            in: attachment.bridge?.name ?? attachment.outside.name,
            out: '',
            state: CtState.NEW,
          })
          return found === null ? [] : [{ endpoint, ...found }]
        })
        const [first] = refused
        if (first === undefined) continue
        const names = [...new Set(refused.map(({ endpoint: { address, port } }) => `${formatIpv4(address)}:${port}`))]
        const ports = new Set(
          refused.map(
            ({ endpoint }) => `-p ${protocolOf(endpoint) === Protocol.UDP ? 'udp' : 'tcp'} --dport ${endpoint.port}`,
          ),
        )
        const by = attachment.bridge?.name ?? attachment.outside.name
        yield {
          title: `${node.name} drops what its pods send to ${names.join(', ')}, ${names.length === 1 ? 'an endpoint' : 'endpoints'} on the node: ${who('INPUT', first.ends)}.`,
          where: placeOf(node.evidence),
          evidence: [
            ...proofs(rules, first.table, 'INPUT', first.ends),
            ...refused.slice(0, 5).map(({ endpoint }) => rules.proof(endpoint.at)),
          ],
          fix: [
            ...[...ports].map((words) => command(node.evidence, `iptables -I INPUT -i ${by} ${words} -j ACCEPT`)),
            { text: 'Make it last with the firewall’s own tool.' },
          ],
        }
      }
    }
  },
}

function protocolOf({ at }: RuleEndpoint): number {
  return at.rule.ip.protocol?.number ?? Protocol.TCP
}

export const bothBackends: FindingDefinition = {
  code: 'rules-in-both-backends',
  severity: 'warning',
  title: 'Rules in both iptables-legacy and iptables-nft',
  explanation:
    'Packets pass both, and each tool shows one of them: what the one accepts the other may drop, and nobody sees why. Usually a container brought its own iptables along.',
  recognised: 'A namespace has rules in both back ends; it is an error when kube-proxy’s rules are in both.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    for (const view of ask.world.views) {
      const full = (ask.rules(view) ?? []).filter(({ size }) => size > 0)
      const [one, two] = full
      if (one === undefined || two === undefined) continue
      const kube = full.filter((rules) => rules.chain('nat', 'KUBE-SERVICES') !== undefined)
      yield {
        severity: kube.length > 1 ? 'error' : 'warning',
        title: `${view.name} has ${full.map(({ evidence, size }) => `${size} rules in iptables-${evidence.backend}`).join(' and ')}${kube.length > 1 ? '; kube-proxy’s are in both' : ''}.`,
        where: placeOf(view.evidence),
        evidence: full.map(({ evidence, size }) => ({
          text: `iptables-${evidence.backend}: ${size} rules`,
          source: evidence.source,
        })),
        fix: [
          {
            text: 'Let all programs of the node use one of them (update-alternatives --config iptables; an image whose iptables fits). Then empty the other: for each table iptables-legacy -t TABLE -F and -X.',
          },
        ],
      }
    }
  },
}

export const unmodelledRule: FindingDefinition = {
  code: 'unmodelled-rule',
  severity: 'info',
  title: 'Rules that kubehop does not model',
  explanation: 'Nothing is said about packets that reach such a rule: a trace ends there as "depends".',
  recognised: 'A rule has a match or a target that kubehop does not know, and its chain is reached from a base chain.',
  *examine(ask) {
    for (const view of ask.world.nodes) {
      for (const rules of ask.rules(view) ?? []) {
        const found: { readonly at: PlacedRule; readonly what: string }[] = []
        for (const table of rules.tables.values()) {
          const reached = reachedChains(rules, table.name)
          for (const at of rules.all(table.name)) {
            const what = reached.has(at.chain) ? unsupportedPart(at.rule) : null
            if (what !== null) found.push({ at, what })
          }
        }
        if (found.length === 0) continue
        yield {
          title: `${view.name} has ${found.length === 1 ? 'a rule' : `${found.length} rules`} that kubehop does not model: ${[...new Set(found.map(({ what }) => what))].slice(0, 5).join(', ')}.`,
          where: placeOf(view.evidence),
          evidence: found.slice(0, 5).map(({ at }) => rules.proof(at)),
          fix: [
            {
              text: 'If a flow ends there, look at the rule’s counter while you send (iptables -L CHAIN -v -n), or leave the rule out for a try.',
            },
          ],
        }
      }
    }
  },
}

function reachedChains(rules: RuleSet, table: TableName): ReadonlySet<string> {
  const chains = rules.table(table)?.chains
  const reached = new Set([...(chains?.values() ?? [])].filter(({ policy }) => policy !== null).map(({ name }) => name))
  for (const name of reached) {
    for (const rule of chains?.get(name)?.rules ?? []) {
      const next = chainOf(rule)
      if (next !== undefined) reached.add(next)
    }
  }
  return reached
}

export const foreignProxyTables: FindingDefinition = {
  code: 'two-proxy-modes',
  severity: 'error',
  title: 'Two modes of kube-proxy on one node',
  explanation:
    'A kube-proxy that was switched to another mode leaves the rules of the old one behind. Whichever sees a packet first translates it, to endpoints that nobody keeps up to date.',
  recognised:
    'Beside kube-proxy’s iptables rules there is its nftables table (ip kube-proxy), or the device kube-ipvs0 of its IPVS mode.',
  *examine(ask) {
    for (const view of ask.world.nodes) {
      if (!view.hasServiceRules) continue
      const table = view.evidence.foreignTables.find(({ text }) => /^(table )?(ip|inet) kube-proxy\b/.test(text.trim()))
      const ipvs = view.link('kube-ipvs0')
      // kube-proxy in IPVS mode has KUBE-SERVICES, too, but no chains of single Services
      const full = (view.rules ?? []).some((rules) => view.services(rules).length > 0)
      if (!full || (table === undefined && ipvs === undefined)) continue
      const other = table === undefined ? 'IPVS' : 'nftables'
      yield {
        title: `${view.name} has rules of kube-proxy’s iptables mode and of its ${other} mode.`,
        where: placeOf(view.evidence),
        evidence: [
          table ?? absent('device kube-ipvs0', 'ip link', view.evidence),
          ...(view.rules ?? []).flatMap((rules) =>
            [...rules.rulesOf('nat', 'KUBE-SERVICES')].slice(0, 1).map((at) => rules.proof(at)),
          ),
        ],
        fix: [
          {
            text: 'kube-proxy --cleanup takes the rules of all modes away; run it on the node (with the mode that is not wanted stopped), then start kube-proxy again. A restart of the node does the same.',
          },
        ],
      }
    }
  },
}

export const invalidDropped: FindingDefinition = {
  code: 'invalid-packets-dropped',
  severity: 'warning',
  title: 'Packets are dropped because conntrack takes them for invalid',
  explanation:
    'conntrack calls TCP packets outside of the window INVALID, and kube-proxy drops them: long connections with lost or reordered packets break off. If its counter grows while connections break, this is why.',
  recognised:
    'A rule that drops packets of state INVALID has counted at least 100 of them, and net.netfilter.nf_conntrack_tcp_be_liberal is 0.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      for (const rules of view.rules ?? []) {
        for (const at of rules.rulesOf('filter', 'KUBE-FORWARD')) {
          const text = rules.proof(at).text
          if (at.rule.target?.kind !== 'DROP' || !text.includes('--ctstate INVALID')) continue
          const packets = rules.packets(at)
          if (packets < MANY || ask.number(view, 'net.netfilter.nf_conntrack_tcp_be_liberal') !== 0) continue
          const { text: rule, source } = rules.proof(at)
          yield {
            title: `${view.name} has dropped ${packets} packets that conntrack took for invalid.`,
            where: placeOf(view.evidence),
            evidence: [
              { text: `[${packets} packets] ${rule}`, source },
              ask.sysctlProof(view, 'net.netfilter.nf_conntrack_tcp_be_liberal'),
            ],
            fix: [
              command(view.evidence, 'sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1'),
              { text: 'To keep it: conntrack.tcpBeLiberal: true in kube-proxy’s configuration.' },
            ],
          }
        }
      }
    }
  },
}

/** Single ones are every day’s: retransmissions behind the end of a connection. */
const MANY = 100
