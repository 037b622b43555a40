import { inParts } from './in-parts.ts'
import { journeyOf } from './journeys.ts'
import { byJson, compareText, sortedJson } from './json.ts'
import type {
  LabRecord,
  PerNetns,
  RecordedConntrackEvent,
  RecordedFrame,
  RecordedHit,
  RecordedTraversal,
  Section,
} from './types.ts'

/** One comparable line of a record: equal lines are equal facts. */
export interface CanonicalLine {
  /** Namespace that it belongs to; empty for commands and for frames that are compared as a set. */
  readonly ns: string
  readonly text: string
  /** Of a frame: the journey of its packet, where that is known. */
  readonly journey?: number | undefined
}

/**
 * A section as lines in the order in which they are compared, without what may differ between two honest runs. Each allowance
 * taken here stands in docs/fidelity.md.
 */
export function canonicalSection(record: LabRecord, section: Section): CanonicalLine[] {
  switch (section) {
    case 'commands':
      return record.commands.map(({ n, line, rc, out }) => ({ ns: '', text: sortedJson({ n, line, rc, out }) }))
    case 'frames':
      return canonicalFrames(record.frames)
    case 'rules':
      return canonicalRules(record.rules)
    case 'conntrack':
      return canonicalConntrack(record)
    case 'counters':
      return canonicalCounters(record)
    case 'neigh':
    case 'fdb':
      return perNetns<object[]>(record[section], (entries, ns) =>
        entries.map((entry) => ({ ns, text: sortedJson(entry) })),
      )
    case 'route':
    case 'snmp':
      return perNetns<object>(record[section], (fields, ns) =>
        Object.entries(fields)
          .filter(([key]) => key !== 'IpForwDatagrams')
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => ({ ns, text: `${key} ${sortedJson(value)}` })),
      )
  }
}

function perNetns<T>(values: PerNetns<T>, lines: (value: T, ns: string) => CanonicalLine[]): CanonicalLine[] {
  return Object.keys(values)
    .sort()
    .flatMap((ns) => lines(values[ns]!, ns))
}

/** Order counts within a namespace only; repetitions that a timer drives come last, as a set. */
function canonicalFrames(frames: readonly RecordedFrame[]): CanonicalLine[] {
  const ordered: PerNetns<CanonicalLine[]> = {}
  const repeated: CanonicalLine[] = []
  for (const frame of frames) {
    if (frame.loose !== undefined) continue
    if (frame.retry !== undefined) {
      const { step: _step, ...rest } = frame
      repeated.push({ ns: '', text: sortedJson(rest), journey: journeyOf(frame) })
      continue
    }
    ordered[frame.ns] ??= []
    ordered[frame.ns]!.push({ ns: frame.ns, text: sortedJson(frame), journey: journeyOf(frame) })
  }
  return [...perNetns(ordered, (lines) => lines), ...repeated.sort((a, b) => compareText(a.text, b.text))]
}

function canonicalRules(rules: readonly RecordedTraversal[]): CanonicalLine[] {
  const lines: PerNetns<CanonicalLine[]> = {}
  for (const traversal of rules.flatMap(inParts)) {
    const chains = traversal.chains.filter(({ hits }) => !(hits.length === 1 && isEmptyAccept(hits[0]!)))
    if (chains.length === 0 || isPureAck(chains[0]!.pkt)) continue
    lines[traversal.ns] ??= []
    lines[traversal.ns]!.push({ ns: traversal.ns, text: sortedJson({ ...traversal, chains }) })
  }
  return perNetns(lines, (list) => list)
}

/** The policy of a base chain without rules: iptables-legacy has all five chains of a table, iptables-nft those that were used. */
function isEmptyAccept(hit: RecordedHit): boolean {
  return hit.empty === true && hit.verdict === 'ACCEPT'
}

function isPureAck(packet: { l3?: string; flags?: string } | undefined): boolean {
  return packet?.l3 === 'tcp' && packet.flags === 'A'
}

function canonicalConntrack(record: LabRecord): CanonicalLine[] {
  return perNetns(record.conntrack, ({ events = [], final = [] }, ns) => [
    // CLOSE_WAIT is seen only when the FIN is acknowledged alone.
    ...withoutHashOrder(events.filter(({ state }) => state !== 'CLOSE_WAIT')).map((event) => ({
      ns,
      text: `events ${sortedJson(event)}`,
    })),
    ...final.map((entry) => ({ ns, text: `final ${sortedJson(entry)}` })),
  ])
}

/** Connections that end together (`conntrack -F`) end in the order of a hash with a drawn seed. */
function withoutHashOrder(events: readonly RecordedConntrackEvent[]): RecordedConntrackEvent[] {
  const ordered = [...events]
  const ends = (i: number) => ordered[i]?.ev === 'DESTROY'
  for (let from = 0; from < ordered.length; from++) {
    if (!ends(from)) continue
    let to = from + 1
    while (ends(to) && ordered[to]!.step === ordered[from]!.step) to++
    ordered.splice(from, to - from, ...byJson(ordered.slice(from, to)))
    from = to - 1
  }
  return ordered
}

/** The counters without what pure ACKs added: their number depends on delayed acknowledgement. */
function canonicalCounters(record: LabRecord): CanonicalLine[] {
  const acks = countPureAcks(record.rules)
  return perNetns(record.counters, (lines, ns) => {
    let table = ''
    const position = new Map<string, number>()
    return lines.map((line) => {
      if (line.startsWith('*')) table = line.slice(1)
      const rule = /^\[\d+:\d+\] -A (\S+)/.exec(line)
      const policy = /^:(\S+) \S+ \[\d+:\d+\]/.exec(line)
      let key = ''
      if (rule !== null) {
        const chain = `${table} ${rule[1]}`
        position.set(chain, (position.get(chain) ?? 0) + 1)
        key = `${ns} ${chain} ${position.get(chain)}`
      } else if (policy !== null) {
        key = `${ns} ${table} ${policy[1]} policy`
      }
      return { ns, text: subtract(line, acks.get(key)) }
    })
  })
}

interface Count {
  packets: number
  octets: number
}

/** By `netns table chain position`. */
function countPureAcks(rules: readonly RecordedTraversal[]): Map<string, Count> {
  const counts = new Map<string, Count>()
  for (const { ns, chains } of rules) {
    for (const { table, pkt, hits } of chains) {
      if (!isPureAck(pkt)) continue
      for (const hit of hits) {
        const key = `${ns} ${table} ${hit.chain} ${hit.pos}`
        const count = counts.get(key) ?? { packets: 0, octets: 0 }
        count.packets++
        count.octets += pkt!.len!
        counts.set(key, count)
      }
    }
  }
  return counts
}

function subtract(line: string, count: Count | undefined): string {
  if (count === undefined) return line
  return line.replace(/\[(\d+):(\d+)\]/, (counters, packets: string, octets: string) =>
    // iptables-nft counts a policy only in a chain that iptables-restore made: elsewhere it stays 0.
    Number(packets) === 0 ? counters : `[${Number(packets) - count.packets}:${Number(octets) - count.octets}]`,
  )
}
