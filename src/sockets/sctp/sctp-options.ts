import type { Ipv4 } from '../../packet/address.ts'
import type { Payload } from '../../packet/packet.ts'
import type { SocketErrno } from '../errno.ts'

/** What all packets of an association carry. */
export interface SctpOptions {
  /** IP_TTL. Default: net.ipv4.ip_default_ttl. */
  readonly ttl?: number
  readonly tos?: number
  readonly mark?: number
  /** SO_BINDTODEVICE: an ifindex. */
  readonly device?: number
}

/** Where an association leads, and from where. */
export interface SctpConnectOptions extends SctpOptions {
  readonly address: Ipv4
  readonly port: number
  readonly localAddress?: Ipv4
  readonly localPort?: number
}

/** What happens to an association; all are optional. */
export interface SctpHandlers {
  /** The four-way handshake is complete. */
  readonly onConnect?: () => void
  /** A message came, whole. */
  readonly onData?: (payload: Payload) => void
  /** `ECONNREFUSED`, `ECONNRESET`, `ETIMEDOUT`, `ENOPROTOOPT`, … */
  readonly onError?: (errno: SocketErrno) => void
  /** It was shut down, or it failed. */
  readonly onClose?: () => void
}
