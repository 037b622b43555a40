import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildEcho,
  buildIcmpError,
  buildIp,
  buildSctp,
  buildTcp,
  buildUdp,
  decodeFrame,
  decodeIp,
  encodeFrame,
  encodeIp,
  formatPacket,
  IcmpType,
  KubehopError,
  Packet,
  payloadOf,
  TcpFlag,
  UnreachCode,
  UnsupportedError,
  updateLengths,
  vxlanPayload,
} from '../../src/packet/index.ts'
import { anyPacket, quotes } from './arbitraries.ts'
import kernelFrames from './kernel-frames.json' with { type: 'json' }

const ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 40000, dport: 80 }
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const octets = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))

/** Decodes, or gives back the error when it is one of kubehop's own; any other is a bug. */
function tryDecode(bytes: Uint8Array, verify: boolean): Packet | KubehopError {
  try {
    return decodeFrame(bytes, { verify })
  } catch (error) {
    if (error instanceof KubehopError) return error
    throw error
  }
}

describe('frames that Linux sent', () => {
  it.each(kernelFrames)('$what: come back octet by octet', ({ hex: text }) => {
    const packet = decodeFrame(octets(text))
    expect(hex(encodeFrame(packet))).toBe(text)
    expect(formatPacket(packet)).toMatchSnapshot()
  })

  it('are understood down to the options', () => {
    const named = (what: string) => decodeFrame(octets(kernelFrames.find((frame) => frame.what === what)!.hex))
    expect(named('SYN')).toMatchObject({
      ip: { ttl: 64, df: true, protocol: 6, totalLength: 60 },
      l4: { flags: TcpFlag.SYN, mss: 1460, windowScale: 10, sackPermitted: true, headerLength: 40, window: 64240 },
    })
    expect(named('fragmentation needed, cut at 576')).toMatchObject({
      ip: { tos: 0xc0, totalLength: 576 },
      l4: { type: 3, code: 4, mtu: 1000, quoted: { ip: { totalLength: 1228 }, l4: { kind: 'icmp', type: 8 } } },
      payload: { length: 548, data: null },
    })
    expect(named('VXLAN with echo inside')).toMatchObject({
      l4: { dport: 8472 },
      payload: { vxlan: { vni: 1, inner: { l4: { kind: 'icmp', type: 8 } } } },
    })
    expect(named('first fragment')).toMatchObject({ ip: { mf: true }, l4: { kind: 'icmp' }, payload: { length: 1472 } })
    expect(named('last fragment')).toMatchObject({ ip: { fragmentOffset: 1480 }, l4: null, payload: { length: 528 } })
  })
})

