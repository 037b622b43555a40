import type { Hop, Step, Trace, TraceBranch, Translation } from '../trace/index.ts'
import type { ReachExpectation, TranslationTest, Via } from './expectation.ts'

/** One thing that does not hold. */
export interface Complaint {
  /** What was expected and what is. */
  readonly message: string
  /** The branch of the trace that it is about. */
  readonly branch: TraceBranch
}

const KINDS = ['dnat', 'snat', 'masquerade', 'redirect', 'netmap'] as const

/** Was every packet delivered and answered, in every branch? */
export function checkDelivered(trace: Trace): Complaint[] {
  return trace.branches
    .filter(({ disposition }) => disposition !== 'delivered')
    .map((branch) => ({ branch, message: `${branch.disposition}: ${branch.reason}` }))
}

/** Was nothing translated, neither on the way there nor on the way back? */
export function checkWithoutNat(trace: Trace): Complaint[] {
  return trace.branches.flatMap((branch) => {
    const all = [...branch.translations, ...(branch.reply?.translations ?? [])]
    const [first] = all
    return first === undefined ? [] : [{ branch, message: `there is NAT: ${translationText(first)}` }]
  })
}

/** Did every branch meet all this on the way there? */
export function checkVia(trace: Trace, via: Via): Complaint[] {
  return trace.branches.flatMap((branch) => missing(branch, via).map((message) => ({ branch, message })))
}

/** Did the server see this client, in every branch? */
export function checkSeenAs(trace: Trace, client: string): Complaint[] {
  return trace.branches
    .filter(({ seenBy }) => seenBy === undefined || !isEnd(seenBy.client, client))
    .map((branch) => ({ branch, message: `the server saw ${branch.seenBy?.client ?? 'nothing'}, not ${client}` }))
}

/** Did one of these answer, in every branch? */
export function checkAnsweredBy(trace: Trace, servers: string | readonly string[]): Complaint[] {
  const allowed = listOf(servers)
  return trace.branches
    .filter(({ seenBy }) => seenBy === undefined || !allowed.some((server) => isEnd(seenBy.server, server)))
    .map((branch) => ({
      branch,
      message: `${branch.seenBy?.server ?? 'nobody'} answered, not ${allowed.join(' or ')}`,
    }))
}

/** All that an expectation says, beyond that the packet arrives. */
export function checkExpectation(trace: Trace, expectation: ReachExpectation): Complaint[] {
  const { withoutNat, via, seenAs, answeredBy } = expectation
  return [
    ...(withoutNat === true ? checkWithoutNat(trace) : []),
    ...(via === undefined ? [] : checkVia(trace, via)),
    ...(seenAs === undefined ? [] : checkSeenAs(trace, seenAs)),
    ...(answeredBy === undefined ? [] : checkAnsweredBy(trace, answeredBy)),
  ]
}

function missing(branch: TraceBranch, via: Via): string[] {
  const { translations, hops } = branch
  const messages: string[] = []
  for (const kind of KINDS) {
    const test = via[kind]
    if (test === undefined || translations.some((each) => each.kind === kind && fits(each, test))) continue
    const others = translations.map(translationText).join(', ')
    messages.push(`no ${kind} ${testText(test)}; there is ${others === '' ? 'no translation' : others}`)
  }
  const places = hops.map(({ netns }) => netns)
  for (const netns of listOf(via.netns ?? []))
    if (!places.includes(netns)) messages.push(`${netns} was not passed; ${unique(places).join(', ')} were`)
  const devices = hops.flatMap(devicesOf)
  for (const device of listOf(via.device ?? []))
    if (!devices.includes(device)) messages.push(`${device} was not crossed; ${unique(devices).join(', ')} were`)
  const { rule } = via
  if (rule !== undefined && !hops.flatMap(rulesOf).some((text) => contains(text, rule)))
    messages.push(`no rule with ${rule} matched`)
  return messages
}

function fits(translation: Translation, test: TranslationTest): boolean {
  if (typeof test === 'string' || isList(test)) return listOf(test).some((end) => isEnd(translation.to, end))
  const { from, to, netns, rule } = test
  return (
    (from === undefined || isEnd(translation.from, from)) &&
    (to === undefined || listOf(to).some((end) => isEnd(translation.to, end))) &&
    (netns === undefined || translation.netns === netns) &&
    (rule === undefined || contains(translation.rule ?? '', rule))
  )
}

/** `10.0.0.1:80` is 10.0.0.1:80, and 10.0.0.1. */
function isEnd(end: string, wanted: string): boolean {
  return end === wanted || (!wanted.includes(':') && end.startsWith(`${wanted}:`))
}

function contains(text: string, words: string | RegExp): boolean {
  return typeof words === 'string' ? text.includes(words) : words.test(text)
}

function devicesOf({ device, steps }: Hop): string[] {
  return [device, ...steps.flatMap((step: Step) => (step.kind === 'sent' ? [step.device] : []))]
}

function rulesOf({ steps }: Hop): string[] {
  return steps.flatMap((step) => (step.kind === 'hook' ? step.rules.map(({ text }) => text) : []))
}

function translationText({ kind, from, to, netns }: Translation): string {
  return `${kind} ${from} → ${to} in ${netns}`
}

function testText(test: TranslationTest): string {
  if (typeof test === 'string' || isList(test)) return `to ${listOf(test).join(' or ')}`
  return Object.entries(test)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(' or ') : value}`)
    .join(', ')
}

function isList(test: TranslationTest): test is readonly string[] {
  return Array.isArray(test)
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
