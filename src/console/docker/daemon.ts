import { Bridge } from '../../bridge/index.ts'
import { randomMac } from '../../cluster/plan.ts'
import type { Machine } from '../../commands/index.ts'
import { TextOutput } from '../../commands/process/streams.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import { addressAt, type Ipv4, type Prefix, prefixContains, prefixesOverlap } from '../../packet/address.ts'
import { sha256Hex } from '../../packet/index.ts'
import { freeAddress, freeSubnet } from './address-pools.ts'
import { DaemonError } from './errors.ts'
import { type BridgeRules, DockerFirewall, type PortBinding } from './firewall.ts'
import {
  type BridgeNetwork,
  type Container,
  type DockerNetwork,
  isRunning,
  type NetworkMode,
  shortId,
} from './model.ts'
import { generatedName } from './names.ts'
import { PortTable } from './ports.ts'
import { openSandbox } from './sandbox.ts'

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
  readonly bridge?: string | undefined
  readonly internal?: boolean | undefined
  readonly icc?: boolean | undefined
  readonly masquerade?: boolean | undefined
  readonly isUnprotected?: boolean | undefined
}

export interface ContainerRequest {
  readonly name: string | undefined
  readonly hostname: string | undefined
  readonly image: string
  readonly command: readonly string[]
  readonly network: string
  readonly ports: readonly PortBinding[]
  readonly address: Ipv4 | undefined
  readonly removeWhenStopped: boolean
}

/** The first network that users make gets 172.18.0.0/16: the default one has 172.17. */
const DEFAULT_BRIDGE = 'docker0'

/** dockerd on one host: its networks, its containers, and the rules that they need. */
export class DockerDaemon {
  readonly host: Machine
  readonly firewall: DockerFirewall
  readonly ports = new PortTable()
  readonly #networks: DockerNetwork[] = []
  readonly #containers: Container[] = []
  readonly #taken: () => Iterable<Ipv4>
  #made = 0

  /** @param given the bridge of a node whose rules are written already; a host of its own gets docker0 and its rules */
  constructor(host: Machine, given?: GivenBridge) {
    this.host = host
    this.firewall = new DockerFirewall(host.root)
    this.#taken = given?.taken ?? (() => [])
    if (given !== undefined) this.#networks.push(this.#networkOf('bridge', given.device, given.subnet, given))
    else this.#start()
    for (const [name, kind] of [
      ['host', 'host'],
      ['none', 'null'],
    ] as const)
      this.#networks.push({ kind, name, id: this.#newId(`network ${name}`) })
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
    const id = this.#newId(`network ${name}`)
    const taken = this.#subnets()
    const subnet = request.subnet ?? freeSubnet(taken)
    if (subnet === undefined) throw new DaemonError('all predefined address pools have been fully subnetted')
    if (this.#bridges().some((other) => prefixesOverlap(other.subnet, subnet)))
      throw new DaemonError('invalid pool request: Pool overlaps with other one on this address space')
    const bridge = new Bridge(root, request.bridge ?? `br-${shortId(id)}`, randomMac(sim.random('mac')))
    // the address is given when the device is made
    bridge.macIsSet = true
    root.attach(bridge)
    root.addAddress(bridge, { address: addressAt(subnet.address, 1), length: subnet.length })
    const network = this.#networkOf(name, bridge, subnet, request, id)
    // to keep containers apart the rules must see what is bridged
    if (!network.rules.icc) root.sysctl.set('bridge.bridge-nf-call-iptables', 1)
    this.firewall.addNetwork(network.rules)
    root.setUp(bridge, true)
    this.#networks.push(network)
    return network
  }

  #networkOf(
    name: string,
    device: Bridge,
    subnet: Prefix,
    options: Pick<NetworkRequest, 'internal' | 'icc' | 'masquerade' | 'isUnprotected'>,
    id = this.#newId(`network ${name}`),
  ): BridgeNetwork {
    const { internal = false, icc = true, masquerade = true, isUnprotected = false } = options
    const rules: BridgeRules = { bridge: device.name, subnet, internal, icc, masquerade, isUnprotected }
    return { kind: 'bridge', name, id, device, subnet, rules }
  }

