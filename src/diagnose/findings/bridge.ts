import { formatIpv4, type Ipv4 } from '../../packet/address.ts'
import { formatMac, type Mac } from '../../packet/mac.ts'
import { TableId } from '../../route/types.ts'
import type { FindingDefinition } from '../definition.ts'
import { absent, linkProof } from '../examination.ts'
import { command, placeOf } from '../finding.ts'
import { allEndpoints } from '../proxy-rules.ts'
import { isOnNetwork, networksOf } from '../world.ts'

/** Pods and the bridge that they hang on. */

export const hairpinOff: FindingDefinition = {
  code: 'hairpin-off',
  severity: 'warning',
  title: 'A pod cannot reach itself through its own Service',
  explanation:
    'When kube-proxy picks the very pod that sent the packet, the bridge would have to send the frame out of the port that it came in by. Without hairpin mode it drops it: a share of the pod’s ' +
    'own requests to its Service hangs.',
  recognised:
    'A pod that is an endpoint of a Service (a KUBE-SEP chain translates to its address) hangs on a bridge port without hairpin mode, and the bridge is not promiscuous.',
  drops: ['BRIDGE_NO_EGRESS_PORT'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      const endpoints = new Set<Ipv4>()
      for (const rules of ask.rules(view) ?? []) for (const { address } of allEndpoints(rules)) endpoints.add(address)
      if (endpoints.size === 0) continue
      const off = ask.world.attachments.filter(
        ({ node, inside, outside, bridge }) =>
          node === view &&
          bridge !== null &&
          !bridge.promiscuous &&
          outside.port?.hairpin === false &&
          inside.addresses.some(({ address }) => endpoints.has(address)),
      )
      for (const { node, outside, bridge } of ask.world.attachments) {
        if (node === view && bridge !== null && outside.port === undefined)
          ask.missing('bridge ports (bridge -d link)', view)
      }
      const [first] = off
      if (first === undefined) continue
      const pods = off.map(({ pod }) => pod.name).join(', ')
      yield {
        title: `${view.name}: ${pods} cannot reach ${off.length === 1 ? 'itself through its' : 'themselves through their'} own Service: hairpin mode is off.`,
        where: placeOf(view.evidence, first.bridge!.name),
        evidence: off.map(({ outside }) => linkProof(outside, `master ${outside.master} hairpin off`)),
        fix: [
          ...off.map(({ outside }) => command(view.evidence, `bridge link set dev ${outside.name} hairpin on`)),
          { text: 'For new pods: hairpinMode: true in the CNI plugin’s configuration (flannel: cni-conf.json).' },
        ],
      }
    }
  },
}

export const podNotOnBridge: FindingDefinition = {
  code: 'pod-not-on-bridge',
  severity: 'error',
  title: 'A pod’s veth is not plugged into the bridge',
  explanation:
    'Its address is one of the bridge’s network, so the node looks for it on the bridge, where nobody answers.',
  recognised:
    'The node’s end of a pod’s veth pair has no master, while the pod’s address lies in the network of a bridge of the node and no route leads to the pod by that end.',
  drops: ['NEIGH_FAILED', 'NEIGH_QUEUEFULL'],
  *examine(ask) {
    for (const { pod, inside, node, outside } of ask.world.attachments) {
      if (outside.master !== null || outside.addresses.length > 0) continue
      const routes = ask.routes(node)
      if (routes === null || routes.some(({ dev }) => dev === outside.name)) continue
      for (const { address } of inside.addresses) {
        const bridge = node.evidence.links?.find((link) => link.kind === 'bridge' && isOnNetwork(link, address))
        if (bridge === undefined) continue
        yield {
          title: `${node.name}: ${outside.name}, the node’s end of ${pod.name}, is not a port of ${bridge.name}.`,
          where: placeOf(node.evidence, outside.name),
          evidence: [
            linkProof(outside, 'no master'),
            linkProof(inside, `${pod.name} has ${formatIpv4(address)}, in the network of ${bridge.name}`),
          ],
          fix: [
            command(node.evidence, `ip link set ${outside.name} master ${bridge.name}`),
            ...(node.portsOf(bridge).some(({ port }) => port?.hairpin === true)
              ? [command(node.evidence, `bridge link set dev ${outside.name} hairpin on`)]
              : []),
          ],
        }
      }
    }
  },
}

