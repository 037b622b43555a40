import { IPV4_ANY, type Ipv4 } from '../../packet/address.ts'
import { formatEndpoint, type SocketInfo } from '../context.ts'
import type { BoundSocket } from '../port-table.ts'
import type { SctpAssociation } from './association.ts'
import type { SctpHandlers } from './sctp-options.ts'

/** A new association: the handlers for it. */
export type AssociationHandler = (association: SctpAssociation) => SctpHandlers | undefined

/** A listening SCTP socket. */
export class SctpListener implements BoundSocket {
  readonly address: Ipv4
  /** 0: it stands for every port. */
  readonly port: number
  readonly device = 0
  readonly reuseAddress = false
  readonly reusePort = false
  readonly onAssociation: AssociationHandler
  readonly #close: (listener: SctpListener) => void

  constructor(address: Ipv4, port: number, onAssociation: AssociationHandler, close: (listener: SctpListener) => void) {
    this.address = address
    this.port = port
    this.onAssociation = onAssociation
    this.#close = close
  }

  /** No more associations; those that are go on. */
  close(): void {
    this.#close(this)
  }

  /** The line that ss(8) would show. */
  info(): SocketInfo {
    return {
      protocol: 'sctp',
      state: 'LISTEN',
      localAddress: this.address,
      localPort: this.port,
      peerAddress: IPV4_ANY,
      peerPort: 0,
      device: 0,
    }
  }

  toString(): string {
    return `sctp ${formatEndpoint(this.address, this.port)}`
  }
}
