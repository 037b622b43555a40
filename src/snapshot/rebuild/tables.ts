import { restoreSets } from '../../commands/ipset/index.ts'
import { addAccount } from '../../commands/nfacct.ts'
import { restoreTables, unsupportedPart } from '../../netfilter/command/restore.ts'
import {
  formatRule,
  Hook,
  markUnknown,
  parseTables,
  passesUnread,
  SET_TYPES,
  type SetTypeName,
  type Table,
  type Unknowns,
  Verdict,
} from '../../netfilter/index.ts'
import { setsOfRule } from '../../netfilter/ipset/rule-sets.ts'
import type { NfacctMatch } from '../../netfilter/match/nfacct.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import { tryParseIpv4 } from '../../packet/address.ts'
import { Protocol } from '../../packet/protocol.ts'
import type { IptablesEvidence, NamespaceEvidence, Source } from '../evidence.ts'
import { rulePlaces } from '../parse/iptables/index.ts'
import type { Findings } from './findings.ts'
import { originOf } from './services.ts'

/** Of a host that was recorded, only what has no model is unknown of its rules. */
const UNREAD: Unknowns = { devices: false, isUnknown: ({ kind }) => kind === 'unsupported' }

/**
 * Ip sets and the rules that ask them.
 *
 * @param unknowns what of a rule nobody can know: where a packet's fate hangs on it, both ways are followed
 */
export function rebuildTables(
  netns: NetworkNamespace,
  evidence: NamespaceEvidence,
  findings: Findings,
  unknowns: Unknowns = UNREAD,
): void {
  const { iptables, name } = evidence
  loadSets(netns, evidence, findings)
  if (iptables === null) findings.assume('there are no iptables rules', name)
  const loaded = (iptables ?? []).filter(({ text }) => hasRules(text))
  // tables without a rule are there, too: they count, and they bring conntrack
  const [first, ...others] = loaded.length > 0 ? loaded : (iptables ?? [])
  if (first !== undefined) load(netns, first, name, findings, unknowns)
  const [other] = loaded.length > 1 ? others : []
  if (other !== undefined) loadOther(netns, other, name, findings, unknowns)
  for (const { text } of evidence.otherDeciders) decide(netns, text, name, findings)
  for (const { text } of evidence.foreignTables) watchForeign(netns, text, name, findings)
}

/**
 * A table of nftables that iptables did not make. Nobody knows what its chains do with which packets: either it lets them be, or nothing more can be said.
 * Those of the family bridge see frames that pass no hook of IP.
 */
function watchForeign(netns: NetworkNamespace, table: string, place: string, findings: Findings): void {
  const what = `the nftables table ${table}`
  if (table.startsWith('bridge ')) {
    findings.warn(`${what} has no model: what it does to bridged frames is not seen here`, place)
    return
  }
  findings.warn(`${what} has no model: answers hold where it lets packets be`, place)
  const { sim, netfilter } = netns
  for (const hook of [Hook.PREROUTING, Hook.INPUT, Hook.FORWARD, Hook.OUTPUT, Hook.POSTROUTING]) {
    netfilter.register(hook, FIRST_PRIORITY, (packet) => {
      const question = {
        subject: `${what} in ${netns.name}`,
        key: '',
        yes: `${what} in ${netns.name} lets the packets be`,
        no: `${what} in ${netns.name} does something to the packets`,
      }
      if (sim.decider?.suppose === undefined || sim.ask(question)) return Verdict.ACCEPT
      netns.unmodelled(packet, `${what}, which has no model`)
      return Verdict.DROP
    })
  }
}

/** `NF_IP_PRI_FIRST`: before whatever else looks at packets. */
const FIRST_PRIORITY = -0x80000000

