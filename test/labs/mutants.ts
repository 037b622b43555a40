/**
 * Does the laboratory notice? Breaks a copy of the simulator on purpose, one place at a time, and runs it against the stored records
 * of the kernel: `npx tsx test/labs/mutants.ts`. Prints which labs noticed each; exits with 1 when a mutant passes for Linux.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Mutant {
  readonly what: string
  readonly file: string
  readonly from: string
  readonly to: string
}

const MUTANTS: readonly Mutant[] = [
  {
    what: 'hook order: the raw table behind conntrack, where NOTRACK comes too late',
    file: 'netfilter/netfilter.ts',
    from: 'raw: Priority.RAW,',
    to: 'raw: Priority.MANGLE,',
  },
  {
    what: 'hook order: mangle behind destination NAT',
    file: 'netfilter/netfilter.ts',
    from: 'mangle: Priority.MANGLE,',
    to: 'mangle: Priority.FILTER,',
  },
  {
    what: 'NAT: the source port of replies is not put back',
    file: 'netfilter/nat/manipulate.ts',
    from: "else if (manipulation === 'src') l4.sport = tuple.sport",
    to: "else if (manipulation === 'src') return",
  },
  {
    what: 'NAT: the packet inside an ICMP error is not translated',
    file: 'netfilter/nat/nat.ts',
    from: 'if (icmp.quoted !== null) this.#write(',
    to: 'if (icmp.quoted === packet) this.#write(',
  },
  {
    what: 'NAT: a local packet is not routed again when its destination was translated',
    file: 'netfilter/netfilter.ts',
    from: 'verdict !== Verdict.ACCEPT || !this.nat.mustReroute(packet)',
    to: 'verdict !== Verdict.ACCEPT || this.nat.mustReroute(packet)',
  },
  {
    what: 'conntrack: an echo reply that nobody asked for is a new connection',
    file: 'netfilter/conntrack/protocol/icmp.ts',
    from: 'return Tracked.INVALID',
    to: 'return Tracked.ACCEPT',
  },
  {
    what: 'forwarding: two hops are taken from the TTL',
    file: 'netns/ip-forward.ts',
    from: 'ip.ttl--',
    to: 'ip.ttl -= 2',
  },
  {
    what: 'routing: of rp_filter only the value of the device counts',
    file: 'netns/link.ts',
    from: 'return Math.max(this.netns.sysctl.all.rp_filter, this.conf.rp_filter)',
    to: 'return this.conf.rp_filter',
  },
  {
    what: 'routing: 127.0.0.0/8 is welcome on every device',
    file: 'route/input.ts',
    from: "if ((isLoopback(destination) || isLoopback(source)) && !device.routeLocalnet) return 'IP_LOCALNET'",
    to: '',
  },
  {
    what: 'ICMP: errors are not limited',
    file: 'netns/icmp-send.ts',
    from: '>>> type) & 1) === 1',
    to: '>>> type) & 1) === 2',
  },
  {
    what: 'ICMP: later fragments are answered with errors, too',
    file: 'netns/icmp-send.ts',
    from: 'if (ip.fragmentOffset !== 0) return\n',
    to: '',
  },
  {
    what: 'bridge: hairpin mode has no effect',
    file: 'bridge/bridge.ts',
    from: 'if (to === from && !to.settings.hairpin) return false',
    to: 'if (to === from) return false',
  },
  {
    what: 'bridge: nothing is learned',
    file: 'bridge/bridge.ts',
    from: 'if (port.settings.learning && this.fdb.learn(',
    to: 'if (!port.settings.learning && this.fdb.learn(',
  },
  {
    what: 'VXLAN: the outer packet may not be fragmented',
    file: 'overlay/vxlan.ts',
    from: "df: this.df === 'inherit' ? inner.ip?.df === true : this.df === 'set',",
    to: 'df: true,',
  },
]

const project = fileURLToPath(new URL('../..', import.meta.url))
const copy = mkdtempSync(join(tmpdir(), 'kubehop-mutants-'))
try {
  for (const part of ['src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts']) {
    cpSync(join(project, part), join(copy, part), { recursive: true })
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'))
  if (noticedBy().length > 0) throw new Error('the labs fail without a mutation, too')
  for (const mutant of MUTANTS) {
    const noticed = tried(mutant)
    if (noticed.length === 0) process.exitCode = 1
    const who =
      noticed.length > 4 ? `${noticed.slice(0, 3).join(', ')} and ${noticed.length - 3} more` : noticed.join(', ')
    console.log(`${noticed.length === 0 ? '✗' : '✓'} ${mutant.what}: ${who || 'nobody noticed'}`)
  }
} finally {
  rmSync(copy, { recursive: true })
}

function tried({ what, file, from, to }: Mutant): string[] {
  const path = join(copy, 'src', file)
  const text = readFileSync(path, 'utf8')
  if (!text.includes(from)) throw new Error(`"${what}": src/${file} has changed, and the mutant with it`)
  writeFileSync(
    path,
    text.replace(from, () => to),
  )
  const noticed = noticedBy()
  writeFileSync(path, text)
  return noticed
}

/** The labs whose record is another one now. */
function noticedBy(): string[] {
  const { stdout } = spawnSync(
    'npx',
    ['vitest', 'run', '--project', 'unit', 'test/commands/records.test.ts', '--reporter=json'],
    { cwd: copy, encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{"num'))) as {
    testResults: { assertionResults: { title: string; status: string }[] }[]
  }
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ title }) => title),
  )
}
