import { requireIptablesMode } from '../../cluster/proxy-mode.ts'
import { formatNote } from '../../kubernetes/index.ts'
import type { TableName } from '../../netfilter/rule.ts'
import type { Call } from '../call.ts'
import { readCluster } from '../cluster-input.ts'
import { ExitCode } from '../failure.ts'
import { UsageError } from '../usage-error.ts'

/**
 * `kubehop iptables-save`. It is about rules: what an API server would refuse but kube-proxy takes, gets its rules, and a warning.
 */
export async function run(call: Call): Promise<number> {
  const table = call.choice<TableName>('table')
  const node = call.required('node')
  const onlyProxy = call.text('only') !== undefined
  if (onlyProxy && table !== undefined) throw new UsageError('-t and --only do not go together')
  const cluster = await readCluster(call, { validation: 'lenient', asked: { node } })
  requireIptablesMode(cluster.objects)
  const text = onlyProxy ? cluster.kubeProxyRestoreText(node) : cluster.iptablesSave(node, table)
  for (const note of cluster.objects.notes) call.io.stderr.write(`warning: ${formatNote(note)}\n`)
  call.io.stdout.write(text)
  return ExitCode.OK
}
