import { normaliseFrames } from './frames.ts'
import { inParts } from './in-parts.ts'
import { byJson, compareText, sortedJson } from './json.ts'
import type { Observation } from './observation.ts'
import { FLOW_HASH, Placeholders } from './placeholders.ts'
import type { LabScript } from './script.ts'
import {
  type LabRecord,
  type RecordedConntrackEntry,
  type RecordedConntrackEvent,
  type RecordedFdbEntry,
  type RecordedRouting,
  type RecordedTraversal,
  type RecordedTuple,
  SNMP_NAMES,
} from './types.ts'

/** Brings what a recorder saw into the form in which records are compared. */
export function normaliseObservation(script: LabScript, seen: Observation): LabRecord {
  const names = new Placeholders(script, seen.links)
  const record: LabRecord = {
    lab: seen.lab,
    story: [...script.story],
    seconds: Math.round(seen.seconds * 10) / 10,
    commands: [],
    // Placeholders are numbered by first appearance: frames, then rules, then conntrack.
    frames: normaliseFrames(seen.frames, names),
    rules: normaliseRules(seen, names),
    conntrack: {},
    counters: {},
    neigh: {},
    fdb: {},
    route: {},
    snmp: {},
  }
  for (const ns of seen.netns) {
    normaliseConntrack(record, seen, ns, names)
    const counters = seen.counters[ns]
    if (counters !== undefined && counters.length > 0) record.counters[ns] = [...counters]
    const snmp = normaliseSnmp(seen.snmp[ns] ?? {})
    if (Object.keys(snmp).length > 0) record.snmp[ns] = snmp
    normaliseTables(record, seen, ns, names)
  }
  record.commands = seen.commands.map((command) => ({
    ...command,
    out: names.output(command.out),
    err: names.output(command.err),
  }))
  return record
}

function normaliseRules(seen: Observation, names: Placeholders): RecordedTraversal[] {
  const rules: RecordedTraversal[] = []
  for (const ns of seen.netns) {
    for (const traversal of seen.rules) {
      if (traversal.ns !== ns || traversal.chains.length === 0) continue
      const chains = traversal.chains.map((chain) => {
        if (chain.pkt === undefined) return chain
        const pkt = { ...chain.pkt }
        if (names.isVxlan(pkt.dport)) pkt.sport = FLOW_HASH
        names.tuple(pkt)
        return { ...chain, pkt }
      })
      const first = Number.parseInt(chains[0]!.pkt?.dst ?? '0', 10)
      if (first >= 224 && first <= 239) continue
      rules.push(...inParts({ ...traversal, chains }))
    }
  }
  return rules
}

function normaliseConntrack(record: LabRecord, seen: Observation, ns: string, names: Placeholders): void {
  const events = fromTheirBeginning(seen.events[ns] ?? []).map((event) => ({
    ...event,
    ...normaliseTuples(event, names),
  }))
  const entries = (seen.final[ns] ?? []).map((entry) => ({ ...entry, ...normaliseTuples(entry, names) }))
  const final = unique(byJson(entries))
  if (events.length > 0) record.conntrack[ns] = { events }
  if (final.length > 0) record.conntrack[ns] = { ...record.conntrack[ns], final }
}

/**
 * Of connections that are older than the watching, Linux tells only if somebody on the machine, in whichever namespace, listened when
 * they were created (net.netfilter.nf_conntrack_events=2; net/netfilter/nf_conntrack_ecache.c, nfnetlink.c).
 */
function fromTheirBeginning(events: readonly RecordedConntrackEvent[]): RecordedConntrackEvent[] {
  const begun = new Set<string>()
  return events.filter(({ ev, proto, orig, zone }) => {
    const connection = sortedJson({ proto, orig, zone })
    if (ev === 'NEW') begun.add(connection)
    return begun.has(connection)
  })
}

function normaliseTuples(of: { orig: RecordedTuple; reply: RecordedTuple }, names: Placeholders) {
  const orig = { ...of.orig }
  const reply = { ...of.reply }
  if (names.isVxlan(orig.dport)) {
    orig.sport = FLOW_HASH
    reply.dport = FLOW_HASH
  }
  names.tuple(orig)
  names.tuple(reply)
  return { orig, reply }
}

/** Flows over one tunnel look the same once the hash is hidden: one of each kind is kept. */
function unique(sorted: readonly RecordedConntrackEntry[]): RecordedConntrackEntry[] {
  return sorted.filter(
    (entry, i) =>
      entry.orig.sport !== FLOW_HASH || sorted.findIndex((other) => sortedJson(other) === sortedJson(entry)) === i,
  )
}

function normaliseTables(record: LabRecord, seen: Observation, ns: string, names: Placeholders): void {
  const neigh = (seen.neigh[ns] ?? []).map((entry) =>
    entry.lladdr === undefined ? entry : { ...entry, lladdr: names.mac(entry.lladdr) },
  )
  neigh.sort((a, b) => compareText(a.dev, b.dev) || compareText(a.dst, b.dst))
  if (neigh.length > 0) record.neigh[ns] = neigh

  const fdb = (seen.fdb[ns] ?? []).flatMap((entry) => normaliseFdb(entry, names))
  if (fdb.length > 0) record.fdb[ns] = byJson(fdb)

  const { routes, cache, policy } = seen.route[ns] ?? {}
  const routing: RecordedRouting = {}
  if (routes !== undefined && routes.length > 0) routing.routes = byJson(routes)
  if (cache !== undefined && cache.length > 0) routing.cache = byJson(cache)
  if (policy !== undefined && policy.length > 0) routing.policy = policy
  if (Object.keys(routing).length > 0) record.route[ns] = routing
}

/** Multicast entries and a bridge's own addresses say nothing about learning. */
function normaliseFdb(entry: RecordedFdbEntry, names: Placeholders): RecordedFdbEntry[] {
  if (/^(33:33|01:00:5e|01:80:c2)/.test(entry.mac)) return []
  const mac = names.mac(entry.mac)
  if (entry.state === 'permanent' && mac.startsWith('<')) return []
  const { state, ...rest } = entry
  const normal: RecordedFdbEntry = { ...rest, mac }
  // `stale` is what a learned entry is called between two packets: time decides.
  if (state !== undefined && state !== 'stale') normal.state = state
  return [normal]
}

function normaliseSnmp(delta: Readonly<Record<string, number>>): Record<string, number> {
  const kept: Record<string, number> = {}
  for (const name of SNMP_NAMES) {
    const value = delta[name] ?? 0
    if (value !== 0) kept[name] = value
  }
  return kept
}
