import { formatIpv4 } from '../packet/address.ts'
import type { Packet } from '../packet/packet.ts'
import { IcmpType } from '../packet/protocol.ts'
import { conclude, endOf, isUnfinished } from './conclude.ts'
import type { DrawLog } from './draws.ts'
import type { Hop, Journey, PacketSummary, Step, TraceBranch } from './model.ts'
import { wayOf } from './path.ts'
import type { JourneyRecord } from './record.ts'
import { stepsOf } from './steps.ts'
import { formatEnd, Summaries } from './summary.ts'

/** What the builder must know beside the recording. */
export interface TraceFrame {
  /** The namespace that the packet was sent from. */
  readonly source: string
  /** Namespaces beyond the modelled network: what ends there is gone, not lost. */
  readonly beyond: ReadonlySet<string>
  /** What the sender's system call said, or what its socket was told later. */
  readonly error: string | null
  /** How many journeys of the conversation to show beyond request and answer. */
  readonly more: number
  /** What the sender wanted to send, in case that it did not. */
  readonly wanted: () => PacketSummary
  readonly draws: DrawLog
}

/** The first packet and the first answer to it, of all that was recorded. */
export interface Exchange {
  readonly request: JourneyRecord | null
  readonly reply: JourneyRecord | null
}

/** Finds the packet that began in a namespace, and what it made somebody send back, redirects aside. */
export function findExchange(journeys: ReadonlyMap<number, JourneyRecord>, source: string): Exchange {
  let request: JourneyRecord | null = null
  for (const record of journeys.values()) {
    if (request === null) {
      if (record.cause === 0 && record.hops[0]?.netns === source) request = record
    } else if (record.cause === request.number && !isRedirect(record.packet)) return { request, reply: record }
  }
  return { request, reply: null }
}

function isRedirect({ l4 }: Packet): boolean {
  return l4?.kind === 'icmp' && l4.type === IcmpType.REDIRECT
}

/** Makes the trace of one packet and its answer out of a recording. */
export function buildBranch(
  journeys: ReadonlyMap<number, JourneyRecord>,
  frame: TraceFrame,
  probability = 1,
): TraceBranch {
  const { request, reply } = findExchange(journeys, frame.source)
  const error = frame.error === null ? {} : { error: frame.error }
  if (request === null) {
    const { disposition, reason } = conclude(null, null, frame)
    const { wanted } = frame
    const draws = frame.draws.list()
    return {
      disposition,
      reason,
      packet: wanted(),
      translations: [],
      hops: [],
      probability,
      draws,
      reply: null,
      ...error,
    }
  }
  const words = new Summaries()
  const way = buildJourney(request, frame, words)
  const back = reply === null ? null : buildJourney(reply, { ...frame, target: frame.source }, words)
  const { disposition, reason } = conclude(request, reply, frame)
  const seen = request.end?.kind === 'delivered' ? request.end : null
  const more = frame.more === 0 ? [] : conversation(journeys, request, reply).slice(0, frame.more)
  return {
    ...way,
    disposition,
    reason,
    probability,
    draws: frame.draws.list(),
    reply: back,
    ...(seen === null ? {} : endpoints(seen.hop.netns, seen.packet)),
    ...error,
    ...(more.length === 0 ? {} : { more: more.map((record) => buildJourney(record, frame, words)) }),
  }
}

function endpoints(netns: string, packet: Packet): Pick<TraceBranch, 'seenBy' | 'endpoint'> {
  const { ip, l4 } = packet
  if (ip === null) return {}
  const ports = l4 !== null && l4.kind !== 'icmp' ? l4 : { sport: -1, dport: -1 }
  const server = formatEnd(ip.dst, ports.dport)
  return { seenBy: { server, client: formatEnd(ip.src, ports.sport) }, endpoint: `${netns} ${server}` }
}

/** One packet's way. */
export function buildJourney(
  record: JourneyRecord,
  frame: Pick<TraceFrame, 'source' | 'beyond'> & { readonly target?: string },
  words: Summaries = new Summaries(),
): Journey {
  const packet = words.of(record.packet)
  const { disposition, reason } = endOf(record, frame)
  const { hops, hidden } = wayOf(record)
  const built: Hop[] = hops.map((hop) => ({
    netns: hop.netns,
    device: hop.device,
    at: hop.at,
    steps: stepsOf(hop, hidden, words),
  }))
  if (disposition === 'left') leave(built, record, frame.beyond)
  else if (isUnfinished(record)) append(built, { kind: 'unfinished', why: reason })
  return { disposition, reason, packet, translations: record.translations, hops: built }
}

/** What a stand-in for the rest of the world did with the packet tells nothing: the story ends at its door. */
function leave(hops: Hop[], record: JourneyRecord, beyond: ReadonlySet<string>): void {
  while (hops.length > 1 && beyond.has(hops.at(-1)!.netns)) hops.pop()
  if (record.end?.kind === 'dropped') append(hops, { kind: 'left', to: formatIpv4(record.end.to) })
}

function append(hops: Hop[], step: Step): void {
  const last = hops.pop()!
  hops.push({ ...last, steps: [...last.steps, step] })
}

/** What followed, in order: other packets of the conversation, but none that was only sent again. */
export function conversation(
  journeys: ReadonlyMap<number, JourneyRecord>,
  request: JourneyRecord,
  reply: JourneyRecord | null,
): JourneyRecord[] {
  const seen = [request.packet]
  const related = new Set([request.number])
  const found: JourneyRecord[] = []
  for (const record of journeys.values()) {
    if (record === request) continue
    if (!related.has(record.cause) && record.cause !== 0) continue
    if (record.cause === 0 && seen.some((packet) => isSentAgain(packet, record.packet))) continue
    related.add(record.number)
    seen.push(record.packet)
    if (record !== reply) found.push(record)
  }
  return found
}

/** A TCP segment that is the same as one before. */
function isSentAgain(before: Packet, packet: Packet): boolean {
  const a = before.l4
  const b = packet.l4
  if (a?.kind !== 'tcp' || b?.kind !== 'tcp') return false
  return (
    a.seq === b.seq && a.flags === b.flags && a.sport === b.sport && before.payload.length === packet.payload.length
  )
}
