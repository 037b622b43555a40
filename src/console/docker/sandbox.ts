import { randomMac } from '../../cluster/plan.ts'
import { wireSandbox } from '../../cluster/pod-host.ts'
import { Machine } from '../../commands/index.ts'
import { sendArp } from '../../netns/arp.ts'
import { type Link, NetworkNamespace } from '../../netns/index.ts'
import { formatIpv4, type Ipv4 } from '../../packet/address.ts'
import { ArpOperation, MAC_BROADCAST, MAC_ZERO } from '../../packet/index.ts'
import { installSockets } from '../../sockets/index.ts'
import { DaemonError } from './errors.ts'
import type { BridgeRules, DockerFirewall, PortBinding } from './firewall.ts'
import { type BridgeNetwork, type Container, type Endpoint, type Sandbox, shortId } from './model.ts'
import type { PortTable } from './ports.ts'
import { type PortProxy, startProxy } from './proxy.ts'

/** `com.docker.network.advertise_addr_nmsgs` and `…_ms`, unless told otherwise. */
const ANNOUNCEMENTS = 3
const BETWEEN_ANNOUNCEMENTS = 1e9

/** What of a daemon a sandbox needs. */
interface SandboxOwner {
  readonly host: Machine
  readonly firewall: DockerFirewall
  readonly ports: PortTable
  /** @throws DaemonError */
  addressFor(network: BridgeNetwork, wanted: Ipv4 | undefined): Ipv4
}

/** What a container that nobody gave a command does: it answers on every port, as simulated pods do. */
function answersEverywhere({ command }: Container): boolean {
  return command.length === 0
}

/** The network namespace of a container, by its mode. @throws DaemonError */
export function openSandbox(daemon: SandboxOwner, container: Container): Sandbox {
  const { mode } = container
  if (mode.kind === 'container') {
    const { sandbox } = mode.container
    if (sandbox === null) {
      throw new DaemonError(
        `failed to set up container networking: cannot join network namespace of a non running container: container ${mode.container.id} is exited`,
      )
    }
    return { machine: sandbox.machine, endpoint: null }
  }
  switch (mode.network.kind) {
    case 'host':
      return { machine: daemon.host, endpoint: null }
    case 'null': {
      const netns = new NetworkNamespace(daemon.host.sim, container.name)
      netns.setUp(netns.loopback, true)
      return { machine: machineOf(daemon, container, netns, undefined), endpoint: null }
    }
    case 'bridge':
      return bridged(daemon, container, mode.network)
  }
}

/** `CreateEndpoint`, `ProgramExternalConnectivity` (daemon/libnetwork/drivers/bridge/bridge_linux.go, port_mapping_linux.go). */
function bridged(daemon: SandboxOwner, container: Container, network: BridgeNetwork): Sandbox {
  const { host } = daemon
  const address = daemon.addressFor(network, container.address)
  const bindings = claimPorts(daemon, container, network)
  const random = host.sim.random('mac')
  const { netns, eth0, port } = wireSandbox(
    address,
    {
      netns: container.name,
      port: vethName(host.root, container),
      eth0Mac: randomMac(random),
      portMac: randomMac(random),
    },
    {
      node: host.root,
      bridge: network.device,
      subnet: network.subnet,
      network: network.subnet,
      mtu: network.device.mtu,
      hairpinMode: false,
      docker: true,
    },
  )
  daemon.firewall.endpoint(network.rules, address, true)
  const proxies = publish(daemon, network.rules, address, bindings, () => host.root.remove(port))
  const endpoint: Endpoint = { network, address, port, bindings, proxies, silence: announce(netns, eth0, address) }
  return { machine: machineOf(daemon, container, netns, address), endpoint }
}

/**
 * Tells the neighbours where the address is now: whoever had it before had another Ethernet address (`advertiseAddrs`, daemon/libnetwork/osl/interface_linux.go;
 * daemon/libnetwork/internal/l2disco). Returns how to stop.
 */
