import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  buildArpRequest,
  buildEcho,
  buildIcmpError,
  buildSctp,
  buildTcp,
  buildUdp,
  encodeFrame,
  KubehopError,
  type Packet,
  PcapngWriter,
  PcapWriter,
  TcpFlag,
  vxlanPayload,
} from '../../src/packet/index.ts'

const ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 40000, dport: 80, smac: '2:0:0:0:0:1', dmac: '2:0:0:0:0:2' }
const options = { mss: 1460, sackPermitted: true, timestamp: { value: 1, echo: 0 }, windowScale: 7 }
const syn = buildTcp({ ...ends, flags: TcpFlag.SYN, ...options })
const packets: Packet[] = [
  buildArpRequest({ senderMac: '2:0:0:0:0:1', senderIp: '10.0.0.1', targetIp: '10.0.0.2' }),
  syn,
  buildTcp({ ...ends, flags: TcpFlag.ACK | TcpFlag.PSH, seq: 1, ack: 1, payload: 'GET / HTTP/1.1\r\n\r\n' }),
  buildUdp({ ...ends, dport: 9999, payload: 'odd' }),
  buildEcho(ends),
  buildIcmpError({ ...ends, type: 3, code: 4, mtu: 1450, quoted: buildUdp({ ...ends, payload: 1500 }) }),
  buildUdp({ ...ends, dport: 4789, payload: vxlanPayload(1, syn) }),
  buildSctp({ ...ends, chunks: [{ type: 1, initTag: 7 }] }),
  buildSctp({ ...ends, chunks: [{ type: 0, flags: 3 }], vtag: 7, payload: 'hello' }),
]

/** Little-endian words, as the files have them. */
function words(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true))
}

