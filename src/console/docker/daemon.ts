import { Bridge } from '../../bridge/index.ts'
import { randomMac } from '../../cluster/plan.ts'
import { withBroadcast } from '../../cluster/with-broadcast.ts'
import type { Machine } from '../../commands/index.ts'
import { TextOutput } from '../../commands/process/streams.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import { addressAt, formatIpv4, type Ipv4, type Prefix, prefixContains, prefixesOverlap } from '../../packet/address.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import { sha256Hex } from '../../packet/index.ts'
import type { Mac } from '../../packet/mac.ts'
import { freeAddress, freeSubnet } from './address-pools.ts'
import { DaemonError } from './errors.ts'
import { type BridgeRules, DockerFirewall } from './firewall.ts'
import {
  type Attachment,
  type BridgeNetwork,
  type Container,
  type DockerNetwork,
  endpointsOn,
  isRunning,
  type NetworkMode,
  shortId,
} from './model.ts'
import { generatedName } from './names.ts'
import { PortTable } from './ports.ts'
import { closeSandbox, join, leave, openSandbox } from './sandbox.ts'

/** The bridge that a daemon finds on its host: flannel has given docker0 its subnet. */
export interface GivenBridge {
  readonly device: Bridge
  readonly subnet: Prefix
  readonly masquerade: boolean
  readonly isUnprotected: boolean
  /** Who has an address there besides containers of this daemon. */
  readonly taken: () => Iterable<Ipv4>
}

export interface NetworkRequest {
  readonly name: string
  readonly subnet?: Prefix | undefined
  readonly gateway?: Ipv4 | undefined
  readonly bridge?: string | undefined
  readonly mtu?: number | undefined
  readonly internal?: boolean | undefined
  readonly icc?: boolean | undefined
  readonly masquerade?: boolean | undefined
  readonly isUnprotected?: boolean | undefined
  readonly labels?: ReadonlyMap<string, string> | undefined
}

/** How a container is to be connected to a network. */
export interface AttachmentRequest {
  readonly address: Ipv4 | undefined
  readonly aliases: readonly string[]
  readonly mac?: Mac | undefined
  readonly priority?: number | undefined
}

export interface ContainerRequest
  extends Pick<
    Container,
    'hostname' | 'image' | 'command' | 'ports' | 'exposed' | 'labels' | 'extraHosts' | 'removeWhenStopped'
  > {
  readonly name: string | undefined
  readonly network: string
  readonly attachment: AttachmentRequest
}

const DEFAULT_BRIDGE = 'docker0'

/** dockerd on one host: its networks, its containers, and the rules that they need. */
export class DockerDaemon {
  readonly host: Machine
  readonly firewall: DockerFirewall
  readonly ports = new PortTable()
  readonly #networks: DockerNetwork[] = []
  readonly #containers: Container[] = []
  readonly #taken: () => Iterable<Ipv4>
  /** In front of the names of its containers' namespaces: those of other hosts have other names. */
  readonly #prefix: string
  #made = 0

