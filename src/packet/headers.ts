import type { Ipv4 } from './address.ts'
import type { Mac } from './mac.ts'

/** An ARP packet for IPv4 over Ethernet (RFC 826). */
export interface ArpHeader {
  /** `ArpOperation` */
  operation: number
  senderMac: Mac
  senderIp: Ipv4
  targetMac: Mac
  targetIp: Ipv4
}

/** An IPv4 header without options (RFC 791). */
export interface Ipv4Header {
  src: Ipv4
  dst: Ipv4
  /** `Protocol`, 0 to 255. */
  protocol: number
  /** 0 to 255. */
  ttl: number
  /** The type-of-service octet: DSCP and ECN. */
  tos: number
  /** Identification, 0 to 65535. */
  id: number
  /** Don't fragment. */
  df: boolean
  /** More fragments. */
  mf: boolean
  /** Offset of this fragment in octets, a multiple of 8. */
  fragmentOffset: number
  /** Header and payload in octets. */
  totalLength: number
}

/** RFC 768; ports in host order. */
export interface UdpHeader {
  readonly kind: 'udp'
  sport: number
  dport: number
  /** Header and payload in octets. */
  length: number
}

/** RFC 9293, with the options that are modelled: MSS, window scale and what goes with them. */
export interface TcpHeader {
  readonly kind: 'tcp'
  sport: number
  dport: number
  /** Unsigned 32-bit. */
  seq: number
  /** Unsigned 32-bit. */
  ack: number
  /** `TcpFlag` bits. */
  flags: number
  /** As in the header: not yet scaled. */
  window: number
  /** Options; 0 or false when absent. */
  mss: number
  /** Window scale shift, or -1 when the option is absent. */
  windowScale: number
  sackPermitted: boolean
  /** Time stamp option present: value and echo. */
  timestamp: { value: number; echo: number } | null
  /** Header with options in octets, a multiple of 4. */
  headerLength: number
}

/** The common header of RFC 9260 and the chunks behind it. */
export interface SctpHeader {
  readonly kind: 'sctp'
  sport: number
  dport: number
  /** Verification tag, unsigned 32-bit. */
  vtag: number
  /**
   * The chunks in order, by type number, with their lengths in octets (header and padding included). They are all that
   * follows the common header: the packet's payload is the user data inside the DATA chunk. Without chunks the payload
   * follows as it stands.
   */
  chunks: readonly SctpChunk[]
}

/** A chunk: its header, and of its value what is modelled. */
export interface SctpChunk {
  /**
   * 0 DATA, 1 INIT, 2 INIT ACK, 6 ABORT, 7 SHUTDOWN, 10 COOKIE ECHO, 11 COOKIE ACK, 14 SHUTDOWN COMPLETE … (RFC 9260)
   */
  readonly type: number
  readonly flags: number
  readonly length: number
  /** INIT and INIT ACK: the initiate tag. */
  readonly initTag?: number
  /**
   * What follows the chunk's header, without padding, when someone cares. Otherwise a DATA chunk carries the packet's
   * payload and all others zeroes.
   */
  readonly body?: Uint8Array
}
