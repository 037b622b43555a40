import type { Diagnosis } from './diagnose.ts'
import type { Finding, FixStep, Proof, Severity, Unchecked } from './finding.ts'
import type { FlowReport } from './flow.ts'
import { formatMany } from './words.ts'

/** Of the form of {@link DiagnosisData}; a change that breaks readers raises it. */
export const DIAGNOSIS_VERSION = 1

/** What `kubehop diagnose -o json` prints (docs/diagnosis.schema.json). */
export interface DiagnosisData {
  readonly version: typeof DIAGNOSIS_VERSION
  readonly counts: Readonly<Record<Severity, number>>
  /** Present when a flow was asked about. */
  readonly flow?: FlowReport
  readonly findings: readonly Finding[]
  readonly unchecked: readonly Unchecked[]
  /** What was read and could not be used. */
  readonly notes: readonly string[]
}

/** A diagnosis as plain data. */
export function diagnosisData(
  diagnosis: Diagnosis & { readonly flow?: FlowReport },
  notes: readonly string[] = [],
): DiagnosisData {
  const { flow, findings, unchecked } = diagnosis
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length
  return {
    version: DIAGNOSIS_VERSION,
    counts: { error: count('error'), warning: count('warning'), info: count('info') },
    ...(flow === undefined ? {} : { flow }),
    findings,
    unchecked,
    notes,
  }
}

/** How the text is written. */
export interface TextOptions {
  /** Characters in a line. Default 100. */
  readonly width?: number | undefined
  readonly color?: boolean | undefined
}

/** A diagnosis for people. */
export function diagnosisText(data: DiagnosisData, { width = 100, color = false }: TextOptions = {}): string {
  const lines: string[] = []
  const paragraph = (text: string, indent: string) => lines.push(...wrap(text, width, indent))
  if (data.flow !== undefined) {
    paragraph(data.flow.summary, '')
    lines.push('')
  }
  for (const finding of data.findings) {
    const mark = finding.onPath === true ? ', on the way of this flow' : ''
    lines.push(`${paint(finding.severity, color)} ${finding.code}${mark}`)
    paragraph(finding.title, '  ')
    paragraph(finding.explanation, '  ')
    lines.push('  seen:', ...finding.evidence.map((proof) => `    ${proofText(proof)}`))
    lines.push('  do:')
    for (const step of finding.fix) {
      if (step.command !== undefined) lines.push(`    ${stepText(step)}`)
      else paragraph(step.text ?? '', '    ')
    }
    lines.push('')
  }
  lines.push(summaryText(data))
  if (data.unchecked.length > 0) {
    lines.push('', 'Not checked, because nobody told:')
    for (const [evidence, { of, codes }] of grouped(data.unchecked))
      paragraph(`${evidence}${of.length === 0 ? '' : ` of ${formatMany(of, 5)}`}: ${formatMany(codes, 8)}`, '  ')
  }
  if (data.notes.length > 0) {
    lines.push('', 'Read, and not used:')
    for (const note of data.notes) paragraph(note, '  ')
  }
  return `${lines.join('\n')}\n`
}

function summaryText({ counts }: DiagnosisData): string {
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = counts[severity]
    if (count === 0) return []
    return severity === 'info' ? [`${count} to know`] : [`${count} ${severity}${count === 1 ? '' : 's'}`]
  })
  return parts.length === 0 ? 'Nothing wrong was found.' : `${parts.join(', ')}.`
}

function grouped(
  unchecked: readonly Unchecked[],
): ReadonlyMap<string, { of: readonly string[]; codes: readonly string[] }> {
  const groups = new Map<string, { of: Set<string>; codes: Set<string> }>()
  for (const { evidence, of, code } of unchecked) {
    const group = groups.get(evidence) ?? { of: new Set(), codes: new Set() }
    for (const name of of) group.of.add(name)
    group.codes.add(code)
    groups.set(evidence, group)
  }
  return new Map([...groups].map(([name, { of, codes }]) => [name, { of: [...of], codes: [...codes] }]))
}

function proofText({ text, source: { file, line, command } }: Proof): string {
  const place = [file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}`, command ?? '']
  const where = place.filter((part) => part !== '').join(', ')
  return where === '' ? text : `${text}   (${where})`
}

function stepText({ netns, command = '' }: FixStep): string {
  return netns === undefined ? command : `in ${netns}: ${command}`
}

const COLORS: Readonly<Record<Severity, string>> = { error: '31', warning: '33', info: '36' }

function paint(severity: Severity, color: boolean): string {
  return color ? `\u001b[${COLORS[severity]}m${severity}\u001b[0m` : severity
}

/** Breaks a text at its blanks; a word that is longer than a line stays whole. */
function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(' ')) {
    if (line.length > indent.length && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent
    }
    line += line.length === indent.length ? word : ` ${word}`
  }
  return [...lines, line]
}
