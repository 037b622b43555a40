import { noteJourney } from './journeys.ts'
import type { ObservedFields, ObservedFrame } from './observation.ts'
import { FLOW_HASH, type Placeholders } from './placeholders.ts'
import type { FrameFields, LooseReason, PacketFields, RecordedFrame } from './types.ts'

/** ARP asks again after one second (`retrans_time_ms`); a request that follows between these two is a repetition. Nanoseconds. */
const RETRY_AFTER = 900_000_000
const RETRY_BEFORE = 1_500_000_000

/** Frames of all namespaces in time order, marked and with placeholders. */
export function normaliseFrames(observed: readonly ObservedFrame[], names: Placeholders): RecordedFrame[] {
  const marker = new FrameMarker()
  const frames: RecordedFrame[] = []
  for (const seen of inTimeOrder(observed)) {
    if (isNoise(seen.frame)) continue
    const mark = marker.mark(seen)
    const frame = {
      step: seen.step,
      ns: seen.ns,
      dev: seen.dev,
      dir: seen.dir,
      ...mark,
      ...normaliseFrame(seen.frame, names),
    }
    if (seen.journey !== undefined) noteJourney(frame, seen.journey)
    frames.push(frame)
  }
  return frames
}

/**
 * Namespaces merged by time. Inside a namespace the order of observation stays even where a time stamp runs back (a received
 * frame may carry the stamp of an earlier tap).
 */
function inTimeOrder(observed: readonly ObservedFrame[]): ObservedFrame[] {
  const latest = new Map<string, number>()
  const timed = observed.map((frame) => {
    const time = Math.max(latest.get(frame.ns) ?? frame.time, frame.time)
    latest.set(frame.ns, time)
    return { time, frame }
  })
  return timed.sort((a, b) => a.time - b.time).map(({ frame }) => frame)
}

/** What no lab is about: IPv6, LLC and multicast, alone or inside a tunnel. */
function isNoise(fields: PacketFields): boolean {
  if (fields.l3.startsWith('0x')) return true
  if (fields.l3 !== 'arp' && fields.dst !== undefined) {
    const first = Number.parseInt(fields.dst, 10)
    if (first >= 224 && first <= 239) return true
  }
  return fields.inner !== undefined && isNoise(fields.inner)
}

/** Finds the frames of which nobody can say in advance how many there are: see `LooseReason` and `retry`. */
class FrameMarker {
  /** Per flow, device and direction: the flags of the last segment with data or flags. */
  readonly #lastFlags = new Map<string, string>()
  readonly #acknowledged = new Set<string>()
  readonly #segments = new Set<string>()
  /** Pairs of addresses for which a unicast ARP request was seen. */
  readonly #probes = new Set<string>()
  readonly #requests = new Map<string, { time: number; count: number }>()

  mark(seen: ObservedFrame): { loose?: LooseReason; retry?: number } {
    const fields = seen.frame.inner ?? seen.frame
    if (fields.l3 === 'tcp' && fields.flags !== undefined) return this.#markSegment(seen, fields)
    if (fields.l3 === 'arp') return this.#markArp(seen, fields)
    return {}
  }

  #markSegment(seen: ObservedFrame, fields: ObservedFields): { loose?: LooseReason } {
    const flow = `${seen.ns} ${seen.dev} ${seen.dir} ${fields.src} ${fields.sport} ${fields.dst} ${fields.dport}`
    if (fields.flags === 'A' && fields.dlen === 0) {
      // All but the third segment of the handshake.
      const loose = this.#acknowledged.has(flow) || this.#lastFlags.get(flow) !== 'S'
      this.#acknowledged.add(flow)
      return loose ? { loose: 'pure-ack' } : {}
    }
    const segment = `${flow} ${fields.tcpSeq} ${fields.flags} ${fields.dlen}`
    const again = this.#segments.has(segment)
    this.#segments.add(segment)
    this.#lastFlags.set(flow, fields.flags!)
    return again ? { loose: 'retransmit' } : {}
  }

  #markArp(seen: ObservedFrame, fields: ObservedFields): { loose?: LooseReason; retry?: number } {
    if (fields.op === 2) {
      return this.#probes.has(`${fields.dst} ${fields.src}`) ? { loose: 'neigh-probe' } : {}
    }
    if (fields.op !== 1) return {}
    const pair = `${fields.src} ${fields.dst}`
    if (fields.dmac !== 'ff:ff:ff:ff:ff:ff') {
      this.#probes.add(pair)
      return { loose: 'neigh-probe' }
    }
    this.#probes.delete(pair)
    const key = `${seen.ns} ${seen.dev} ${seen.dir} ${pair} ${seen.frame.inner !== undefined}`
    const last = this.#requests.get(key)
    const waited = last === undefined ? 0 : seen.time - last.time
    const count = last !== undefined && waited > RETRY_AFTER && waited < RETRY_BEFORE ? last.count + 1 : 0
    this.#requests.set(key, { time: seen.time, count })
    return count > 0 ? { retry: count } : {}
  }
}

function normaliseFrame(observed: ObservedFields, names: Placeholders): FrameFields {
  const { tcpSeq: _seq, smac, dmac, inner, quoted, ...rest } = observed
  const fields: FrameFields = { ...rest, smac: names.mac(smac), dmac: names.mac(dmac) }
  if (fields.sha !== undefined) fields.sha = names.mac(fields.sha)
  if (fields.tha !== undefined) fields.tha = names.mac(fields.tha)
  if (inner !== undefined) {
    fields.sport = FLOW_HASH
    fields.inner = normaliseFrame(inner, names)
  }
  names.tuple(fields)
  if (quoted !== undefined) {
    fields.quoted = { ...quoted }
    // A quoted tunnel packet whose source port was not yet translated hides the hash, too.
    if (names.isVxlan(quoted.dport)) fields.quoted.sport = FLOW_HASH
    names.tuple(fields.quoted)
  }
  return fields
}
