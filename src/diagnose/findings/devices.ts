import { formatIpv4 } from '../../packet/address.ts'
import type { LinkEvidence } from '../../snapshot/index.ts'
import type { FindingDefinition } from '../definition.ts'
import { linkProof } from '../examination.ts'
import { command, placeOf } from '../finding.ts'
import { networksOf } from '../world.ts'

/** Devices: up or down, and how much fits through them. */

export const deviceDown: FindingDefinition = {
  code: 'device-down',
  severity: 'error',
  title: 'A device that is needed is down',
  explanation:
    'A device that is down takes and gives nothing; its routes are gone, and a bridge without it does not see the pod.',
  recognised:
    'Not up: either end of a pod’s veth pair, a bridge with ports, a VXLAN device, or a host’s device with an address. Or it is up without a carrier, though it has an address and is no bridge. Of a host’s own device it is a warning: it may not be used.',
  drops: ['DEV_READY', 'NEIGH_FAILED', 'IP_OUTNOROUTES', 'NOT_SPECIFIED', 'FULL_RING', 'BRIDGE_NO_EGRESS_PORT'],
  *examine(ask) {
    const seen = new Set<LinkEvidence>()
    const needed = ask.world.attachments.flatMap(({ pod, inside, node, outside }) => [
      { view: pod, link: inside, why: `the device of ${pod.name}` },
      { view: node, link: outside, why: `the node’s end of ${pod.name}` },
    ])
    for (const view of ask.world.nodes) {
      for (const link of ask.links(view) ?? []) {
        const why =
          link.kind === 'bridge'
            ? view.portsOf(link).length > 0
              ? 'a bridge with ports'
              : undefined
            : link.kind === 'vxlan' && link.addresses.length > 0
              ? 'the tunnel to the other nodes'
              : link.kind !== 'loopback' && link.addresses.length > 0
                ? `it has ${formatIpv4(link.addresses[0]!.address)}`
                : undefined
        if (why !== undefined) needed.push({ view, link, why })
      }
    }
    for (const { view, link, why } of needed) {
      if (seen.has(link)) continue
      seen.add(link)
      // a host may have a device that it does not use
      const severity = why.startsWith('it has ') ? 'warning' : 'error'
      if (!link.up) {
        yield {
          severity,
          title: `${view.name}: ${link.name} is down (${why}).`,
          where: placeOf(view.evidence, link.name),
          evidence: [linkProof(link, 'state DOWN')],
          fix: [
            command(view.evidence, `ip link set ${link.name} up`),
            {
              text: 'Routes that went with the device come back only if somebody adds them: restart flanneld or the CNI plugin’s daemon.',
            },
          ],
        }
        continue
      }
      if (link.carrier !== false || link.kind === 'bridge') continue
      // the end that is down tells it already
      const peer = ask.world.peerOf(view, link)
      if (peer !== null && !peer.link.up) continue
      yield {
        severity,
        title: `${view.name}: ${link.name} has no carrier (${why}).`,
        where: placeOf(view.evidence, link.name),
        evidence: [linkProof(link, 'NO-CARRIER')],
        fix: [{ text: 'Look at its other end: the cable and the switch of a real device, the peer of a veth pair.' }],
      }
    }
  },
}

/** VXLAN over IPv4: outer Ethernet apart, 20 octets of IP, 8 of UDP, 8 of VXLAN, 14 of the inner Ethernet header. */
const VXLAN_OVERHEAD = 50

export const podMtuTooLarge: FindingDefinition = {
  code: 'pod-mtu-too-large',
  severity: 'warning',
  title: 'Pods send larger packets than the tunnel carries',
  explanation:
    'For each connection to another node, pods must first be told by an ICMP error that their packets are too large. Where such errors are filtered, or a program does not heed them, small requests work and large ones hang.',
  recognised: 'A pod’s device has a larger MTU than the VXLAN device of its node.',
  drops: ['PKT_TOO_BIG'],
  *examine(ask) {
    for (const node of ask.world.nodes) {
      const tunnel = ask.links(node)?.find(({ vxlan }) => vxlan !== undefined)
      if (tunnel === undefined) continue
      const large = ask.world.attachments.filter(
        (one) => one.node === node && ask.world.isPod(one) && one.inside.mtu > tunnel.mtu,
      )
      const [first] = large
      if (first === undefined) continue
      yield {
        title: `${node.name}: ${large.map(({ pod }) => pod.name).join(', ')}: MTU ${first.inside.mtu} is larger than ${tunnel.name}’s ${tunnel.mtu}.`,
        where: placeOf(first.pod.evidence, first.inside.name),
        evidence: [
          ...large.map(({ inside }) => linkProof(inside, `mtu ${inside.mtu}`)),
          linkProof(tunnel, `mtu ${tunnel.mtu}`),
        ],
        fix: [
          ...large.map(({ pod, inside }) => command(pod.evidence, `ip link set ${inside.name} mtu ${tunnel.mtu}`)),
          {
            text: 'For new pods: the CNI plugin takes the MTU of /run/flannel/subnet.env, dockerd that of --mtu. Where neither can be changed, clamp: iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu',
          },
        ],
      }
    }
  },
}

