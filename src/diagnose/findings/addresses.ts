import { keyOf } from '../../kubernetes/index.ts'
import {
  formatIpv4,
  formatPrefix,
  type Ipv4,
  isLinkLocal,
  isLoopback,
  type Prefix,
  parsePrefix,
  prefixContains,
  prefixesOverlap,
} from '../../packet/address.ts'
import { samePrefix } from '../../route/rule.ts'
import type { FindingDefinition } from '../definition.ts'
import { linkProof } from '../examination.ts'
import { objectSource, type Place, type Proof, placeOf, type Severity } from '../finding.ts'
import { lookup } from '../routes.ts'
import { type NamespaceView, networksOf } from '../world.ts'

/** Who has which address, and which networks lie over each other. */

interface Holder {
  readonly view: NamespaceView
  readonly device: string
  readonly proof: Proof
}

export const duplicateAddress: FindingDefinition = {
  code: 'duplicate-address',
  severity: 'error',
  title: 'Two have the same address',
  explanation:
    'Packets reach the one or the other, as ARP or the routes have it at the moment; connections break off without a word.',
  recognised:
    'Two pods on one bridge, two pods that Kubernetes knows (on any node), two hosts, or a pod and a host have the same IPv4 address. Bridges and loopback devices do not count: docker0 is 172.17.0.1 ' +
    'on every machine.',
  drops: ['OTHERHOST', 'NEIGH_FAILED', 'TCP_FLAGS', 'NO_SOCKET'],
  *examine(ask) {
    const holders = new Map<string, Holder[]>()
    const add = (scope: string, address: Ipv4, holder: Holder) => {
      const key = `${scope} ${address}`
      const list = holders.get(key)
      if (list === undefined) holders.set(key, [holder])
      else if (!list.some(({ view }) => view === holder.view)) list.push(holder)
    }
    const podAddresses = new Set((ask.world.told?.pods ?? []).flatMap(({ status }) => status.podIP ?? []))
    for (const { pod, inside, node, bridge } of ask.world.attachments) {
      for (const { address, length } of inside.addresses) {
        const text = formatIpv4(address)
        const holder = {
          view: pod,
          device: inside.name,
          proof: linkProof(inside, `${pod.name} inet ${text}/${length}`),
        }
        if (bridge !== null) {
          add(`${node.name} ${bridge.name}`, address, holder)
          if (bridge.addresses.some((one) => one.address === address))
            add(`${node.name} ${bridge.name}`, address, {
              view: node,
              device: bridge.name,
              proof: linkProof(bridge, `${node.name} inet ${text}`),
            })
        }
        if (pod.evidence.owners.some(({ kind }) => kind === 'pod') || podAddresses.has(text))
          add('cluster', address, holder)
      }
    }
    for (const view of ask.world.views) {
      if (!view.evidence.isHost) continue
      for (const link of ask.links(view) ?? []) {
        if (link.kind === 'bridge' || link.kind === 'vxlan' || link.kind === 'loopback' || link.kind === 'dummy')
          continue
        for (const { address, length } of link.addresses) {
          // whoever likes may use a link-local one
          if (isLoopback(address) || isLinkLocal(address)) continue
          const proof = linkProof(link, `${view.name} inet ${formatIpv4(address)}/${length}`)
          add('cluster', address, { view, device: link.name, proof })
        }
      }
    }
    const told = new Set<string>()
    for (const [key, list] of holders) {
      const [one, two] = list
      const address = formatIpv4(Number(key.slice(key.lastIndexOf(' ') + 1)) as Ipv4)
      if (one === undefined || two === undefined || told.has(address)) continue
      told.add(address)
      yield {
        title: `${list.map(({ view }) => view.name).join(' and ')} both have the address ${address}.`,
        where: placeOf(two.view.evidence, two.device),
        evidence: list.map(({ proof }) => proof),
        fix: [
          {
            text: 'Delete one of the pods, so that it gets another address. If the CNI plugin gave the same one twice, its state is lost or shared: look into /var/lib/cni/networks.',
          },
        ],
      }
    }
    yield* duplicatePods(ask)
  },
}

/** Pods of the objects alone: nobody need have looked at their namespaces. */
function* duplicatePods(ask: Parameters<FindingDefinition['examine']>[0]): ReturnType<FindingDefinition['examine']> {
  const pods = new Map<string, string[]>()
  for (const pod of ask.world.told?.pods ?? []) {
    const { podIP, phase } = pod.status
    if (podIP === undefined || pod.spec.hostNetwork || phase === 'Succeeded' || phase === 'Failed') continue
    pods.set(podIP, [...(pods.get(podIP) ?? []), keyOf(pod)])
  }
  for (const [address, names] of pods) {
    if (names.length < 2) continue
    yield {
      title: `Pods ${names.join(' and ')} both have the address ${address}.`,
      where: { object: `Pod ${names[1]}` },
      evidence: names.map((name) => ({
        text: `Pod ${name}: status.podIP: ${address}`,
        source: { command: 'kubectl get pods -A -o yaml' },
      })),
      fix: [
        {
          text: `Delete one of them (kubectl delete pod), so that it gets another address. If it happens again, the CNI plugin’s state on the node is lost or shared.`,
        },
      ],
    }
  }
}

