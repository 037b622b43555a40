import { NetworkNamespace, Veth } from '../../netns/index.ts'
import { type Ipv4, type Prefix, parseIpv4 } from '../../packet/address.ts'
import type { Mac } from '../../packet/mac.ts'
import { TableId } from '../../route/index.ts'
import { installSockets } from '../../sockets/index.ts'

/** Everything beyond a device of the host: it has every address, and something answers on every port. */
export interface StandIn {
  readonly netns: NetworkNamespace
  /** Its end of the wire. */
  readonly eth0: Veth
  /** The host's end. */
  readonly device: Veth
}

/** How the host reaches what is behind a device where it has no routes. The block is for nobody (RFC 7600: 192.0.0.0/29 is the first part of it). */
export const NEXT_HOP = parseIpv4('192.0.0.2')
/** How those beyond reach the host. */
const HOST = parseIpv4('192.0.0.1')

const ANYWHERE: Prefix = { address: 0 as Ipv4, length: 0 }

/** Gives the host a device with somebody behind it. */
export function standInBehind(
  host: NetworkNamespace,
  name: string,
  macs: { host: Mac; other: Mac },
  answers: boolean,
): StandIn {
  const netns = new NetworkNamespace(host.sim, `beyond ${name}`)
  const [device, eth0] = Veth.pair({ netns: host, name, mac: macs.host }, { netns, name: 'eth0', mac: macs.other })
  netns.attach(eth0)
  host.attach(device)
  for (const [key, value] of [
    ['ipv4.conf.all.accept_local', 1],
    ['ipv4.conf.all.route_localnet', 1],
    ['ipv4.conf.all.accept_redirects', 0],
    ['ipv4.icmp_ratelimit', 0],
  ] as const)
    netns.sysctl.set(key, value)
  if (answers) installSockets(netns, { defaultListener: true })
  netns.setUp(netns.loopback, true)
  netns.setUp(eth0, true)
  // what comes in is for it, whatever it is; what it sends goes to the host, whatever it is for
  netns.fib.deleteRule({ priority: 0 })
  netns.fib.addRule({ priority: 0, iif: 'eth0', table: TableId.LOCAL })
  netns.fib.add({ destination: ANYWHERE, gateway: HOST, ifindex: eth0.ifindex, onlink: true })
  // last, for nothing can be a gateway that is one's own address
  netns.fib.add({ destination: ANYWHERE, type: 'local', table: TableId.LOCAL, ifindex: netns.loopback.ifindex })
  netns.neighbours.addPermanent(eth0, HOST, macs.host)
  return { netns, eth0, device }
}

/** What is for this prefix goes there without a question. */
export function routeTo(host: NetworkNamespace, destination: Prefix, { device, eth0 }: StandIn): void {
  host.neighbours.addPermanent(device, NEXT_HOP, eth0.mac)
  host.fib.add({ destination, gateway: NEXT_HOP, ifindex: device.ifindex, onlink: true })
}
