import { Cluster } from '../../cluster/index.ts'
import { type Detail, Trace } from '../../trace/index.ts'
import { cut } from '../../trace/render/words.ts'
import type { Call } from '../call.ts'
import { type DemoFlow, demoFlows } from '../demo/flows.ts'
import { ExitCode } from '../failure.ts'
import { wantsColor } from '../io.ts'
import { bundledShop } from '../package-root.ts'
import { UsageError } from '../usage-error.ts'

/** `kubehop demo` */
export async function run(call: Call): Promise<number> {
  const cluster = Cluster.fromManifests(bundledShop(), {
    nodes: 2,
    bridge: call.choice<'docker0' | 'cni0'>('bridge') ?? 'docker0',
    backend: call.choice<'vxlan' | 'host-gw'>('backend') ?? 'vxlan',
  })
  const flows = demoFlows(cluster)
  const chosen = chooseFlows(call.arguments, flows)
  const show = new DemoText(call)
  if (call.has('list')) {
    for (const { number, flow } of chosen) show.title(number, flow)
    return ExitCode.OK
  }
  show.supposed(cluster.assumptions)
  const results: Result[] = []
  for (const { number, flow } of chosen) {
    const trace = cluster.trace(flow)
    const isExpected = trace.branches.every(({ disposition }) => disposition === flow.expect)
    results.push({ number, flow, trace, isExpected })
    show.flow(number, flow, withoutAssumptions(trace, cluster.assumptions))
    // what was written may now reach its reader, who may have gone
    await new Promise((resolve) => setImmediate(resolve))
    if (call.io.stdout.closed) break
  }
  show.results(results)
  return results.every(({ isExpected }) => isExpected) ? ExitCode.OK : ExitCode.NO
}

interface Result extends Numbered {
  readonly trace: Trace
  readonly isExpected: boolean
}

interface Numbered {
  /** From 1, as `--list` shows it. */
  readonly number: number
  readonly flow: DemoFlow
}

/** The flows that are asked for by number, or all. */
function chooseFlows(words: readonly string[], flows: readonly DemoFlow[]): readonly Numbered[] {
  if (words.length === 0) return flows.map((flow, index) => ({ number: index + 1, flow }))
  return words.map((word) => {
    const number = /^\d{1,4}$/.test(word) ? Number(word) : 0
    const flow = flows[number - 1]
    if (flow === undefined)
      throw new UsageError(`there is no flow ${word}`, `there are 1 to ${flows.length}; see kubehop demo --list`)
    return { number, flow }
  })
}

/** What is supposed of the whole cluster was told at the top, once. */
function withoutAssumptions(trace: Trace, told: readonly string[]): Trace {
  const known = new Set(told)
  return new Trace({ ...trace.data, assumptions: trace.assumptions.filter((text) => !known.has(text)), warnings: [] })
}

class DemoText {
  readonly #call: Call
  readonly #color: boolean

  constructor(call: Call) {
    this.#call = call
    this.#color = wantsColor(call.io.stdout, call.io.env)
  }

  #line(text = ''): void {
    this.#call.io.stdout.write(`${text}\n`)
  }

  #paint(code: string, text: string): string {
    return this.#color ? `\u001b[${code}m${text}\u001b[0m` : text
  }

  title(number: number, flow: DemoFlow): void {
    this.#line(`${String(number).padStart(2)}  ${flow.title}`)
  }

  supposed(assumptions: readonly string[]): void {
    this.#line(this.#paint('1', 'The shop of examples/shop.yaml on two nodes'))
    for (const text of assumptions) this.#line(this.#paint('2', cut(`supposed: ${text}`, 120)))
  }

  flow(number: number, flow: DemoFlow, trace: Trace): void {
    const title = `${number}  ${flow.title}`
    this.#line()
    this.#line()
    this.#line(this.#paint('1;36', `── ${title} ${'─'.repeat(Math.max(4, 92 - title.length))}`))
    this.#line(flow.lesson)
    this.#line()
    this.#call.io.stdout.write(trace.format(this.#call.choice<Detail>('detail') ?? 'summary', { color: this.#color }))
  }

  results(results: readonly Result[]): void {
    this.#line()
    this.#line()
    const width = Math.max(0, ...results.map(({ flow }) => flow.title.length))
    for (const { number, flow, trace, isExpected } of results) {
      const sign = isExpected ? this.#paint('32', '✓') : this.#paint('31', '✗')
      const end = isExpected ? trace.disposition : `${trace.disposition}, expected ${flow.expect}`
      this.#line(`${sign} ${String(number).padStart(2)}  ${flow.title.padEnd(width)}  ${end}`)
    }
    const good = results.filter(({ isExpected }) => isExpected).length
    this.#line()
    this.#line(`${results.length} ${results.length === 1 ? 'flow' : 'flows'}, ${good} ended as expected`)
  }
}
