import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Cluster, TraceRequest } from '../../cluster/cluster.ts'
import type { FlowProtocol } from '../../cluster/targets.ts'
import { formatNote } from '../../kubernetes/index.ts'
import { KubehopError } from '../../packet/errors.ts'
import { PcapngWriter } from '../../packet/pcapng.ts'
import type { Detail, Trace, TraceBranch } from '../../trace/index.ts'
import type { Call } from '../call.ts'
import { readCluster } from '../cluster-input.ts'
import { ExitCode } from '../failure.ts'
import { systemText } from '../files.ts'
import { wantsColor } from '../io.ts'
import { requireFile } from '../world-input.ts'

/** `kubehop trace` */
export async function run(call: Call): Promise<number> {
  if (call.has('snapshot')) {
    const { readSnapshots } = await import('../snapshot-input.ts')
    const world = await readSnapshots(call)
    return await show(call, (request) => world.trace(request))
  }
  const { refuseSnapshotOptions } = await import('../snapshot-input.ts')
  refuseSnapshotOptions(call)
  if (call.has('docker')) {
    const { readDocker } = await import('../docker-input.ts')
    const world = await readDocker(call)
    return await show(call, (request) => world.trace(request))
  }
  if (call.has('iptables')) return await showDumps(call)
  const { refuseDumpOptions } = await import('../dump-input.ts')
  refuseDumpOptions(call)
  requireFile(call)
  const at = call.text('at')
  // a question about the rules of one node: what kube-proxy takes, gets its rules, whatever an API server would say
  const cluster = await readCluster(
    call,
    at === undefined ? {} : { validation: 'lenient', asked: { node: nodeOf(at), address: call.argument(0) } },
  )
  return await show(call, (request) => traceOrNote(cluster, request, call))
}

async function show(call: Call, follow: (request: TraceRequest) => Trace): Promise<number> {
  const trace = await captured(call, (capture) =>
    follow({ ...requestOf(call, call.argument(0), call.argument(1)), capture }),
  )
  call.io.stdout.write(render(trace, call, { color: wantsColor(call.io.stdout, call.io.env) }))
  return trace.disposition === 'depends' ? ExitCode.DEPENDS : exitCodeOf(trace.branches)
}

/** Through the rules that somebody pasted. */
async function showDumps(call: Call): Promise<number> {
  const { dumpExitCode, traceDumps } = await import('../dump-input.ts')
  const trace = await captured(call, (capture) => traceDumps(call, capture))
  call.io.stdout.write(render(trace, call, { color: wantsColor(call.io.stdout, call.io.env) }))
  return dumpExitCode(trace)
}

/** Does the trace, and writes the frames to a file if one is asked for. */
async function captured(
  call: Call,
  follow: (capture: PcapngWriter | undefined) => Trace | Promise<Trace>,
): Promise<Trace> {
  const file = call.text('capture')
  if (file === undefined) return await follow(undefined)
  const capture = new PcapngWriter({ comment: `kubehop trace ${call.argument(0)} ${call.argument(1)}` })
  const trace = await follow(capture)
  await writeCapture(path.resolve(call.io.cwd, file), file, capture)
  return trace
}

/** What a call of `trace` asks. */
export function requestOf(call: Call, from: string, to: string): TraceRequest {
  return {
    from,
    to,
    at: call.text('at'),
    detail: call.choice<Detail>('detail') ?? 'summary',
    namespace: call.text('namespace'),
    protocol: call.choice<FlowProtocol>('protocol'),
    sourcePort: call.number('source-port'),
    packets: call.number('packets'),
    allBranches: call.has('all-branches'),
    seed: call.number('seed'),
  }
}

/** The name in `node/NAME`; what else was written, the trace itself refuses. */
function nodeOf(at: string): string {
  return at.slice(at.lastIndexOf('/') + 1)
}

/** What was passed over is often why there is no trace (`kind: service`), and no trace tells it then. */
function traceOrNote(cluster: Cluster, request: TraceRequest, call: Call): Trace {
  try {
    return cluster.trace(request)
  } catch (error) {
    for (const note of cluster.objects.notes) call.io.stderr.write(`warning: ${formatNote(note)}\n`)
    throw error
  }
}

/** The trace in the form that the call asks for. */
export function render(
  trace: Trace,
  call: Call,
  options: { readonly color: boolean; readonly notes?: boolean },
): string {
  switch (call.choice<'text' | 'json' | 'yaml' | 'mermaid'>('output') ?? 'text') {
    case 'json':
      return `${JSON.stringify(trace, null, 2)}\n`
    case 'yaml':
      return trace.toYAML()
    case 'mermaid':
      return trace.toMermaid()
    case 'text':
      return trace.format(call.choice<Detail>('detail') ?? 'summary', options)
  }
}

/** Delivered in every branch, or depending on something in one, or neither. */
export function exitCodeOf(branches: readonly Pick<TraceBranch, 'disposition'>[]): number {
  if (branches.some(({ disposition }) => disposition === 'depends')) return ExitCode.DEPENDS
  return branches.every(({ disposition }) => disposition === 'delivered') ? ExitCode.OK : ExitCode.NO
}

async function writeCapture(file: string, name: string, capture: PcapngWriter): Promise<void> {
  try {
    await writeFile(file, capture.take())
  } catch (error) {
    throw new KubehopError('NOT_WRITTEN', `the capture cannot be written: ${systemText(error)}`, {
      where: { file: name },
    })
  }
}
