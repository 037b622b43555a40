import { restoreSets } from '../../commands/ipset/index.ts'
import { addAccount } from '../../commands/nfacct.ts'
import { unsupportedPart } from '../../netfilter/command/restore.ts'
import {
  type IpSets,
  type Match,
  markUnknown,
  parseTables,
  passesUnread,
  type Rule,
  SET_TYPES,
  type SetTypeName,
  type Table,
  type TableName,
} from '../../netfilter/index.ts'
import { setsOfRule } from '../../netfilter/ipset/rule-sets.ts'
import type { NfacctMatch } from '../../netfilter/match/nfacct.ts'
import type { PhysdevMatch } from '../../netfilter/match/physdev.ts'
import type { RecentMatch } from '../../netfilter/match/recent.ts'
import type { StatisticMatch } from '../../netfilter/match/statistic.ts'
import { formatRule } from '../../netfilter/text/rule-printer.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import { KubehopError, UnsupportedError } from '../../packet/errors.ts'
import type { IptablesEvidence, NamespaceEvidence, Source } from '../evidence.ts'
import { rulePlaces } from '../parse/iptables/index.ts'
import type { Findings } from '../rebuild/findings.ts'

/** What of the host's state rules may ask for in vain. */
export interface RuleQuestions {
  /** Not all devices have names. */
  readonly devices: boolean
  /** The device by which the packet comes in may be a bridge. */
  readonly bridged: boolean
  /** The connection may be an old one. */
  readonly old: boolean
}

/** The first set of rules, in the words that a trace needs of them. */
export interface LoadedRules {
  readonly tables: ReadonlyMap<TableName, Table>
  readonly missing: readonly string[]
}

/**
 * Loads the ip sets and the rules that were told. Of what nobody told, and of what has no model, the simulation will be asked where a packet
 * comes by.
 *
 * @throws KubehopError with file and line, where the text is none that iptables can have printed
 */
export function loadRules(
  netns: NetworkNamespace,
  evidence: NamespaceEvidence,
  questions: RuleQuestions,
  findings: Findings,
): LoadedRules {
  const { sets } = netns.netfilter
  loadSets(netns, evidence, findings)
  const told = oneBackend(evidence)
  for (const { text } of evidence.foreignTables)
    findings.warn(`the nftables table ${text} has no model: what it does to packets is not seen here`)
  for (const { message, source } of told?.notes ?? []) findings.warn(`${placeText(source)}${message}`)
  if (told === null) return { tables: new Map(), missing: ['raw', 'mangle', 'nat', 'filter'] }
  const tables = read(told)
  const unknownSets = new Set<string>()
  for (const rule of rulesOf(tables.values())) {
    for (const set of setsOfRule(rule)) {
      if (sets.get(set) !== undefined) continue
      createUnknown(sets, set)
      unknownSets.add(set)
    }
    for (const match of rule.matches) if (match.kind === 'nfacct') addAccount(netns, (match as NfacctMatch).name)
  }
  if (unknownSets.size > 0) {
    const names = [...unknownSets]
    findings.assume(
      `nobody told the members of ${names.length === 1 ? 'set' : 'sets'} ${names.join(', ')}: ipset save tells them`,
    )
  }
  tellUnread(told, tables, findings)
  const unknowns = { devices: questions.devices, isUnknown: (match: Match) => isUnknown(match, questions) }
  netns.netfilter.setTables(
    [...tables.values()].map((table) => markUnknown(table, unknowns)),
    { keepUnsupported: true },
  )
  return { tables, missing: told.missing }
}

function* rulesOf(tables: Iterable<Table>): Generator<Rule, void, undefined> {
  for (const { chains } of tables) for (const { rules } of chains.values()) yield* rules
}

/** Is the rule's outcome for what kubehop cannot know of the packet, or of what went before it? */
function isUnknown(match: Match, { bridged, old }: RuleQuestions): boolean {
  switch (match.kind) {
    case 'unsupported':
    case 'connlimit':
    case 'hashlimit':
    case 'limit':
    case 'mac':
    case 'owner':
    case 'quota':
      return true
    case 'recent':
      return (match as RecentMatch).action !== 'set'
    case 'statistic':
      return (match as StatisticMatch).mode === 'nth'
    // the first packet of a connection finds nothing counted, and no mark
    case 'connbytes':
    case 'connmark':
      return old
    case 'physdev': {
      // a packet that the host routes is not bridged, and leaves by no port that is known yet: only where it came in is
      const { in: inTest, isIn } = match as PhysdevMatch
      return bridged && (inTest !== undefined || isIn !== undefined)
    }
    default:
      return false
  }
}

