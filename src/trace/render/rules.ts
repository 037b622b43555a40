import type { RuleOrigin } from '../../netfilter/rule.ts'
import type { HookStep, NearMiss, RuleHit } from '../model.ts'
import { originText, percent, serviceText } from './words.ts'

/** One rule as it is shown. */
export interface RuleLine {
  /** `#7`; empty for a policy. */
  readonly number: string
  readonly depth: number
  readonly text: string
  /** Who wrote it and for what, what it drew, which mark it left. */
  readonly note: string
  /** Not a match, but a rule that came close. */
  readonly missed: boolean
}

/** The rules of one table in one hook. */
export interface TableLines {
  readonly table: string
  readonly lines: readonly RuleLine[]
}

/** Actions that change nothing by themselves. */
const WITHOUT_EFFECT = /^(jump|goto) |^(RETURN|continue)$/

/**
 * The rules that decided, and the jumps that led to them: what a summary shows of a hook. Chains that the packet went
 * through without anything coming of it are left out, and policies that let it pass.
 */
export function summaryRules(step: HookStep): TableLines[] {
  const { rules } = step
  const kept = rules.filter((hit, index) => {
    if (hit.position === 0) return hit.action === 'DROP'
    return !WITHOUT_EFFECT.test(hit.action) || leadsToEffect(rules, index)
  })
  return byTable(kept).map(({ table, hits }) => ({ table, lines: shortLines(hits) }))
}

/**
 * The rules that did something, without the jumps that led to them: `nat KUBE-SEP-X #2: DNAT --to-destination
 * 10.0.0.1:80`.
 */
export function decidingRules(step: HookStep): string[] {
  return step.rules
    .filter(({ action, position }) => (position === 0 ? action === 'DROP' : !WITHOUT_EFFECT.test(action)))
    .map(({ table, chain, position, action, text }) => {
      const [, target = action] = / -[jg] (.*)$/.exec(text) ?? []
      return `${table} ${chain} ${position === 0 ? 'policy' : `#${position}`}: ${target}`
    })
}

/** Does a rule in the chain that this jump leads to have an effect? */
function leadsToEffect(rules: readonly RuleHit[], index: number): boolean {
  const { depth, table } = rules[index]!
  for (let i = index + 1; i < rules.length; i++) {
    const hit = rules[i]!
    if (hit.depth <= depth || hit.table !== table) return false
    if (!WITHOUT_EFFECT.test(hit.action)) return true
  }
  return false
}

/**
 * Every rule as it stands, policies and near misses too, in the order of events: what a detailed trace shows of a hook.
 */
export function detailedRules({ rules, nearMisses = [] }: HookStep): TableLines[] {
  const tables: { table: string; lines: RuleLine[] }[] = []
  rules.forEach((hit, index) => {
    if (tables.at(-1)?.table !== hit.table) tables.push({ table: hit.table, lines: [] })
    const { lines } = tables.at(-1)!
    for (const miss of nearMisses) if (miss.before === index) lines.push(missLine(miss))
    const origin = hit.origin === undefined ? '' : originText(hit.origin)
    const note = [origin, ...extras(hit)].filter((part) => part !== '').join(', ')
    lines.push({ number: numberOf(hit), depth: hit.depth, text: hit.text, note, missed: false })
  })
  return tables
}

function missLine({ position, depth, text, because }: NearMiss): RuleLine {
  return { number: `#${position}`, depth, text, note: because, missed: true }
}

function byTable(rules: readonly RuleHit[]): { table: string; hits: RuleHit[] }[] {
  const tables: { table: string; hits: RuleHit[] }[] = []
  for (const hit of rules) {
    const last = tables.at(-1)
    if (last !== undefined && last.table === hit.table) last.hits.push(hit)
    else tables.push({ table: hit.table, hits: [hit] })
  }
  return tables
}

/** Lines in which nothing is said twice: an inner rule tells only what is new compared with the jump that led to it. */
function shortLines(hits: readonly RuleHit[]): RuleLine[] {
  const outer: (RuleOrigin | undefined)[] = []
  return hits.map((hit) => {
    const { depth, origin } = hit
    outer.length = depth
    const above = outer.at(-1)
    outer[depth] = origin ?? above
    const words = origin === undefined ? commentOf(hit.text) : news(origin, above)
    const note = [words, ...extras(hit)].filter((part) => part !== '').join(', ')
    return { number: numberOf(hit), depth, text: shortText(hit), note, missed: false }
  })
}

/** What an origin says that the one of the rule above did not. */
function news(origin: RuleOrigin, above: RuleOrigin | undefined): string {
  const { writer, why, service, port, endpoint } = origin
  const parts: string[] = []
  if (service !== undefined && (service !== above?.service || port !== above.port))
    parts.push(serviceText(service, port))
  if (endpoint !== undefined && endpoint !== above?.endpoint) parts.push(`endpoint ${endpoint}`)
  if (why !== 'jump' && why !== 'endpoint' && why !== above?.why) parts.push(why)
  if (writer === above?.writer) return parts.join(', ')
  return parts.length === 0 ? writer : `${writer}: ${parts.join(', ')}`
}

function extras(hit: RuleHit): string[] {
  const parts: string[] = []
  if (hit.mark !== undefined) parts.push(`mark 0x${hit.mark.toString(16)}`)
  if (hit.odds !== undefined) parts.push(`drawn, odds ${percent(hit.odds)}`)
  return parts
}

function numberOf({ position }: RuleHit): string {
  return position === 0 ? '' : `#${position}`
}

const COMMENT = / -m comment --comment (?:"((?:[^"\\]|\\.)*)"|(\S+))/

function commentOf(text: string): string {
  const found = COMMENT.exec(text)
  return found === null ? '' : (found[1] ?? found[2] ?? '').replace(/\\(.)/g, '$1')
}

/**
 * A rule as one would type it: the chain is the one that the jump above leads to, comments stand behind, and `-p tcp`
 * needs no `-m tcp`.
 */
function shortText({ text, position, action }: RuleHit): string {
  return position === 0 ? `policy ${action}` : withoutNoise(text.replace(/^-A \S+/, '')).trimStart()
}

/** Rules, or a sentence with a rule in it, without comments and without `-m tcp`. */
export function withoutNoise(text: string): string {
  return text.replace(COMMENT, '').replace(/ -m (tcp|udp|sctp|icmp)(?= |$)/, '')
}