/** What decides over packets beside all this and has no model: where it is known which packets, these depend on it. */
function decide(netns: NetworkNamespace, text: string, place: string, findings: Findings): void {
  const [, dev] = /^XDP program on (\S+)/.exec(text) ?? []
  const link = dev === undefined ? undefined : netns.deviceByName(dev)
  const service = /^IPVS service (TCP|UDP|SCTP) ([0-9.]+):(\d+)/.exec(text)
  if (link !== undefined) link.unmodelled = `the ${text}, which has no model`
  else if (service !== null) watchVirtual(netns, text, service)
  findings.warn(
    `${text} has no model${link === undefined && service === null ? ': what it does to packets is not seen here' : ''}`,
    place,
  )
}

/** IPVS takes packets to its services from INPUT, and those of the host itself from OUTPUT (net/netfilter/ipvs/ip_vs_core.c). */
function watchVirtual(netns: NetworkNamespace, text: string, [, protocol, address, port]: RegExpExecArray): void {
  const number = Protocol[protocol as 'TCP' | 'UDP' | 'SCTP']
  const virtual = tryParseIpv4(address!)
  for (const hook of [Hook.INPUT, Hook.OUTPUT]) {
    netns.netfilter.register(hook, IPVS_PRIORITY, (packet) => {
      const { ip, l4 } = packet
      if (ip?.dst !== virtual || ip?.protocol !== number || l4 === null || l4.kind === 'icmp') return Verdict.ACCEPT
      if (l4.dport !== Number(port)) return Verdict.ACCEPT
      netns.unmodelled(packet, `the ${text}, which has no model`)
      return Verdict.DROP
    })
  }
}

/** `NF_IP_PRI_NAT_SRC - 2` and less: behind destination NAT. */
const IPVS_PRIORITY = 98

/** Is there anything in it but empty chains that let everything pass? */
export function hasRules(text: string): boolean {
  return /^(\[\d+:\d+\] )?-A |^:\S+ DROP/m.test(text)
}

function loadSets(netns: NetworkNamespace, { sets, name, partial }: NamespaceEvidence, findings: Findings): void {
  if (sets === null || sets.text.trim() === '') return
  const unread = unreadSets(sets.text)
  const known = sets.text.split('\n').map((line) => (unread.has(setOf(line)) ? '' : line))
  const { failure } = restoreSets(known.join('\n'), netns)
  if (failure !== null) findings.warn(`the ip sets were read as far as they could be: ${failure}`, name)
  for (const set of unread) {
    netns.netfilter.sets.createUnknown(set)
    findings.warn(`the ip set ${set} is of a kind that has no model: its members count as unknown`, name)
  }
  if (partial.has('sets')) findings.assume('there are no ip sets but those that were told', name)
}

/** Sets of types that have no model, by name. */
function unreadSets(text: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (const line of text.split('\n')) {
    const [command = '', name = '', type = ''] = line.trim().split(/\s+/, 3)
    if (command === 'create' && !Object.hasOwn(SET_TYPES, type)) found.add(name)
  }
  return found
}

/** The set that a line of `ipset save` is about. */
function setOf(line: string): string {
  return line.trim().split(/\s+/, 2)[1] ?? ''
}

/**
 * Sets of kube-proxy's IPVS mode, whose types are known by their names (pkg/proxy/ipvs/ipset.go, proxier.go): what an element is made of follows
 * from the type.
 */
