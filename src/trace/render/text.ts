import type { RuleOrigin } from '../../netfilter/rule.ts'
import type { Disposition, Hop, Journey, RuleHit, Step, TraceBranch, TraceData, Translation } from '../model.ts'
import { noPaint, type Ink, type Paint } from './paint.ts'

/**
 * How much a trace tells. `minimal`: translations and how it ended; this is what tests assert on, for it survives changes of rules
 * that do not matter. `summary`: every hop, routing decision, matching rule and translation. `detailed`: frames, neighbours, bridges, the
 * rules that came close and why they did not match.
 */
export type Detail = 'minimal' | 'summary' | 'detailed'

export interface TextOptions {
  readonly detail?: Detail
  readonly paint?: Paint
}

/** A trace as text for people. */
export function renderText(trace: TraceData, options: TextOptions = {}): string {
  const writer = new TextWriter(options.detail ?? 'summary', options.paint ?? noPaint)
  writer.trace(trace)
  return writer.text
}

class TextWriter {
  readonly #detail: Detail
  readonly #paint: Paint
  readonly #lines: string[] = []

  constructor(detail: Detail, paint: Paint) {
    this.#detail = detail
    this.#paint = paint
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`
  }

  trace(trace: TraceData): void {
    const p = this.#paint
    const target = trace.to.port === undefined ? trace.to.address : `${trace.to.address}:${trace.to.port}`
    const from = named(trace.from.name, trace.from.address)
    this.#line(0, `${p('name', from)} ${p('dim', '→')} ${p('name', named(trace.to.name, target))}  ${p('dim', trace.protocol)}`)
    if (this.#detail !== 'minimal') {
      for (const warning of trace.warnings) this.#line(0, p('warn', `warning: ${warning}`))
      for (const assumption of trace.assumptions) this.#line(0, p('dim', `supposed: ${assumption}`))
      if (trace.warnings.length + trace.assumptions.length > 0) this.#line(0, '')
    }
    if (trace.branches === undefined) {
      this.#branch(trace)
      return
    }
    trace.branches.forEach((branch, index) => {
      if (index > 0) this.#line(0, '')
      this.#line(0, p('title', `branch ${index + 1} of ${trace.branches?.length ?? 0}, probability ${percent(branch.probability)}`))
      this.#branch(branch)
    })
  }

  #branch(branch: TraceBranch): void {
    const p = this.#paint
    this.#line(0, `${p(inkOf(branch.disposition), branch.disposition)}: ${branch.reason}`)
    if (this.#detail === 'minimal') {
      this.#minimal('request', branch)
      if (branch.reply !== null) this.#minimal('reply', branch.reply)
      return
    }
    for (const draw of branch.draws) {
      this.#line(0, p('dim', `drawn: ${percent(draw.probability)} that this rule ${draw.matched ? 'matched' : 'did not match'}: ${draw.rule}`))
    }
    this.#journey('request', branch)
    if (branch.reply !== null) this.#journey('reply', branch.reply)
    branch.more?.forEach((journey, index) => {
      this.#journey(`packet ${index + 3}`, journey)
    })
    if (branch.seenBy !== undefined) {
      this.#line(0, '')
      this.#line(0, `the server ${branch.seenBy.server} saw its client as ${p('name', branch.seenBy.client)}`)
    }
  }

  #minimal(title: string, journey: Journey): void {
    for (const translation of journey.translations) this.#line(1, `${title}: ${translationText(translation)}`)
    this.#line(1, `${title}: ${journey.disposition}, ${journey.reason}`)
  }

  #journey(title: string, journey: Journey): void {
    const p = this.#paint
    this.#line(0, '')
    this.#line(0, `${p('title', title)}  ${journey.packet.text}`)
    journey.hops.forEach((hop, index) => {
      this.#hop(hop, index + 1)
    })
    this.#line(1, `${p(inkOf(journey.disposition), journey.disposition)}: ${journey.reason}`)
  }

  #hop(hop: Hop, number: number): void {
    const p = this.#paint
    const time = this.#detail === 'detailed' ? p('dim', `  +${hop.at} ns`) : ''
    this.#line(1, `${String(number).padStart(2)} ${p('name', hop.netns)}  ${hop.device}${time}`)
    for (const step of hop.steps) this.#step(step)
  }

  #step(step: Step): void {
    const p = this.#paint
    const detailed = this.#detail === 'detailed'
    switch (step.kind) {
      case 'received':
        if (detailed) this.#line(3, `received   ${step.packet.text}  ${p('dim', frameText(step.packet))}`)
        break
      case 'sent':
        this.#line(3, `out        ${step.device}${detailed ? `  ${step.packet.text}  ${p('dim', frameText(step.packet))}` : ''}`)
        break
      case 'hook':
        this.#hook(step)
        break
      case 'translated':
        this.#line(3, p('warn', translationText(step.translation)))
        break
      case 'conntrack':
        this.#line(3, `conntrack  ${step.state}, ${step.original} ${p('dim', `(answers ${step.reply})`)}`)
        break
      case 'routed': {
        const rule = step.rule === undefined ? '' : p('dim', `  (rule ${step.rule}, table ${step.table ?? '?'})`)
        const verb = step.type === 'local' ? 'local' : step.direction === 'reroute' ? 'reroute' : 'route'
        this.#line(3, `${verb.padEnd(11)}${step.route}${rule}`)
        break
      }
      case 'bridged':
        if (step.action === 'learned' || step.action === 'local') {
          if (detailed) this.#line(3, `bridge     ${step.bridge}: ${step.mac} ${step.action === 'learned' ? 'learned' : 'is the bridge, up'}`)
        } else this.#line(3, `bridge     ${step.bridge}: ${step.action} to ${step.to.join(', ')}`)
        break
      case 'encapsulated':
      case 'decapsulated':
        this.#line(3, `${step.kind === 'encapsulated' ? 'VXLAN in   ' : 'VXLAN out  '}${step.device}, VNI ${step.vni}, ${step.outer.src} → ${step.outer.dst}`)
        break
      case 'neighbour':
        if (detailed) this.#line(3, `neighbour  ${step.address} dev ${step.device} lladdr ${step.mac} ${step.state}`)
        break
      case 'forwarded':
        this.#line(3, `forward    TTL ${step.ttl}`)
        break
      case 'fragmented':
        this.#line(3, `fragment   into ${step.fragments}, MTU ${step.mtu}`)
        break
      case 'defragmented':
        this.#line(3, `reassemble ${step.length} octets`)
        break
      case 'delivered':
        this.#line(3, p('good', `delivered  to ${step.to}`))
        break
      case 'answered':
        this.#line(3, `answer     ${step.with.text}`)
        break
      case 'dropped':
        this.#line(3, p('bad', `dropped    ${step.reason}: ${step.by}`))
        break
    }
  }

  #hook(step: Extract<Step, { kind: 'hook' }>): void {
    const p = this.#paint
    const state = step.state === undefined ? '' : p('dim', ` (${step.state})`)
    const interesting = this.#detail === 'detailed' ? step.rules : step.rules.filter((rule) => rule.position > 0)
    if (interesting.length === 0) return
    this.#line(3, `${step.hook}${state}`)
    for (const rule of interesting) this.#rule(rule)
    if (this.#detail !== 'detailed') return
    for (const miss of step.nearMisses ?? []) this.#line(5, p('dim', `- ${miss.table} ${miss.chain} ${miss.position}: ${miss.because}: ${miss.text}`))
  }

  #rule(rule: RuleHit): void {
    const p = this.#paint
    const place = `${rule.table.padEnd(6)} ${rule.position === 0 ? '' : `#${rule.position}`}`.padEnd(11)
    const mark = rule.mark === undefined ? '' : p('dim', `  mark 0x${rule.mark.toString(16)}`)
    this.#line(4, `${p('dim', place)} ${'  '.repeat(rule.depth)}${p('rule', rule.text)}${mark}`)
    const origin = rule.origin === undefined ? '' : originText(rule.origin)
    if (origin !== '') this.#line(4, `${' '.repeat(12)}${'  '.repeat(rule.depth)}${p('dim', `└ ${origin}`)}`)
  }

  #line(depth: number, text: string): void {
    this.#lines.push(text === '' ? '' : `${'  '.repeat(depth)}${text}`)
  }
}

function named(name: string, address: string): string {
  return name === address ? name : `${name} (${address})`
}

/** `DNAT       10.96.12.7:7070 → 10.244.2.9:7070 in node-1` */
export function translationText(translation: Translation): string {
  const kind = translation.kind.toUpperCase()
  const undone = translation.undone ? ' (undone)' : ''
  return `${kind.padEnd(10)} ${translation.from} → ${translation.to} in ${translation.netns}${undone}`
}

/** Who wrote a rule and for what. */
export function originText(origin: RuleOrigin): string {
  const port = origin.port === undefined ? '' : `:${origin.port}`
  const service = origin.service === undefined ? '' : ` for Service ${origin.service}${port}`
  const endpoint = origin.endpoint === undefined ? '' : `, endpoint ${origin.endpoint}`
  return `${origin.writer}: ${origin.why}${service}${endpoint}`
}

function frameText(packet: { readonly smac: string; readonly dmac: string; readonly length: number }): string {
  return `${packet.smac} > ${packet.dmac}, ${packet.length} octets`
}

function inkOf(disposition: Disposition): Ink {
  return disposition === 'delivered' ? 'good' : disposition === 'depends' || disposition === 'left' ? 'warn' : 'bad'
}

/** `33.3 %`; whole numbers without a fraction. */
export function percent(probability: number): string {
  const value = Math.round(probability * 1e6) / 1e4
  return `${value} %`
}