  /** @throws DaemonError */
  removeNetwork(name: string): void {
    const network = this.network(name)
    if (network.kind !== 'bridge' || network.name === 'bridge')
      throw new DaemonError(`${network.name} is a pre-defined network and cannot be removed`)
    const users = this.#containers.filter(({ sandbox }) => sandbox?.endpoint?.network === network)
    if (users.length > 0) {
      const list = users.map((user) => `name:"${user.name}" id:"${shortId(user.id)}"`).join(', ')
      throw new DaemonError(`error while removing network: network ${network.name} has active endpoints (${list})`)
    }
    this.firewall.removeNetwork(network.rules)
    this.host.root.remove(network.device)
    this.#networks.splice(this.#networks.indexOf(network), 1)
  }

  /** @throws DaemonError */
  create(request: ContainerRequest): Container {
    const id = this.#newId('container')
    const name = request.name ?? generatedName(id)
    const other = this.#containers.find((container) => container.name === name)
    if (other !== undefined) {
      throw new DaemonError(
        `Conflict. The container name "/${name}" is already in use by container "${other.id}". You have to remove (or rename) that ` +
          'container to be able to reuse that name.',
      )
    }
    const mode = this.#modeOf(request)
    const container: Container = {
      ...request,
      id,
      name,
      mode,
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

  #modeOf({ network, ports, address }: ContainerRequest): NetworkMode {
    const [, target] = /^container:(.*)$/.exec(network) ?? []
    if (target === undefined) {
      const found = this.network(network === 'default' ? 'bridge' : network)
      if (address !== undefined && (found.kind !== 'bridge' || found.name === 'bridge'))
        throw new DaemonError(
          'invalid config for network bridge: invalid endpoint settings:\nuser specified IP address is supported on user defined networks only',
        )
      return { kind: 'network', network: found }
    }
    if (ports.length > 0)
      throw new DaemonError('conflicting options: port publishing and the container type network mode')
    return { kind: 'container', container: this.container(target) }
  }

  /**
   * Gives a container its network. What runs in it is the caller's.
   *
   * @throws DaemonError
   */
  start(container: Container): void {
    if (isRunning(container)) return
    container.sandbox = openSandbox(this, container)
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
    const { endpoint } = sandbox
    if (endpoint !== null) {
      const { rules } = endpoint.network
      endpoint.silence()
      for (const proxy of endpoint.proxies) proxy.close()
      for (const binding of endpoint.bindings) {
        this.firewall.port(rules, endpoint.address, binding, false)
        this.ports.release(binding)
      }
      this.firewall.endpoint(rules, endpoint.address, false)
      this.host.root.remove(endpoint.port)
    }
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
  addressFor(network: BridgeNetwork, wanted: Ipv4 | undefined): Ipv4 {
    const taken = new Set([addressAt(network.subnet.address, 1), ...this.#taken()])
    for (const { sandbox } of this.#containers)
      if (sandbox?.endpoint?.network === network) taken.add(sandbox.endpoint.address)
    if (wanted !== undefined) {
      if (!prefixContains(network.subnet, wanted))
        throw new DaemonError('no configured subnet or ip-range contain the IP address')
      if (taken.has(wanted)) throw new DaemonError('failed to set up container networking: Address already in use')
      return wanted
    }
    const address = freeAddress(network.subnet, taken)
    if (address === undefined)
      throw new DaemonError(
        "failed to set up container networking: no available IPv4 addresses on this network's address pools",
      )
    return address
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
  #newId(what: string): string {
    return sha256Hex(`${this.host.root.name} ${what} ${this.#made++}`)
  }
}

const KILL = 9
