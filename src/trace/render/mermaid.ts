import type { Hop, Journey, Step, TraceBranch, TraceData } from '../model.ts'
import { decidingRules } from './rules.ts'
import { branchText, conclusionText, cut, endsText, shortRoute, wrap } from './words.ts'

/** A line of a note; longer ones would make the picture wide. */
const NOTE_WIDTH = 72

/**
 * A Mermaid sequence diagram: a participant for each namespace, a message for each packet that goes from one to
 * another, notes for routes, rules and translations. Of several branches each is an alternative. Grammar:
 * packages/mermaid/src/diagrams/sequence/parser/sequenceDiagram.jison of mermaid-js/mermaid.
 */
export function renderMermaid(trace: TraceData): string {
  const branches = trace.branches ?? [trace]
  const writer = new MermaidWriter()
  writer.title(`${trace.from.name} to ${trace.to.name}: ${trace.disposition}`)
  for (const branch of branches) writer.participants(branch)
  if (branches.length === 1) writer.branch(branches[0]!)
  else
    branches.forEach((branch, index) => {
      writer.open(index === 0 ? 'alt' : 'else', `branch ${index + 1}, ${branchText(branch)}`)
      writer.branch(branch)
    })
  if (branches.length > 1) writer.close()
  return writer.text
}

class MermaidWriter {
  readonly #lines: string[] = ['sequenceDiagram']
  /** Namespaces in the order of their first appearance: identifiers that need no quoting. */
  readonly #ids = new Map<string, string>()
  #indent = '  '

  get text(): string {
    return `${this.#lines.join('\n')}\n`
  }

  title(text: string): void {
    this.#line(`title ${escaped(text)}`)
  }

  participants(branch: TraceBranch): void {
    for (const { hops } of [branch, branch.reply, ...(branch.more ?? [])].filter((journey) => journey !== null)) {
      for (const { netns } of hops) {
        if (this.#ids.has(netns)) continue
        const id = `n${this.#ids.size}`
        this.#ids.set(netns, id)
        this.#line(`participant ${id} as ${escaped(netns)}`)
      }
    }
  }

  open(word: 'alt' | 'else', text: string): void {
    this.#indent = '  '
    this.#line(`${word} ${escaped(text)}`)
    this.#indent = '    '
  }

  close(): void {
    this.#indent = '  '
    this.#line('end')
  }

  branch(branch: TraceBranch): void {
    const { reply, more = [] } = branch
    this.#journey(branch, '->>')
    if (reply !== null) this.#journey(reply, '-->>')
    for (const journey of more) this.#journey(journey, '->>')
    const [first] = branch.hops
    if (first === undefined) this.#line(`Note over sender: ${escaped(branch.reason)}`)
    else this.#note(first.netns, wrap(conclusionText(branch.disposition, branch.reason), NOTE_WIDTH))
  }

  #journey({ hops, packet }: Journey, arrow: string): void {
    let lines: string[] = []
    let before: Hop | null = null
    for (const hop of hops) {
      if (before !== null && (before.netns !== hop.netns || isLoopback(hop))) {
        this.#note(before.netns, lines)
        lines = []
        const text = `${deviceOut(before)} → ${hop.device}<br/>${escaped(packetIn(hop) ?? packet.text)}`
        this.#line(`${this.#id(before.netns)}${arrow}${this.#id(hop.netns)}: ${text}`)
      }
      lines.push(...hop.steps.flatMap(noteLines))
      before = hop
    }
    if (before !== null) this.#note(before.netns, lines)
  }

  #note(netns: string, lines: readonly string[]): void {
    if (lines.length === 0) return
    const text = lines.map((line) => escaped(cut(line, NOTE_WIDTH))).join('<br/>')
    this.#line(`Note over ${this.#id(netns)}: ${text}`)
  }

  #id(netns: string): string {
    return this.#ids.get(netns) ?? 'n0'
  }

  #line(text: string): void {
    this.#lines.push(`${this.#indent}${text}`)
  }
}

/** A namespace talks to itself. */
function isLoopback({ device, steps: [first] }: Hop): boolean {
  return device === 'lo' && first?.kind === 'received'
}

/** The device by which a frame left a hop. */
function deviceOut({ device, steps }: Hop): string {
  const sent = steps.findLast((step) => step.kind === 'sent')
  return escaped(sent?.kind === 'sent' ? sent.device : device)
}

function packetIn({ steps }: Hop): string | undefined {
  const [first] = steps
  return first?.kind === 'received' ? first.packet.text : undefined
}

/** What a picture tells of a step. */
function noteLines(step: Step): string[] {
  switch (step.kind) {
    case 'routed':
      return [step.type === 'local' ? `for this host` : `route ${shortRoute(step.route)}`]
    case 'hook':
      return decidingRules(step)
    case 'translated':
      if (step.quoted === true) return []
      return [
        `${step.translation.kind.toUpperCase()} ${endsText(step.translation)}${step.translation.undone ? ' (undone)' : ''}`,
      ]
    case 'encapsulated':
      return [`VXLAN ${step.vni}: ${step.outer.src} > ${step.outer.dst}`]
    case 'decapsulated':
      return [`out of VXLAN ${step.vni}`]
    case 'fragmented':
      return [`${step.fragments} fragments, MTU ${step.mtu}`]
    case 'defragmented':
      return ['fragments put together']
    case 'delivered':
      return [`delivered to ${step.to}`]
    case 'answered':
      return [`answers ${step.with.text}`]
    case 'dropped':
      return [`dropped: ${step.reason}`]
    case 'left':
      return [`left for ${step.to}`]
    case 'depends':
      return [`depends on ${step.what}`]
    case 'unfinished':
      return [step.why]
    default:
      return []
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '#': '#35;',
  ';': '#59;',
  '<': '#lt;',
  '>': '#gt;',
  '"': '#quot;',
  '\n': '<br/>',
}

/** Mermaid ends a statement at `;`, begins an entity or a comment at `#`, and takes text for HTML. */
function escaped(text: string): string {
  return text.replace(/[#;<>"\n]/g, (character) => ENTITIES[character]!)
}
