import type { Trace, TraceBranch, Translation } from '../../trace/index.ts'
import { describeEnd, type EndExpectation, fitsEnd, type Names } from './ends.ts'

const KINDS = ['dnat', 'snat', 'masquerade', 'redirect', 'netmap'] as const

/**
 * Translations that a packet must have met: each kind with what the address became, or `true` when that does not matter. `in` is the network
 * namespace (`node-1`), `from` the address before.
 *
 * ```ts
 * { dnat: 'pod/b:8080' }
 * { masquerade: true, in: 'node-1', from: 'pod/a' }
 * ```
 */
export type ViaExpectation = { readonly [K in Translation['kind']]?: EndExpectation | true } & {
  readonly in?: string
  readonly from?: EndExpectation
}

/** What may be asked of a packet that arrived, beside that it did. It must hold in every branch of the trace. */
export interface WayExpectation {
  /** No address and no port was changed, neither on the way nor on the way back. */
  readonly withoutNat?: boolean
  readonly via?: ViaExpectation | readonly ViaExpectation[]
  /** Who answered: the address that the packet arrived at. */
  readonly servedBy?: EndExpectation
  /** Whom the server saw as its client. */
  readonly seenAs?: EndExpectation
}

/** What is wrong with a trace, a line each; nothing when all is as expected. */
export function judge(trace: Trace, expected: WayExpectation, names: Names | null): readonly string[] {
  const { branches } = trace
  return branches.flatMap((branch) => {
    const problems = judgeBranch(branch, expected, names)
    return branches.length === 1 ? problems : problems.map((text) => `${oddsOf(branch)}: ${text}`)
  })
}

function judgeBranch(branch: TraceBranch, expected: WayExpectation, names: Names | null): string[] {
  if (branch.disposition !== 'delivered') return [`${branch.disposition}: ${branch.reason}`]
  const problems: string[] = []
  if (expected.withoutNat === true) {
    for (const each of branch.translations) problems.push(`was translated: ${describeTranslation(each)}`)
    for (const each of branch.reply?.translations ?? []) problems.push(`its answer was: ${describeTranslation(each)}`)
  }
  const vias = expected.via === undefined ? [] : [expected.via].flat()
  for (const via of vias) problems.push(...missing(branch.translations, via, names))
  const { client = 'nobody', server = 'nobody' } = branch.seenBy ?? {}
  if (expected.servedBy !== undefined && !fitsEnd(server, expected.servedBy, names))
    problems.push(`was served by ${server}, not by ${describeEnd(expected.servedBy)}`)
  if (expected.seenAs !== undefined && !fitsEnd(client, expected.seenAs, names))
    problems.push(`the server saw ${client}, not ${describeEnd(expected.seenAs)}`)
  return problems
}

/** Translations that were expected and did not happen. */
function missing(translations: readonly Translation[], via: ViaExpectation, names: Names | null): string[] {
  return KINDS.flatMap((kind) => {
    const to = via[kind]
    if (to === undefined) return []
    const happened = translations.some(
      (each) =>
        each.kind === kind &&
        (to === true || fitsEnd(each.to, to, names)) &&
        (via.in === undefined || each.netns === via.in) &&
        (via.from === undefined || fitsEnd(each.from, via.from, names)),
    )
    if (happened) return []
    const wanted = [
      kind,
      via.from === undefined ? '' : ` of ${describeEnd(via.from)}`,
      to === true ? '' : ` to ${describeEnd(to)}`,
      via.in === undefined ? '' : ` in ${via.in}`,
    ]
    const had = translations.length === 0 ? 'no translation' : translations.map(describeTranslation).join(', ')
    return [`expected ${wanted.join('')}, there was ${had}`]
  })
}

function describeTranslation({ kind, netns, from, to }: Translation): string {
  return `${kind} ${from} → ${to} in ${netns}`
}

function oddsOf({ probability }: TraceBranch): string {
  return `with probability ${Number(probability.toFixed(4))}`
}
