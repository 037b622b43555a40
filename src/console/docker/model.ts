import type { Bridge } from '../../bridge/index.ts'
import type { Machine } from '../../commands/index.ts'
import type { Process } from '../../commands/process/process.ts'
import type { TextOutput } from '../../commands/process/streams.ts'
import type { Veth } from '../../netns/veth.ts'
import type { Ipv4, Prefix } from '../../packet/address.ts'
import type { BridgeRules, PortBinding } from './firewall.ts'
import type { PortProxy } from './proxy.ts'

/** A network of bridged containers. */
export interface BridgeNetwork {
  readonly kind: 'bridge'
  readonly name: string
  readonly id: string
  readonly device: Bridge
  readonly subnet: Prefix
  readonly rules: BridgeRules
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

/** What a container has of a bridge network while it runs. */
export interface Endpoint {
  readonly network: BridgeNetwork
  readonly address: Ipv4
  /** Its end of the pair on the host. */
  readonly port: Veth
  readonly bindings: readonly PortBinding[]
  readonly proxies: readonly PortProxy[]
  /** Ends its telling the neighbours where the address is. */
  readonly silence: () => void
}

export interface Container {
  readonly id: string
  readonly name: string
  readonly hostname: string | undefined
  readonly image: string
  readonly command: readonly string[]
  readonly mode: NetworkMode
  /** As they were asked for: a host port of 0 is any. */
  readonly ports: readonly PortBinding[]
  readonly address: Ipv4 | undefined
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
  readonly endpoint: Endpoint | null
}

export function isRunning(container: Container): boolean {
  return container.sandbox !== null
}

/** Names and ids are shown by their first twelve digits. */
export function shortId(id: string): string {
  return id.slice(0, 12)
}