interface NamedNetwork {
  readonly what: string
  readonly prefix: Prefix
  readonly proof: Proof
  readonly where: Place
}

export const overlappingNetworks: FindingDefinition = {
  code: 'overlapping-networks',
  severity: 'error',
  title: 'Networks that must be apart lie over each other',
  explanation:
    'An address that is in two networks is reached in one of them only: the longer prefix wins. Pods, Services, nodes, and docker0’s containers each need a network of their own.',
  recognised:
    'Two of these share addresses: the pod network, the Service network (that of the rules’ cluster IPs and of the objects), the networks of hosts’ own devices, docker0; or the pod CIDRs of two nodes, which flannel or the Node objects tell. Of a host’s own network it is a warning: the longer prefix may be the one that is meant.',
  drops: ['IP_OUTNOROUTES', 'NEIGH_FAILED', 'OTHERHOST'],
  *examine(ask) {
    const told = new Set<string>()
    function* clash(
      a: NamedNetwork,
      b: NamedNetwork,
      severity: Severity = 'error',
    ): ReturnType<FindingDefinition['examine']> {
      if (!prefixesOverlap(a.prefix, b.prefix)) return
      const name = `${a.what} ${b.what} ${formatPrefix(a.prefix)}`
      if (told.has(name)) return
      told.add(name)
      yield {
        severity,
        title: `${a.what} ${formatPrefix(a.prefix)} and ${b.what} ${formatPrefix(b.prefix)} lie over each other.`,
        where: a.where,
        evidence: [a.proof, b.proof],
        fix: [
          {
            text: `Move one of them: choose a network for ${a.what} or ${b.what} that no other has. Addresses in use do not move by themselves: nodes and pods must be set up anew.`,
          },
        ],
      }
    }
    const pods = podNetworks(ask)
    for (const node of ask.world.nodes) {
      const services = serviceAddresses(node)
      for (const network of ownNetworks(node)) {
        for (const pod of pods) {
          // the node's own part of the pod network is where its pods are
          const own = pod.home === node.evidence.host && samePrefix(network.prefix, pod.prefix)
          if (network.kind !== 'bridge' || !(own || networkHasPods(ask, node, network.device)))
            yield* clash(network, pod, 'warning')
        }
        const inside = services.find(({ prefix }) => prefixContains(network.prefix, prefix.address))
        if (inside !== undefined) yield* clash(network, inside, 'warning')
      }
    }
    for (const [index, one] of pods.entries())
      for (const other of pods.slice(index + 1)) if (!sameHome(one, other)) yield* clash(one, other)
    const { objects } = ask.world
    if (objects === null) return
    const { networks } = objects
    const proof: Proof = {
      text: `pods ${networks.pods}, Services ${networks.services}`,
      source: { command: 'kubectl get -o yaml' },
    }
    const service = { what: 'the Service network', prefix: parsePrefix(networks.services), proof, where: {} }
    yield* clash({ what: 'the pod network', prefix: parsePrefix(networks.pods), proof, where: {} }, service)
  },
}

interface PodNetwork extends NamedNetwork {
  readonly home: string
}

const sameHome = (a: PodNetwork, b: PodNetwork): boolean => a.home === b.home

/** The pod networks of nodes: as the Node objects tell, and as bridges with pods of Kubernetes show behind a tunnel. */
function podNetworks(ask: Parameters<FindingDefinition['examine']>[0]): PodNetwork[] {
  const networks: PodNetwork[] = []
  for (const node of ask.world.told?.nodes ?? []) {
    const cidr = node.spec.podCIDR
    if (cidr === undefined) continue
    const { name } = node.metadata
    networks.push({
      what: `the pods of ${name}`,
      home: name,
      prefix: parsePrefix(cidr),
      proof: { text: `Node ${name}: spec.podCIDR: ${cidr}`, source: objectSource(node.source) },
      where: { object: `Node ${name}` },
    })
  }
  for (const view of ask.world.nodes) {
    if (!(view.evidence.links ?? []).some(({ vxlan }) => vxlan !== undefined)) continue
    const bridges = new Set(
      ask.world.attachments.filter(({ node, bridge }) => node === view && bridge !== null).map(({ bridge }) => bridge!),
    )
    for (const bridge of bridges) {
      for (const prefix of networksOf(bridge)) {
        networks.push({
          what: `the pods of ${view.evidence.host}`,
          home: view.evidence.host,
          prefix,
          proof: linkProof(bridge, `${view.name} inet ${formatPrefix(prefix)}`),
          where: placeOf(view.evidence, bridge.name),
        })
      }
    }
  }
  return networks
}