export const tunnelMtuTooLarge: FindingDefinition = {
  code: 'tunnel-mtu-too-large',
  severity: 'warning',
  title: 'The tunnel’s packets do not fit the network below it',
  explanation:
    'Each full packet travels in two fragments. That is slow, and a firewall or a cloud network that drops fragments makes large packets vanish while pings and small requests work.',
  recognised: 'A VXLAN device’s MTU is larger than that of the device below it less 50 octets.',
  drops: ['PKT_TOO_BIG', 'FRAG_REASM_TIMEOUT'],
  *examine(ask) {
    for (const node of ask.world.nodes) {
      for (const tunnel of ask.links(node) ?? []) {
        const below = tunnel.vxlan?.dev == null ? undefined : node.link(tunnel.vxlan.dev)
        if (below === undefined || tunnel.mtu <= below.mtu - VXLAN_OVERHEAD) continue
        yield {
          title: `${node.name}: ${tunnel.name}’s MTU ${tunnel.mtu} does not fit ${below.name}’s ${below.mtu} with its ${VXLAN_OVERHEAD} octets of headers.`,
          where: placeOf(node.evidence, tunnel.name),
          evidence: [linkProof(tunnel, `mtu ${tunnel.mtu}`), linkProof(below, `mtu ${below.mtu}`)],
          fix: [
            command(node.evidence, `ip link set ${tunnel.name} mtu ${below.mtu - VXLAN_OVERHEAD}`),
            {
              text: 'flannel takes its MTU from the device when it starts: restart it after the device’s MTU has changed, and then the pods.',
            },
          ],
        }
      }
    }
  },
}

export const bridgeMtuMismatch: FindingDefinition = {
  code: 'bridge-mtu-mismatch',
  severity: 'error',
  title: 'Pods on one bridge have different MTUs',
  explanation:
    'A bridge drops a frame that is too large for the port it should leave by, and tells nobody: between such pods small packets arrive and large ones vanish. No ICMP error is sent, because nothing is routed.',
  recognised: 'A pod’s own MTU is larger than that of a pod’s port of the same bridge on the node.',
  drops: ['PKT_TOO_BIG', 'BRIDGE_NO_EGRESS_PORT', 'NOT_SPECIFIED'],
  *examine(ask) {
    for (const node of ask.world.nodes) {
      for (const bridge of node.evidence.links ?? []) {
        if (bridge.kind !== 'bridge') continue
        const pods = ask.world.attachments.filter((one) => one.node === node && one.bridge === bridge)
        if (pods.length < 2) continue
        const small = pods.reduce((a, b) => (b.outside.mtu < a.outside.mtu ? b : a))
        const { mtu } = small.outside
        const large = pods.filter(({ inside }) => inside.mtu > mtu)
        const [first] = large
        if (first === undefined) continue
        yield {
          title: `${node.name}: ${large.map(({ pod }) => pod.name).join(', ')} send${large.length === 1 ? 's' : ''} packets of ${first.inside.mtu} octets on ${bridge.name}, and ${small.pod.name}’s port takes ${mtu}.`,
          where: placeOf(node.evidence, bridge.name),
          evidence: [
            ...large.map(({ pod, inside }) => linkProof(inside, `${pod.name} mtu ${inside.mtu}`)),
            linkProof(small.outside, `mtu ${mtu}`),
          ],
          fix: [
            ...large.map(({ pod, inside }) => command(pod.evidence, `ip link set ${inside.name} mtu ${mtu}`)),
            { text: 'Restart pods after the network’s MTU has changed, so that all have the same.' },
          ],
        }
      }
    }
  },
}

export const hostMtuMismatch: FindingDefinition = {
  code: 'host-mtu-mismatch',
  severity: 'error',
  title: 'Hosts on one network have different MTUs',
  explanation:
    'The host with the larger MTU sends frames that the other one’s device or the switch drops without a word: small packets arrive, large ones vanish.',
  recognised: 'The devices of two hosts in the same network have different MTUs.',
  drops: ['PKT_TOO_BIG'],
  *examine(ask) {
    const networks = new Map<string, { view: (typeof ask.world.views)[number]; link: LinkEvidence }[]>()
    for (const view of ask.world.views) {
      if (!view.evidence.isHost) continue
      for (const link of ask.links(view) ?? []) {
        if (link.kind === 'bridge' || link.kind === 'vxlan' || link.kind === 'loopback') continue
        for (const { address, length } of networksOf(link)) {
          const key = `${address}/${length}`
          networks.set(key, [...(networks.get(key) ?? []), { view, link }])
        }
      }
    }
    for (const list of networks.values()) {
      const large = list.reduce((a, b) => (b.link.mtu > a.link.mtu ? b : a))
      const small = list.reduce((a, b) => (b.link.mtu < a.link.mtu ? b : a))
      if (large.link.mtu === small.link.mtu || large.view === small.view) continue
      yield {
        title: `${large.view.name} (${large.link.name}, MTU ${large.link.mtu}) and ${small.view.name} (${small.link.name}, MTU ${small.link.mtu}) are on one network.`,
        where: placeOf(large.view.evidence, large.link.name),
        evidence: [
          linkProof(large.link, `${large.view.name} mtu ${large.link.mtu}`),
          linkProof(small.link, `${small.view.name} mtu ${small.link.mtu}`),
        ],
        fix: [
          command(large.view.evidence, `ip link set ${large.link.name} mtu ${small.link.mtu}`),
          {
            text: 'Or raise the smaller one, if every switch between them carries it; flannel’s and the pods’ MTU follow.',
          },
        ],
      }
    }
  },
}
