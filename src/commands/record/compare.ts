import { alignLines } from './align.ts'
import { type CanonicalLine, canonicalSection } from './canonical.ts'
import { type LabRecord, SECTIONS, type Section } from './types.ts'
import { wordsOf } from './words.ts'

/** One place where two records disagree. */
export interface Difference {
  readonly section: Section
  /** Network namespace; empty where the section is not divided by it. */
  readonly netns: string
  /** What the truth says there, or null: it has nothing. */
  readonly truth: string | null
  /** What the candidate says there, or null: it has nothing. */
  readonly candidate: string | null
}

/** How much two records have in common. */
export interface Agreement {
  /** Lines of the truth (of the rules: what packets matched), and how many of them the candidate has, too. */
  readonly counts: Readonly<Record<Section, { readonly agree: number; readonly of: number }>>
  readonly differences: readonly Difference[]
}

/**
 * Compares section by section, with the allowances of docs/fidelity.md. No difference: the candidate is as true as the truth.
 * Within a section the order of a namespace's lines counts.
 */
export function compareRecords(
  truth: LabRecord,
  candidate: LabRecord,
  sections: readonly Section[] = SECTIONS,
): Difference[] {
  return sections.flatMap((section) => compareSection(truth, candidate, section).differences)
}

/** The same with counts of what agrees; a section that is left out has none. */
export function agreementOf(
  truth: LabRecord,
  candidate: LabRecord,
  sections: readonly Section[] = SECTIONS,
): Agreement {
  const compared = SECTIONS.map((section) => {
    const result = sections.includes(section) ? compareSection(truth, candidate, section) : NOT_COMPARED
    return [section, result] as const
  })
  return {
    counts: Object.fromEntries(
      compared.map(([section, { agree, of }]) => [section, { agree, of }]),
    ) as Agreement['counts'],
    differences: compared.flatMap(([, { differences }]) => differences),
  }
}

/**
 * Compares with every record that the kernel can give of a lab in which chance decides (`statistic --mode random`). Returns no
 * differences if one of them agrees, those to the nearest otherwise.
 * @param truths at least one
 */
export function compareWithAny(truths: readonly LabRecord[], candidate: LabRecord): Difference[] {
  const all = truths.map((truth) => compareRecords(truth, candidate))
  return all.reduce((nearest, differences) => (differences.length < nearest.length ? differences : nearest))
}

const NOT_COMPARED = { agree: 0, of: 0, differences: [] as Difference[] }

function compareSection(truth: LabRecord, candidate: LabRecord, section: Section) {
  const differences: Difference[] = []
  let agree = 0
  const mine = byNetns(canonicalSection(candidate, section))
  const its = byNetns(canonicalSection(truth, section))
  let of = 0
  for (const netns of [...new Set([...its.keys(), ...mine.keys()])].sort()) {
    const left = its.get(netns) ?? []
    for (const line of left) of += weightOf(section, line)
    for (const pair of alignLines(left, mine.get(netns) ?? [])) {
      if (pair.left === pair.right) agree += weightOf(section, pair.left!)
      else differences.push({ section, netns, truth: pair.left, candidate: pair.right })
    }
  }
  return { agree, of, differences }
}

/** A line of the rules is a packet's way; what counts there are the rules and policies that it met. */
function weightOf(section: Section, line: string): number {
  return section === 'rules' ? line.split('"pos":').length - 1 : 1
}

function byNetns(lines: readonly CanonicalLine[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const { ns, text } of lines) {
    const group = groups.get(ns)
    if (group === undefined) groups.set(ns, [text])
    else group.push(text)
  }
  return groups
}

/** Differences in a trace's words, the two sides below each other. `-` is the truth, `+` the candidate. */
export function formatDifferences(differences: readonly Difference[], limit = 40): string {
  const lines: string[] = []
  let heading = ''
  for (const { section, netns, truth, candidate } of differences.slice(0, limit)) {
    const next = netns === '' ? section : `${section} in ${netns}`
    if (next !== heading) lines.push(`${next}:`)
    heading = next
    if (truth !== null) lines.push(`  - ${wordsOf(section, truth)}`)
    if (candidate !== null) lines.push(`  + ${wordsOf(section, candidate)}`)
  }
  if (differences.length > limit) lines.push(`and ${differences.length - limit} more`)
  return lines.map((line) => `${line}\n`).join('')
}
