import { randomMac } from '../../cluster/plan.ts'
import { withBroadcast } from '../../cluster/with-broadcast.ts'
import { Machine } from '../../commands/index.ts'
import { sendArp } from '../../netns/arp.ts'
import { type Link, NetworkNamespace, Veth } from '../../netns/index.ts'
import { IPV4_ANY, type Ipv4, type Prefix } from '../../packet/address.ts'
import { ArpOperation, MAC_BROADCAST, MAC_ZERO } from '../../packet/index.ts'
import { installSockets } from '../../sockets/index.ts'
import { putFiles } from './container-files.ts'
import { DaemonError } from './errors.ts'
import { type Attachment, type Container, type Endpoint, gatewayOf, type Sandbox } from './model.ts'
import { nameServer } from './name-server.ts'
import { publish, unpublish } from './publish.ts'
import { openResolver } from './resolver-rules.ts'
import type { SandboxOwner } from './sandbox-owner.ts'

/** `com.docker.network.advertise_addr_nmsgs` and `…_ms`, unless told otherwise. */
const ANNOUNCEMENTS = 3
const BETWEEN_ANNOUNCEMENTS = 1e9

const ANYWHERE: Prefix = { address: IPV4_ANY, length: 0 }

/** What a container that nobody gave a command does: it answers on every port, as simulated pods do. */
function answersEverywhere({ command }: Container): boolean {
  return command.length === 0
}

/** The network namespace of a container, by its mode. @throws DaemonError */
export function openSandbox(daemon: SandboxOwner, container: Container): Sandbox {
  const { mode } = container
  if (mode.kind === 'container') {
    const { name, sandbox, startedAt } = mode.container
    if (sandbox !== null) return sandbox
    throw new DaemonError(
      `cannot join network namespace of a non running container: container ${name} is ${startedAt === null ? 'created' : 'exited'}`,
    )
  }
  if (mode.network.kind === 'host') return { machine: daemon.host, owner: container, endpoints: [], hasResolver: false }
  const { host } = daemon
  const netns = new NetworkNamespace(host.sim, daemon.namespaceName(container))
  netns.setUp(netns.loopback, true)
  const sockets = installSockets(netns, { defaultListener: answersEverywhere(container) })
  const machine = new Machine(host.sim, { netns, sockets, scheduler: host.scheduler })
  const sandbox: Sandbox = { machine, owner: container, endpoints: [], hasResolver: false }
  putFiles(machine.files, host.files, container, sandbox)
  const names = nameServer(sandbox, () => daemon.containers)
  machine.resolver = names.addressOf
  machine.nameOf = names.nameOf
  try {
    for (const attachment of container.attachments) join(daemon, sandbox, attachment)
  } catch (error) {
    closeSandbox(daemon, sandbox)
    throw error
  }
  return sandbox
}

/** Takes a sandbox off all its networks. */
export function closeSandbox(daemon: SandboxOwner, sandbox: Sandbox): void {
  for (const endpoint of sandbox.endpoints) takeAway(daemon, endpoint)
  sandbox.endpoints = []
}

/**
 * Connects a sandbox to one network more (`CreateEndpoint`, `Join`: daemon/libnetwork/endpoint.go, drivers/bridge/bridge_linux.go).
 *
 * @throws DaemonError
 */
export function join(daemon: SandboxOwner, sandbox: Sandbox, attachment: Attachment): void {
  const { host, firewall } = daemon
  const { network, mac } = attachment
  const address = daemon.addressFor(attachment)
  const netns = sandbox.machine.root
  const random = host.sim.random('mac')
  const id = daemon.newId('endpoint')
  const [inner, port] = Veth.pair(
    { netns, name: freeName(netns), mac: mac ?? randomMac(random) },
    { netns: host.root, name: hostEnd(host.root, sandbox.owner, id), mac: randomMac(random) },
  )
  host.root.attach(port)
  netns.attach(inner)
  netns.setMtu(inner, network.device.mtu)
  host.root.setMtu(port, network.device.mtu)
  host.acquaint(host.root, netns)
  sandbox.machine.acquaint(netns, host.root)
  host.root.setUp(port, true)
  network.device.addPort(port)
  firewall.endpoint(network.rules, address, true)
  netns.addAddress(inner, withBroadcast({ address, length: network.subnet.length }))
  netns.setUp(inner, true)
  const silence = announce(netns, inner, address)
  const endpoint: Endpoint = { id, attachment, address, port, inner, published: null, silence }
  if (network.name !== 'bridge' && !sandbox.hasResolver) {
    sandbox.hasResolver = true
    openResolver(sandbox.machine)
  }
  try {
    change(daemon, sandbox, [...sandbox.endpoints, endpoint].sort(byGateway))
  } catch (error) {
    takeAway(daemon, endpoint)
    throw error
  }
}

