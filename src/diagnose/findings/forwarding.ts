import type { FindingDefinition } from '../definition.ts'
import { absent, linkProof } from '../examination.ts'
import { command, placeOf } from '../finding.ts'
import type { NamespaceView } from '../world.ts'

/** The sysctls by which a host carries packets for its pods. */

export const ipForwardOff: FindingDefinition = {
  code: 'ip-forward-off',
  severity: 'error',
  title: 'A node does not forward packets',
  explanation:
    'With net.ipv4.ip_forward = 0 the kernel drops every packet that is not for the node itself: pods reach their own node, and nothing beyond it.',
  recognised:
    'net.ipv4.ip_forward is 0 on a node that has rules of Kubernetes, a tunnel with an address, or a namespace behind a veth pair whose routes lead by an address of the node.',
  drops: ['IP_INNOROUTES', 'NOT_SPECIFIED', 'IP_INADDRERRORS'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      // a bridge between virtual machines need not
      if (!ask.world.isRouter(view) || ask.number(view, 'net.ipv4.ip_forward') !== 0) continue
      yield {
        title: `${view.name} does not forward packets: net.ipv4.ip_forward is 0.`,
        where: placeOf(view.evidence),
        evidence: [ask.sysctlProof(view, 'net.ipv4.ip_forward')],
        fix: [
          command(view.evidence, 'sysctl -w net.ipv4.ip_forward=1'),
          { text: 'To keep it: echo net.ipv4.ip_forward=1 > /etc/sysctl.d/90-kubernetes.conf' },
        ],
      }
    }
  },
}

export const bridgeNfOff: FindingDefinition = {
  code: 'bridge-nf-call-iptables-off',
  severity: 'error',
  title: 'Packets between pods of one node bypass iptables',
  explanation:
    'An answer from a pod to another pod on the same bridge is switched, not routed. With bridge-nf-call-iptables = 0 no rule sees it, so the Service’s address is not put back: the ' +
    'client gets an answer from an address that it never asked, and resets the connection. It shows only when client and endpoint share a node.',
  recognised:
    'net.bridge.bridge-nf-call-iptables is 0 (or among all sysctls there is none of br_netfilter) on a node with kube-proxy’s rules, on whose bridge pods are, and the bridge itself does not ask for it (nf_call_iptables).',
  drops: ['TCP_FLAGS', 'NO_SOCKET'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      if (!view.hasServiceRules) continue
      const name = 'net.bridge.bridge-nf-call-iptables'
      const isLoaded = hasBridgeNetfilter(view)
      if (isLoaded && ask.number(view, name) !== 0) continue
      const bridges = (ask.links(view) ?? []).filter(
        (link) => link.kind === 'bridge' && link.bridge?.nfCallIptables !== true && view.portsOf(link).length > 0,
      )
      const [bridge] = bridges
      if (bridge === undefined) continue
      yield {
        title: `${view.name}: what pods on ${bridge.name} send each other sees no iptables rule: ${isLoaded ? `${name} is 0` : 'br_netfilter is not loaded'}.`,
        where: placeOf(view.evidence, bridge.name),
        evidence: [
          isLoaded
            ? ask.sysctlProof(view, name)
            : absent('no net.bridge. among the sysctls', 'sysctl -a', view.evidence),
          linkProof(bridge, `bridge with ${view.portsOf(bridge).length} ports`),
        ],
        fix: [
          ...(isLoaded ? [] : [command(view.evidence, 'modprobe br_netfilter')]),
          command(view.evidence, `sysctl -w ${name}=1`),
          { text: `To keep it: load br_netfilter at boot (/etc/modules-load.d) and put ${name}=1 into /etc/sysctl.d` },
        ],
      }
    }
  },
}

export const routeLocalnetOff: FindingDefinition = {
  code: 'route-localnet-off',
  severity: 'warning',
  title: 'Node ports do not answer on localhost',
  explanation:
    'kube-proxy’s rules take node ports on 127.0.0.1 too, but with route_localnet = 0 the kernel drops the translated packet: its source is a loopback address on a device that is not lo.',
  recognised:
    'KUBE-NODEPORTS has a rule for 127.0.0.0/8 (kube-proxy runs with localhostNodePorts), and net.ipv4.conf.all.route_localnet is 0.',
  drops: ['IP_LOCALNET', 'IP_INVALID_SOURCE'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      for (const rules of ask.rules(view) ?? []) {
        const at = [...rules.rulesOf('nat', 'KUBE-NODEPORTS')].find(
          ({ rule: { ip } }) => ip.dst !== undefined && !ip.dst.invert && ip.dst.address === LOOPBACK_NET,
        )
        if (at === undefined || ask.number(view, 'net.ipv4.conf.all.route_localnet') !== 0) continue
        yield {
          title: `${view.name}: node ports do not answer on 127.0.0.1: route_localnet is 0.`,
          where: placeOf(view.evidence),
          evidence: [ask.sysctlProof(view, 'net.ipv4.conf.all.route_localnet'), rules.proof(at)],
          fix: [command(view.evidence, 'sysctl -w net.ipv4.conf.all.route_localnet=1')],
        }
      }
    }
  },
}

/** The switches of br_netfilter are there when it is loaded. Unless all sysctls were told, nobody knows. */
function hasBridgeNetfilter({ evidence: { sysctls, partial } }: NamespaceView): boolean {
  if (sysctls === null || partial.has('sysctls') || sysctls.size < ALL_SYSCTLS) return true
  for (const name of sysctls.keys()) if (name.startsWith('net.bridge.')) return true
  return false
}

/** `sysctl -a` of a network namespace alone prints more than that. */
const ALL_SYSCTLS = 100

/** 127.0.0.0 */
const LOOPBACK_NET = 0x7f000000
