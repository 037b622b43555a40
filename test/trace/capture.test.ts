import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../src/packet/codec.ts'
import { PcapngWriter } from '../../src/packet/pcapng.ts'
import { formatPacket } from '../../src/packet/text.ts'
import { branches, dockerHost, twoHosts, vxlanPair } from './networks.ts'

interface Captured {
  readonly name: string
  readonly text: string
  readonly time: number
}

/**
 * Reads enhanced packet blocks and interface names: enough of pcapng (draft-ietf-opsawg-pcapng) for what is written
 * here.
 */
function read(octets: Uint8Array): Captured[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  const names: string[] = []
  const packets: Captured[] = []
  for (let at = 0; at < octets.length; at += view.getUint32(at + 4, true)) {
    const type = view.getUint32(at, true)
    if (type === 1) {
      const length = view.getUint16(at + 18, true)
      names.push(new TextDecoder().decode(octets.subarray(at + 20, at + 20 + length)))
    }
    if (type !== 6) continue
    const length = view.getUint32(at + 20, true)
    packets.push({
      name: names[view.getUint32(at + 8, true)] ?? '?',
      time: view.getUint32(at + 16, true),
      text: formatPacket(decodeFrame(octets.slice(at + 28, at + 28 + length))),
    })
  }
  return packets
}

describe('a capture', () => {
  it('has every frame on every device, ARP too', () => {
    const { net, client } = twoHosts()
    const capture = new PcapngWriter()
    branches(net, { from: client, address: '10.0.0.2', port: 80, sourcePort: 40000, capture })
    const packets = read(capture.take())
    expect(packets.map(({ name, text }) => `${name} ${text.replace(/, length.*/, '')}`)).toEqual([
      'client/eth0 ARP, Request who-has 10.0.0.2 tell 10.0.0.1',
      'server/eth0 ARP, Request who-has 10.0.0.2 tell 10.0.0.1',
      'server/eth0 ARP, Reply 10.0.0.2 is-at 02:00:00:00:00:02',
      'client/eth0 ARP, Reply 10.0.0.2 is-at 02:00:00:00:00:02',
      'client/eth0 10.0.0.1.40000 > 10.0.0.2.80: Flags [S]',
      'server/eth0 10.0.0.1.40000 > 10.0.0.2.80: Flags [S]',
      'server/eth0 10.0.0.2.80 > 10.0.0.1.40000: Flags [S.]',
      'client/eth0 10.0.0.2.80 > 10.0.0.1.40000: Flags [S.]',
      // nobody waits for its arrival
      'client/eth0 10.0.0.1.40000 > 10.0.0.2.80: Flags [.]',
    ])
    // all of one moment, but in their order wherever they are sorted
    expect(packets.map(({ time }) => time)).toEqual(packets.map((_, i) => i))
  })

  it('can hold several traces: an interface is described once', () => {
    const { net, nodes } = vxlanPair()
    const capture = new PcapngWriter()
    const flow = { from: nodes[0], address: '10.9.0.2', port: 80, capture }
    branches(net, flow)
    branches(net, { ...flow, allBranches: true })
    const packets = read(capture.take())
    expect(new Set(packets.map(({ name }) => name))).toEqual(
      new Set(['node-1/vxlan1', 'node-1/eth0', 'node-2/eth0', 'node-2/vxlan1']),
    )
    expect(packets.every(({ time }, i) => i === 0 || time > packets[i - 1]!.time)).toBe(true)
    expect(packets.some(({ text }) => text.includes('VXLAN, vni 42: 10.9.0.1'))).toBe(true)
  })

  it('is read by tshark without complaint', ({ skip }) => {
    try {
      execFileSync('tshark', ['--version'], { stdio: 'ignore' })
    } catch {
      skip('tshark is not installed')
    }
    const { net, outside } = dockerHost()
    const capture = new PcapngWriter()
    branches(net, { from: outside, address: '192.168.0.10', port: 8080, capture, packets: 6 })
    const folder = mkdtempSync(join(tmpdir(), 'kubehop-'))
    try {
      const file = join(folder, 'trace.pcapng')
      writeFileSync(file, capture.take())
      const fields = ['-T', 'fields', '-e', 'frame.interface_name', '-e', '_ws.malformed', '-e', '_ws.col.Info']
      const options = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE']
      const lines = execFileSync('tshark', ['-n', '-r', file, ...options, ...fields], {
        encoding: 'utf8',
        stdio: 'pipe',
      })
      expect(lines).toMatch(/^host\/docker0\t\t.*\[SYN\]/m)
      expect(lines).not.toMatch(/Malformed|incorrect/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
