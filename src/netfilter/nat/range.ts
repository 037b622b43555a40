import { IPV4_ANY, type Ipv4 } from '../../packet/address.ts'

/** Bits of `NatRange.flags` (`NF_NAT_RANGE_*`, include/uapi/linux/netfilter/nf_nat.h). */
export const NatFlag = {
  /** The addresses count. */
  ADDRESS: 1 << 0,
  /** The ports count. */
  PORT: 1 << 1,
  /** `--random` */
  RANDOM: 1 << 2,
  /** `--persistent`: the address depends on the source alone. */
  PERSISTENT: 1 << 3,
  /** `--random-fully` */
  RANDOM_FULLY: 1 << 4,
  /** The port moves as far from the first one as the packet's own is from `basePort`. */
  PORT_OFFSET: 1 << 5,
} as const

/** To what SNAT, DNAT, MASQUERADE or REDIRECT translates (`struct nf_nat_range2`). */
export interface NatRange {
  /** `NatFlag` bits. */
  readonly flags: number
  readonly minAddress: Ipv4
  readonly maxAddress: Ipv4
  /** ICMP: identifiers. */
  readonly minPort: number
  readonly maxPort: number
  readonly basePort: number
}

/** What `natRange` understands: the parts of `--to-source 10.0.0.1-10.0.0.9:1024-2047 --random`. */
export interface NatRangeOptions {
  /** One address, or the first and the last of a range. */
  readonly address?: Ipv4 | readonly [first: Ipv4, last: Ipv4]
  /** One port, or the first and the last of a range. */
  readonly port?: number | readonly [first: number, last: number]
  /** DNAT `--to-destination 10.0.0.1:2000-2999/1000` */
  readonly basePort?: number
  readonly random?: boolean
  readonly randomFully?: boolean
  readonly persistent?: boolean
}

/** A range of its parts. */
export function natRange(options: NatRangeOptions): NatRange {
  const { address, port } = options
  const [minAddress, maxAddress] = typeof address === 'object' ? address : [address ?? IPV4_ANY, address ?? IPV4_ANY]
  const [minPort, maxPort] = typeof port === 'object' ? port : [port ?? 0, port ?? 0]
  const flags =
    (address === undefined ? 0 : NatFlag.ADDRESS) |
    (port === undefined ? 0 : NatFlag.PORT) |
    (options.random === true ? NatFlag.RANDOM : 0) |
    (options.randomFully === true ? NatFlag.RANDOM_FULLY : 0) |
    (options.persistent === true ? NatFlag.PERSISTENT : 0) |
    (options.basePort === undefined ? 0 : NatFlag.PORT_OFFSET)
  return { flags, minAddress, maxAddress, minPort, maxPort, basePort: options.basePort ?? 0 }
}

/** The same range with this address alone. */
export function withAddress(range: NatRange, address: Ipv4): NatRange {
  return { ...range, flags: range.flags | NatFlag.ADDRESS, minAddress: address, maxAddress: address }
}
