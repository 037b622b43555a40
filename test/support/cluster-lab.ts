import type { Cluster } from '../../src/cluster/cluster.ts'
import type { ClusterOptions } from '../../src/cluster/options.ts'
import { TargetFinder } from '../../src/cluster/targets.ts'
import { exportScript, NetnsNames } from '../../src/commands/export/script.ts'
import type { NetworkNamespace } from '../../src/netns/namespace.ts'
import { formatIpv4 } from '../../src/packet/address.ts'
import type { Sent } from './flows/index.ts'

/** A program that listens. A UDP server answers one client. */
export interface Server {
  readonly netns: NetworkNamespace
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
}

/** Who listens where in the shop. */
const SHOP_SERVERS: readonly (readonly [string, Server['protocol'], number])[] = [
  ['default/client', 'tcp', 8080],
  ['default/near', 'tcp', 8080],
  ['default/self', 'tcp', 8080],
  ['default/far', 'tcp', 8080],
  ['node-1', 'tcp', 6443],
  ['node-1', 'tcp', 9100],
  ['node-2', 'tcp', 9100],
  ['external', 'tcp', 443],
  ['external', 'tcp', 3306],
  ['host-192.168.0.99', 'tcp', 3306],
  ['default/near', 'udp', 8080],
  ['default/far', 'udp', 8080],
  ['default/far', 'udp', 53],
  ['default/stable-1', 'tcp', 8080],
  ['default/stable-2', 'tcp', 8080],
  ['default/stable-3', 'tcp', 8080],
  ['default/canary-1', 'tcp', 8080],
  ['node-1', 'udp', 8125],
  ['node-2', 'udp', 8125],
]

/** Seconds that a server may live: longer than the flows take. The lab ends with the last flow, and they with it. */
const LIFE = 60

/** What a lab of a cluster needs beside its flows: no counters that only a kernel module has. */
export const LAB_OPTIONS: ClusterOptions = {
  hostFacts: { nfacct: { invalidDropped: false, localhostNodePorts: false } },
}

/** The servers of the shop that somebody speaks to. */
function shopServers(cluster: Cluster, flows: readonly Sent[]): Server[] {
  const there = new Map([...cluster.network.namespaces()].map((netns) => [netns.name, netns]))
  const spoken = new Set(flows.map(({ protocol = 'tcp' }) => protocol))
  return SHOP_SERVERS.flatMap(([name, protocol, port]) => {
    const netns = there.get(name)
    return netns === undefined || !spoken.has(protocol) ? [] : [{ netns, protocol, port }]
  })
}

export interface ClusterLabOptions {
  /** Those of the shop unless given. */
  readonly servers?: readonly Server[]
  /** What a client does over TCP: it sends a word, or it connects and closes at once, which is fewer packets. */
  readonly tcp?: 'talk' | 'connect'
}

/**
 * A cluster and some flows as a lab: a script that builds it for real, and sends what the flows say. Nothing in it is drawn but what
 * the kernel draws.
 */
export function clusterLab(
  cluster: Cluster,
  flows: readonly Sent[],
  story: readonly string[],
  { servers = shopServers(cluster, flows), tcp = 'talk' }: ClusterLabOptions = {},
): string {
  const namespaces = [...cluster.network.namespaces()]
  const names = new NetnsNames(namespaces)
  const traffic = flows.flatMap((flow, index) => [
    `# ${flow.title}`,
    trafficLine(cluster, names, flow, 40001 + index, tcp),
  ])
  const start = servers.map(({ netns, protocol, port }) => {
    const run = `ip netns exec ${names.of(netns)} timeout ${LIFE} nc`
    return protocol === 'tcp' ? `${run} -k -l ${port} &` : `echo answer | ${run} -u -l ${port} &`
  })
  if (start.length > 0) start.push('sleep 0.5')
  return `${exportScript(namespaces, { comments: story })}# --- traffic ---\n${[...start, ...traffic].join('\n')}\n`
}

/** What a flow is in a shell. */
function trafficLine(
  cluster: Cluster,
  names: NetnsNames,
  flow: Sent,
  sourcePort: number,
  tcp: 'talk' | 'connect',
): string {
  const finder = new TargetFinder(cluster.network, undefined)
  const source = finder.source(flow.from)
  const [target] = finder.targets(flow.to, source, flow.protocol)
  if (target === undefined) throw new Error(`${flow.to} has no address`)
  const run = `ip netns exec ${names.of(source.netns)}`
  const address = formatIpv4(target.address)
  switch (target.protocol) {
    case 'icmp':
      return `${run} ping -c1 -W1 ${flow.how === undefined ? '' : `${flow.how} `}${address}`
    case 'udp':
      return `echo ask | ${run} timeout 0.7 nc -u -w1 -p ${sourcePort} ${address} ${target.port}`
    case 'tcp':
      if (tcp === 'connect') return `${run} timeout 0.7 nc -z -p ${sourcePort} ${address} ${target.port}`
      return `echo ask | ${run} timeout 0.7 nc -N -w1 -p ${sourcePort} ${address} ${target.port}`
    default:
      throw new Error(`no program of a lab speaks ${target.protocol}`)
  }
}
