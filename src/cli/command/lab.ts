import path from 'node:path'
import { runScript } from '../../commands/index.ts'
import {
  type Agreement,
  agreementOf,
  type Count,
  formatDifferences,
  formatRecord,
  type LabRecord,
  SECTIONS,
} from '../../commands/record/index.ts'
import { iptablesIsLegacy, labObstacle, recordLabText } from '../../lab/index.ts'
import { KubehopError } from '../../packet/errors.ts'
import type { Call } from '../call.ts'
import { ExitCode } from '../failure.ts'
import { readText } from '../files.ts'
import { Progress } from '../progress.ts'
import { UsageError } from '../usage-error.ts'

const SECTION_NAMES: { readonly [section: string]: string } = { rules: 'rule matches', conntrack: 'conntrack entries' }

const LEGACY =
  'iptables is iptables-legacy here: which rules a packet matched, and their counters, were not compared (update-alternatives --config iptables)\n'

interface Verdict extends Agreement {
  readonly lab: string
}

/** The real kernel, as far as labs are concerned. */
export interface Kernel {
  /** Why there is no laboratory here, or null. */
  labObstacle(): string | null
  /** Is its iptables the legacy one? Then its rules are not compared. */
  iptablesIsLegacy(): boolean
  recordLabText(text: string, options: { readonly name: string }): Promise<LabRecord>
}

/** `kubehop lab` */
export function run(call: Call): Promise<number> {
  return compareLabs(call, { labObstacle, iptablesIsLegacy, recordLabText })
}

/** Runs each lab on both machines and tells where they disagree. */
export async function compareLabs(call: Call, kernel: Kernel): Promise<number> {
  const obstacle = kernel.labObstacle()
  if (obstacle !== null) throw new KubehopError('LAB_UNSUPPORTED', obstacle)
  const format = call.choice<'text' | 'json' | 'record'>('output') ?? 'text'
  if (format === 'record' && call.arguments.length > 1) throw new UsageError('-o record is of one script')
  const verdicts: Verdict[] = []
  const legacy = kernel.iptablesIsLegacy()
  const sections = legacy ? SECTIONS.filter((section) => section !== 'rules' && section !== 'counters') : SECTIONS
  const progress = new Progress(call.io)
  for (const file of call.arguments) {
    const text = await readText(file, call.io)
    const name = path.basename(file)
    // what the simulator refuses need not run on the kernel
    const simulated = format === 'record' ? null : simulate(text, name, call)
    progress.report(`${name} on the kernel`, true)
    const truth = await kernel.recordLabText(text, { name })
    progress.clear()
    if (simulated === null) {
      call.io.stdout.write(formatRecord(truth))
      return ExitCode.OK
    }
    const verdict = { lab: name, ...agreementOf(truth, simulated, sections) }
    verdicts.push(verdict)
    if (format === 'text') call.io.stdout.write(verdictText(verdict))
  }
  if (format === 'json') call.io.stdout.write(`${JSON.stringify(verdicts, null, 2)}\n`)
  else call.io.stdout.write(totalText(verdicts) + (legacy ? LEGACY : ''))
  return verdicts.every(agrees) ? ExitCode.OK : ExitCode.NO
}

function simulate(text: string, name: string, call: Call): LabRecord {
  return runScript(text, { name, seed: call.number('seed') ?? 0, asLab: true }).record()
}

function agrees({ differences }: Verdict): boolean {
  return differences.length === 0
}

function verdictText(verdict: Verdict): string {
  const sign = agrees(verdict) ? '✓' : '✗'
  return `${sign} ${verdict.lab}  ${countsText([verdict])}\n${formatDifferences(verdict.differences)}`
}

function totalText(verdicts: readonly Verdict[]): string {
  const good = verdicts.filter(agrees).length
  const labs = verdicts.length === 1 ? '1 lab' : `${verdicts.length} labs`
  return `${labs}, ${good} as the kernel has it: ${countsText(verdicts)}\n`
}

/** How many journeys are wholly the kernel's, and how many lines of the kernel's record the simulator has, too, by section. */
function countsText(verdicts: readonly Verdict[]): string {
  const part = (name: string, counts: readonly Count[]): string[] => {
    const agree = counts.reduce((sum, count) => sum + count.agree, 0)
    const of = counts.reduce((sum, count) => sum + count.of, 0)
    return of === 0 ? [] : [`${name} ${agree}/${of}`]
  }
  const sections = SECTIONS.flatMap((section) =>
    part(
      SECTION_NAMES[section] ?? section,
      verdicts.map(({ counts }) => counts[section]),
    ),
  )
  return [
    ...part(
      'journeys',
      verdicts.map(({ journeys }) => journeys),
    ),
    ...sections,
  ].join(', ')
}
