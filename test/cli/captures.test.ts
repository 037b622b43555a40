import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCapture } from '../../src/commands/tcpdump/pcap-file.ts'
import { cli } from './support.ts'

const SCRIPT = `
ip link set lo up
tcpdump -n -i lo -w ping.pcap &
ping -c 2 -i 0.2 127.0.0.1 > /dev/null
tcpdump -n -t -r ping.pcap src 127.0.0.1
`

describe('what tcpdump -w writes', () => {
  let cwd = ''
  beforeEach(() => {
    cwd = mkdtempSync(path.join(tmpdir(), 'captures-'))
  })
  afterEach(() => rmSync(cwd, { recursive: true }))

  const packets = (name: string): number =>
    readCapture(new Uint8Array(readFileSync(path.join(cwd, name))))!.packets.length

  it('of a script is a real file', async () => {
    const { code, out } = await cli('run -', { stdin: SCRIPT, cwd })
    expect(code).toBe(0)
    expect(out.match(/ICMP echo/g)).toHaveLength(4)
    expect(packets('ping.pcap')).toBe(4)
  })

  it('in a shell is there when the line has ended, and grows with the next', async () => {
    const lines = 'tcpdump -n -i lo -w a.pcap &\nping -c 1 127.0.0.1 > /dev/null\nping -c 1 127.0.0.1 > /dev/null\n'
    const { code } = await cli(
      ['shell', '-f', 'examples/handbook.yaml'].map((word) => word.replace('examples', path.resolve('examples'))),
      {
        stdin: lines,
        cwd,
      },
    )
    expect(code).toBe(0)
    expect(packets('a.pcap')).toBe(4)
  })

  it('by one command', async () => {
    const words = ['exec', '-f', path.resolve('examples/handbook.yaml'), 'pod/client', '--', 'sh', '-c']
    const { code, err } = await cli(
      [...words, 'timeout 1 tcpdump -n -i eth0 -w b.pcap & sleep 0.1; curl -s http://web/; wait'],
      { cwd },
    )
    expect(err).toContain('packets captured')
    expect(code).toBe(0)
    expect(packets('b.pcap')).toBeGreaterThan(8)
  })

  it('is not written where a simulated machine has no folder', async () => {
    const { err } = await cli('run -', {
      stdin: 'ip link set lo up\ntimeout 1 tcpdump -n -i lo -w /tmp/nosuch/a.pcap\n',
      cwd,
    })
    expect(err).toBe('tcpdump: /tmp/nosuch/a.pcap: No such file or directory\n')
    expect(existsSync(path.join(cwd, 'a.pcap'))).toBe(false)
  })
})
