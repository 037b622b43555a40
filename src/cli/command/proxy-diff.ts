import type { Cluster } from '../../cluster/cluster.ts'
import { type ProxyDiff, proxyDiff, proxyTables } from '../../cluster/proxy-diff.ts'
import { formatNote } from '../../kubernetes/index.ts'
import type { Call } from '../call.ts'
import { readCluster } from '../cluster-input.ts'
import { ExitCode } from '../failure.ts'
import { readText } from '../files.ts'
import { proxyDiffText } from '../proxy-diff-text.ts'
import { unifiedDiff } from '../unified-diff.ts'
import { UsageError } from '../usage-error.ts'

/** `kubehop proxy-diff`. Like `iptables-save` it takes what kube-proxy takes, and warns of what an API server would refuse. */
export async function run(call: Call): Promise<number> {
  const node = call.required('node')
  const files = [...call.list('before'), ...call.list('after'), ...call.list('conntrack')]
  if (files.filter((name) => name === '-').length > 1) throw new UsageError('standard input can be read only once')
  const defaults = { validation: 'lenient', asked: { node } } as const
  const before = await readCluster(call, defaults, { option: 'before', withoutNetwork: true })
  const after = await readCluster(call, defaults, { option: 'after', earlier: before.objects, withoutNetwork: true })
  const entries = call.text('conntrack')
  const conntrack = entries === undefined ? undefined : await readText(entries, call.io)
  const diff = proxyDiff(before, after, node, { conntrack })
  const output = call.choice<'text' | 'restore' | 'diff' | 'json'>('output') ?? 'text'
  const text = output === 'diff' ? rulesDiff(before, after, node) : render(diff, output)
  for (const [side, { objects }] of Object.entries({ before, after })) {
    for (const note of objects.notes) call.io.stderr.write(`warning: ${side}: ${formatNote(note)}\n`)
  }
  call.io.stdout.write(text)
  return (output === 'diff' ? text === '' : diff.sync === 'none') ? ExitCode.OK : ExitCode.NO
}

function render(diff: ProxyDiff, output: 'text' | 'restore' | 'json'): string {
  switch (output) {
    case 'text':
      return proxyDiffText(diff)
    case 'restore':
      return diff.restore
    case 'json':
      return `${JSON.stringify(diff, null, 2)}\n`
  }
}

function rulesDiff(before: Cluster, after: Cluster, node: string): string {
  const tables = proxyTables(before, after, node)
  return unifiedDiff(tables.before, tables.after, [`${node} before`, `${node} after`])
}
