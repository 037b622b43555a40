import type { Hop, Journey, RuleHit, TraceBranch, TraceData } from '../model.ts'
import { noPaint, type Paint } from './paint.ts'
import { withoutNoise } from './rules.ts'
import { hopLines, type Line } from './steps.ts'
import {
  branchText,
  conclusionText,
  conditionsText,
  cut,
  inkOf,
  originText,
  percent,
  placeText,
  serviceText,
  translationText,
  wrap,
} from './words.ts'

/**
 * How much a trace tells. `minimal`: translations and how it ended; this is what tests assert on, for it survives
 * changes of rules that do not matter. `summary`: every hop, routing decision and translation, and the rules that
 * decided. `detailed`: frames, neighbours, bridges, every rule that matched, and those that came close and why they did
 * not match.
 */
export type Detail = 'minimal' | 'summary' | 'detailed'

export interface TextOptions {
  readonly detail?: Detail
  readonly paint?: Paint
  /** What was supposed, and warnings. Default true. */
  readonly notes?: boolean
}

/** Lines are not longer, where that can be helped. */
const WIDTH = 120
/** Where the text of a step begins. */
const LABEL = 13
/** How many branches a summary tells of at length. */
const TOLD_BRANCHES = 8
/** Where notes on rules begin, if the rule leaves room. */
const NOTES = 78

/** A trace as text for people. */
export function renderText(trace: TraceData, options: TextOptions = {}): string {
  const writer = new TextWriter(options.detail ?? 'summary', options.paint ?? noPaint, options.notes ?? true)
  writer.trace(trace)
  return writer.text
}

class TextWriter {
  readonly #detail: Detail
  readonly #paint: Paint
  readonly #withNotes: boolean
  readonly #lines: string[] = []