describe('round trips', () => {
  it('give every packet back', () => {
    fc.assert(
      fc.property(anyPacket, (packet) => {
        const bytes = encodeFrame(packet)
        expect(bytes).toHaveLength(packet.frameLength)
        const back = decodeFrame(bytes)
        expect(hex(encodeFrame(back))).toBe(hex(bytes))
        expect(formatPacket(back)).toBe(formatPacket(packet))
        if (!quotes(packet) && packet.l4?.kind !== 'sctp' && packet.payload.vxlan === null) {
          expect(back).toEqual(packet)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('never crash on any octets, and settle after one decoding', () => {
    const mutated = fc.tuple(
      anyPacket,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
      fc.option(fc.nat()),
    )
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      mutated.map(([packet, changes, cut]) => {
        const out = encodeFrame(packet)
        for (const [at, value] of changes) out[at % out.length] = value
        return cut === null ? out : out.slice(0, cut % (out.length + 1))
      }),
    )
    fc.assert(
      fc.property(bytes, fc.boolean(), (content, verify) => {
        const packet = tryDecode(content, verify)
        if (packet instanceof KubehopError) return
        const again = encodeFrame(packet)
        const settled = decodeFrame(again)
        expect(hex(encodeFrame(settled))).toBe(hex(again))
        expect(formatPacket(settled)).toBe(formatPacket(packet))
      }),
      { numRuns: 3000 },
    )
  })

  it('notice any flipped bit behind the Ethernet header', () => {
    fc.assert(
      fc.property(anyPacket, fc.nat(), fc.nat(7), (packet, where, bit) => {
        // Only what a checksum covers: not ARP, not the content of other protocols.
        fc.pre(packet.l4 !== null)
        const bytes = encodeFrame(packet)
        bytes[14 + (where % (bytes.length - 14))]! ^= 1 << bit
        const read = tryDecode(bytes, true)
        // All are noticed, but for the last bit of a UDP checksum: then the datagram says that it has none.
        expect(read instanceof KubehopError || read.payload.checksum === 0).toBe(true)
      }),
    )
  })
})

describe('checksums', () => {
  it('a UDP checksum that comes out as zero is sent as its other zero', () => {
    // The last two octets are chosen so that the sum is all ones.
    const packet = buildUdp({ ...ends, payload: Uint8Array.of(0, 0) })
    const found = encodeIp(packet)
    const zero = buildUdp({ ...ends, payload: found.slice(26, 28) })
    const bytes = encodeIp(zero)
    expect(hex(bytes.slice(26, 28))).toBe('ffff')
    expect(decodeIp(bytes).payload.checksum).toBeUndefined()
  })

  it('a datagram without one stays without', () => {
    const packet = buildUdp({ ...ends, payload: 4 })
    packet.payload = { ...packet.payload, checksum: 0 }
    const bytes = encodeIp(packet)
    expect(hex(bytes.slice(26, 28))).toBe('0000')
    expect(decodeIp(bytes).payload.checksum).toBe(0)
  })

  it.each([
    ['UDP', buildUdp({ ...ends, payload: 4 })],
    ['TCP', buildTcp({ ...ends, flags: TcpFlag.ACK, payload: 4 })],
    ['ICMP', buildEcho(ends)],
    ['SCTP', buildSctp({ ...ends, chunks: [{ type: 0 }], payload: 4 })],
  ])('a wrong one of %s is refused, unless nobody asks', (name, packet) => {
    const bytes = encodeIp(packet)
    bytes[bytes.length - 1]! ^= 1
    expect(() => decodeIp(bytes)).toThrow(`wrong ${name} checksum`)
    expect(() => decodeIp(bytes, { verify: false })).not.toThrow()
  })

  it('a wrong one of IPv4 is refused', () => {
    const bytes = encodeIp(buildEcho(ends))
    bytes[8]! ^= 1
    expect(() => decodeIp(bytes)).toThrow('wrong IPv4 header checksum')
  })
})

describe('octets that are no packet', () => {
  const udp = encodeIp(buildUdp({ ...ends, payload: 4 }))
  const change = (at: number, ...values: number[]) => {
    const bytes = udp.slice()
    bytes.set(values, at)
    return bytes
  }
  const raw = (protocol: number, content: Uint8Array) => encodeIp(buildIp({ ...ends, protocol, payload: content }))
  it.each([
    ['IPv4 header cut short', udp.slice(0, 19)],
    ['IP version 6', change(0, 0x65)],
    ['IPv4 header length of 16', change(0, 0x44)],
    ['IPv4 total length of 19', change(2, 0, 19)],
    ['IPv4 packet cut short: 31 octets of 32', udp.slice(0, 31)],
    ['UDP length of 7', change(24, 0, 7)],
    ['UDP length of 13 octets in 12', change(24, 0, 13)],
    ['UDP header cut short', raw(17, new Uint8Array(7))],
    ['TCP header cut short', raw(6, new Uint8Array(19))],
    ['TCP header length of 0', raw(6, new Uint8Array(20))],
    ['TCP header length of 24 octets in 20', raw(6, new Uint8Array(20).fill(0x60, 12, 13))],
    ['ICMP header cut short', raw(1, new Uint8Array(7))],
    ['SCTP header cut short', raw(132, new Uint8Array(11))],
    ['SCTP chunk of impossible length', raw(132, new Uint8Array(16))],
    ['SCTP chunk of impossible length', raw(132, new Uint8Array(14))],
  ])('%s', (message, bytes) => {
    expect(() => decodeIp(bytes, { verify: false })).toThrow(message)
    expect(() => decodeIp(bytes, { verify: false })).toThrow(KubehopError)
  })

  it('names what has no model', () => {
    expect(() => decodeIp(change(0, 0x46), { verify: false })).toThrow(UnsupportedError)
  })

  it('Ethernet and ARP', () => {
    expect(() => decodeFrame(new Uint8Array(13))).toThrow('Ethernet header cut short')
    const arp = octets(kernelFrames[0]!.hex)
    expect(() => decodeFrame(arp.slice(0, 41))).toThrow('ARP packet cut short')
    const other = arp.slice()
    other[15] = 6
    expect(() => decodeFrame(other)).toThrow(UnsupportedError)
    const lengths = arp.slice()
    lengths[18] = 8
    expect(() => decodeFrame(lengths)).toThrow('ARP address lengths')
  })
})

describe('what stands around a packet', () => {
  it('is cut off when it is padding', () => {
    const frame = encodeFrame(buildUdp({ ...ends, payload: 1 }))
    const padded = new Uint8Array(60)
    padded.set(frame)
    expect(hex(encodeFrame(decodeFrame(padded)))).toBe(hex(frame))
    const udp = buildUdp({ ...ends, payload: 4 })
    udp.ip!.totalLength += 3
    expect(decodeIp(encodeIp(udp)).payload.length).toBe(4)
  })

  it('stays content where there is no model', () => {
    const raw = new Packet()
    raw.etherType = 0x86dd
    raw.payload = payloadOf(Uint8Array.of(0x60, 1, 2))
    expect(decodeFrame(encodeFrame(raw))).toEqual(raw)
    raw.payload = payloadOf(3)
    expect(hex(encodeFrame(raw).slice(14))).toBe('000000')
  })
})

describe('fragments', () => {
  const whole = buildUdp({ ...ends, id: 9, df: false, payload: Uint8Array.from({ length: 100 }, (_, i) => i) })
  const part = (offset: number, length: number, mf: boolean): Packet => {
    const packet = whole.clone()
    if (offset > 0) packet.l4 = null
    packet.ip!.fragmentOffset = offset
    packet.ip!.mf = mf
    packet.ip!.totalLength = 20 + length
    packet.payload = { length: offset > 0 ? length : length - 8, data: null, vxlan: null, fragmentOf: whole }
    return packet
  }

  it('are slices of the whole packet, checksum included', () => {
    const parts = [part(0, 48, true), part(48, 48, true), part(96, 12, false)]
    const joined = parts.flatMap((packet) => [...encodeIp(packet).slice(20)])
    expect(hex(Uint8Array.from(joined))).toBe(hex(encodeIp(whole).slice(20)))
  })

  it('come back as read', () => {
    for (const packet of [part(0, 48, true), part(48, 48, true), part(96, 12, false)]) {
      const bytes = encodeIp(packet)
      const read = decodeIp(bytes)
      expect(hex(encodeIp(read))).toBe(hex(bytes))
      expect(read.l4?.kind).toBe(packet.l4?.kind)
    }
  })

  it('that are too small for a header have none', () => {
    const tcp = buildTcp({ ...ends, flags: TcpFlag.SYN })
    const bytes = encodeIp(tcp).slice(0, 36)
    bytes.set([0, 36], 2)
    bytes[6] = 0x20
    const read = decodeIp(bytes, { verify: false })
    expect([read.l4, read.payload.length]).toEqual([null, 16])
  })

  it('cannot reach beyond the whole', () => {
    expect(() => encodeIp(part(96, 16, false))).toThrow(KubehopError)
  })
})

describe('quoted packets', () => {
  const about = { src: '10.0.0.2', dst: '10.0.0.1', type: IcmpType.DEST_UNREACH, code: UnreachCode.PORT }
  const quotedOf = (packet: Packet) => (packet.l4?.kind === 'icmp' ? packet.l4.quoted : null)
  /** The error with its quote cut to so many octets. */
  const cut = (packet: Packet, octetsLeft: number): Packet => {
    packet.payload = payloadOf(octetsLeft)
    updateLengths(packet)
    return packet
  }

  it('that are whole can be translated: their checksum is computed again', () => {
    const error = decodeIp(encodeIp(buildIcmpError({ ...about, quoted: buildUdp({ ...ends, payload: 4 }) })))
    const quoted = quotedOf(error)!
    expect(quoted.payload.checksum).toBeUndefined()
    if (quoted.l4?.kind === 'udp') quoted.l4.dport = 81
    const translated = buildIcmpError({ ...about, quoted: buildUdp({ ...ends, dport: 81, payload: 4 }) })
    expect(hex(encodeIp(error))).toBe(hex(encodeIp(translated)))
  })

  it('keep ports and sequence when only eight octets of TCP are there', () => {
    const tcp = buildTcp({ ...ends, flags: TcpFlag.ACK, seq: 77, payload: 100 })
    const bytes = encodeIp(cut(buildIcmpError({ ...about, quoted: tcp }), 28))
    const read = decodeIp(bytes)
    expect(quotedOf(read)).toMatchObject({
      ip: { totalLength: 140 },
      l4: { kind: 'tcp', sport: 40000, dport: 80, seq: 77, ack: 0, flags: 0, headerLength: 20 },
      payload: { length: 0 },
    })
    expect(hex(encodeIp(read))).toBe(hex(bytes))
  })

  it('may be cut anywhere', () => {
    const options = { mss: 1460, sackPermitted: true, timestamp: { value: 1, echo: 2 }, windowScale: 7 }
    const packets = [
      buildTcp({ ...ends, flags: TcpFlag.SYN, ...options, payload: 20 }),
      buildUdp({ ...ends, payload: 20 }),
      buildEcho({ ...ends, payload: 20 }),
      buildSctp({ ...ends, chunks: [{ type: 0 }], vtag: 99, payload: 20 }),
      buildIp({ ...ends, protocol: 4, payload: 20 }),
    ]
    for (const quoted of packets) {
      for (let length = 0; length <= quoted.ip!.totalLength; length++) {
        const bytes = encodeIp(cut(buildIcmpError({ ...about, quoted }), length))
        const read = decodeIp(bytes)
        // Options of which a part is missing are left out.
        const inOptions = quoted.l4?.kind === 'tcp' && length > 40 && length < 60
        if (!inOptions) expect(hex(encodeIp(read))).toBe(hex(bytes))
        expect(quotedOf(read) === null).toBe(length < 20)
        if (length >= 28 && quoted.l4 !== null) expect(quotedOf(read)!.l4?.kind).toBe(quoted.l4.kind)
      }
    }
  })

  it('that are no IPv4 packets stay content', () => {
    const error = buildIcmpError({ ...about, quoted: buildUdp({ ...ends, payload: 4 }) })
    for (const [at, value] of [
      [28, 0x46],
      [28, 0x65],
      [31, 10],
    ] as const) {
      const bytes = encodeIp(error)
      bytes[at] = value
      const read = decodeIp(bytes, { verify: false })
      expect([quotedOf(read), read.payload.data?.length]).toEqual([null, 32])
    }
  })

  it('of TCP with an impossible header length stay content', () => {
    const error = buildIcmpError({ ...about, quoted: buildTcp({ ...ends, flags: TcpFlag.ACK }) })
    for (const length of [0x40, 0x60]) {
      const bytes = encodeIp(error)
      bytes[28 + 20 + 12] = length
      expect(quotedOf(decodeIp(bytes, { verify: false }))).toMatchObject({ l4: null, payload: { length: 20 } })
    }
  })

  it('of an error are not looked into', () => {
    const inner = buildIcmpError({ ...about, quoted: buildUdp(ends) })
    const read = decodeIp(encodeIp(buildIcmpError({ ...about, quoted: inner })))
    expect(quotedOf(read)).toMatchObject({ l4: { kind: 'icmp', type: 3, quoted: null }, payload: { length: 28 } })
  })
})

describe('VXLAN', () => {
  const inner = buildUdp({ ...ends, payload: 4 })
  const outer = (dport: number) => buildUdp({ ...ends, dport, payload: vxlanPayload(5, inner) })

  it.each([
    [8472, undefined, true],
    [4789, undefined, true],
    [4790, undefined, false],
    [4790, [4790], true],
    [8472, [4790], false],
  ])('to port %i, told of %j', (dport, vxlanPorts, expected) => {
    const options = vxlanPorts === undefined ? {} : { vxlanPorts }
    expect(decodeIp(encodeIp(outer(dport)), options).payload.vxlan !== null).toBe(expected)
  })

  it('is content when header or frame are something else', () => {
    for (const [at, value] of [
      [28, 0],
      [28, 9],
      [35, 1],
      [36 + 14, 0x65],
    ] as const) {
      const bytes = encodeIp(outer(8472))
      bytes[at] = value
      const read = decodeIp(bytes, { verify: false })
      expect([read.payload.vxlan, read.payload.data?.length]).toEqual([null, outer(8472).payload.length])
    }
  })

  it('may hold a padded frame', () => {
    const padded = outer(8472)
    padded.payload = { ...padded.payload, length: padded.payload.length + 4 }
    updateLengths(padded)
    const read = decodeIp(encodeIp(padded))
    expect(read.payload).toMatchObject({ length: padded.payload.length, vxlan: { vni: 5 } })
    expect(hex(encodeIp(read))).toBe(hex(encodeIp(padded)))
  })

  it('in VXLAN in VXLAN … is content from the fifth on', () => {
    let packet = inner
    for (let i = 0; i < 6; i++) packet = buildUdp({ ...ends, dport: 8472, payload: vxlanPayload(i, packet) })
    let read: Packet | undefined = decodeIp(encodeIp(packet))
    let depth = 0
    while (read !== undefined && read.payload.vxlan !== null) {
      depth++
      read = read.payload.vxlan.inner
    }
    expect(depth).toBe(4)
    expect(read?.payload.data).not.toBeNull()
  })
})

describe('TCP options', () => {
  const withOptions = (...options: number[]) => {
    const length = (options.length + 3) & ~3
    const packet = buildTcp({ ...ends, flags: TcpFlag.SYN })
    if (packet.l4?.kind === 'tcp') packet.l4.headerLength = 20 + length
    updateLengths(packet)
    const bytes = encodeIp(packet)
    bytes.fill(0, 40)
    bytes.set(options, 40)
    return decodeIp(bytes, { verify: false }).l4
  }

  it('in any order, with strangers among them', () => {
    expect(withOptions(3, 3, 7, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 4, 2, 2, 4, 5, 180)).toMatchObject({
      windowScale: 7,
      sackPermitted: true,
      mss: 1460,
    })
  })

  it.each([
    ['of length 0', [4, 0, 2, 4, 5, 180]],
    ['that reach beyond the header', [4, 2, 8, 10, 0, 0]],
    ['behind the end', [4, 2, 0, 2, 4, 5, 180]],
    ['without a length', [4, 2, 1, 8]],
  ])('%s end the list', (_, options) => {
    const tcp = withOptions(...options)
    expect(tcp).toMatchObject({ mss: 0, timestamp: null })
  })

  it('of wrong length are passed over', () => {
    expect(withOptions(2, 3, 5, 3, 4, 1, 1, 4, 3, 1, 8, 3, 1)).toMatchObject({
      mss: 0,
      windowScale: -1,
      sackPermitted: false,
      timestamp: null,
    })
  })
})

describe('packets that cannot be written', () => {
  const broken: [string, Packet][] = []
  const add = (what: string, packet: Packet, change: (packet: Packet) => void) => {
    change(packet)
    broken.push([what, packet])
  }
  add('total length of 10', buildUdp(ends), (p) => {
    p.ip!.totalLength = 10
  })
  add('no room for its payload', buildUdp({ ...ends, payload: 10 }), (p) => {
    p.ip!.totalLength = 30
  })
  add('no room for its payload', buildIp({ ...ends, protocol: 4, payload: 10 }), (p) => {
    p.ip!.totalLength = 29
  })
  add('no room for its options', buildTcp({ ...ends, flags: TcpFlag.SYN, mss: 1460, payload: 8 }), (p) => {
    if (p.l4?.kind === 'tcp') p.l4.headerLength = 20
  })
  add(
    'SCTP chunk of 16 octets has no room',
    buildSctp({ ...ends, chunks: [{ type: 0, length: 16 }], payload: 4 }),
    () => {},
  )
  add('SCTP chunk of 2 octets does not fit', buildSctp({ ...ends, chunks: [{ type: 11, length: 2 }] }), () => {})
  add('around a frame of', buildUdp({ ...ends, payload: vxlanPayload(1, buildUdp(ends)) }), (p) => {
    p.payload.vxlan!.inner.payload = payloadOf(10)
    updateLengths(p.payload.vxlan!.inner)
  })
  add('without room for its header', buildIcmpError({ ...ends, type: 3, code: 1, quoted: buildUdp(ends) }), (p) => {
    p.ip!.totalLength = 24
  })
  it.each(broken)('%s', (message, packet) => {
    expect(() => encodeFrame(packet)).toThrow(KubehopError)
    expect(() => encodeFrame(packet)).toThrow(message)
  })

  it('have no IP header', () => {
    expect(() => encodeIp(new Packet())).toThrow('no IP header')
  })
})
