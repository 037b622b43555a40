import { Bridge } from '../../../src/bridge/index.ts'
import type { Cluster } from '../../../src/cluster/cluster.ts'
import { COUNTERS, type NetworkNamespace } from '../../../src/netns/index.ts'
import { Vxlan } from '../../../src/overlay/index.ts'
import { socketsOf } from '../../../src/sockets/index.ts'

/** All that packets change, as plain data: what each namespace has learned, counted, connected and queued. */
export function runTimeState({ network }: Cluster): unknown {
  return {
    now: network.sim.now,
    pending: network.sim.pending,
    namespaces: Object.fromEntries([...network.namespaces()].map((netns) => [netns.name, stateOf(netns)])),
  }
}

function stateOf(netns: NetworkNamespace): unknown {
  const { conntrack } = netns.netfilter
  return {
    neighbours: [...netns.neighbours.entries()].map(({ link, ...entry }) => ({ device: link.name, ...entry })),
    conntrack: [...conntrack.entries()].map(({ original, reply, status, mark, expiresAt, tcp }) => ({
      original: tupleText(original),
      reply: tupleText(reply),
      ...{ status, mark, expiresAt, state: tcp?.state },
    })),
    counters: netns.netfilter.save({ counters: true }),
    snmp: COUNTERS.map((name) => [name, netns.snmp.get(name)]),
    exceptions: netns.exceptions.isEmpty,
    sockets: [...socketsOf(netns).sockets()],
    devices: [...netns.devices()].map((link) => ({
      name: link.name,
      ...(link instanceof Bridge
        ? { fdb: [...link.fdb.entries()].map(({ mac, port }) => [mac, port?.link.name]) }
        : {}),
      ...(link instanceof Vxlan ? { learned: [...link.fdb.learned()] } : {}),
    })),
  }
}

function tupleText({
  protocol,
  src,
  sport,
  dst,
  dport,
}: Record<'protocol' | 'src' | 'sport' | 'dst' | 'dport', number>) {
  return [protocol, src, sport, dst, dport].join(' ')
}