const KNOWN_TYPES: Readonly<Record<string, SetTypeName>> = {
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

function load(
  netns: NetworkNamespace,
  evidence: IptablesEvidence,
  place: string,
  findings: Findings,
  unknowns: Unknowns,
): void {
  const { netfilter } = netns
  netfilter.load(prepared(netns, evidence, place, findings), optionsOf(evidence))
  const tables = [...netfilter.tables.values()]
  const marked = tables.map((table) => markUnknown(table, unknowns))
  if (marked.some((table, i) => table !== tables[i])) netfilter.setTables(marked, { keepUnsupported: true })
  const { missing } = evidence
  if (missing.length > 0)
    findings.assume(
      `nothing was told of the ${missing.length > 1 ? 'tables' : 'table'} ${missing.join(', ')}: taken as empty`,
      place,
    )
}

function optionsOf({ source: { file } }: IptablesEvidence) {
  return { keepUnsupported: true, originOf, ...(file !== undefined && { file }) }
}

/** What rules ask for is there, and what has no model is told. @returns the text as it can be read */
function prepared(netns: NetworkNamespace, evidence: IptablesEvidence, place: string, findings: Findings): string {
  const { text, tables } = readable(evidence, place, findings)
  const { sets } = netns.netfilter
  const placeOf = rulePlaces(evidence)
  const untold = new Set<string>()
  const unread: string[] = []
  for (const table of tables.values()) {
    for (const chain of table.chains.values()) {
      chain.rules.forEach((rule, index) => {
        for (const set of setsOfRule(rule)) {
          if (sets.get(set) !== undefined) continue
          sets.createUnknown(set, Object.hasOwn(KNOWN_TYPES, set) ? KNOWN_TYPES[set] : undefined)
          untold.add(set)
        }
        for (const match of rule.matches) if (match.kind === 'nfacct') addAccount(netns, (match as NfacctMatch).name)
        const what = unsupportedPart(rule)
        if (what === null || what === `target ${UNREADABLE}`) return
        const passes = passesUnread(rule) && rule.matches.every(({ kind }) => kind !== 'unsupported')
        unread.push(
          `${placeText(placeOf(table.name, chain.name, index + 1))}-t ${table.name} ${formatRule(chain.name, rule)}: ` +
            `${what.trim()} ${passes ? 'has no model, but lets every packet go on' : 'has no model'}`,
        )
      })
    }
  }
  const names = [...untold]
  if (names.length > 0)
    findings.assume(`nobody told the members of ${names.length === 1 ? 'set' : 'sets'} ${names.join(', ')}`, place)
  for (const rule of unread.slice(0, MOST)) findings.warn(rule, place)
  if (unread.length > MOST) findings.warn(`and ${unread.length - MOST} more rules that have no model`, place)
  return text
}

/** Stands for a rule that cannot be read. */
const UNREADABLE = 'UNREADABLE'
/** So many rules without a model are listed. */
const MOST = 20

function placeText({ file, line }: Source = {}): string {
  if (line === undefined) return ''
  return file === undefined ? `line ${line}: ` : `${file}:${line}: `
}

/**
 * The text with those rules replaced that iptables-restore would not take: iptables-save prints some so that nobody can read them back
 * (`--hashlimit-above 0b/s`). They stay in their places; a packet that reaches one depends on it.
 */
function readable(
  evidence: IptablesEvidence,
  place: string,
  findings: Findings,
): { readonly text: string; readonly tables: ReadonlyMap<string, Table> } {
  const { text, lines: origins, sources, source } = evidence
  const { errors, tables } = restoreTables(text, new Map(), { keepUnsupported: true, counters: true })
  if (errors.length === 0) return { text, tables }
  const lines = text.split('\n')
  for (const { where, message } of errors) {
    const line = (where.line ?? 0) - 1
    const [, head] = /^((?:\[\d+:\d+\] )?-A \S+ )/.exec(lines[line] ?? '') ?? []
    if (head === undefined) continue
    const at = placeText({ ...(sources?.[line] ?? source), line: origins?.[line] ?? line + 1 })
    const said = message.trim().replace(/^(?:line:)?\d+: /, '')
    findings.warn(`${at}a rule cannot be read (${said}): a packet that reaches its place depends on it`, place)
    // what the rest of it says would have decided: nobody knows what it does, or with which packets
    lines[line] = `${head}-j ${UNREADABLE}`
  }
  const kept = lines.join('\n')
  return { text: kept, tables: parseTables(kept, optionsOf(evidence)).tables }
}

/** The kernel runs the rules of both back ends. */
function loadOther(
  netns: NetworkNamespace,
  evidence: IptablesEvidence,
  place: string,
  findings: Findings,
  unknowns: Unknowns,
): void {
  const { tables } = parseTables(prepared(netns, evidence, place, findings), optionsOf(evidence))
  netns.netfilter.setOther(new Map([...tables].map(([name, table]) => [name, markUnknown(table, unknowns)])))
  findings.warn('there are rules of both iptables-nft and iptables-legacy, and both are in force', place)
}