  constructor(detail: Detail, paint: Paint, withNotes: boolean) {
    this.#detail = detail
    this.#paint = paint
    this.#withNotes = withNotes
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`
  }

  trace(trace: TraceData): void {
    const p = this.#paint
    const to = trace.to.port === undefined ? trace.to.address : `${trace.to.address}:${trace.to.port}`
    const from = named(trace.from.name, trace.from.address)
    this.#line(
      `${p('name', from)} ${p('dim', '→')} ${p('name', named(trace.to.name, to))}  ${p('dim', trace.protocol)}`,
    )
    const { branches } = trace
    if (branches === undefined || (branches.length === 1 && branches[0]!.conditions === undefined)) {
      this.#overview(branches?.[0] ?? trace)
      this.#notes(trace)
      this.#branch(branches?.[0] ?? trace)
      return
    }
    if (branches.some(({ conditions }) => conditions !== undefined)) {
      // where all end alike, each tells why
      const same = trace.disposition === 'left' ? 'goes on' : trace.disposition
      const text = trace.disposition === 'depends' ? trace.reason : `${same}, whatever is supposed`
      this.#hanging('', text, inkOf(trace.disposition))
    }
    const odds = branches.some(({ probability }) => probability !== 1)
    const ends = branches.map(({ disposition, reason, conditions }) =>
      conclusionText(
        disposition,
        conditions !== undefined && this.#detail !== 'detailed' ? withoutNoise(reason) : reason,
      ),
    )
    branches.forEach(({ probability, conditions, disposition }, index) => {
      const head = `${String(index + 1).padStart(3)} ${odds ? `${percent(probability).padStart(10)} ` : ''} `
      const end = ends[index]!
      if (conditions === undefined) {
        this.#hanging(head, end, inkOf(disposition))
        return
      }
      // what several come to is said once, below the last of them
      const again = branches[index + 1]?.conditions !== undefined && ends[index + 1] === end
      this.#hanging(head, `${conditionsText(conditions)}${again ? ', or' : ':'}`, 'plain')
      if (!again) this.#hanging(' '.repeat(head.length + 2), end, inkOf(disposition))
    })
    this.#notes(trace)
    const told = this.#detail === 'summary' ? branches.slice(0, TOLD_BRANCHES) : branches
    told.forEach((branch, index) => {
      this.#line('')
      this.#line(p('title', `branch ${index + 1} of ${branches.length}, ${branchText(branch)}`))
      this.#overview(branch)
      this.#branch(branch)
    })
    const untold = branches.length - told.length
    if (untold > 0) this.#line(`\n${p('dim', `… and ${untold} more branches; detail "detailed" tells of all`)}`)
  }

  /** How it ended, and what a hurried reader wants to know. */
  #overview(branch: TraceBranch): void {
    const { reply } = branch
    const reason = this.#detail === 'summary' ? withoutNoise(branch.reason) : branch.reason
    this.#hanging('', conclusionText(branch.disposition, reason), inkOf(branch.disposition))
    const origin = decisive(branch)?.origin ?? (reply === null ? undefined : decisive(reply)?.origin)
    if (origin !== undefined) this.#fact('because', originText(origin))
    for (const each of branch.translations) this.#fact('request', `${translationText(each)}${placeText(each)}`)
    for (const each of reply?.translations ?? []) this.#fact('reply', `${translationText(each)}${placeText(each)}`)
    if (this.#detail === 'minimal') {
      return
    }
    if (branch.hops.length > 0) this.#fact('way there', namespaces(branch.hops))
    if (reply !== null) this.#fact('way back', namespaces(reply.hops))
    for (const hit of drawn(branch.hops)) this.#fact('drawn', drawText(hit))
    if (branch.seenBy !== undefined) {
      this.#fact('client', `seen by ${branch.seenBy.server} as ${branch.seenBy.client}`)
    }
    if (branch.error !== undefined && branch.hops.length > 0) this.#fact('sender got', branch.error)
  }

  /** What was supposed, and warnings: a line each; all of each line only in detail. */
  #notes(trace: TraceData): void {
    if (this.#detail === 'minimal' || !this.#withNotes) return
    if (trace.warnings.length + trace.assumptions.length > 0) this.#line('')
    for (const warning of trace.warnings) this.#hanging('warning: ', warning, 'warn')
    for (const assumption of trace.assumptions) {
      const text = this.#detail === 'detailed' ? assumption : cut(assumption, WIDTH - 'supposed: '.length)
      this.#hanging('supposed: ', text, 'dim')
    }
  }

  #branch(branch: TraceBranch): void {
    if (this.#detail === 'minimal') return
    this.#journey('request', branch)
    if (branch.reply !== null) this.#journey('reply', branch.reply)
    branch.more?.forEach((journey, index) => {
      this.#journey(`packet ${index + 3}`, journey)
    })
  }

  #journey(title: string, journey: Journey): void {
    const p = this.#paint
    this.#line('')
    this.#line(`${p('title', title)}  ${journey.packet.text}`)
    journey.hops.forEach((hop, index) => {
      const time = this.#detail === 'detailed' && hop.at > 0 ? p('dim', `  +${hop.at} ns`) : ''
      this.#line(`${String(index + 1).padStart(2)} ${p('name', hop.netns)}  ${hop.device}${time}`)
      for (const line of hopLines(hop, this.#detail === 'detailed')) this.#step(line)
    })
  }

  #step(line: Line): void {
    const p = this.#paint
    if (line.kind === 'step') {
      const { label, text, dim, ink } = line
      const head = `   ${label.padEnd(LABEL - 1)} `
      const tail = dim === '' ? '' : p('dim', dim)
      if (head.length + text.length + dim.length <= WIDTH || text === '') {
        this.#line(`${head}${p(ink, text)}${tail}`)
        return
      }
      const [first = '', ...rest] = wrap(`${text}${dim}`, WIDTH - head.length)
      this.#line(`${head}${p(ink, first)}`)
      for (const part of rest) this.#line(`${' '.repeat(head.length)}${p(ink, part)}`)
      return
    }
    const head = `     ${line.number.padEnd(4)} ${'  '.repeat(line.depth)}${line.missed ? '✗ ' : ''}`
    const ink = line.missed ? 'dim' : 'rule'
    const width = head.length + line.text.length
    const gap = Math.max(2, NOTES - width)
    const text = `${head.slice(0, 10)}${p(ink, `${head.slice(10)}${line.text}`)}`
    if (line.note === '') this.#line(text)
    else if (width + gap + line.note.length + 2 <= WIDTH)
      this.#line(`${text}${' '.repeat(gap)}${p('dim', `# ${line.note}`)}`)
    else if (width + line.note.length + 4 <= WIDTH) {
      this.#line(`${text}${' '.repeat(WIDTH - width - line.note.length - 2)}${p('dim', `# ${line.note}`)}`)
    } else {
      this.#line(text)
      this.#line(`${' '.repeat(head.length + 2)}${p('dim', `# ${line.note}`)}`)
    }
  }

  #fact(label: string, text: string): void {
    this.#hanging(`  ${label.padEnd(10)} `, text, 'plain')
  }

  /** A text of several lines, the further ones below its beginning. */
  #hanging(head: string, text: string, ink: Parameters<Paint>[0]): void {
    const p = this.#paint
    const indent = Math.max(head.length, 2)
    wrap(text, WIDTH - indent).forEach((part, index) => {
      const start = index === 0 ? (ink === 'dim' || ink === 'warn' ? p(ink, head) : head) : ' '.repeat(indent)
      this.#line(`${start}${p(ink, part)}`)
    })
  }

  #line(text: string): void {
    this.#lines.push(text)
  }
}

function named(name: string, address: string): string {
  return name === address || address === '' ? name : `${name} (${address})`
}

/** The namespaces on the way, each once in a row. */
function namespaces(hops: readonly Hop[]): string {
  return hops
    .map(({ netns }) => netns)
    .filter((name, index, all) => name !== all[index - 1])
    .join(' → ')
}

/** The rule that ended a journey. */
function decisive({ hops }: Journey): RuleHit | undefined {
  const last = hops.at(-1)?.steps.at(-1)
  return last?.kind === 'dropped' || last?.kind === 'depends' ? last.rule : undefined
}

/** The rules that draws led to. */
function drawn(hops: readonly Hop[]): RuleHit[] {
  return hops.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'hook' ? step.rules.filter(({ odds }) => odds !== undefined) : [])),
  )
}

function drawText({ origin, odds = 1, table, chain, position }: RuleHit): string {
  const what =
    origin?.service === undefined || origin.endpoint === undefined
      ? `${table} ${chain} #${position}`
      : `${serviceText(origin.service, origin.port)}: endpoint ${origin.endpoint}`
  return `${what}, odds ${percent(odds)}`
}
