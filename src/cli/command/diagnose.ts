import { stringify } from 'yaml'
import { Cluster } from '../../cluster/cluster.ts'
import type { FlowProtocol } from '../../cluster/targets.ts'
import {
  type DiagnosisData,
  diagnose,
  diagnoseFlow,
  diagnosisData,
  diagnosisText,
  FINDINGS,
  latestOf,
} from '../../diagnose/index.ts'
import {
  type ClusterObjects,
  didYouMean,
  fillIn,
  formatNote,
  InputError,
  type KubernetesObjects,
} from '../../kubernetes/index.ts'
import {
  evidenceOf,
  type HostSnapshot,
  looksLikeSnapshot,
  type NamespaceEvidence,
  readSnapshot,
} from '../../snapshot/index.ts'
import { nameInTraces } from '../../snapshot/rebuild/index.ts'
import type { Call } from '../call.ts'
import { readManifests } from '../cluster-input.ts'
import { readEvidenceFile } from '../evidence-file.ts'
import { ExitCode } from '../failure.ts'
import { wantsColor } from '../io.ts'
import { UsageError } from '../usage-error.ts'

/** `kubehop diagnose` */
export async function run(call: Call): Promise<number> {
  checkCall(call)
  const { evidence, earlier } = await readEvidence(call)
  const told = call.has('file') ? await readManifests(call) : undefined
  const { objects, notes } = told === undefined ? { objects: undefined, notes: [] } : completed(told)
  const found = diagnose({ evidence, earlier, told, objects }, { only: call.list('only') })
  const [from, to] = call.arguments
  const diagnosis =
    from === undefined || to === undefined
      ? found
      : await withFlow(call, { from, to }, { evidence, told, objects }, found)
  const unread = evidence.flatMap((one) => one.notes.map(({ message }) => `${one.name}: ${message}`))
  const data = diagnosisData(diagnosis, [...notes, ...unread])
  call.io.stdout.write(render(data, call))
  return data.counts.error > 0 ? ExitCode.NO : ExitCode.OK
}

function checkCall(call: Call): void {
  if (!call.has('snapshot') && !call.has('file'))
    throw new UsageError('there is nothing to look at', 'give --snapshot FILE, -f FILE, or both')
  const names = [...call.list('snapshot'), ...call.list('file')]
  if (names.filter((name) => name === '-').length > 1) throw new UsageError('standard input can be read only once')
  if (call.arguments.length === 1) throw new UsageError('a flow has two ends', 'give FROM and TO')
  const codes = FINDINGS.map(({ code }) => code)
  const unknown = call.list('only').find((code) => !codes.includes(code))
  if (unknown !== undefined) {
    throw new UsageError(
      `there is no finding "${unknown}"`,
      didYouMean(unknown, codes) ?? 'docs/findings.md lists them',
    )
  }
}

/** The namespaces of all hosts: of snapshots, and of texts that somebody pasted. */
async function readEvidence(call: Call): Promise<{
  readonly evidence: readonly NamespaceEvidence[]
  readonly earlier: readonly NamespaceEvidence[]
}> {
  const hosts: { host: HostSnapshot; file: string; evidence: NamespaceEvidence[] }[] = []
  const pasted: NamespaceEvidence[] = []
  for (const file of call.list('snapshot')) {
    const text = await readEvidenceFile(file, call.io)
    if (looksLikeSnapshot(text)) {
      for (const host of readSnapshot(text, file).hosts) hosts.push({ host, file, evidence: evidenceOf(host, file) })
    } else {
      const { evidenceOfDumps } = await import('../../snapshot/partial/index.ts')
      pasted.push(evidenceOfDumps([{ name: file, text }]))
    }
  }
  const { latest, earlier } = latestOf(hosts)
  const { evidenceOfHosts } = await import('../../snapshot/trace/index.ts')
  return {
    evidence: [...evidenceOfHosts(latest), ...pasted],
    earlier: earlier.flatMap(({ evidence }) => evidence),
  }
}

/** The objects completed to a cluster; where they do not fit together, why. What is asked is about them as they are, all the same. */
function completed(told: KubernetesObjects): {
  readonly objects: ClusterObjects | undefined
  readonly notes: readonly string[]
} {
  try {
    const objects = fillIn(told, { validation: 'lenient' })
    return { objects, notes: objects.notes.map(formatNote) }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return {
      objects: undefined,
      notes: error.problems.map(({ message }) => `the objects do not make a cluster: ${message}`),
    }
  }
}

interface Input {
  readonly evidence: readonly NamespaceEvidence[]
  readonly told: KubernetesObjects | undefined
  readonly objects: ClusterObjects | undefined
}

async function withFlow(
  call: Call,
  ends: { readonly from: string; readonly to: string },
  { evidence, told, objects }: Input,
  found: ReturnType<typeof diagnose>,
) {
  const request = {
    ...ends,
    namespace: call.text('namespace'),
    protocol: call.choice<FlowProtocol>('protocol'),
    allBranches: true,
  }
  if (evidence.length > 0) {
    const { SnapshotWorld } = await import('../../snapshot/trace/index.ts')
    const trace = new SnapshotWorld(evidence, told ?? null).trace(request)
    const names = new Map(evidence.map((one) => [nameInTraces(one), one.name]))
    return diagnoseFlow(found, trace.data, (netns) => names.get(netns) ?? netns)
  }
  if (objects === undefined) throw new UsageError('the objects do not make a cluster that a flow could cross')
  return diagnoseFlow(found, new Cluster(objects).trace(request).data, (netns) => netns)
}

function render(data: DiagnosisData, call: Call): string {
  switch (call.choice<'text' | 'json' | 'yaml'>('output') ?? 'text') {
    case 'json':
      return `${JSON.stringify(data, null, 2)}\n`
    case 'yaml':
      return stringify(data, { aliasDuplicateObjects: false, lineWidth: 0 })
    case 'text':
      return diagnosisText(data, {
        width: Math.min(Math.max(call.io.stdout.columns ?? 100, 60), 120),
        color: wantsColor(call.io.stdout, call.io.env),
      })
  }
}
