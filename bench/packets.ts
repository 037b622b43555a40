import { Cluster } from '../src/cluster/index.ts'
import { type Ipv4, parseIpv4 } from '../src/packet/address.ts'
import { payloadOf } from '../src/packet/packet.ts'
import type { UdpSocket } from '../src/sockets/index.ts'
import { HOLD } from './event-loop.ts'
import { manyServices } from './services.ts'
import type { Row, Suite } from './suite.ts'

const ACROSS = 'established UDP flow over VXLAN between two nodes'
const ONE_NODE = 'established UDP flow on one node'
const SERVICE = 'established UDP flow to a Service, over VXLAN'
/** Packets in one call: few, so that most calls run without a break on a busy machine. */
const BATCH = 50
/** One packet each 10 µs of virtual time, with 18 octets of data, as the programs send that kubehop is measured against. */
const INTERVAL = 10_000
const DATA = payloadOf(18)
const PORT = 8080

/**
 * Packets per second of a flow that is known everywhere: bridges, conntrack of the inner and of the outer flow, tables of 100 Services, all on;
 * nobody watches. Unlike a trace it happens in no transaction.
 */
export const PACKETS: Suite = {
  name: 'packets',
  rows: () => [
    flowRow(ACROSS, 'default/web-1', (cluster) => [cluster.network.pods.get('default/web-1')!.address, PORT]),
    flowRow(ONE_NODE, 'default/web-0', (cluster) => [cluster.network.pods.get('default/web-0')!.address, PORT]),
    flowRow(SERVICE, 'default/web-1', (cluster) => {
      const service = cluster.objects.services.find(({ metadata }) => metadata.name === 'svc-50')!
      return [parseIpv4(service.spec.clusterIP!), service.spec.ports[0]!.port]
    }),
  ],
  ratios: (results) => [
    results.ratio(
      'a packet over VXLAN / an event of the loop with 1,000 pending',
      results.median(ACROSS),
      results.median(HOLD, 1000),
    ),
    results.ratio('a packet over VXLAN / a packet on one node', results.median(ACROSS), results.median(ONE_NODE)),
    results.ratio('a packet to a Service / a packet to its pod', results.median(SERVICE), results.median(ACROSS)),
  ],
}

function flowRow(name: string, server: string, to: (cluster: Cluster) => readonly [Ipv4, number]): Row {
  const cluster = Cluster.fromManifests(manyServices(100, 3, 'UDP'))
  const { sim, pods } = cluster.network
  const client = pods.get('default/client')!
  const [address, port] = to(cluster)
  let received = 0
  let answers = true
  for (const [name, pod] of pods) {
    pod.sockets.udp.bind(
      { port: PORT },
      {
        onReceive: (packet, socket) => {
          if (name === server) received++
          if (answers) socket.reply(packet, DATA)
        },
      },
    )
  }
  // a Service draws lots: try until it is that pod
  let socket: UdpSocket | null = null
  for (let tries = 0; received === 0 && tries < 100; tries++) {
    socket = client.sockets.udp.connect({ address, port }, { onReceive: () => {} }).socket
    socket?.send(DATA)
    sim.run({ until: sim.now + 1_000_000_000 })
  }
  if (socket === null || received === 0) throw new Error(`${name}: the flow does not arrive`)
  const flow = socket
  answers = false
  return {
    suite: 'packets',
    name,
    operations: BATCH,
    run: () => {
      const before = received
      for (let i = 0; i < BATCH; i++) {
        flow.send(DATA)
        sim.run({ until: sim.now + INTERVAL })
      }
      if (received !== before + BATCH) throw new Error(`${name}: ${before + BATCH - received} packets were lost`)
    },
  }
}
