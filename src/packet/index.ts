/**
 * Packets: addresses, header objects, and the packet that carries them through the simulated kernel.
 *
 * - `packet.ts` and `headers.ts` are the packet: header objects and what the kernel keeps beside them (`struct
 *   sk_buff`). `protocol.ts` has the numbers, `lengths.ts` the lengths that must agree, `build.ts` whole packets to
 *   begin with.
 * - `address.ts` and `mac.ts` own address arithmetic; nobody else shifts bits of an address.
 * - `text.ts` and `tuple.ts` write packets down as tcpdump and conntrack users know them.
 * - `codec.ts` turns packets into real octets and back, `pcapng.ts` and `pcap.ts` write them to files: for capture and
 *   comparison. In the simulation no octets travel.
 * - `errors.ts` is the one error family of kubehop.
 *
 * It knows no devices, no time and no rules. Layouts and checks follow include/uapi/linux (if_ether.h, if_arp.h, ip.h,
 * icmp.h, udp.h, tcp.h, sctp.h), net/ipv4/ip_input.c and tcp_output.c, and RFC 791, 792, 793, 768, 826, 7348 and 9260.
 * IPv4 options and IPv6 have no model yet.
 *
 * @packageDocumentation
 */

export {
  addressAt,
  broadcastOf,
  compareIpv4,
  formatIpv4,
  formatPrefix,
  IPV4_ANY,
  IPV4_BROADCAST,
  IPV4_LOOPBACK,
  type Ipv4,
  ipv4,
  isLimitedBroadcast,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isZeronet,
  lengthOfMask,
  maskOf,
  networkOf,
  type Prefix,
  parseIpv4,
  parsePrefix,
  prefixContains,
  prefixesOverlap,
  tryParseIpv4,
} from './address.ts'
export {
  type ArpOptions,
  buildArpReply,
  buildArpRequest,
  buildEcho,
  buildIcmpError,
  buildIp,
  buildSctp,
  buildTcp,
  buildUdp,
  type Content,
  type EchoOptions,
  type IcmpErrorOptions,
  type IpOptions,
  type SctpOptions,
  type TcpOptions,
  type UdpOptions,
  vxlanPayload,
} from './build.ts'
export { type DecodeOptions, decodeFrame, decodeIp, encodeFrame, encodeIp } from './codec.ts'
export { formatWhere, KubehopError, UnsupportedError, type Where } from './errors.ts'
export type { ArpHeader, Ipv4Header, SctpChunk, SctpHeader, TcpHeader, UdpHeader } from './headers.ts'
export {
  ICMP_ERROR_MAX,
  ipPayloadLength,
  quotedLength,
  tcpHeaderLength,
  transportHeaderLength,
  updateLengths,
} from './lengths.ts'
export { formatMac, isLinkLocalMac, isMulticastMac, MAC_BROADCAST, MAC_ZERO, type Mac, parseMac } from './mac.ts'
export {
  type BridgeAttachment,
  type ConntrackAttachment,
  CtInfo,
  EMPTY_PAYLOAD,
  type IcmpHeader,
  KERNEL_SOCKET,
  Packet,
  PacketType,
  type Payload,
  payloadOf,
  type RouteAttachment,
  type TransportHeader,
} from './packet.ts'
export { PcapWriter } from './pcap.ts'
export { type CapturedPacket, PcapngWriter } from './pcapng.ts'
export {
  ArpOperation,
  EtherType,
  HeaderLength,
  IcmpType,
  isIcmpError,
  Protocol,
  TcpFlag,
  TimeExceededCode,
  UnreachCode,
  VXLAN_IANA_PORT,
  VXLAN_LINUX_PORT,
} from './protocol.ts'
export { sha256, sha256Hex } from './sha256.ts'
export { formatPacket } from './text.ts'
export { formatTuple, invertTuple, protocolName, type Tuple, tupleOf, tuplesEqual } from './tuple.ts'
