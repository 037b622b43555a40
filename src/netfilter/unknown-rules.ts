import { CHANGES } from './evaluate/unknown.ts'
import type { Chain, Match, Rule, RuleUnknowns, Table } from './rule.ts'
import type { UnsupportedTarget } from './unsupported.ts'

/** What nobody knows of the machine that a table was read from. */
export interface Unknowns {
  /** The devices by which packets may come in or leave are not all known by name (`isUnnamed`). */
  readonly devices: boolean
  /** Matches that ask for what was not told, or that are not modelled. */
  isUnknown(match: Match): boolean
}

/**
 * Targets that are not modelled (or whose options were not printed), but let every packet go on with all that rules can see of it: they count, log, copy or label it for somebody
 * else (`XT_CONTINUE` in net/netfilter/xt_AUDIT.c, xt_CHECKSUM.c, xt_CONNSECMARK.c, xt_IDLETIMER.c, xt_LED.c, xt_LOG.c, xt_NFLOG.c,
 * xt_RATEEST.c, xt_SECMARK.c, xt_TEE.c).
 */
const PASSING: ReadonlySet<string> = new Set(
  'AUDIT CHECKSUM CONNSECMARK IDLETIMER LED LOG NFLOG RATEEST SECMARK TEE ULOG'.split(' '),
)

/** Is the rule's target one that is not modelled, but that surely lets packets go on as they are? */
export function passesUnread({ target }: Rule): boolean {
  return target?.kind === 'unsupported' && PASSING.has((target as UnsupportedTarget).name)
}

/**
 * The table with the parts of its rules marked that cannot be known (`Rule.unknown`): where a packet's fate hangs on one, the simulation is
 * asked, and both answers are followed. Rules and chains of which all is known stay the same objects.
 */
export function markUnknown(table: Table, unknowns: Unknowns): Table {
  let changed = false
  const chains = new Map<string, Chain>()
  for (const chain of table.chains.values()) {
    const rules = chain.rules.map((rule) => markRule(rule, unknowns))
    const same = rules.every((rule, i) => rule === chain.rules[i])
    if (!same) changed = true
    chains.set(chain.name, same ? chain : { ...chain, rules })
  }
  return changed ? { ...table, chains } : table
}

function markRule(rule: Rule, unknowns: Unknowns): Rule {
  const matches = rule.matches.filter((match) => unknowns.isUnknown(match))
  const hasIn = unknowns.devices && rule.ip.in !== undefined
  const hasOut = unknowns.devices && rule.ip.out !== undefined
  const passes = passesUnread(rule)
  const asks = matches.length > 0 || hasIn || hasOut
  if (!asks && !passes) return rule
  const unknown: RuleUnknowns = {
    ...(hasIn ? { in: true } : {}),
    ...(hasOut ? { out: true } : {}),
    ...(passes ? { passes } : {}),
    ...(asks && isIdle(rule, matches) ? { idle: true } : {}),
    matches: new Set(matches),
  }
  return { ...rule, unknown }
}

/** Targets of which no packet notices anything. */
const SILENT: ReadonlySet<string> = new Set(['LOG', 'NFLOG', 'TRACE'])

function isIdle(rule: Rule, unknown: readonly Match[]): boolean {
  const { target, matches } = rule
  if (target !== null && !SILENT.has(target.kind) && !passesUnread(rule)) return false
  return matches.every((match) => unknown.includes(match) || !CHANGES.has(match.kind))
}