/** Sets of kube-proxy's IPVS mode, whose types are known by their names (pkg/proxy/ipvs/proxier.go). */
const KNOWN_SETS: Readonly<Record<string, SetTypeName>> = {
  'KUBE-CLUSTER-IP': 'hash:ip,port',
  'KUBE-LOOP-BACK': 'hash:ip,port,ip',
  'KUBE-EXTERNAL-IP': 'hash:ip,port',
  'KUBE-EXTERNAL-IP-LOCAL': 'hash:ip,port',
  'KUBE-LOAD-BALANCER': 'hash:ip,port',
  'KUBE-LOAD-BALANCER-LOCAL': 'hash:ip,port',
  'KUBE-LOAD-BALANCER-FW': 'hash:ip,port',
  'KUBE-LOAD-BALANCER-SOURCE-IP': 'hash:ip,port,ip',
  'KUBE-LOAD-BALANCER-SOURCE-CIDR': 'hash:ip,port,net',
  'KUBE-NODE-PORT-TCP': 'bitmap:port',
  'KUBE-NODE-PORT-LOCAL-TCP': 'bitmap:port',
  'KUBE-NODE-PORT-UDP': 'bitmap:port',
  'KUBE-NODE-PORT-LOCAL-UDP': 'bitmap:port',
  'KUBE-HEALTH-CHECK-NODE-PORT': 'bitmap:port',
}

function createUnknown(sets: IpSets, name: string): void {
  sets.createUnknown(name, Object.hasOwn(KNOWN_SETS, name) ? KNOWN_SETS[name] : undefined)
}

function loadSets(netns: NetworkNamespace, { sets, partial }: NamespaceEvidence, findings: Findings): void {
  if (sets === null) return
  // a set of a kind that has no model is one whose members are not known
  const unread = new Set<string>()
  const kept: string[] = []
  for (const line of sets.text.split('\n')) {
    const [command = '', name = '', type = ''] = line.trim().split(/\s+/, 3)
    const isCreate = command === 'create' || command === '-N' || command === '--create'
    if (isCreate && !Object.hasOwn(SET_TYPES, type)) unread.add(name)
    kept.push(unread.has(name) ? '' : line)
  }
  const { failure } = restoreSets(kept.join('\n'), netns)
  if (failure !== null) findings.warn(`the ip sets were read as far as they could be: ${failure.trim()}`)
  for (const name of unread) {
    netns.netfilter.sets.createUnknown(name)
    findings.warn(`the ip set ${name} is of a kind that has no model: its members count as unknown`)
  }
  const why = partial.get('sets')
  if (why !== undefined) findings.assume(`not all ip sets were told: ${why}`)
}

/** The kernel runs the rules of both back ends, in an order that neither of them tells. @throws UnsupportedError when both have rules */
function oneBackend({ iptables }: NamespaceEvidence): IptablesEvidence | null {
  const all = iptables ?? []
  const used = all.filter(({ text }) => /^(\[\d+:\d+\] )?-A |^:\S+ DROP/m.test(text))
  if (used.length > 1) {
    const [first] = used
    throw new UnsupportedError('rules of both iptables-nft and iptables-legacy in one host', {
      ...(first?.source.file === undefined ? {} : { where: { file: first.source.file } }),
      hint: 'both are in force, in an order that is not printed: give the rules of one of them to see what these do',
    })
  }
  return used[0] ?? all[0] ?? null
}

function read({ text, source, lines }: IptablesEvidence): ReadonlyMap<TableName, Table> {
  const { file } = source
  try {
    return parseTables(text, { keepUnsupported: true, ...(file !== undefined && { file }) }).tables
  } catch (error) {
    throw error instanceof KubehopError ? atOrigin(error, lines) : error
  }
}

/** The place in what was read, not in the form that it was brought into. */
function atOrigin(error: KubehopError, lines: readonly number[] | undefined): KubehopError {
  const line = error.where?.line
  const real = line === undefined ? undefined : lines?.[line - 1]
  if (real === undefined || real === 0) return error
  return new KubehopError(error.code, error.message, { where: { ...error.where, line: real } })
}

/** More are only counted. */
const MOST = 20

function tellUnread(told: IptablesEvidence, tables: ReadonlyMap<TableName, Table>, findings: Findings): void {
  const placeOf = rulePlaces(told)
  const found: string[] = []
  for (const table of tables.values()) {
    for (const chain of table.chains.values()) {
      chain.rules.forEach((rule, index) => {
        const what = unsupportedPart(rule)
        if (what === null) return
        const place = placeText(placeOf(table.name, chain.name, index + 1))
        const passes = passesUnread(rule) && rule.matches.every(({ kind }) => kind !== 'unsupported')
        const note = passes ? 'lets every packet go on' : 'is not modelled'
        found.push(`${place}-t ${table.name} ${formatRule(chain.name, rule)}: ${what.trim()} ${note}`)
      })
    }
  }
  for (const text of found.slice(0, MOST)) findings.warn(text)
  if (found.length > MOST) findings.warn(`and ${found.length - MOST} more rules that are not modelled`)
}

function placeText(source: Source | undefined): string {
  if (source?.line === undefined) return ''
  return source.file === undefined ? `line ${source.line}: ` : `${source.file}:${source.line}: `
}
