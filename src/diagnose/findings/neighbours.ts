import { formatIpv4 } from '../../packet/address.ts'
import type { FindingDefinition } from '../definition.ts'
import { absent, confName, linkProof } from '../examination.ts'
import { command, placeOf } from '../finding.ts'

/** ARP: whether the kernel has room for its neighbours, and answers for itself. */

export const neighbourTableFull: FindingDefinition = {
  code: 'neighbour-table-full',
  severity: 'error',
  title: 'The neighbour table is full',
  explanation:
    'The kernel has no room for one more neighbour ("neighbour: arp_cache: neighbor table overflow!"): packets to pods and hosts that it does not know yet are dropped. The limit holds for the whole machine.',
  recognised:
    'The namespaces of a host have together as many neighbour entries as net.ipv4.neigh.default.gc_thresh3; as many as gc_thresh2 are a warning. Permanent entries do not count.',
  drops: ['NEIGH_CREATEFAIL'],
  *examine(ask) {
    const hosts = new Set(ask.world.nodes.map(({ evidence }) => evidence.host))
    for (const host of hosts) {
      const views = ask.world.ofHost(host)
      const node = views.find(({ evidence }) => evidence.isHost) ?? views[0]!
      // gc_thresh is one setting for all namespaces, and shown in the first alone
      const hard = ask.number(node, 'net.ipv4.neigh.default.gc_thresh3')
      const soft = ask.number(node, 'net.ipv4.neigh.default.gc_thresh2')
      if (hard === null || soft === null) continue
      const count = views.reduce(
        (sum, view) =>
          sum +
          (view.evidence.neighbours ?? []).filter(({ state }) => state !== 'PERMANENT' && state !== 'NOARP').length,
        0,
      )
      if (count < Math.min(hard, soft)) continue
      const full = count >= hard
      yield {
        severity: full ? 'error' : 'warning',
        title: `${host}: ${count} neighbour entries, and there is room for ${hard}.`,
        where: placeOf(node.evidence),
        evidence: [
          absent(`${count} entries`, 'ip neigh', node.evidence),
          ask.sysctlProof(node, `net.ipv4.neigh.default.gc_thresh${full ? 3 : 2}`),
        ],
        fix: [
          command(node.evidence, `sysctl -w net.ipv4.neigh.default.gc_thresh3=${hard * 4}`),
          command(node.evidence, `sysctl -w net.ipv4.neigh.default.gc_thresh2=${hard * 2}`),
        ],
      }
    }
  },
}

export const proxyArpOff: FindingDefinition = {
  code: 'proxy-arp-off',
  severity: 'error',
  title: 'The node does not answer for a pod’s gateway',
  explanation:
    'Pods whose gateway is an address that nobody has (169.254.1.1 with Calico) rely on the node to answer ARP for it: proxy_arp on its end of the veth pair.',
  recognised:
    'A pod’s veth pair ends in no bridge, the pod’s gateway is an address that the node does not have, and proxy_arp is 0 for all and for the node’s end, which has no proxy entry for it either.',
  drops: ['NEIGH_FAILED', 'NEIGH_QUEUEFULL'],
  *examine(ask) {
    for (const { pod, inside, node, outside } of ask.world.attachments) {
      if (outside.master !== null) continue
      const route = ask.routes(pod)?.find(({ destination, dev }) => destination.length === 0 && dev === inside.name)
      const gateway = route?.gateway ?? null
      if (route === undefined || gateway === null || node.holderOf(gateway) !== undefined) continue
      // a permanent entry needs nobody's answer
      if (
        ask
          .neighbours(pod)
          ?.some(({ address, mac, state }) => address === gateway && mac !== null && state === 'PERMANENT') !== false
      )
        continue
      if (
        node.evidence.proxies === null ||
        node.evidence.proxies.some(({ address, dev }) => address === gateway && (dev === null || dev === outside.name))
      )
        continue
      const conf = ask.conf(node, outside.name, 'proxy_arp')
      if (conf === null || conf.all !== 0 || conf.own !== 0) continue
      yield {
        title: `${node.name} does not answer for ${formatIpv4(gateway)}, the gateway of ${pod.name}: proxy_arp is off on ${outside.name}.`,
        where: placeOf(node.evidence, outside.name),
        evidence: [route.line, ask.sysctlProof(node, confName(outside.name, 'proxy_arp'))],
        fix: [command(node.evidence, `sysctl -w ${confName(outside.name, 'proxy_arp')}=1`)],
      }
    }
  },
}

export const arpIgnored: FindingDefinition = {
  code: 'arp-ignored',
  severity: 'error',
  title: 'A node answers no ARP',
  explanation:
    'With arp_ignore = 8 the kernel answers for none of its own addresses: pods do not find their gateway, other hosts do not find the node.',
  recognised:
    'arp_ignore (the larger of all and the device) is 8 on a device that has an address and is a bridge with ports or a host’s own device.',
  drops: ['NEIGH_FAILED', 'NEIGH_QUEUEFULL'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      for (const link of ask.links(view) ?? []) {
        if (link.addresses.length === 0 || link.kind === 'loopback' || link.vxlan !== undefined) continue
        if (link.kind === 'bridge' && view.portsOf(link).length === 0) continue
        const conf = ask.conf(view, link.name, 'arp_ignore')
        if (conf === null || Math.max(conf.all, conf.own) !== NEVER) continue
        const name = conf.all === NEVER ? 'net.ipv4.conf.all.arp_ignore' : confName(link.name, 'arp_ignore')
        yield {
          title: `${view.name} answers no ARP on ${link.name}: arp_ignore is 8.`,
          where: placeOf(view.evidence, link.name),
          evidence: [ask.sysctlProof(view, name), linkProof(link, `inet ${formatIpv4(link.addresses[0]!.address)}`)],
          fix: [command(view.evidence, `sysctl -w ${name}=0`)],
        }
      }
    }
  },
}

/** "do not reply for all local addresses" (Documentation/networking/ip-sysctl.rst) */
const NEVER = 8
