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

export interface Count {
  readonly agree: number
  readonly of: number
}

/** How much two records have in common. */
export interface Agreement {
  /** Lines of the truth (of the rules: what packets matched), and how many of them the candidate has, too. */
  readonly counts: Readonly<Record<Section, Count>>
  /** Packets whose journey the candidate knows, and of how many the truth has each frame. None when the candidate was read from a file. */
  readonly journeys: Count
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
    journeys: journeysIn(compared.flatMap(([, { journeys }]) => journeys)),
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

const NOT_COMPARED: Compared = { agree: 0, of: 0, differences: [], journeys: [] }

interface Compared extends Count {
  readonly differences: Difference[]
  /** One for each frame of the candidate. */
  readonly journeys: { readonly journey: number | undefined; readonly agrees: boolean }[]
}

function journeysIn(frames: Compared['journeys']): Count {
  const all = new Set<number>()
  const wrong = new Set<number>()
  for (const { journey, agrees } of frames) {
    if (journey === undefined) continue
    all.add(journey)
    if (!agrees) wrong.add(journey)
  }
  return { agree: all.size - wrong.size, of: all.size }
}

function compareSection(truth: LabRecord, candidate: LabRecord, section: Section): Compared {
  const differences: Difference[] = []
  const journeys: Compared['journeys'] = []
  let agree = 0
  const mine = byNetns(canonicalSection(candidate, section))
  const its = byNetns(canonicalSection(truth, section))
  let of = 0
  for (const netns of [...new Set([...its.keys(), ...mine.keys()])].sort()) {
    const left = its.get(netns) ?? []
    const right = mine.get(netns) ?? []
    for (const { text } of left) of += weightOf(section, text)
    let next = 0
    for (const pair of alignLines(textsOf(left), textsOf(right))) {
      const agrees = pair.left === pair.right
      if (agrees) agree += weightOf(section, pair.left!)
      else differences.push({ section, netns, truth: pair.left, candidate: pair.right })
      // the pairs have the lines of each side in their order
      if (section === 'frames' && pair.right !== null) journeys.push({ journey: right[next++]?.journey, agrees })
    }
  }
  return { agree, of, differences, journeys }
}

function textsOf(lines: readonly CanonicalLine[]): string[] {
  return lines.map(({ text }) => text)
}

/** A line of the rules is a packet's way; what counts there are the rules and policies that it met. */
function weightOf(section: Section, line: string): number {
  return section === 'rules' ? line.split('"pos":').length - 1 : 1
}

function byNetns(lines: readonly CanonicalLine[]): Map<string, CanonicalLine[]> {
  const groups = new Map<string, CanonicalLine[]>()
  for (const line of lines) {
    const group = groups.get(line.ns)
    if (group === undefined) groups.set(line.ns, [line])
    else group.push(line)
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
