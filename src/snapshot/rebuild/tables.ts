import { restoreSets } from '../../commands/ipset/index.ts'
import { addAccount } from '../../commands/nfacct.ts'
import { restoreTables, unsupportedPart } from '../../netfilter/command/restore.ts'
import { Hook, parseTables, Verdict } from '../../netfilter/index.ts'
import { setsOfRule } from '../../netfilter/ipset/rule-sets.ts'
import type { NfacctMatch } from '../../netfilter/match/nfacct.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import { tryParseIpv4 } from '../../packet/address.ts'
import { Protocol } from '../../packet/protocol.ts'
import type { IptablesEvidence, NamespaceEvidence } from '../evidence.ts'
import type { Findings } from './findings.ts'
import { originOf } from './services.ts'

/** Ip sets and the rules that ask them. */
export function rebuildTables(netns: NetworkNamespace, evidence: NamespaceEvidence, findings: Findings): void {
  const { iptables, name } = evidence
  loadSets(netns, evidence, findings)
  if (iptables === null) findings.assume('there are no iptables rules', name)
  const loaded = (iptables ?? []).filter(({ text }) => hasRules(text))
  // tables without a rule are there, too: they count, and they bring conntrack
  const [first, ...others] = loaded.length > 0 ? loaded : (iptables ?? [])
  if (first !== undefined) load(netns, first, name, findings)
  const [other] = loaded.length > 1 ? others : []
  if (other !== undefined) loadOther(netns, other, name, findings)
  for (const { text } of evidence.otherDeciders) decide(netns, text, name, findings)
  for (const { text } of evidence.foreignTables) {
    findings.warn(`the nftables table ${text} has no model: what it does to packets is not seen here`, name)
  }
}

/** What decides over packets beside all this and has no model: where it is known which packets, these depend on it. */
function decide(netns: NetworkNamespace, text: string, place: string, findings: Findings): void {
  const [, dev] = /^XDP program on (\S+)/.exec(text) ?? []
  const link = dev === undefined ? undefined : netns.deviceByName(dev)
  const service = /^IPVS service (TCP|UDP|SCTP) ([0-9.]+):(\d+)/.exec(text)
  if (link !== undefined) link.unmodelled = `the ${text}`
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
      netns.unmodelled(packet, `the ${text}`)
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
  const { failure } = restoreSets(sets.text, netns)
  if (failure !== null) findings.warn(`the ip sets were read as far as they could be: ${failure}`, name)
  if (partial.has('sets')) findings.assume('there are no ip sets but those that were told', name)
}

function load(netns: NetworkNamespace, evidence: IptablesEvidence, place: string, findings: Findings): void {
  const text = prepared(netns, evidence, place, findings)
  netns.netfilter.load(text, optionsOf(evidence))
  const { missing } = evidence
  if (missing.length > 0)
    findings.assume(
      `nobody told of the table${missing.length > 1 ? 's' : ''} ${missing.join(', ')}: without rules`,
      place,
    )
}

function optionsOf({ source: { file } }: IptablesEvidence) {
  return { keepUnsupported: true, originOf, ...(file !== undefined && { file }) }
}

/** What rules ask for is there, and what has no model is told. @returns the text as it can be read */
function prepared(netns: NetworkNamespace, evidence: IptablesEvidence, place: string, findings: Findings): string {
  const text = readable(evidence.text, place, findings)
  for (const table of parseTables(text, optionsOf(evidence)).tables.values()) {
    for (const chain of table.chains.values()) {
      for (const rule of chain.rules) {
        for (const set of setsOfRule(rule)) {
          if (netns.netfilter.sets.get(set) !== undefined) continue
          netns.netfilter.sets.createUnknown(set)
          findings.assume(`nobody told what the ip set ${set} holds`, place)
        }
        for (const match of rule.matches) if (match.kind === 'nfacct') addAccount(netns, (match as NfacctMatch).name)
        const what = unsupportedPart(rule)
        if (what !== null)
          findings.warn(
            `a rule of ${table.name} ${chain.name} has no model (${what}): a packet that reaches it depends on it`,
            place,
          )
      }
    }
  }
  return text
}

/**
 * The text with those rules replaced that iptables-restore would not take: iptables-save prints some so that nobody can read them back
 * (`--hashlimit-above 0b/s`). They stay in their places; a packet that reaches one depends on it.
 */
function readable(text: string, place: string, findings: Findings): string {
  const { errors } = restoreTables(text, new Map(), { keepUnsupported: true, counters: true })
  if (errors.length === 0) return text
  const lines = text.split('\n')
  for (const { where, message } of errors) {
    const line = (where.line ?? 0) - 1
    const [, head] = /^((?:\[\d+:\d+\] )?-A \S+ )/.exec(lines[line] ?? '') ?? []
    if (head === undefined) continue
    findings.warn(`a rule cannot be read (${message}): a packet that reaches its place depends on it`, place)
    lines[line] = `${head}-m unreadable -j DROP`
  }
  return lines.join('\n')
}

/** The kernel runs the rules of both back ends. */
function loadOther(netns: NetworkNamespace, evidence: IptablesEvidence, place: string, findings: Findings): void {
  const { tables } = parseTables(prepared(netns, evidence, place, findings), optionsOf(evidence))
  netns.netfilter.setOther(tables)
  findings.warn('there are rules of both iptables-nft and iptables-legacy, and both are in force', place)
}
