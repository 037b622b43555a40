/** Ethernet types that are modelled (include/uapi/linux/if_ether.h). */
export const EtherType = { IPV4: 0x0800, ARP: 0x0806, IPV6: 0x86dd } as const

/** IP protocol numbers (include/uapi/linux/in.h). */
export const Protocol = { ICMP: 1, TCP: 6, UDP: 17, SCTP: 132 } as const

/** ICMP types (include/uapi/linux/icmp.h). */
export const IcmpType = {
  ECHO_REPLY: 0,
  DEST_UNREACH: 3,
  SOURCE_QUENCH: 4,
  REDIRECT: 5,
  ECHO: 8,
  TIME_EXCEEDED: 11,
  PARAMETER_PROBLEM: 12,
  TIMESTAMP: 13,
  TIMESTAMP_REPLY: 14,
} as const

/** Does it report an error, so that it quotes the packet (`icmp_is_err`, include/linux/icmp.h)? */
export function isIcmpError(type: number): boolean {
  return (
    type === IcmpType.DEST_UNREACH ||
    type === IcmpType.SOURCE_QUENCH ||
    type === IcmpType.REDIRECT ||
    type === IcmpType.TIME_EXCEEDED ||
    type === IcmpType.PARAMETER_PROBLEM
  )
}

/** Codes of ICMP destination unreachable (include/uapi/linux/icmp.h). */
export const UnreachCode = {
  NET: 0,
  HOST: 1,
  PROTOCOL: 2,
  PORT: 3,
  FRAG_NEEDED: 4,
  SOURCE_ROUTE_FAILED: 5,
  NET_PROHIBITED: 9,
  HOST_PROHIBITED: 10,
  ADMIN_PROHIBITED: 13,
} as const

/** Codes of ICMP time exceeded. */
export const TimeExceededCode = { TTL: 0, FRAGMENT_REASSEMBLY: 1 } as const

/** Bits of the TCP flags octet. */
export const TcpFlag = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32, ECE: 64, CWR: 128 } as const

/** Fixed header lengths in octets. */
export const HeaderLength = { ETHERNET: 14, ARP: 28, IPV4: 20, UDP: 8, TCP: 20, ICMP: 8, SCTP: 12, VXLAN: 8 } as const

/** ARP operations. */
export const ArpOperation = { REQUEST: 1, REPLY: 2 } as const

/** The port that Linux and flannel use for VXLAN unless told otherwise (drivers/net/vxlan); IANA's is 4789. */
export const VXLAN_LINUX_PORT = 8472
/** The port that IANA gave VXLAN (RFC 7348). */
export const VXLAN_IANA_PORT = 4789