  /** @param given the bridge of a node whose rules are written already; a host of its own gets docker0 and its rules */
  constructor(host: Machine, given?: GivenBridge) {
    this.host = host
    this.firewall = new DockerFirewall(host.root)
    this.#taken = given?.taken ?? (() => [])
    this.#prefix = given === undefined ? '' : `${host.root.name}/`
    if (given !== undefined)
      this.#networks.push(
        this.#networkOf({ name: 'bridge', ...given }, given.device, given.subnet, this.newId('network bridge')),
      )
    else this.#start()
    for (const [name, kind] of [
      ['host', 'host'],
      ['none', 'null'],
    ] as const)
      this.#networks.push({ kind, name, id: this.newId(`network ${name}`) })
  }

  /** As a host without Docker becomes one with it: dockerd switches ip_forward on, and therefore lets FORWARD drop. */
  #start(): void {
    this.firewall.start()
    this.createNetwork({ name: 'bridge', bridge: DEFAULT_BRIDGE })
    this.host.root.sysctl.set('ipv4.ip_forward', 1)
    this.firewall.dropForwarding()
  }

  /** In the order of their names, as `docker network ls` has them. */
  get networks(): readonly DockerNetwork[] {
    return this.#networks.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The youngest first. */
  get containers(): readonly Container[] {
    return [...this.#containers].reverse()
  }

  /** By name, id, or the beginning of an id. @throws DaemonError */
  network(name: string): DockerNetwork {
    const found =
      this.#networks.find((network) => network.name === name || network.id === name) ??
      this.#networks.find(({ id }) => name !== '' && id.startsWith(name))
    if (found === undefined) throw new DaemonError(`network ${name} not found`)
    return found
  }

  /** By name, id, or the beginning of an id. @throws DaemonError */
  container(name: string): Container {
    const found =
      this.#containers.find((container) => container.name === name || container.id === name) ??
      this.#containers.find(({ id }) => name !== '' && id.startsWith(name))
    if (found === undefined) throw new DaemonError(`No such container: ${name}`)
    return found
  }

  /** @throws DaemonError */
  createNetwork(request: NetworkRequest): BridgeNetwork {
    const { name } = request
    if (this.#networks.some((network) => network.name === name))
      throw new DaemonError(`network with name ${name} already exists`)
    const { root, sim } = this.host
    const id = this.newId(`network ${name}`)
    const subnet = request.subnet ?? freeSubnet(this.#subnets())
    if (subnet === undefined) throw new DaemonError('all predefined address pools have been fully subnetted')
    if (this.#bridges().some((other) => prefixesOverlap(other.subnet, subnet)))
      throw new DaemonError('invalid pool request: Pool overlaps with other one on this address space')
    const named = request.bridge ?? `br-${shortId(id)}`
    if (root.deviceByName(named) !== undefined)
      throw new UnsupportedError(`docker network create on a device that is there already (${named})`)
    const bridge = new Bridge(root, named, randomMac(sim.random('mac')))
    // the address is given when the device is made
    bridge.macIsSet = true
    root.attach(bridge)
    if (request.mtu !== undefined) root.setMtu(bridge, request.mtu)
    const network = this.#networkOf(request, bridge, subnet, id)
    root.addAddress(bridge, withBroadcast({ address: network.gateway, length: subnet.length }))
    // to keep containers apart the rules must see what is bridged
    if (!network.rules.icc) root.sysctl.set('bridge.bridge-nf-call-iptables', 1)
    this.firewall.addNetwork(network.rules)
    root.setUp(bridge, true)
    this.#networks.push(network)
    return network
  }

  #networkOf(request: NetworkRequest, device: Bridge, subnet: Prefix, id: string): BridgeNetwork {
    const { name, internal = false, icc = true, masquerade = true, isUnprotected = false, labels } = request
    const rules: BridgeRules = { bridge: device.name, subnet, internal, icc, masquerade, isUnprotected }
    const gateway = request.gateway ?? addressAt(subnet.address, 1)
    return {
      kind: 'bridge',
      name,
      id,
      device,
      subnet,
      gateway,
      isSubnetGiven: request.subnet !== undefined,
      rules,
      labels: labels ?? new Map(),
      createdAt: this.host.sim.now,
    }
  }

  /** @throws DaemonError */
  removeNetwork(name: string): void {
    const network = this.network(name)
    if (network.kind !== 'bridge' || network.name === 'bridge')
      throw new DaemonError(`${network.name} is a pre-defined network and cannot be removed`)
    const users = endpointsOn(network, this.#containers)
    if (users.length > 0) {
      const list = users.map(({ container, endpoint }) => `name:"${container.name}" id:"${shortId(endpoint.id)}"`)
      throw new DaemonError(
        `error while removing network: network ${network.name} has active endpoints (${list.join(', ')})`,
      )
    }
    this.firewall.removeNetwork(network.rules)
    this.host.root.remove(network.device)
    this.#networks.splice(this.#networks.indexOf(network), 1)
  }

  /** Removes the networks to which nobody is connected. Returns their names. */
  pruneNetworks(): string[] {
    const unused = this.#bridges().filter(
      (network) => network.name !== 'bridge' && !this.#containers.some(({ attachments }) => isOn(attachments, network)),
    )
    for (const { name } of unused) this.removeNetwork(name)
    return unused.map(({ name }) => name)
  }

  /** `docker network connect`. @throws DaemonError */
  connect(network: DockerNetwork, container: Container, request: AttachmentRequest): void {
    const { mode, sandbox, attachments } = container
    if (mode.kind === 'container') throw new DaemonError(SHARED)
    if (mode.network.kind === 'host' || network.kind === 'host')
      throw new DaemonError('container cannot be disconnected from host network or connected to host network')
    if (mode.network.kind === 'null' || network.kind !== 'bridge')
      throw new DaemonError(
        'container cannot be connected to multiple networks with one of the networks in private (none) mode',
      )
    const attachment = attachmentTo(network, request)
    if (isOn(attachments, network)) {
      if (sandbox === null) attachments.splice(indexOn(attachments, network), 1)
      else throw new DaemonError(`endpoint with name ${container.name} already exists in network ${network.name}`)
    }
    if (sandbox !== null) join(this, sandbox, attachment)
    attachments.push(attachment)
  }

  /** `docker network disconnect`. @throws DaemonError */
  disconnect(network: DockerNetwork, container: Container): void {
    const { mode, sandbox, attachments } = container
    if (mode.kind === 'network' && mode.network.kind === 'host' && network.kind === 'host')
      throw new DaemonError(
        'cannot disconnect container from host network - container was created in host network mode',
      )
    if (mode.kind === 'network' && mode.network.kind === 'null' && network.kind === 'null')
      throw new UnsupportedError('docker network disconnect none')
    const at = indexOn(attachments, network)
    if (at < 0) {
      const which = sandbox === null ? 'the network' : 'network'
      throw new DaemonError(`container ${container.id} is not connected to ${which} ${network.name}`)
    }
    const endpoint = sandbox?.endpoints.find(({ attachment }) => attachment.network === network)
    if (sandbox !== null && endpoint !== undefined) leave(this, sandbox, endpoint)
    attachments.splice(at, 1)
  }

  /** @throws DaemonError */
  create(request: ContainerRequest): Container {
    const id = this.newId('container')
    const name = request.name ?? generatedName(id)
    if (!NAME.test(name))
      throw new DaemonError(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`)
    const other = this.#containers.find((container) => container.name === name)
    if (other !== undefined) {
      throw new DaemonError(
        `Conflict. The container name "/${name}" is already in use by container "${other.id}". You have to remove (or rename) that ` +
          'container to be able to reuse that name.',
      )
    }
    const mode = this.#modeOf(request)
    const { hostname, image, command, ports, exposed, labels, extraHosts, removeWhenStopped } = request
    const container: Container = {
      id,
      name,
      hostname,
      image,
      command,
      mode,
      ports,
      exposed,
      labels,
      extraHosts,
      attachments: attachmentsOf(mode, request.attachment),
      removeWhenStopped,
      createdAt: this.host.sim.now,
      log: new TextOutput(),
      startedAt: null,
      stoppedAt: null,
      exitCode: 0,
      sandbox: null,
      process: null,
    }
    this.#containers.push(container)
    return container
  }

  #modeOf({ network, ports, attachment }: ContainerRequest): NetworkMode {
    const [, target] = /^container:(.*)$/.exec(network) ?? []
    if (target === undefined)
      return { kind: 'network', network: this.network(network === 'default' ? 'bridge' : network) }
    if (ports.length > 0)
      throw new DaemonError('conflicting options: port publishing and the container type network mode')
    if (attachment.address !== undefined || attachment.aliases.length > 0) throw new DaemonError(SHARED)
    return { kind: 'container', container: this.#joined(target) }
  }

  /** @throws DaemonError */
  #joined(name: string): Container {
    try {
      return this.container(name)
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error
      throw new DaemonError(`joining network namespace of container: ${error.message}`)
    }
  }

  /**
   * Gives a container its network. What runs in it is the caller's.
   *
   * @throws DaemonError
   */
  start(container: Container): void {
    if (isRunning(container)) return
    for (const { network } of container.attachments)
      if (!this.#networks.includes(network)) throw new DaemonError(`${SET_UP}network ${network.id} not found`)
    try {
      container.sandbox = openSandbox(this, container)
    } catch (error) {
      if (!(error instanceof DaemonError) || container.mode.kind === 'container') throw error
      throw new DaemonError(SET_UP + error.message)
    }
    container.startedAt = this.host.sim.now
    container.stoppedAt = null
  }

  /** It has ended, or is ended. */
  stop(container: Container, exitCode: number): void {
    const { sandbox, process } = container
    if (sandbox === null) return
    container.sandbox = null
    container.process = null
    container.exitCode = exitCode
    container.stoppedAt = this.host.sim.now
    process?.kill(KILL)
    if (sandbox.owner === container) closeSandbox(this, sandbox)
    if (container.removeWhenStopped) this.remove(container)
  }

  /** @throws DaemonError */
  remove(container: Container): void {
    if (isRunning(container)) {
      throw new DaemonError(
        `cannot remove container "/${container.name}": container is running: stop the container before removing or force remove`,
      )
    }
    const at = this.#containers.indexOf(container)
    if (at >= 0) this.#containers.splice(at, 1)
  }

  /** An address for a container. @throws DaemonError */
  addressFor({ network, address: wanted }: Attachment): Ipv4 {
    const taken = new Set([network.gateway, ...this.#taken()])
    for (const { endpoint } of endpointsOn(network, this.#containers)) taken.add(endpoint.address)
    if (wanted !== undefined) {
      if (taken.has(wanted)) throw new DaemonError('Address already in use')
      return wanted
    }
    const address = freeAddress(network.subnet, taken)
    if (address === undefined) throw new DaemonError("no available IPv4 addresses on this network's address pools")
    return address
  }

  /** What traces call a container's namespace. Names of what is around a host are no container's. */
  namespaceName({ name }: Container): string {
    return this.#prefix === '' && AROUND.has(name) ? `container/${name}` : this.#prefix + name
  }

  #bridges(): BridgeNetwork[] {
    return this.#networks.filter((network) => network.kind === 'bridge')
  }

  /** What new networks keep out of: those of the host's devices. */
  #subnets(): Prefix[] {
    const netns: NetworkNamespace = this.host.root
    return [...netns.devices()].flatMap(({ addresses }) =>
      addresses.map(({ local, length }) => ({ address: local, length })),
    )
  }

  /** 64 hexadecimal digits: chance in Docker, here they follow from what was made before. */
  newId(what: string): string {
    return sha256Hex(`${this.host.root.name} ${what} ${this.#made++}`)
  }
}

const KILL = 9
/** At least two characters (`RestrictedNamePattern`, daemon/names/names.go). */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/
const AROUND: ReadonlySet<string> = new Set(['external', 'host', 'underlay'])
const SET_UP = 'failed to set up container networking: '
const SHARED =
  'container sharing network namespace with another container or host cannot be connected to any other network'

function indexOn(attachments: readonly Attachment[], network: DockerNetwork): number {
  return attachments.findIndex((each) => each.network === network)
}

function isOn(attachments: readonly Attachment[], network: DockerNetwork): boolean {
  return indexOn(attachments, network) >= 0
}

/** What a container is connected to from the start. @throws DaemonError */
function attachmentsOf(mode: NetworkMode, request: AttachmentRequest): Attachment[] {
  if (mode.kind === 'container') return []
  const { network } = mode
  try {
    if (network.kind === 'bridge') return [attachmentTo(network, request)]
    check(request)
    return []
  } catch (error) {
    if (error instanceof DaemonError)
      throw new DaemonError(`invalid config for network ${network.name}: ${error.message}`)
    throw error
  }
}

function attachmentTo(network: BridgeNetwork, request: AttachmentRequest): Attachment {
  check(request, network)
  const { address, aliases, mac, priority = 0 } = request
  return { network, address, aliases, mac, priority }
}

/** `validateEndpointSettings` (daemon/container_operations.go). @throws DaemonError */
function check({ address, aliases }: AttachmentRequest, network?: BridgeNetwork): void {
  const isUsers = network !== undefined && network.name !== 'bridge'
  const wrong: string[] = []
  if (!isUsers && address !== undefined)
    wrong.push('user specified IP address is supported on user defined networks only')
  if (!isUsers && aliases.length > 0)
    wrong.push('network-scoped alias is supported only for containers in user defined networks')
  if (address !== undefined && network?.isSubnetGiven === false)
    wrong.push('user specified IP address is supported only when connecting to networks with user configured subnets')
  else if (address !== undefined && network !== undefined && !prefixContains(network.subnet, address))
    wrong.push(`no configured subnet or ip-range contain the IP address ${formatIpv4(address)}`)
  if (wrong.length > 0) throw new DaemonError(`invalid endpoint settings:\n${wrong.join('\n')}`)
}
