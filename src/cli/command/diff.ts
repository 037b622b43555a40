import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { stringify } from 'yaml'
import type { FlowProtocol } from '../../cluster/targets.ts'
import {
  type Difference,
  DumpSide,
  differenceOf,
  differenceText,
  type Side,
  WorldSide,
} from '../../diagnose/difference/index.ts'
import type { KubernetesObjects } from '../../kubernetes/index.ts'
import { looksLikeSnapshot, readSnapshot } from '../../snapshot/index.ts'
import { evidenceOfDumps } from '../../snapshot/partial/index.ts'
import { evidenceOfHosts, SnapshotWorld } from '../../snapshot/trace/index.ts'
import type { Call } from '../call.ts'
import { readManifests } from '../cluster-input.ts'
import { dumpFlow, refuseDumpOptions } from '../dump-input.ts'
import { readEvidenceFile } from '../evidence-file.ts'
import { ExitCode } from '../failure.ts'
import { UsageError } from '../usage-error.ts'

/** Some text that somebody has recorded or pasted. */
interface Evidence {
  readonly file: string
  readonly text: string
}

/** `kubehop diff` */
export async function run(call: Call): Promise<number> {
  const [before, after, from, to] = call.arguments as [string, string, string | undefined, string | undefined]
  if (before === '-' && after === '-') throw new UsageError('standard input can be read only once')
  if (from !== undefined && to === undefined) throw new UsageError('a flow has two ends', 'give FROM and TO')
  const read = [await readSide(before, call), await readSide(after, call)] as const
  const sides = await sidesOf(call, read)
  const question =
    from === undefined || to === undefined ? [] : [{ from, to, protocol: call.choice<FlowProtocol>('protocol') }]
  if (question.length === 0 && call.has('protocol'))
    throw new UsageError('--protocol is about one flow', 'add FROM and TO')
  const difference = differenceOf(sides[0], sides[1], question.length === 0 ? undefined : question)
  if (difference.compared === 0)
    throw new UsageError(
      'neither side has rules of kube-proxy, so there are no Services',
      'name a flow: add FROM and TO',
    )
  call.io.stdout.write(render(difference, call.choice('output') ?? 'text'))
  return difference.changes.length === 0 ? ExitCode.OK : ExitCode.NO
}

/** A file, or all files of a folder. */
async function readSide(name: string, { io }: Call): Promise<Evidence[]> {
  const folder = path.resolve(io.cwd, name)
  const isFolder = name !== '-' && (await stat(folder).catch(() => null))?.isDirectory() === true
  const files = isFolder
    ? (await readdir(folder, { withFileTypes: true }))
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => path.join(name, entry.name))
        .sort()
    : [name]
  if (files.length === 0) throw new UsageError(`there is no file in ${name}`)
  const evidence: Evidence[] = []
  for (const file of files) evidence.push({ file, text: await readEvidenceFile(file, io) })
  return evidence
}

async function sidesOf(call: Call, [before, after]: readonly [Evidence[], Evidence[]]): Promise<readonly [Side, Side]> {
  const snapshots = [before, after].map((side) => side.every(({ text }) => looksLikeSnapshot(text)))
  if (snapshots[0] !== snapshots[1])
    throw new UsageError(
      'one side is a snapshot, the other is not',
      'compare snapshots with snapshots, dumps with dumps',
    )
  if (snapshots[0] === true) {
    refuseDumpOptions(call)
    const objects = call.has('file') ? await readManifests(call) : null
    return [worldSide(before, objects, call), worldSide(after, objects, call)]
  }
  for (const option of ['file', 'namespace'])
    if (call.has(option)) throw new UsageError(`--${option} is not about a dump`, 'with dumps there is one host')
  const flow = dumpFlow(call)
  const side = (evidence: Evidence[]) =>
    new DumpSide(evidenceOfDumps(evidence.map(({ file, text }) => ({ name: file, text }))), flow)
  return [side(before), side(after)]
}

function worldSide(evidence: readonly Evidence[], objects: KubernetesObjects | null, call: Call): Side {
  const hosts = evidence.flatMap(({ file, text }) => readSnapshot(text, file).hosts.map((host) => ({ host, file })))
  return new WorldSide(new SnapshotWorld(evidenceOfHosts(hosts), objects), call.text('namespace'))
}

function render(difference: Difference, format: 'text' | 'json' | 'yaml'): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(difference, null, 2)}\n`
    case 'yaml':
      return stringify(difference, { aliasDuplicateObjects: false, lineWidth: 0 })
    case 'text':
      return differenceText(difference)
  }
}