/** Takes a sandbox off one of its networks (`sbLeave`). */
export function leave(daemon: SandboxOwner, sandbox: Sandbox, endpoint: Endpoint): void {
  const others = sandbox.endpoints.filter((each) => each !== endpoint)
  unpublish(daemon, endpoint)
  takeAway(daemon, endpoint)
  change(daemon, sandbox, others)
}

/** The default route, and published ports, go with the best endpoint. @throws DaemonError everything is as it was */
function change(daemon: SandboxOwner, sandbox: Sandbox, endpoints: readonly Endpoint[]): void {
  const before = gatewayOf(sandbox.endpoints)
  const after = gatewayOf(endpoints)
  if (before !== after) {
    if (before !== undefined) {
      unpublish(daemon, before)
      route(sandbox, before, false)
    }
    if (after !== undefined) {
      try {
        after.published = publish(daemon, sandbox.owner, after)
      } catch (error) {
        if (before !== undefined) {
          before.published = publish(daemon, sandbox.owner, before)
          route(sandbox, before, true)
        }
        throw error
      }
      route(sandbox, after, true)
    }
  }
  sandbox.endpoints = endpoints
}

function route({ machine }: Sandbox, { attachment, inner }: Endpoint, add: boolean): void {
  // with its device the route has gone, too
  if (machine.root.device(inner.ifindex) !== inner) return
  const route = { destination: ANYWHERE, gateway: attachment.network.gateway, ifindex: inner.ifindex }
  if (add) machine.root.fib.add(route)
  else machine.root.fib.delete(route)
}

function takeAway(daemon: SandboxOwner, endpoint: Endpoint): void {
  const { attachment, address, port } = endpoint
  endpoint.silence()
  unpublish(daemon, endpoint)
  daemon.firewall.endpoint(attachment.network.rules, address, false)
  daemon.host.root.remove(port)
}

/** `Endpoint.Less` (daemon/libnetwork/sandbox.go): who comes first gets the default route. */
function byGateway({ attachment: a }: Endpoint, { attachment: b }: Endpoint): number {
  if (a.priority !== b.priority) return b.priority - a.priority
  if (a.network.rules.internal !== b.network.rules.internal) return a.network.rules.internal ? 1 : -1
  return a.network.name < b.network.name ? -1 : 1
}

/**
 * Tells the neighbours where the address is now: whoever had it before had another Ethernet address (`advertiseAddrs`, daemon/libnetwork/osl/interface_linux.go;
 * daemon/libnetwork/internal/l2disco). Returns how to stop.
 */
function announce(netns: NetworkNamespace, link: Link, address: Ipv4): () => void {
  const { sim } = netns
  const arp = { operation: ArpOperation.REQUEST, senderIp: address, targetIp: address, targetMac: MAC_ZERO }
  const send = (): void => sendArp(netns, link, arp, MAC_BROADCAST, 0)
  send()
  const timers = Array.from({ length: ANNOUNCEMENTS - 1 }, (_, i) =>
    sim.schedule((i + 1) * BETWEEN_ANNOUNCEMENTS, send, undefined),
  )
  return () => {
    for (const timer of timers) sim.cancel(timer)
  }
}

/** `eth` and the first number that is free (`generateIfaceName`, daemon/libnetwork/osl). */
function freeName(netns: NetworkNamespace): string {
  for (let number = 0; ; number++) {
    const name = `eth${number}`
    if (netns.deviceByName(name) === undefined) return name
  }
}

/** `veth` and seven hexadecimal digits (`GenerateIfaceName`, daemon/libnetwork/netutils). */
function hostEnd(netns: NetworkNamespace, { id, attachments }: Container, endpoint: string): string {
  const digits = attachments.length > 1 ? endpoint : id
  for (let from = 12; ; from++) {
    const name = `veth${digits.slice(from, from + 7)}`
    if (netns.deviceByName(name) === undefined) return name
  }
}