function inFile<T>(name: string, content: Uint8Array, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'kubehop-'))
  try {
    const path = join(folder, name)
    writeFileSync(path, content)
    return use(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('PcapngWriter', () => {
  it('writes blocks whose lengths agree', () => {
    const writer = new PcapngWriter({ application: 'test', comment: 'section' })
    const first = writer.addInterface('node-1/eth0', { description: 'a veth', comment: 'of node-1' })
    writer.addPacket({ interface: first, time: 0, frame: new Uint8Array(15), direction: 'in', comment: 'ü' })
    writer.addPacket({ interface: first, time: 2 ** 40 + 5, frame: new Uint8Array(16), originalLength: 100 })
    const all = words(writer.take())
    const blocks: number[][] = []
    for (let at = 0; at < all.length; at += all[at + 1]! / 4) blocks.push(all.slice(at, at + all[at + 1]! / 4))
    expect(blocks.map(([type]) => type)).toEqual([0x0a0d0d0a, 1, 6, 6])
    for (const block of blocks) expect(block.at(-1)).toBe(block[1])
    // Interface, time (high, low), captured and original length.
    expect(blocks[2]!.slice(2, 7)).toEqual([0, 0, 0, 15, 15])
    expect(blocks[3]!.slice(2, 7)).toEqual([0, 256, 5, 16, 100])
  })

  it('hands out what is new, and grows as needed', () => {
    const writer = new PcapngWriter()
    const device = writer.addInterface('eth0')
    const head = writer.take()
    expect(writer.take()).toHaveLength(0)
    const frame = Uint8Array.from({ length: 10_001 }, (_, i) => i)
    writer.addPacket({ interface: device, time: 1, frame })
    writer.addPacket({ interface: device, time: 2, frame })
    const both = writer.take()
    writer.addPacket({ interface: device, time: 1, frame })
    writer.addPacket({ interface: device, time: 2, frame })
    expect(writer.take()).toEqual(both)
    expect(words(head)[0]).toBe(0x0a0d0d0a)
    expect(both.slice(28, 28 + frame.length)).toEqual(frame)
    expect([...both.slice(28 + frame.length, 28 + frame.length + 3)]).toEqual([0, 0, 0])
  })

  it('refuses packets of unknown devices', () => {
    expect(() => new PcapngWriter().addPacket({ interface: 0, time: 0, frame: new Uint8Array(14) })).toThrow(
      KubehopError,
    )
  })
})

describe('PcapWriter', () => {
  it('writes nanoseconds', () => {
    const writer = new PcapWriter()
    writer.addPacket(3_000_000_007, new Uint8Array(4).fill(255))
    expect(words(writer.take())).toEqual([0xa1b23c4d, 0x00040002, 0, 0, 262144, 1, 3, 7, 4, 4, 0xffffffff])
  })
})

const TSHARK = 'tshark'
const installed = spawnSync(TSHARK, ['--version']).status === 0

/** What tshark says, with every checksum checked. */
function dissect(path: string, ...fields: string[]): string[][] {
  const checks = ['ip', 'tcp', 'udp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`])
  const columns = fields.flatMap((field) => ['-e', field])
  const args = ['-r', path, '-n', ...checks, '-o', 'sctp.checksum:CRC 32c', '-T', 'fields', ...columns]
  const out = execFileSync(TSHARK, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return out
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
}

describe.skipIf(!installed)(`tshark${installed ? '' : ' (not installed)'}`, () => {
  const writer = new PcapngWriter()
  const devices = [writer.addInterface('node-1/eth0'), writer.addInterface('node-1/cni0', { description: 'bridge' })]
  packets.forEach((packet, i) => {
    const direction = i % 2 === 0 ? 'in' : 'out'
    writer.addPacket({
      interface: devices[i % 2]!,
      time: 1_000_000_007 + i,
      frame: encodeFrame(packet),
      direction,
      comment: `packet ${i}`,
    })
  })
  const file = writer.take()

  it('reads devices, times, directions and comments', () => {
    const fields = ['frame.interface_name', 'frame.time_epoch', 'frame.packet_flags_direction', 'frame.comment']
    const rows = inFile('a.pcapng', file, (path) => dissect(path, ...fields))
    expect(rows).toHaveLength(packets.length)
    expect(rows[0]).toEqual(['node-1/eth0', '1.000000007', '0x00000001', 'packet 0'])
    expect(rows[1]).toEqual(['node-1/cni0', '1.000000008', '0x00000002', 'packet 1'])
  })

  it('finds every checksum right and nothing malformed', () => {
    const statuses = ['ip.checksum.status', 'tcp.checksum.status', 'udp.checksum.status', 'icmp.checksum.status']
    const rows = inFile('a.pcapng', file, (path) =>
      dissect(path, 'sctp.checksum.status', ...statuses, '_ws.malformed', '_ws.expert.message', 'frame.protocols'),
    )
    const [arp, tcp, data, udp, echo, error, vxlan, init, sctp] = rows
    expect(arp!.at(-1)).toContain('arp')
    for (const row of rows) {
      // 0 is bad, 1 good, 2 not verified: the transport checksum of a quoted packet that was cut.
      expect(row.slice(0, 5).join(',').split(',')).not.toContain('0')
      expect(row[5]).toBe('')
      expect(row[6]).not.toMatch(/incorrect|invalid|malformed|bogus/i)
    }
    expect(tcp!.slice(1, 3)).toEqual(['1', '1'])
    expect(data![2]).toBe('1')
    expect(udp![3]).toBe('1')
    expect(echo![4]).toBe('1')
    expect(error![4]).toBe('1')
    expect(vxlan!.slice(1, 4)).toEqual(['1,1', '1', '1'])
    expect([init![0], sctp![0]]).toEqual(['1', '1'])
  })

  it('reads the classic form too', () => {
    const classic = new PcapWriter()
    for (const packet of packets) classic.addPacket(5_000_000_001, encodeFrame(packet))
    const rows = inFile('a.pcap', classic.take(), (path) => dissect(path, 'frame.time_epoch'))
    expect(rows.map(([time]) => time)).toEqual(packets.map(() => '5.000000001'))
  })

  it('has no complaint about the file', () => {
    const result = inFile('a.pcapng', file, (path) => spawnSync(TSHARK, ['-r', path, '-n'], { encoding: 'utf8' }))
    expect(result.status).toBe(0)
    const complaints = result.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Running as user'))
    expect(complaints).toEqual([])
  })
})
