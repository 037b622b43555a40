import type { Journey, TraceBranch, Translation } from '../../trace/index.ts'
import { describeEnd, type EndExpectation, fitsEnd, type Names } from './ends.ts'

const KINDS = ['dnat', 'snat', 'masquerade', 'redirect', 'netmap'] as const

/**
 * What a packet must have met on its way. All that is given must hold; several of them for several translations.
 *
 * ```ts
 * { dnat: 'pod/b:8080' }
 * { masquerade: true, in: 'node-1', from: 'pod/a' }
 * { device: 'flannel.1' }
 * ```
 */
export type ViaExpectation = {
  /** A translation of this kind, and what the address became; `true` when that does not matter. */
  readonly [K in Translation['kind']]?: EndExpectation | true
} & {
  /** The network namespace of the translation: `node-1`. */
  readonly in?: string
  /** The address before the translation. */
  readonly from?: EndExpectation
  /** A device that the packet crossed, in any namespace. */
  readonly device?: string
  /** Words of a rule that it matched, as `iptables -S` writes it. */
  readonly rule?: string | RegExp
}

/** What may be asked of a packet that arrived, beside that it did. */
export interface WayExpectation {
  /** No address and no port was changed, neither on the way nor on the way back. */
  readonly withoutNat?: boolean | undefined
  readonly via?: ViaExpectation | readonly ViaExpectation[] | undefined
  /** Who answered: the address that the packet arrived at. */
  readonly servedBy?: EndExpectation | undefined
  /** Whom the server saw as its client. */
  readonly seenAs?: EndExpectation | undefined
}

/** What is wrong with a packet's way, a line each; nothing when all is as expected. */
export function judge(branch: TraceBranch, expected: WayExpectation, names: Names | null): readonly string[] {
  if (branch.disposition !== 'delivered') return [`${branch.disposition}: ${branch.reason}`]
  const problems: string[] = []
  if (expected.withoutNat === true) {
    for (const each of branch.translations) problems.push(`was translated: ${describeTranslation(each)}`)
    for (const each of branch.reply?.translations ?? []) problems.push(`its answer was: ${describeTranslation(each)}`)
  }
  const vias = expected.via === undefined ? [] : [expected.via].flat()
  for (const via of vias) problems.push(...missed(branch, via, names))
  const { client = 'nobody', server = 'nobody' } = branch.seenBy ?? {}
  if (expected.servedBy !== undefined && !fitsEnd(server, expected.servedBy, names))
    problems.push(`was served by ${server}, not by ${describeEnd(expected.servedBy)}`)
  if (expected.seenAs !== undefined && !fitsEnd(client, expected.seenAs, names))
    problems.push(`the server saw ${client}, not ${describeEnd(expected.seenAs)}`)
  return problems
}

/** What the packet should have met and did not. */
function missed(branch: TraceBranch, via: ViaExpectation, names: Names | null): string[] {
  const { translations } = branch
  const problems = KINDS.flatMap((kind) => {
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
    const had = translations.length === 0 ? 'no translation' : translations.map(describeTranslation).join(', ')
    return [`expected ${describeWish(kind, to, via)}, there was ${had}`]
  })
  const { device, rule } = via
  if (device !== undefined && !devicesOf(branch).has(device)) problems.push(`did not cross ${device}`)
  if (
    rule !== undefined &&
    !rulesOf(branch).some((text) => (rule instanceof RegExp ? rule.test(text) : text.includes(rule)))
  )
    problems.push(`matched no rule ${rule}`)
  return problems
}

function describeWish(kind: string, to: EndExpectation | true, via: ViaExpectation): string {
  return [
    kind,
    via.from === undefined ? '' : ` of ${describeEnd(via.from)}`,
    to === true ? '' : ` to ${describeEnd(to)}`,
    via.in === undefined ? '' : ` in ${via.in}`,
  ].join('')
}

function describeTranslation({ kind, netns, from, to }: Translation): string {
  return `${kind} ${from} → ${to} in ${netns}`
}

/** Every device on which the packet came in or went out. */
function devicesOf({ hops }: Journey): ReadonlySet<string> {
  return new Set(
    hops.flatMap(({ device, steps }) => [
      device,
      ...steps.map((step) => (step.kind === 'sent' ? step.device : device)),
    ]),
  )
}

function rulesOf({ hops }: Journey): readonly string[] {
  return hops.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'hook' ? step.rules.map(({ text }) => text) : [])),
  )
}
