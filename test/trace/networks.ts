import { expect } from 'vitest'
import type { NetworkNamespace } from '../../src/netns/namespace.ts'
import { Vxlan } from '../../src/overlay/vxlan.ts'
import { parseIpv4, parsePrefix } from '../../src/packet/address.ts'
import { installSockets } from '../../src/sockets/index.ts'
import { type FlowRequest, flowTrace, type Trace, traceFlow } from '../../src/trace/index.ts'
import { TestNetwork } from '../support/network.ts'
import { assertTraceGrammar } from './grammar.ts'
import { schemaErrors } from './schema.ts'

/** A network without anybody who watches. */
export function quietNetwork(): TestNetwork {
  const net = new TestNetwork()
  net.sim.probe = null
  return net
}

/** Rules as iptables-restore reads them; a table's COMMIT is added. */
export function rules(netns: NetworkNamespace, table: string, ...lines: string[]): void {
  const text = [`*${table}`, ...lines, 'COMMIT', ''].join('\n')
  const { errors } = netns.netfilter.restore(text, { noflush: true, keepUnsupported: true })
  expect(errors).toEqual([])
}

/** Two hosts on one wire: `client` 10.0.0.1 and `server` 10.0.0.2, which answers on every port. */
export function twoHosts() {
  const net = quietNetwork()
  const client = net.netns('client')
  const server = net.netns('server')
  net.pair(client, 'eth0', '10.0.0.1/24', server, 'eth0', '10.0.0.2/24')
  installSockets(client)
  installSockets(server, { defaultListener: true })
  return { net, client, server }
}

/** `client` (10.0.1.2) — `router` — `server` (10.0.2.2). */
export function routed(sysctls: Record<string, number> = {}) {
  const net = quietNetwork()
  const client = net.netns('client')
  const router = net.netns('router', { 'ipv4.ip_forward': 1, ...sysctls })
  const server = net.netns('server')
  net.pair(client, 'eth0', '10.0.1.2/24', router, 'left', '10.0.1.1/24')
  net.pair(server, 'eth0', '10.0.2.2/24', router, 'right', '10.0.2.1/24')
  net.route(client, '0.0.0.0/0', '10.0.1.1', 'eth0')
  net.route(server, '0.0.0.0/0', '10.0.2.1', 'eth0')
  installSockets(server, { defaultListener: true })
  return { net, client, router, server }
}

/**
 * A Docker host: containers `web` (172.17.0.2) and `app` (172.17.0.3) on docker0, eth0 192.168.0.10 to the host
 * `outside` (192.168.0.20); what leaves is masqueraded, and port 8080 of the host is port 80 of web.
 */
export function dockerHost() {
  const net = quietNetwork()
  const host = net.netns('host', { 'ipv4.ip_forward': 1 })
  const outside = net.netns('outside')
  net.pair(host, 'eth0', '192.168.0.10/24', outside, 'eth0', '192.168.0.20/24')
  const docker0 = net.bridge(host, 'docker0', '172.17.0.1/16')
  const web = net.container(host, docker0, 'web', '172.17.0.2/16', '172.17.0.1')
  const app = net.container(host, docker0, 'app', '172.17.0.3/16', '172.17.0.1')
  for (const netns of [outside, web.netns, app.netns]) installSockets(netns, { defaultListener: true })
  rules(
    host,
    'nat',
    ':DOCKER - [0:0]',
    '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
    '-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
    '-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
    '-A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE',
    '-A DOCKER -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
  )
  return { net, host, outside, docker0, web, app }
}

/** Two nodes (192.168.0.11 and .12), each with vxlan1 (10.9.0.1 and .2) and a forwarding entry for the other. */
export function vxlanPair() {
  const net = quietNetwork()
  const nodes = [net.netns('node-1'), net.netns('node-2')] as const
  net.pair(nodes[0], 'eth0', '192.168.0.11/24', nodes[1], 'eth0', '192.168.0.12/24')
  const links = nodes.map((node, index) => {
    const local = parseIpv4(`192.168.0.${11 + index}`)
    const link = new Vxlan(node, 'vxlan1', net.mac(), { id: 42, local, dev: node.link('eth0'), learning: false })
    node.attach(link)
    node.addAddress(link, parsePrefix(`10.9.0.${1 + index}/24`))
    node.setUp(link, true)
    return link
  }) as [Vxlan, Vxlan]
  nodes.forEach((node, index) => {
    const other = links[1 - index]!
    const address = parseIpv4(`10.9.0.${2 - index}`)
    links[index]!.fdb.set(other.mac, { address: parseIpv4(`192.168.0.${12 - index}`), port: 0, vni: 0 }, 'append')
    node.neighbours.addPermanent(links[index]!, address, other.mac)
    installSockets(node, { defaultListener: true })
  })
  return { net, nodes, links }
}

export type Flow = Partial<FlowRequest> & { readonly from: NetworkNamespace; readonly address: string }

function request({ address, ...flow }: Flow): FlowRequest {
  const protocol = flow.protocol ?? (flow.port === undefined ? 'icmp' : 'tcp')
  return { ...flow, to: parseIpv4(address), protocol }
}

/** Traces a flow, and checks that the trace is well made. */
export function trace(net: TestNetwork, flow: Flow): Trace {
  const asked = request(flow)
  const made = flowTrace(asked, traceFlow(net.sim, asked))
  assertTraceGrammar(made.data)
  expect(schemaErrors(made.data)).toEqual([])
  return made
}

export function branches(net: TestNetwork, flow: Flow) {
  return traceFlow(net.sim, request(flow)).branches
}
