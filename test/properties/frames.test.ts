import { describe, it } from 'vitest'
import type { Cluster } from '../../src/cluster/cluster.ts'
import type { NetworkNamespace } from '../../src/netns/index.ts'
import { addressAt, formatIpv4, parseIpv4 } from '../../src/packet/address.ts'
import { payloadOf } from '../../src/packet/packet.ts'
import { socketsOf } from '../../src/sockets/index.ts'
import { expect } from './support/expect.ts'
import { forEveryChoice, type Pick } from './support/laws.ts'
import { Ledger } from './support/ledger.ts'

/** Virtual time in ns after which everybody has given up: resolving neighbours, sending again, waiting for fragments. */
const LONG = 300_000_000_000

/** Sends something from somewhere to somewhere: much of it arrives, some of it cannot. */
function sendSomething(cluster: Cluster, pick: Pick): void {
  const { network } = cluster
  const sender = pick<NetworkNamespace>([
    ...[...network.pods.values()].map(({ netns }) => netns),
    ...[...network.nodes.values()].map(({ netns }) => netns),
    network.fabric.external,
  ])
  const address = parseIpv4(
    pick([
      ...cluster.objects.pods.flatMap(({ status }) => status.podIP ?? []),
      ...cluster.objects.services.flatMap(({ spec }) => [spec.clusterIP, ...spec.externalIPs]).filter(isAddress),
      ...[...network.nodes.values()].map(({ plan }) => formatIpv4(plan.address)),
      '198.51.100.10',
      '127.0.0.1',
      // nobody's: of a node's pods, of the nodes' network, of the world
      ...[...network.nodes.values()].map(({ plan }) => formatIpv4(addressAt(plan.lease.subnet.address, NOBODY))),
      '198.51.100.99',
      '203.0.113.250',
    ]),
  )
  const nodePorts = cluster.objects.services.flatMap(({ spec }) => spec.ports.flatMap((each) => each.nodePort ?? []))
  const port = pick([80, 80, 8080, 9, 6443, ...nodePorts, ...nodePorts])
  // as much as fits the tunnel and as much as fits the wire, and a little more: what is too long somewhere is dropped, or cut
  const length = pick([4, 4, 1372, 1422, 1423, 1472, 1473, 4000])
  const sockets = socketsOf(sender)
  switch (pick(['udp', 'tcp', 'icmp', 'sctp'])) {
    case 'udp':
      sockets.udp.connect({ address, port }, {}).socket?.send(length)
      break
    case 'icmp':
      sockets.icmp.open({}, {}).send(address, 1, length)
      break
    case 'sctp':
      sockets.loadSctp().connect({ address, port }, {})
      break
    default: {
      const { socket } = sockets.tcp.connect(
        { address, port },
        {
          onConnect: () => {
            socket?.send(payloadOf(length))
            socket?.shutdown()
          },
          onEnd: () => socket?.close(),
        },
      )
    }
  }
}

/** From outside to node ports: as much as fits the wire is too long for the tunnel, or for the pods' bridge. */
function sendLongDatagrams(cluster: Cluster, pick: Pick): void {
  const { fabric, nodes } = cluster.network
  for (const { spec } of cluster.objects.services) {
    const [port] = spec.ports
    if (port?.nodePort === undefined || port.protocol !== 'UDP') continue
    const { address } = pick([...nodes.values()]).plan
    socketsOf(fabric.external).udp.connect({ address, port: port.nodePort }, {}).socket?.send(1472)
  }
}

const isAddress = (text: string | undefined): text is string => text !== undefined && text !== 'None'
/** The lengths of nodes' networks leave it free: pods take the lower addresses. */
const NOBODY = 29

describe('frames', () => {
  it('are conserved: each one sent arrives, and each packet is delivered or dropped with a reason, or passed on', () => {
    let packets = 0
    forEveryChoice({ nodes: { max: 3 }, podsPerNode: { max: 4 }, services: { min: 1 } }, 100, (cluster, pick) => {
      const { sim } = cluster.network
      const ledger = new Ledger()
      sim.probe = ledger
      for (let i = 0; i < 4; i++) sendSomething(cluster, pick)
      sendLongDatagrams(cluster, pick)
      expect(sim.run({ until: sim.now + LONG, maxEvents: 50_000 })).not.toBe('budget')
      expect(ledger.errors()).toEqual([])
      packets += ledger.packets
    })
    expect(packets).toBeGreaterThan(500)
  })
})