export const podWithoutDefaultRoute: FindingDefinition = {
  code: 'pod-without-default-route',
  severity: 'error',
  title: 'A pod has no default route',
  explanation:
    'It reaches what is on its own network and nothing else: no other node’s pods, no Service, no name server.',
  recognised: 'A pod has an address, and no default route.',
  drops: ['IP_OUTNOROUTES'],
  *examine(ask) {
    for (const attachment of ask.world.attachments) {
      const { pod, inside, node, bridge } = attachment
      // a network of docker may well be without a way out (--internal)
      if (!ask.world.isPod(attachment)) continue
      // routes go with the device that is down
      if (inside.addresses.length === 0 || !inside.up) continue
      const routes = ask.routes(pod)
      if (routes === null || pod.hasOtherRoutes || routes.some(({ destination }) => destination.length === 0)) continue
      // a pod may well have its default route by another of its devices, whose other end is not known
      const gateway =
        bridge?.addresses[0]?.address ?? node.holderOf(inside.addresses[0]!.address)?.addresses[0]?.address
      const fix =
        gateway === undefined
          ? { text: 'Give it one: ip route add default via GATEWAY' }
          : command(pod.evidence, `ip route add default via ${formatIpv4(gateway)} dev ${inside.name}`)
      yield {
        title: `${pod.name} has no default route.`,
        where: placeOf(pod.evidence, inside.name),
        evidence:
          routes.length === 0
            ? [absent('there are no routes', 'ip route show table all', pod.evidence)]
            : routes.filter(({ table }) => table === TableId.MAIN).map(({ line }) => line),
        fix: [fix, { text: 'If new pods lack it too, look at the CNI plugin’s configuration (isDefaultGateway).' }],
      }
    }
  },
}

export const gatewayNotThere: FindingDefinition = {
  code: 'pod-gateway-wrong',
  severity: 'error',
  title: 'A pod’s gateway is nobody’s address',
  explanation:
    'The pod asks for its gateway by ARP, and the node does not answer for an address that it does not have.',
  recognised:
    'The gateway of a pod’s default route lies in the network of the bridge that the pod hangs on, and neither the node nor anybody else on that bridge has that address.',
  drops: ['NEIGH_FAILED', 'NEIGH_QUEUEFULL'],
  *examine(ask) {
    for (const { pod, inside, node, bridge } of ask.world.attachments) {
      if (bridge === null) continue
      const route = ask.routes(pod)?.find(({ destination, dev }) => destination.length === 0 && dev === inside.name)
      const gateway = route?.gateway ?? null
      if (route === undefined || gateway === null) continue
      if (node.holderOf(gateway) !== undefined) continue
      if (!isOnNetwork(bridge, gateway) && !isOnNetwork(inside, gateway)) continue
      const neighbours = ask.world.attachments.filter((other) => other.node === node && other.bridge === bridge)
      if (neighbours.some((other) => other.pod.holderOf(gateway) !== undefined)) continue
      // somebody whom the snapshot does not show may be behind another port
      if (node.portsOf(bridge).length !== neighbours.length) continue
      const own = bridge.addresses[0]?.address
      yield {
        title: `${pod.name} sends by the gateway ${formatIpv4(gateway)}, which nobody on ${bridge.name} has.`,
        where: placeOf(pod.evidence, inside.name),
        evidence: [
          route.line,
          linkProof(bridge, `${node.name} has ${own === undefined ? 'no address there' : formatIpv4(own)}`),
        ],
        fix:
          own === undefined
            ? [
                command(
                  node.evidence,
                  `ip addr add ${formatIpv4(gateway)}/${inside.addresses[0]?.length ?? 24} dev ${bridge.name}`,
                ),
              ]
            : [command(pod.evidence, `ip route replace default via ${formatIpv4(own)} dev ${inside.name}`)],
      }
    }
  },
}

export const bridgePortState: FindingDefinition = {
  code: 'bridge-port-not-forwarding',
  severity: 'error',
  title: 'A pod’s bridge port does not forward',
  explanation:
    'The bridge drops every frame from and to such a port: the pod is cut off. With the spanning tree protocol each new port waits for twice the forward delay, 30 seconds; a pod that has just started sends into the void.',
  recognised:
    'The bridge port of a pod is up and has its carrier, and its state is blocking, disabled, listening or learning.',
  drops: ['BRIDGE_INGRESS_STP_STATE', 'BRIDGE_NO_EGRESS_PORT'],
  *examine(ask) {
    for (const { pod, node, outside, bridge, inside } of ask.world.attachments) {
      const state = outside.port?.state ?? null
      if (bridge === null || state === null || !outside.up || !inside.up || !bridge.up) continue
      if (!STOPPED.includes(state)) continue
      yield {
        title: `${node.name}: the bridge port ${outside.name} of ${pod.name} is ${state}.`,
        where: placeOf(node.evidence, outside.name),
        evidence: [linkProof(outside, `master ${bridge.name} state ${state}`)],
        fix:
          bridge.bridge?.stp === true
            ? [
                command(node.evidence, `ip link set ${bridge.name} type bridge stp_state 0`),
                // a port that waits goes on waiting; one that comes up anew does not
                command(node.evidence, `ip link set ${outside.name} down`),
                command(node.evidence, `ip link set ${outside.name} up`),
                { text: 'No bridge of pods needs the spanning tree protocol: there is nothing behind a pod.' },
              ]
            : [
                {
                  text: `Take the port out and put it in again: ip link set ${outside.name} nomaster, then master ${bridge.name}.`,
                },
              ],
      }
    }
  },
}

