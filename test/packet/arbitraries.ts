import fc from 'fast-check'
import {
  buildArpReply,
  buildArpRequest,
  buildEcho,
  buildIcmpError,
  buildIp,
  buildSctp,
  buildTcp,
  buildUdp,
  ipv4,
  isIcmpError,
  MAC_BROADCAST,
  type Mac,
  type Packet,
  vxlanPayload,
} from '../../src/packet/index.ts'

/** Packets of every kind that has a model, whole and right. */

const address = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(ipv4)
const mac = fc.integer({ min: 0, max: MAC_BROADCAST }) as fc.Arbitrary<unknown> as fc.Arbitrary<Mac>
const octet = fc.nat(255)
const word = fc.nat(0xffff)
const long = fc.nat(0xffffffff)
const data = fc.uint8Array({ maxLength: 64 })

const ip = fc.record({
  src: address,
  dst: address,
  ttl: octet,
  tos: octet,
  id: word,
  df: fc.boolean(),
  smac: mac,
  dmac: mac,
})
const ports = fc.record({ sport: word, dport: word.filter((port) => port !== 8472 && port !== 4789) })

const udp = fc.tuple(ip, ports, data).map(([a, b, payload]) => buildUdp({ ...a, ...b, payload }))

const tcp = fc
  .tuple(
    ip,
    ports,
    fc.record({
      seq: long,
      ack: long,
      flags: octet,
      window: word,
      mss: word,
      windowScale: fc.integer({ min: -1, max: 255 }),
      sackPermitted: fc.boolean(),
      timestamp: fc.option(fc.record({ value: long, echo: long })),
      payload: data,
    }),
  )
  .map(([a, b, c]) => buildTcp({ ...a, ...b, ...c }))

const echo = fc
  .tuple(ip, fc.record({ reply: fc.boolean(), id: word, sequence: word, ipId: word, payload: data }))
  .map(([a, b]) => buildEcho({ ...a, ...b }))

const chunk = fc.oneof(
  fc.record({ type: fc.integer({ min: 3, max: 255 }), flags: octet, body: data }),
  fc.record({ type: fc.constantFrom(1, 2), flags: octet, initTag: long }),
)
const sctp = fc
  .tuple(ip, ports, fc.record({ vtag: long, chunks: fc.array(chunk, { minLength: 1, maxLength: 4 }) }), fc.option(data))
  .map(([a, b, c, payload]) =>
    payload === null
      ? buildSctp({ ...a, ...b, ...c })
      : buildSctp({ ...a, ...b, ...c, chunks: [...c.chunks, { type: 0, flags: 3 }], payload }),
  )

const other = fc
  .tuple(
    ip,
    octet.filter((n) => ![1, 6, 17, 132].includes(n)),
    data,
  )
  .map(([a, protocol, payload]) => buildIp({ ...a, protocol, payload }))

const arp = fc
  .record({ senderMac: mac, senderIp: address, targetMac: mac, targetIp: address, dmac: mac })
  .chain((options) => fc.constantFrom(buildArpRequest(options), buildArpReply(options)))

const simple = fc.oneof(udp, tcp, echo, sctp, other)

const icmpError = fc
  .tuple(ip, fc.constantFrom(3, 4, 5, 11, 12), octet, word, address, fc.oneof(simple, udpLong()))
  .map(([a, type, code, mtu, gateway, quoted]) =>
    buildIcmpError({
      ...a,
      type,
      code,
      mtu: type === 3 && code === 4 ? mtu : 0,
      gateway: type === 5 ? gateway : ipv4(0),
      quoted,
    }),
  )

/** Longer than what an error quotes. */
function udpLong(): fc.Arbitrary<Packet> {
  return fc
    .tuple(ip, ports, fc.uint8Array({ minLength: 500, maxLength: 700 }))
    .map(([a, b, payload]) => buildUdp({ ...a, ...b, payload }))
}

const flat = fc.oneof(simple, arp, icmpError)

const vxlan = fc
  .tuple(ip, word, fc.constantFrom(8472, 4789), fc.nat(0xffffff), flat)
  .map(([a, sport, dport, vni, inner]) => buildUdp({ ...a, sport, dport, payload: vxlanPayload(vni, inner) }))

export const anyPacket: fc.Arbitrary<Packet> = fc.oneof(flat, vxlan)

/** Is there a quote that may have lost its end? Then the octets come back, not every object. */
export function quotes(packet: Packet): boolean {
  if (packet.payload.vxlan !== null) return quotes(packet.payload.vxlan.inner)
  return packet.l4?.kind === 'icmp' && isIcmpError(packet.l4.type)
}