function networkHasPods(
  ask: Parameters<FindingDefinition['examine']>[0],
  node: NamespaceView,
  device: string,
): boolean {
  return ask.world.attachments.some((one) => one.node === node && one.bridge?.name === device)
}

interface OwnNetwork extends NamedNetwork {
  readonly kind: string | null
  readonly device: string
}

/** The networks that a node's own devices are in. */
function ownNetworks(node: NamespaceView): OwnNetwork[] {
  return (node.evidence.links ?? []).flatMap((link) => {
    if (link.kind === 'loopback' || link.kind === 'vxlan') return []
    return networksOf(link).map((prefix) => ({
      what: `the network of ${node.name}’s ${link.name}`,
      kind: link.kind,
      device: link.name,
      prefix,
      proof: linkProof(link, `${node.name} inet ${formatPrefix(prefix)}`),
      where: placeOf(node.evidence, link.name),
    }))
  })
}

/** The cluster IPs of a node's rules. */
function serviceAddresses(node: NamespaceView): NamedNetwork[] {
  return (node.rules ?? []).flatMap((rules) =>
    node
      .services(rules)
      .filter(({ at }) => rules.proof(at).text.includes('cluster IP'))
      .map((service) => ({
        what: `the cluster IP of ${service.name}`,
        prefix: { address: service.address, length: 32 },
        proof: rules.proof(service.at),
        where: placeOf(node.evidence),
      })),
  )
}

export const twoDefaultRoutes: FindingDefinition = {
  code: 'two-default-routes',
  severity: 'warning',
  title: 'Two default routes with the same metric',
  explanation:
    'The kernel takes the one that was there first; which one that is may change with the order in which devices come up.',
  recognised: 'A namespace’s main table has two default routes with the same metric by different devices or gateways.',
  *examine(ask) {
    for (const view of ask.world.views) {
      const defaults = (ask.routes(view) ?? []).filter(
        ({ destination, table, type }) => destination.length === 0 && table === MAIN && type === 'unicast',
      )
      for (const [index, one] of defaults.entries()) {
        const other = defaults.slice(index + 1).find(({ metric }) => metric === one.metric)
        if (other === undefined) continue
        yield {
          title: `${view.name} has two default routes with the same metric.`,
          where: placeOf(view.evidence),
          evidence: [one.line, other.line],
          fix: [
            {
              netns: view.evidence.name,
              command: `ip route del ${other.line.text.trim().replace(/ (linkdown|dead)\b/g, '')}`,
            },
            { text: 'Or give one of them a higher metric.' },
          ],
        }
      }
    }
  },
}

const MAIN = 254

export const serviceAddressUnroutable: FindingDefinition = {
  code: 'service-address-unroutable',
  severity: 'error',
  title: 'A node’s own programs cannot send to cluster IPs',
  explanation:
    'A program on the node itself (kubelet, a hostNetwork pod) needs a route for the cluster IP before the rules translate it. Which route does not matter; without one, or with one that refuses, connect fails at once. Pods are ' +
    'not concerned: their packets are translated first.',
  recognised:
    'The node’s main table has no route for a cluster IP of its rules, or one of type unreachable, prohibit, blackhole or throw; no policy rule comes before the main table.',
  drops: ['IP_OUTNOROUTES'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      if (!view.hasServiceRules) continue
      const routes = ask.routes(view)
      if (routes === null || view.hasOtherRoutes || !view.asksMainTable) continue
      const service = (view.rules ?? [])
        .flatMap((rules) => view.services(rules).map((one) => ({ rules, one })))
        .find(({ one }) => {
          const route = lookup(routes, one.address)
          return route === null || REFUSING.includes(route.type)
        })
      if (service === undefined) continue
      const { rules, one } = service
      const route = lookup(routes, one.address)
      const address = formatIpv4(one.address)
      yield {
        title: `${view.name}: programs on the node cannot reach cluster IPs such as ${address} (${one.name}): ${route === null ? 'there is no route' : `the route says ${route.type}`}.`,
        where: placeOf(view.evidence),
        evidence: [...(route === null ? [] : [route.line]), rules.proof(one.at)],
        fix:
          route === null
            ? [{ text: 'Give the node a default route, or a route for the Service network by any device.' }]
            : [{ netns: view.evidence.name, command: `ip route del ${route.line.text.trim()}` }],
      }
    }
  },
}

const REFUSING: readonly string[] = ['unreachable', 'prohibit', 'blackhole', 'throw']