const STOPPED: readonly string[] = ['blocking', 'disabled', 'listening', 'learning']

export const portsIsolated: FindingDefinition = {
  code: 'bridge-ports-isolated',
  severity: 'warning',
  title: 'Pods of one node are isolated from each other',
  explanation:
    'A bridge carries nothing between two isolated ports. Pods of other nodes are reached all the same, which makes it puzzling.',
  recognised: 'Two or more bridge ports of pods on one bridge are isolated.',
  drops: ['BRIDGE_NO_EGRESS_PORT'],
  *examine(ask) {
    for (const node of ask.world.nodes) {
      for (const bridge of node.evidence.links ?? []) {
        const ports = ask.world.attachments.filter(
          (one) => one.node === node && one.bridge === bridge && one.outside.port?.isolated,
        )
        if (ports.length < 2) continue
        yield {
          title: `${node.name}: ${ports.map(({ pod }) => pod.name).join(' and ')} cannot reach each other: their ports of ${bridge.name} are isolated.`,
          where: placeOf(node.evidence, bridge.name),
          evidence: ports.map(({ outside }) => linkProof(outside, `master ${bridge.name} isolated on`)),
          fix: ports.map(({ outside }) => command(node.evidence, `bridge link set dev ${outside.name} isolated off`)),
        }
      }
    }
  },
}

export const duplicateMac: FindingDefinition = {
  code: 'duplicate-mac',
  severity: 'error',
  title: 'Two on one network have the same MAC address',
  explanation:
    'The bridge (or the switch) sends frames for it to whoever spoke last: now the one is cut off, now the other.',
  recognised:
    'Two pods on one bridge, two hosts’ devices in one network (an IP network that no other device joins), or the VXLAN devices of two hosts have the same MAC address.',
  drops: ['OTHERHOST'],
  *examine(ask) {
    const groups = new Map<
      string,
      { readonly view: (typeof ask.world.views)[number]; readonly link: { readonly mac: Mac; readonly name: string } }[]
    >()
    const add = (
      network: string,
      view: (typeof ask.world.views)[number],
      link: { readonly mac: Mac; readonly name: string },
    ) => {
      if (link.mac === 0) return
      const name = `${network} ${link.mac}`
      const group = groups.get(name) ?? []
      if (!group.some((one) => one.view === view && one.link === link)) group.push({ view, link })
      groups.set(name, group)
    }
    for (const { pod, inside, node, bridge } of ask.world.attachments) {
      if (bridge !== null) {
        add(`${node.name} ${bridge.name}`, pod, inside)
        add(`${node.name} ${bridge.name}`, node, bridge)
      }
    }
    for (const view of ask.world.views) {
      for (const link of ask.links(view) ?? []) {
        // tunnels of other namespaces need not belong to one network
        if (!view.evidence.isHost) continue
        if (link.vxlan !== undefined) add(`vni ${link.vxlan.id}`, view, link)
        if (link.kind === 'bridge' || link.master !== null || link.vxlan !== undefined) continue
        for (const { address, length } of networksOf(link)) add(`net ${address}/${length}`, view, link)
      }
    }
    for (const group of groups.values()) {
      const [one, two] = group
      if (one === undefined || two === undefined || one.view === two.view) continue
      const mac = formatMac(one.link.mac)
      yield {
        title: `${one.view.name} (${one.link.name}) and ${two.view.name} (${two.link.name}) have the same MAC address ${mac}.`,
        where: placeOf(two.view.evidence, two.link.name),
        evidence: group.map(({ view, link }) => ({
          text: `${view.name}: ${link.name} link/ether ${mac}`,
          source: view.link(link.name)?.source ?? {},
        })),
        fix: [
          {
            text: `Give ${two.link.name} of ${two.view.name} another one: ip link set ${two.link.name} address …, and restart what announces it (flanneld for flannel.1). Cloned machines often share /etc/machine-id: renew it.`,
          },
        ],
      }
    }
  },
}
