import type { Cluster } from '../../src/cluster/cluster.ts'
import type { ClusterOptions } from '../../src/cluster/options.ts'
import { TargetFinder } from '../../src/cluster/targets.ts'
import { exportScript, NetnsNames } from '../../src/commands/export/script.ts'
import { formatIpv4 } from '../../src/packet/address.ts'
import type { Flow } from './flows/index.ts'

/** Who listens where in the shop: netns, transport, port. */
const TCP_SERVERS: readonly (readonly [string, number])[] = [
  ['default.client', 8080],
  ['default.near', 8080],
  ['default.self', 8080],
  ['default.far', 8080],
  ['node-1', 6443],
  ['node-1', 9100],
  ['node-2', 9100],
  ['external', 443],
  ['external', 3306],
  ['host-192.168.0.99', 3306],
]

/** Each of these answers one client. */
const UDP_SERVERS: readonly (readonly [string, number])[] = [
  ['default.near', 8080],
  ['default.far', 8080],
  ['default.far', 53],
]

/** Seconds that a server may live: longer than the flows take. The lab ends with the last flow, and they with it. */
const LIFE = 60

/** What a lab of a cluster needs beside its flows: no counters that only a kernel module has. */
export const LAB_OPTIONS: ClusterOptions = {
  hostFacts: { nfacct: { invalidDropped: false, localhostNodePorts: false } },
}

/**
 * A cluster and some flows as a lab: a script that builds it for real, and sends what the flows say. Nothing in it is drawn but what
 * the kernel draws.
 */
export function clusterLab(cluster: Cluster, flows: readonly Flow[], story: readonly string[]): string {
  const namespaces = [...cluster.network.namespaces()]
  const names = new NetnsNames(namespaces)
  const there = new Set(namespaces.map((netns) => names.of(netns)))
  const spoken = new Set(flows.map(({ protocol = 'tcp' }) => protocol))
  const servers = [
    ...(spoken.has('tcp') ? TCP_SERVERS : []).map(
      ([netns, port]) => [netns, `ip netns exec ${netns} timeout ${LIFE} nc -k -l ${port} &`] as const,
    ),
    ...(spoken.has('udp') ? UDP_SERVERS : []).map(
      ([netns, port]) => [netns, `echo answer | ip netns exec ${netns} timeout ${LIFE} nc -u -l ${port} &`] as const,
    ),
  ].filter(([netns]) => there.has(netns))
  const lines = flows.flatMap((flow, index) => [`# ${flow.title}`, trafficLine(cluster, names, flow, 40001 + index)])
  const start = servers.length === 0 ? [] : [...servers.map(([, line]) => line), 'sleep 0.5']
  return `${exportScript(namespaces, { comments: story })}# --- traffic ---\n${[...start, ...lines].join('\n')}\n`
}

/** What a flow is in a shell. */
function trafficLine(cluster: Cluster, names: NetnsNames, flow: Flow, sourcePort: number): string {
  const finder = new TargetFinder(cluster.network, undefined)
  const source = finder.source(flow.from)
  const [target] = finder.targets(flow.to, source, flow.protocol)
  if (target === undefined) throw new Error(`${flow.to} has no address`)
  const run = `ip netns exec ${names.of(source.netns)}`
  const address = formatIpv4(target.address)
  switch (target.protocol) {
    case 'icmp':
      return `${run} ping -c1 -W1 ${address}`
    case 'udp':
      return `echo ask | ${run} timeout 0.7 nc -u -w1 -p ${sourcePort} ${address} ${target.port}`
    case 'tcp':
      return `echo ask | ${run} timeout 0.7 nc -N -w1 -p ${sourcePort} ${address} ${target.port}`
    default:
      throw new Error(`no program of a lab speaks ${target.protocol}`)
  }
}
