import type { Disposition, Draw, Hop, Journey, TraceBranch } from './model.ts'
import type { Recorder } from './recorder.ts'
import type { Timeline } from './timeline.ts'

/** What the builder must know beside the recording. */
export interface TraceFrame {
  /** Journey of the first packet; 0 when none was sent. */
  readonly request: number
  /** Why no packet was sent: the errno of connect(2) or sendto(2). */
  readonly error?: string | undefined
  /** The namespace that the packet was sent from. */
  readonly source: string
  /** Namespaces beyond the modelled network: what ends there is gone, not lost. */
  readonly beyond: ReadonlySet<string>
  readonly probability: number
  readonly draws: readonly Draw[]
  /** How many journeys of the conversation to show beyond request and answer. */
  readonly more: number
}

/** Makes the trace of one packet and its answer out of a recording. */
export function buildBranch(recorder: Recorder, frame: TraceFrame): TraceBranch {
  const request = recorder.timelines.get(frame.request)
  if (request === undefined) return unsent(frame)
  const reply = findReply(recorder, request)
  const way = journeyOf(request, frame, null)
  const back = reply === null ? null : journeyOf(reply, frame, frame.source)
  const { disposition, reason } = conclude(request, way, reply, back)
  const seen = request.end?.kind === 'delivered' ? request.end : null
  const more = frame.more === 0 ? [] : furtherJourneys(recorder, request, reply).slice(0, frame.more)
  return {
    ...way,
    disposition,
    reason,
    probability: frame.probability,
    draws: frame.draws,
    reply: back,
    ...(seen === null
      ? {}
      : {
          seenBy: { server: end(seen.packet.dst, seen.packet.dport), client: end(seen.packet.src, seen.packet.sport) },
          endpoint: `${seen.netns} ${end(seen.packet.dst, seen.packet.dport)}`,
        }),
    ...(more.length === 0 ? {} : { more: more.map((timeline) => journeyOf(timeline, frame, null)) }),
  }
}

function end(address: string, port: number | undefined): string {
  return port === undefined ? address : `${address}:${port}`
}

/** The first answer: what a packet of this journey made somebody send back, redirects aside. */
function findReply(recorder: Recorder, request: Timeline): Timeline | null {
  for (const timeline of recorder.timelines.values()) {
    if (timeline.cause === request.journey && !timeline.isArp && !isRedirect(timeline)) return timeline
  }
  return null
}

function isRedirect(timeline: Timeline): boolean {
  return timeline.packet.protocol === 'icmp' && timeline.packet.text.includes('redirect')
}

/** What followed, in order: other packets of the conversation, without ARP. */
function furtherJourneys(recorder: Recorder, request: Timeline, reply: Timeline | null): Timeline[] {
  const related = new Set([request.journey])
  const found: Timeline[] = []
  for (const timeline of recorder.timelines.values()) {
    const isOwn = timeline === request || timeline === reply
    if (isOwn) related.add(timeline.journey)
    else if (!timeline.isArp && (related.has(timeline.cause) || timeline.cause === 0)) {
      related.add(timeline.journey)
      found.push(timeline)
    }
  }
  return found
}

/** One packet's way. Hops where a flooded copy was only looked at and passed over are left out. */
function journeyOf(timeline: Timeline, frame: TraceFrame, target: string | null): Journey {
  const hops = timeline.hops.map((hop) => hop.toHop()).filter((hop) => !isBystander(hop))
  const { disposition, reason } = endOf(timeline, frame, target)
  return { disposition, reason, packet: timeline.packet, translations: timeline.translations, hops }
}

function isBystander(hop: Hop): boolean {
  return hop.steps.some((step) => step.kind === 'dropped' && step.reason === 'OTHERHOST')
}

function endOf(timeline: Timeline, frame: TraceFrame, target: string | null): { disposition: Disposition; reason: string } {
  if (timeline.depends !== null) return { disposition: 'depends', reason: `depends on ${timeline.depends}` }
  const { end: last, rejectedBy } = timeline
  if (rejectedBy !== null) return { disposition: 'rejected', reason: `REJECT: -t ${rejectedBy.table} ${rejectedBy.text}` }
  if (last === null) return { disposition: 'dropped', reason: 'NOT_SPECIFIED: it was still on its way when the trace ended' }
  if (last.kind === 'delivered') {
    if (target !== null && last.netns !== target) return { disposition: 'dropped', reason: `delivered in ${last.netns}, not to the client` }
    return { disposition: 'delivered', reason: `delivered in ${last.netns} to ${last.to}` }
  }
  if (frame.beyond.has(last.netns)) return { disposition: 'left', reason: `left the modelled network for ${timeline.packet.dst}` }
  return { disposition: 'dropped', reason: `${last.reason}: ${last.by}, in ${last.netns}` }
}

/** How it all ended, from both ways. */
function conclude(request: Timeline, way: Journey, reply: Timeline | null, back: Journey | null): { disposition: Disposition; reason: string } {
  if (way.disposition === 'depends' || way.disposition === 'left') return way
  if (request.end?.kind === 'dropped' && request.end.reason === 'NO_SOCKET') {
    return { disposition: 'rejected', reason: `nobody listens there: ${request.end.by}` }
  }
  if (way.disposition !== 'delivered') return way
  if (reply === null || back === null) return { disposition: 'unanswered', reason: `${way.reason}; no answer was sent` }
  if (back.disposition === 'depends') return back
  if (back.disposition !== 'delivered') return { disposition: 'unanswered', reason: `${way.reason}; the answer was lost: ${back.reason}` }
  return { disposition: 'delivered', reason: `${way.reason}, and answered` }
}

/** No packet left at all: the sender's own system call failed. */
function unsent(frame: TraceFrame): TraceBranch {
  return {
    disposition: 'dropped',
    reason: `nothing was sent: ${frame.error ?? 'the sender gave up'}`,
    packet: { text: '', protocol: '', src: '', dst: '', smac: '', dmac: '', length: 0 },
    translations: [],
    hops: [],
    probability: frame.probability,
    draws: frame.draws,
    reply: null,
  }
}
