import type { Journey, TraceBranch, TraceData } from '../trace/index.ts'
import type { Diagnosis } from './diagnose.ts'
import { type Finding, SEVERITIES } from './finding.ts'
import { FINDINGS } from './registry.ts'

/** How the flow that was asked about ended, and which findings explain it. */
export interface FlowReport {
  /** As the user named them. */
  readonly from: string
  readonly to: string
  readonly disposition: TraceData['disposition']
  /** Why it ended so. */
  readonly reason: string
  /** The codes of the findings that lie on its way and can be the cause of its end. */
  readonly causes: readonly string[]
  /** All of it in a sentence. */
  readonly summary: string
}

/** What was found, with how a flow ended: what explains it first, then what lies on its way, then the rest. */
export interface FlowDiagnosis extends Diagnosis {
  readonly flow: FlowReport
}

/**
 * Puts the findings in the order in which they matter to a flow.
 *
 * @param nameOf the namespace of the evidence by its name in the trace
 */
export function diagnoseFlow(diagnosis: Diagnosis, trace: TraceData, nameOf: (netns: string) => string): FlowDiagnosis {
  const branch = (trace.branches ?? []).find(({ disposition }) => disposition !== 'delivered') ?? trace
  const journeys = [branch, ...(branch.reply === null ? [] : [branch.reply])]
  const places = new Set(journeys.flatMap(({ hops }) => hops.map(({ netns }) => nameOf(netns))))
  const words = [trace.to.name, ...journeys.flatMap(ruleTexts)]
  const reasons = new Set(journeys.flatMap(dropReasons))
  const failed = branch.disposition !== 'delivered'
  const marked = diagnosis.findings.map((finding): { finding: Finding; isCause: boolean } => {
    const onPath = isOnPath(finding, places, words)
    const isCause = failed && onPath === true && explains(finding, reasons)
    return { finding: onPath ? { ...finding, onPath } : finding, isCause }
  })
  const rank = ({ finding, isCause }: (typeof marked)[number]) => (isCause ? 0 : finding.onPath === true ? 1 : 2)
  marked.sort(
    (a, b) => rank(a) - rank(b) || SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity),
  )
  const causes = [...new Set(marked.filter(({ isCause }) => isCause).map(({ finding }) => finding.code))]
  const { disposition, reason } = branch.conditions === undefined ? branch : trace
  const from = trace.from.name
  const to = trace.to.name
  const flow = { from, to, disposition, reason, causes, summary: summaryOf(from, to, branch, causes) }
  return { findings: marked.map(({ finding }) => finding), unchecked: diagnosis.unchecked, flow }
}

const ENDS: Readonly<Record<TraceData['disposition'], string>> = {
  delivered: 'is delivered and answered',
  rejected: 'is rejected',
  dropped: 'is dropped',
  unanswered: 'is delivered, and the answer does not arrive',
  left: 'leaves the hosts that are known',
  depends: 'ends in what nobody told',
}

function summaryOf(
  from: string,
  to: string,
  { disposition, reason, conditions }: TraceBranch,
  causes: readonly string[],
): string {
  const when = conditions === undefined ? '' : `, if ${conditions.join(', and ')},`
  const end = `${from} → ${to}${when} ${ENDS[disposition]}${disposition === 'delivered' ? '' : `: ${reason.replace(/\.$/, '')}`}.`
  if (disposition === 'delivered' || disposition === 'left') return end
  if (causes.length > 0) return `${end} That is ${causes.join(', or ')}, see below.`
  return `${end} None of the findings that kubehop knows explains it.`
}

function isOnPath({ where }: Finding, places: ReadonlySet<string>, words: readonly string[]): true | undefined {
  if (where.object?.startsWith('Service ') === true) {
    const [namespace = '', name = ''] = where.object.slice('Service '.length).split('/')
    const names = [`${namespace}/${name}`, `svc/${name}`, `service/${name}`]
    return words.some((word) => names.some((one) => isWordIn(one, word))) || undefined
  }
  return (where.netns !== undefined && places.has(where.netns)) || undefined
}

/** Does the name stand in the text, and not as a part of a longer one? */
function isWordIn(name: string, text: string): boolean {
  const at = text.indexOf(name)
  return at >= 0 && !/[a-z0-9.-]/.test(text[at + name.length] ?? '')
}

function explains({ code }: Finding, reasons: ReadonlySet<string>): boolean {
  return FINDINGS.find((definition) => definition.code === code)?.drops?.some((reason) => reasons.has(reason)) ?? false
}

function dropReasons({ hops }: Journey): readonly string[] {
  return hops.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'dropped' ? [step.reason] : [])))
}

function ruleTexts({ hops }: Journey): readonly string[] {
  return hops.flatMap(({ steps }) =>
    steps.flatMap((step) =>
      step.kind === 'hook'
        ? step.rules.map(({ text }) => text)
        : step.kind === 'dropped' && step.rule !== undefined
          ? [step.rule.text]
          : [],
    ),
  )
}
