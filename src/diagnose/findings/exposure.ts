import { keyOf } from '../../kubernetes/index.ts'
import { formatPrefix, prefixContains, tryParseIpv4 } from '../../packet/address.ts'
import type { FindingDefinition } from '../definition.ts'
import { linkProof } from '../examination.ts'
import { objectSource } from '../finding.ts'
import { networksOf } from '../world.ts'

/** What Services and pods offer to the world outside. */

export const hostPortConflict: FindingDefinition = {
  code: 'host-port-is-node-port',
  severity: 'warning',
  title: 'A pod’s host port is also a Service’s node port',
  explanation:
    'On the pod’s node two want the same packets. Whose rule stands first in PREROUTING gets them, and that changes with each restart of kube-proxy or of the CNI plugin.',
  recognised:
    'A pod has a hostPort, or a container port and hostNetwork, of the same number and protocol as the nodePort of a Service that is not its own.',
  *examine(ask) {
    const told = ask.told
    const pods = (ask.world.objects ?? told)?.pods ?? []
    const ports = new Map(
      (told?.services ?? []).flatMap((service) =>
        service.spec.ports.flatMap(({ nodePort, protocol }) =>
          nodePort === undefined ? [] : [[`${nodePort}/${protocol}`, service] as const],
        ),
      ),
    )
    if (ports.size === 0) return
    for (const pod of pods) {
      for (const { ports: own } of [...pod.spec.containers, ...pod.spec.sidecars]) {
        for (const { hostPort, containerPort, protocol } of own) {
          const port = hostPort ?? (pod.spec.hostNetwork ? containerPort : undefined)
          const service = port === undefined ? undefined : ports.get(`${port}/${protocol}`)
          if (service === undefined || ask.world.podsOf(service).includes(pod)) continue
          yield {
            title: `Pod ${keyOf(pod)} wants port ${port}/${protocol} of its node, which is the node port of Service ${keyOf(service)}.`,
            where: { object: `Pod ${keyOf(pod)}` },
            evidence: [
              {
                text: `Pod ${keyOf(pod)}: ${hostPort === undefined ? `hostNetwork, containerPort ${containerPort}` : `hostPort ${hostPort}`}`,
                source: objectSource(pod.source),
              },
              { text: `Service ${keyOf(service)}: nodePort ${port}`, source: objectSource(service.source) },
            ],
            fix: [{ text: 'Give one of them another port; node ports are best left to the API server.' }],
          }
        }
      }
    }
  },
}

export const externalAddressNowhere: FindingDefinition = {
  code: 'external-ip-of-nobody',
  severity: 'info',
  title: 'A Service’s external address is nobody’s',
  explanation:
    'kube-proxy takes what arrives at a node for that address; nobody brings it there by itself. On the nodes’ own network somebody must answer ARP for it: a node that has the address, or a program that announces it (MetalLB, keepalived).',
  recognised:
    'A Service’s externalIPs name an address in a network of a host that was recorded, and no host that was recorded has it.',
  drops: ['NEIGH_FAILED'],
  *examine(ask) {
    const hosts = ask.world.views.filter(({ evidence }) => evidence.isHost)
    if (hosts.length === 0) return
    for (const service of ask.told?.services ?? []) {
      for (const text of service.spec.externalIPs) {
        const address = tryParseIpv4(text)
        if (address === undefined || ask.world.holdersOf(address).length > 0) continue
        const near = hosts
          .flatMap((host) => (ask.links(host) ?? []).map((link) => ({ host, link })))
          .find(
            ({ link }) =>
              link.kind !== 'bridge' &&
              link.kind !== 'loopback' &&
              networksOf(link).some((network) => prefixContains(network, address)),
          )
        if (near === undefined) continue
        yield {
          title: `Service ${keyOf(service)}: its external address ${text} is on the hosts’ network, and none of them has it.`,
          where: { object: `Service ${keyOf(service)}` },
          evidence: [
            {
              text: `Service ${keyOf(service)}: externalIPs ${service.spec.externalIPs.join(', ')}`,
              source: objectSource(service.source),
            },
            linkProof(near.link, `${near.host.name} inet ${networksOf(near.link).map(formatPrefix).join(', ')}`),
          ],
          fix: [
            {
              text: `Give ${text} to a node (ip addr add ${text}/32 dev ${near.link.name}), let a router send it to one, or use a load balancer that announces it.`,
            },
          ],
        }
      }
    }
  },
}
