import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareLabs, type Kernel } from '../../src/cli/command/lab.ts'
import { COMMANDS } from '../../src/cli/commands.ts'
import type { Io } from '../../src/cli/io.ts'
import { parseCall } from '../../src/cli/parse.ts'
import { runScript } from '../../src/commands/index.ts'
import { type LabRecord, parseRecord } from '../../src/commands/record/index.ts'
import { labObstacle } from '../../src/lab/index.ts'
import { schemaErrorsOf } from '../trace/schema.ts'
import { cli } from './support.ts'

/** Two namespaces, one ping. */
const LAB = `# Two hosts on a wire.
# Lesson: one asks, the other answers.
ip netns add a
ip netns add b
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
# --- traffic ---
ip netns exec a ping -c1 -W1 10.0.0.2
`

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kubehop-scripts-'))
  writeFileSync(path.join(folder, 'ping.sh'), LAB)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('kubehop run', () => {
  it('prints what the commands print', async () => {
    const { code, out, err } = await cli('run ping.sh', { cwd: folder })
    expect(err).toBe('')
    expect(out).toMatch(/^PING 10\.0\.0\.2 .*\n64 bytes from 10\.0\.0\.2: icmp_seq=1 ttl=64 time=/)
    expect(code).toBe(0)
  })

  it('reads standard input, and exits as the script does', async () => {
    const { code, out, err } = await cli('run -', { stdin: 'echo out\nip netns exec nowhere true\n' })
    expect(out).toBe('out\n')
    expect(err).toContain('Cannot open network namespace "nowhere"')
    expect(code).toBe(255)
  })

  it('gives the way of each packet of the traffic', async () => {
    const { code, out } = await cli('run ping.sh -o json', { cwd: folder })
    expect(code).toBe(0)
    const { journeys, script, output } = JSON.parse(out) as {
      script: string
      output: string
      journeys: {
        journey: number
        cause: number
        command?: number
        disposition: string
        packet: { text: string }
        hops: { netns: string }[]
      }[]
    }
    expect(script).toBe('ping.sh')
    expect(output).toContain('1 received')
    const [request, reply] = journeys
    expect(request?.packet.text).toContain('ICMP echo request')
    expect(request?.hops.map(({ netns }) => netns)).toEqual(['a', 'b'])
    expect(reply?.packet.text).toContain('ICMP echo reply')
    expect([request?.disposition, reply?.disposition]).toEqual(['delivered', 'delivered'])
    expect([request?.cause, reply?.cause]).toEqual([0, request?.journey])
    expect([request?.command, reply?.command]).toEqual([1, 1])
    expect(schemaErrorsOf('script', JSON.parse(out))).toEqual([])
  })

  it('gives the way of every packet of a script without a line between', async () => {
    const { out } = await cli('run - -o json', { stdin: LAB.replace('# --- traffic ---\n', '') })
    const printed = JSON.parse(out) as { journeys: object[] }
    expect(printed.journeys.length).toBeGreaterThanOrEqual(2)
    expect(printed.journeys[0]).not.toHaveProperty('command')
    expect(schemaErrorsOf('script', printed)).toEqual([])
  })

  it('gives the record', async () => {
    const { code, out } = await cli('run ping.sh -o record', { cwd: folder })
    expect(code).toBe(0)
    const record = parseRecord(out)
    expect(record.lab).toBe('ping.sh')
    expect(record.commands).toHaveLength(1)
    expect(record.frames.filter(({ l3 }) => l3 === 'icmp')).toHaveLength(4)
  })

  it('refuses what it does not have, by name and line', async () => {
    const { code, err, out } = await cli('run -', { stdin: 'echo a\nwhile true; do echo b; done\n' })
    expect(err).toMatch(/^error: -:2: .*while/)
    expect(out).toBe('')
    expect(code).toBe(2)
  })

  it('says when there is no such file', async () => {
    const { code, err } = await cli('run none.sh', { cwd: folder })
    expect(err).toBe('error: none.sh: there is no such file or folder\n')
    expect(code).toBe(2)
    expect((await cli(['run', '.'], { cwd: folder })).err).toBe('error: .: this is a folder\n')
  })
})

describe('kubehop lab', () => {
  /** Compares with a kernel that we have at hand. */
  async function lab(words: string, kernel: Partial<Kernel>): Promise<{ code: number; out: string; err: string }> {
    let out = ''
    let err = ''
    const output = (write: (text: string) => void) => ({ write, isTerminal: false })
    const io: Io = {
      stdin: (async function* () {})(),
      stdout: output((text) => {
        out += text
      }),
      stderr: output((text) => {
        err += text
      }),
      env: {},
      cwd: folder,
    }
    const command = COMMANDS.find(({ name }) => name === 'lab')
    const call = command && (await parseCall(command, words.split(' '), io))
    if (!call) throw new Error('no call')
    const record = (text: string, { name }: { name: string }): Promise<LabRecord> =>
      Promise.resolve(runScript(text, { name }).record())
    const code = await compareLabs(call, {
      labObstacle: () => null,
      iptablesIsLegacy: () => false,
      recordLabText: record,
      ...kernel,
    })
    return { code, out, err }
  }

  it('counts what agrees', async () => {
    const { code, out } = await lab('ping.sh ping.sh', {})
    expect(code).toBe(0)
    const [first, second, total] = out.split('\n')
    expect(first).toMatch(/^✓ ping\.sh {2}journeys (\d+)\/\1, commands 1\/1, frames (\d+)\/\2,/)
    expect(second).toBe(first)
    expect(total).toMatch(/^2 labs, 2 as the kernel has it: journeys (\d+)\/\1, commands 2\/2, /)
  })

  it('shows what differs, the kernel first', async () => {
    const { code, out } = await lab('ping.sh', {
      recordLabText: (text, { name }) => Promise.resolve(runScript(text.replace('-W1', '-W1 -t 9'), { name }).record()),
    })
    expect(code).toBe(1)
    // the request has another TTL; ARP and the answer are the same
    const [, agree, of] = /^✗ ping\.sh {2}journeys (\d+)\/(\d+), /.exec(out) ?? []
    expect([Number(agree) + 1, Number(of) > 2]).toEqual([Number(of), true])
    expect(out).toMatch(/\n {2}- .*TTL 9,.*\n {2}\+ .*TTL 64,/)
    expect(out).toContain('1 lab, 0 as the kernel has it')
  })

  it('gives counts and differences as data, or the kernel’s record', async () => {
    const [verdict] = JSON.parse((await lab('ping.sh -o json', {})).out) as { lab: string; differences: unknown[] }[]
    expect([verdict?.lab, verdict?.differences]).toEqual(['ping.sh', []])
    expect(parseRecord((await lab('ping.sh -o record', {})).out).lab).toBe('ping.sh')
    await expect(lab('ping.sh ping.sh -o record', {})).rejects.toThrow('-o record is of one script')
  })

  it('says why there is no laboratory', async () => {
    await expect(lab('ping.sh', { labObstacle: () => 'the laboratory needs root' })).rejects.toThrow(
      'the laboratory needs root',
    )
  })

  it.runIf(labObstacle() === null)('agrees on this kernel', { timeout: 30_000 }, async () => {
    const { code, out } = await cli('lab ping.sh', { cwd: folder })
    expect(out).toMatch(/^✓ ping\.sh/)
    expect(code).toBe(0)
  })
})
