import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { ProxyRules } from '../../src/kubeproxy/proxy-rules.ts'
import type { TableOperation } from '../../src/netfilter/operations.ts'
import { printRule } from '../../src/netfilter/text/rule-printer.ts'

// A host with real iptables, in namespaces of its own, on which kube-proxy's calls can be made.

const ROOT = process.platform === 'linux' && process.getuid?.() === 0

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0
}

/** Empty without root or Linux. */
export const BACKENDS = ['iptables-nft', 'iptables-legacy'].filter((name) => ROOT && isInstalled(name))

/** Counters must be made before a rule can name them; without the tool kube-proxy has none. */
const HAS_NFACCT = ROOT && isInstalled('nfacct')
export const FACTS = { nfacct: { invalidDropped: HAS_NFACCT, localhostNodePorts: HAS_NFACCT } }
export const COUNTERS = HAS_NFACCT
  ? ['nfacct add ct_state_invalid_dropped_pkts', 'nfacct add localhost_nps_accepted_pkts']
  : []

let folder = ''
let files = 0

/** For `describe`: files of the tests live as long as they do. */
export function keepFiles(): void {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubeproxy-host-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
}

/** A file that a script can read. */
export function fileWith(text: string): string {
  const name = join(folder, `${++files}`)
  writeFileSync(name, text)
  return name
}

/** Runs shell lines in namespaces of their own, where nothing leaves traces on the host. */
export function inNamespace(lines: readonly string[]): string {
  const script = fileWith(['set -e', 'mount -t tmpfs none /run', ...lines, ''].join('\n'))
  const run = spawnSync('unshare', ['--net', '--mount', 'bash', script], { encoding: 'utf8', timeout: 60_000 })
  if (run.status !== 0) throw new Error(run.stderr)
  return run.stdout
}

/** What a program does, as the calls of iptables that it makes; a restore is the text that kube-proxy writes. */
export function calls(iptables: string, operations: readonly TableOperation[], proxy: ProxyRules): string[] {
  const text = fileWith(proxy.restoreText())
  let restored = false
  return operations.flatMap((operation) => {
    const call = `${iptables} -t ${operation.table}`
    switch (operation.kind) {
      case 'chain':
        return [`${call} -N ${operation.chain} 2>/dev/null || true`]
      case 'delete':
        return [`${call} -X ${operation.chain}`]
      case 'policy':
        return [`${call} -P ${operation.chain} ${operation.policy}`]
      case 'restore': {
        if (restored) return []
        restored = true
        return [`${iptables}-restore --noflush --counters < ${text}`]
      }
      default: {
        const rule = printRule(operation.rule)
        const option = operation.kind === 'prepend' ? '-I' : '-A'
        const { chain } = operation
        return [`${call} -C ${chain}${rule} 2>/dev/null || ${call} ${option} ${chain}${rule}`]
      }
    }
  })
}

/** The tables that iptables-save prints, by name, without comments and counters. */
export function split(saved: string): Map<string, string> {
  const text = saved.replace(/^#.*\n/gm, '').replace(/ \[\d+:\d+\]$/gm, '')
  return new Map([...text.matchAll(/^\*(\w+)\n[\s\S]*?^COMMIT\n/gm)].map(([table, name]) => [name!, table]))
}
