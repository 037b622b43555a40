import type { ProxyDiff, ProxyDiffChain } from '../cluster/proxy-diff.ts'
import type { SyncReason } from '../kubeproxy/index.ts'

const WHY: { readonly [K in SyncReason['kind']]: string } = {
  start: 'kube-proxy starts',
  restart: 'kube-proxy ends and is started again',
  topology: 'the node’s topology changed',
  flushed: 'somebody flushed the tables',
  failed: 'the sync before failed',
  hourly: 'the last full sync is an hour ago',
  services: 'Services changed',
  endpoints: 'EndpointSlices changed, of',
  asked: 'it was asked for',
}

/** A summary in comment lines, which iptables-restore passes over, and the text for iptables-restore. */
export function proxyDiffText(diff: ProxyDiff): string {
  return `${summary(diff)
    .map((line) => `# ${line}`.trimEnd())
    .join('\n')}\n${diff.restore}`
}

function summary(diff: ProxyDiff): string[] {
  const { node, sync, reasons, chains, conntrack } = diff
  if (sync === 'none') return [`kube-proxy on ${node}: nothing to do`]
  const lines = [`kube-proxy on ${node}: ${sync} sync`]
  for (const { kind, what } of reasons)
    lines.push(`because ${WHY[kind]}${what === '' ? '' : kind === 'endpoints' ? ` ${what}` : `: ${what}`}`)
  const shared = chains.filter(({ service }) => service === undefined)
  lines.push(
    `rewrites ${shared.length} chains that Services share${listOf(shared.filter(({ change }) => change !== 'same'))}`,
  )
  const own = chains.filter(({ service, change }) => service !== undefined && change !== 'deleted')
  lines.push(...section('rewrites', own))
  lines.push(
    ...section(
      'deletes',
      chains.filter(({ change }) => change === 'deleted'),
    ),
  )
  if (conntrack.cleaned) {
    lines.push(
      'deletes UDP connections to Services that lead to none of their serving endpoints; of this change, if they are there:',
    )
    lines.push(...indented(conntrack.flows.map(({ command }) => command)))
  }
  if (conntrack.entries !== undefined) {
    lines.push(`deletes these of the given entries:`, ...indented(conntrack.entries))
  }
  return lines
}

function listOf(changed: readonly ProxyDiffChain[]): string {
  if (changed.length === 0) return ', none of which changes'
  return `; changed: ${changed.map(({ table, name }) => `${table} ${name}`).join(', ')}`
}

function section(verb: string, chains: readonly ProxyDiffChain[]): string[] {
  if (chains.length === 0) return [`${verb} no chains of Services`]
  return [
    `${verb} ${chains.length} ${chains.length === 1 ? 'chain' : 'chains'} of Services:`,
    ...chains.map(({ name, service, port, endpoint, change }) => {
      const of = service === undefined ? '' : `${service}:${port}${endpoint === undefined ? '' : ` ${endpoint}`}`
      return `  ${name.padEnd(26)} ${change === 'deleted' ? '' : change.padEnd(8)}${of}`
    }),
  ]
}

function indented(lines: readonly string[]): string[] {
  return lines.length === 0 ? ['  none'] : lines.map((line) => `  ${line}`)
}
