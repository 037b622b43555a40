import type { Machine } from '../../commands/index.ts'
import type { Ipv4 } from '../../packet/address.ts'
import type { DockerFirewall } from './firewall.ts'
import type { Attachment, Container } from './model.ts'
import type { PortTable } from './ports.ts'

/** What of a daemon a sandbox needs. */
export interface SandboxOwner {
  readonly host: Machine
  readonly firewall: DockerFirewall
  readonly ports: PortTable
  readonly containers: readonly Container[]
  /** @throws DaemonError */
  addressFor(attachment: Attachment): Ipv4
  newId(what: string): string
  namespaceName(container: Container): string
}
