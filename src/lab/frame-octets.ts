import type { ObservedFields, PacketFields } from '../commands/record/index.ts'

const IP_PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' }
/** The I bit of the VXLAN flags octet: the VNI counts (RFC 7348). */
const VXLAN_HAS_VNI = 0x08
const TCP_FLAG_LETTERS = 'FSRPAUEC'

/**
 * Reads the octets of a frame into the fields of a record. Written apart from the simulator's codec on purpose: the judge must
 * not share its mistakes.
 * @param vxlanPorts destination ports behind which a whole frame is looked for
 */
export function readFrame(octets: Buffer, vxlanPorts: ReadonlySet<number>): ObservedFields {
  if (octets.length < 14) return { l3: 'short', smac: '', dmac: '' }
  const macs = { smac: macText(octets, 6), dmac: macText(octets, 0) }
  const etherType = octets.readUInt16BE(12)
  if (etherType === 0x0806 && octets.length >= 42) {
    return {
      l3: 'arp',
      op: octets.readUInt16BE(20),
      sha: macText(octets, 22),
      src: addressText(octets, 28),
      tha: macText(octets, 32),
      dst: addressText(octets, 38),
      ...macs,
    }
  }
  if (etherType === 0x0800) return { ...readPacket(octets.subarray(14), vxlanPorts, false), ...macs }
  return { l3: `0x${etherType.toString(16).padStart(4, '0')}`, ...macs }
}

/** @param quoted inside an ICMP error: cut short, so only what its first octets say */
function readPacket(octets: Buffer, vxlanPorts: ReadonlySet<number>, quoted: boolean): PacketFields {
  if (octets.length < 20) return { l3: 'ip-short' }
  const headerLength = (octets[0]! & 15) * 4
  const totalLength = octets.readUInt16BE(2)
  const fragment = octets.readUInt16BE(6)
  const offset = (fragment & 0x1fff) * 8
  const more = (fragment & 0x2000) !== 0
  const protocol = octets[9]!
  const fields: PacketFields = {
    l3: IP_PROTOCOLS[protocol] ?? 'ip',
    src: addressText(octets, 12),
    dst: addressText(octets, 16),
    ttl: octets[8]!,
    len: totalLength,
  }
  if (octets[1] !== 0) fields.tos = octets[1]!
  fields.df = (fragment & 0x4000) !== 0
  if (more) fields.mf = true
  if (offset > 0) fields.off = offset
  if (more || offset > 0) fields.frag = true
  if (offset === 0) {
    const payload = octets.subarray(headerLength, quoted ? undefined : totalLength)
    readTransport(fields, protocol, payload, totalLength - headerLength, vxlanPorts, quoted)
  }
  return fields
}

function readTransport(
  fields: PacketFields & { tcpSeq?: number },
  protocol: number,
  octets: Buffer,
  length: number,
  vxlanPorts: ReadonlySet<number>,
  quoted: boolean,
): void {
  if (protocol === 17) readUdp(fields, octets, vxlanPorts, quoted)
  else if (protocol === 6) readTcp(fields, octets, length, quoted)
  else if (protocol === 1) readIcmp(fields, octets, vxlanPorts, quoted)
  else fields.proto = protocol
}

function readUdp(fields: PacketFields, octets: Buffer, vxlanPorts: ReadonlySet<number>, quoted: boolean): void {
  if (octets.length < 8) return
  fields.sport = octets.readUInt16BE(0)
  fields.dport = octets.readUInt16BE(2)
  if (quoted) return
  fields.dlen = octets.readUInt16BE(4) - 8
  if (vxlanPorts.has(fields.dport) && octets.length >= 30 && (octets[8]! & VXLAN_HAS_VNI) !== 0) {
    fields.vni = octets.readUIntBE(12, 3)
    fields.inner = readFrame(octets.subarray(16), vxlanPorts)
  }
}

function readTcp(fields: PacketFields & { tcpSeq?: number }, octets: Buffer, length: number, quoted: boolean): void {
  if (octets.length < 4) return
  fields.sport = octets.readUInt16BE(0)
  fields.dport = octets.readUInt16BE(2)
  if (quoted || octets.length < 20) return
  fields.flags = tcpFlags(octets[13]!)
  const headerLength = (octets[12]! >> 4) * 4
  fields.tcpSeq = octets.readUInt32BE(4)
  fields.dlen = length - headerLength
  if (fields.flags.includes('S')) {
    const mss = maximumSegmentSize(octets.subarray(20, headerLength))
    if (mss !== undefined) fields.mss = mss
  }
}

function maximumSegmentSize(options: Buffer): number | undefined {
  let at = 0
  while (at < options.length) {
    const kind = options[at]!
    if (kind === 1) {
      at++
      continue
    }
    const size = options[at + 1] ?? 0
    if (kind === 0 || size < 2) return undefined
    if (kind === 2 && at + 4 <= options.length) return options.readUInt16BE(at + 2)
    at += size
  }
  return undefined
}

function readIcmp(fields: PacketFields, octets: Buffer, vxlanPorts: ReadonlySet<number>, quoted: boolean): void {
  if (octets.length < 8) return
  const type = octets[0]!
  const code = octets[1]!
  fields.type = type
  fields.code = code
  if (type === 0 || type === 8) {
    fields.id = octets.readUInt16BE(4)
    fields.seq = octets.readUInt16BE(6)
  } else if (type === 3 || type === 4 || type === 5 || type === 11 || type === 12) {
    if (type === 3 && code === 4) fields.mtu = octets.readUInt16BE(6)
    if (type === 5) fields.gw = addressText(octets, 4)
    if (!quoted && octets.length >= 28) fields.quoted = readPacket(octets.subarray(8), vxlanPorts, true)
  }
}

/** What the rule trace shows of a packet: the first octets of its network and transport headers. */
export function readTracedPacket(network: Buffer, transport: Buffer): PacketFields {
  const protocol = network[9]!
  const fields: PacketFields = {
    src: addressText(network, 12),
    dst: addressText(network, 16),
    ttl: network[8]!,
    len: network.readUInt16BE(2),
    l3: IP_PROTOCOLS[protocol] ?? String(protocol),
  }
  if ((network.readUInt16BE(6) & 0x1fff) !== 0) {
    fields.frag = true
  } else if ((protocol === 6 || protocol === 17) && transport.length >= 4) {
    fields.sport = transport.readUInt16BE(0)
    fields.dport = transport.readUInt16BE(2)
    if (protocol === 6 && transport.length >= 14) fields.flags = tcpFlags(transport[13]!)
  } else if (protocol === 1 && transport.length >= 2) {
    fields.type = transport[0]!
    fields.code = transport[1]!
  }
  return fields
}

function tcpFlags(octet: number): string {
  return [...TCP_FLAG_LETTERS].filter((_, bit) => ((octet >> bit) & 1) === 1).join('')
}

function macText(octets: Buffer, at: number): string {
  return octets.toString('hex', at, at + 6).replace(/..(?=.)/g, '$&:')
}

/** Dotted quad of the four octets at `at`. */
export function addressText(octets: Buffer, at = 0): string {
  return `${octets[at]}.${octets[at + 1]}.${octets[at + 2]}.${octets[at + 3]}`
}