function announce(netns: NetworkNamespace, eth0: Link, address: Ipv4): () => void {
  const { sim } = netns
  const arp = { operation: ArpOperation.REQUEST, senderIp: address, targetIp: address, targetMac: MAC_ZERO }
  const send = (): void => sendArp(netns, eth0, arp, MAC_BROADCAST, 0)
  send()
  const timers = Array.from({ length: ANNOUNCEMENTS - 1 }, (_, i) =>
    sim.schedule((i + 1) * BETWEEN_ANNOUNCEMENTS, send, undefined),
  )
  return () => {
    for (const timer of timers) sim.cancel(timer)
  }
}

function claimPorts(daemon: SandboxOwner, container: Container, network: BridgeNetwork): PortBinding[] {
  const claimed: PortBinding[] = []
  // an internal network has no way in
  for (const binding of network.rules.internal ? [] : container.ports) {
    const chosen =
      binding.hostPort === 0 ? daemon.ports.claimAny(binding) : daemon.ports.claim(binding) ? binding : null
    if (chosen === null || chosen === undefined) {
      for (const each of claimed) daemon.ports.release(each)
      throw portFailure(
        container,
        `Bind for ${formatIpv4(binding.hostAddress)}:${binding.hostPort} failed: port is already allocated`,
      )
    }
    claimed.push(chosen)
  }
  return claimed

  function portFailure({ name, id }: Container, why: string): DaemonError {
    return new DaemonError(
      `failed to set up container networking: driver failed programming external connectivity on endpoint ${name} (${id}): ${why}`,
    )
  }
}

/** Rules and a proxy for each port. When one of them is a program's, all is undone. */
function publish(
  daemon: SandboxOwner,
  rules: BridgeRules,
  address: Ipv4,
  bindings: readonly PortBinding[],
  undo: () => void,
): PortProxy[] {
  const sockets = daemon.host.socketsOf(daemon.host.root)
  const proxies: PortProxy[] = []
  for (const binding of bindings) {
    const proxy = startProxy(sockets, binding, address)
    if (proxy === null) {
      for (const each of proxies) each.close()
      for (const each of bindings) {
        daemon.firewall.port(rules, address, each, false)
        daemon.ports.release(each)
      }
      daemon.firewall.endpoint(rules, address, false)
      undo()
      const { hostAddress, hostPort, port, protocol } = binding
      throw new DaemonError(
        `failed to set up container networking: failed to bind host port for ${formatIpv4(hostAddress)}:${hostPort}:${formatIpv4(address)}:${port}/${protocol}: ` +
          'address already in use',
      )
    }
    proxies.push(proxy)
    daemon.firewall.port(rules, address, binding, true)
  }
  return proxies
}

function machineOf(
  { host }: SandboxOwner,
  container: Container,
  netns: NetworkNamespace,
  address: Ipv4 | undefined,
): Machine {
  const sockets = installSockets(netns, { defaultListener: answersEverywhere(container) })
  const machine = new Machine(host.sim, { netns, sockets, scheduler: host.scheduler })
  host.acquaint(host.root, netns)
  machine.acquaint(netns, host.root)
  const name = container.hostname ?? shortId(container.id)
  machine.files.put('/etc/hostname', `${name}\n`)
  machine.files.put('/etc/hosts', hostsFile(name, address))
  return machine
}

/** daemon/libnetwork/etchosts/etchosts.go */
function hostsFile(name: string, address: Ipv4 | undefined): string {
  return [
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::\tip6-localnet',
    'ff00::\tip6-mcastprefix',
    'ff02::1\tip6-allnodes',
    'ff02::2\tip6-allrouters',
    ...(address === undefined ? [] : [`${formatIpv4(address)}\t${name}`]),
    '',
  ].join('\n')
}

/** `veth` and seven hexadecimal digits (`GenerateIfaceName`, daemon/libnetwork/netutils). */
function vethName(netns: NetworkNamespace, { id }: Container): string {
  for (let from = 12; ; from++) {
    const name = `veth${id.slice(from, from + 7)}`
    if (netns.deviceByName(name) === undefined) return name
  }
}
