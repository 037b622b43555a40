import type { Bridge } from '../../bridge/index.ts'
import type { Machine } from '../../commands/index.ts'
import type { Process } from '../../commands/process/process.ts'
import type { TextOutput } from '../../commands/process/streams.ts'
import type { Veth } from '../../netns/veth.ts'
import type { Ipv4, Prefix } from '../../packet/address.ts'
import type { Mac } from '../../packet/mac.ts'
import type { BridgeRules, PortBinding } from './firewall.ts'
import type { PortRequest } from './port-spec.ts'
import type { PortProxy } from './proxy.ts'

/** A network of bridged containers. */
export interface BridgeNetwork {
  readonly kind: 'bridge'
  readonly name: string
  readonly id: string
  readonly device: Bridge
  readonly subnet: Prefix
  /** The bridge's own address. */
  readonly gateway: Ipv4
  /** Somebody chose the subnet: only then a container may ask for an address. */
  readonly isSubnetGiven: boolean
  readonly rules: BridgeRules
  readonly labels: ReadonlyMap<string, string>
  /** Virtual time in nanoseconds. */
  readonly createdAt: number
}

/** The host's own network, and none at all. */
export interface PlainNetwork {
  readonly kind: 'host' | 'null'
  readonly name: string
  readonly id: string
}

export type DockerNetwork = BridgeNetwork | PlainNetwork

/** How a container is connected: `--network`. */
export type NetworkMode =
  | { readonly kind: 'network'; readonly network: DockerNetwork }
  /** `container:NAME`: another's sandbox. */
  | { readonly kind: 'container'; readonly container: Container }

/** A bridge network that a container is connected to whenever it runs. */
export interface Attachment {
  readonly network: BridgeNetwork
  /** `--ip`, `--network-alias`, `--mac-address`, `--gw-priority` */
  readonly address: Ipv4 | undefined
  readonly aliases: readonly string[]
  readonly mac: Mac | undefined
  readonly priority: number
}

/** What a container has of a bridge network while it runs. */
export interface Endpoint {
  readonly id: string
  readonly attachment: Attachment
  readonly address: Ipv4
  /** Its end of the pair on the host, and the one in the container. */
  readonly port: Veth
  readonly inner: Veth
  /** What is published by this network: that of the default route alone publishes. */
  published: Published | null
  /** Ends its telling the neighbours where the address is. */
  readonly silence: () => void
}

/** Ports of the host that lead to a container. */
export interface Published {
  readonly bindings: readonly PortBinding[]
  readonly proxies: readonly PortProxy[]
}

export interface Container {
  readonly id: string
  readonly name: string
  readonly hostname: string | undefined
  readonly image: string
  readonly command: readonly string[]
  readonly mode: NetworkMode
  /** As they were asked for. */
  readonly ports: readonly PortRequest[]
  /** `--expose` */
  readonly exposed: readonly PortRequest[]
  readonly labels: ReadonlyMap<string, string>
  /** `--add-host` */
  readonly extraHosts: readonly (readonly [name: string, address: string])[]
  readonly attachments: Attachment[]
  /** `--rm` */
  readonly removeWhenStopped: boolean
  /** Virtual time in nanoseconds. */
  readonly createdAt: number
  /** Its output: `docker logs`. */
  readonly log: TextOutput
  startedAt: number | null
  stoppedAt: number | null
  exitCode: number
  /** Null: it does not run. */
  sandbox: Sandbox | null
  process: Process | null
}

export interface Sandbox {
  readonly machine: Machine
  /** Whose network it is; another container may be in it. */
  readonly owner: Container
  /** The best one for the default route first. */
  endpoints: readonly Endpoint[]
  /** Somebody at 127.0.0.11 knows the names of the user's networks. It comes with the first of them, and stays. */
  hasResolver: boolean
}

export function isRunning(container: Container): boolean {
  return container.sandbox !== null
}

/** The network that has the default route of a container, and its published ports. */
export function gatewayOf(endpoints: readonly Endpoint[]): Endpoint | undefined {
  return endpoints.find(({ attachment }) => !attachment.network.rules.internal)
}

/** Who is connected to a network now. */
export function endpointsOn(
  network: DockerNetwork,
  containers: readonly Container[],
): { readonly container: Container; readonly endpoint: Endpoint }[] {
  return containers.flatMap((container) => {
    const own = container.sandbox?.owner === container ? container.sandbox.endpoints : []
    return own.filter(({ attachment }) => attachment.network === network).map((endpoint) => ({ container, endpoint }))
  })
}

/** The ports of the host that lead to a container now. */
export function bindingsOf({ sandbox }: Container): readonly PortBinding[] {
  return sandbox?.endpoints.flatMap(({ published }) => published?.bindings ?? []) ?? []
}

/** Names and ids are shown by their first twelve digits. */
export function shortId(id: string): string {
  return id.slice(0, 12)
}
