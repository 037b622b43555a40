import type { SctpChunk, SctpHeader } from '../../../packet/headers.ts'
import type { Packet } from '../../../packet/packet.ts'
import type { ConntrackEntry } from '../entry.ts'
import { CtEvent, type Direction, IPS, Tracked } from '../status.ts'
import { SctpChunkType as Chunk, nextSctpState, SctpState } from './sctp-states.ts'
import { SctpTracking } from './sctp-tracking.ts'
import type { Tracker } from './tracker.ts'

/** In ABORT and SHUTDOWN COMPLETE: the tag is the peer's (RFC 9260, 8.5.1). */
const FLAG_T = 1

/** Chunks that have a rule of their own for the verification tag. As bits, by type. */
const OWN_TAG_RULE =
  (1 << Chunk.INIT) |
  (1 << Chunk.SHUTDOWN_COMPLETE) |
  (1 << Chunk.COOKIE_ECHO) |
  (1 << Chunk.ABORT) |
  (1 << Chunk.SHUTDOWN_ACK) |
  (1 << Chunk.HEARTBEAT) |
  (1 << Chunk.HEARTBEAT_ACK)

/** Chunks with which no association begins. */
const NEVER_FIRST = (1 << Chunk.ABORT) | (1 << Chunk.SHUTDOWN_COMPLETE) | (1 << Chunk.COOKIE_ACK)

/** `nf_conntrack_sctp_packet`, net/netfilter/nf_conntrack_proto_sctp.c */
export function trackSctp(tracker: Tracker, entry: ConntrackEntry, packet: Packet, direction: Direction): Tracked {
  const header = packet.l4 as SctpHeader
  const kinds = chunkKinds(header.chunks)
  if (kinds < 0) return Tracked.INVALID
  if (!entry.confirmed) {
    if ((kinds & NEVER_FIRST) !== 0 || !openSctp(entry, header)) return Tracked.INVALID
  }
  const sctp = entry.sctp!
  const tag = header.vtag
  if ((kinds & OWN_TAG_RULE) === 0 && tag !== sctp.tags[direction]) return Tracked.INVALID

  let newState: number = SctpState.NONE
  let ignore = false
  for (const chunk of header.chunks) {
    const answer = checkTag(sctp, chunk, tag, direction, ignore || (kinds & (1 << Chunk.DATA)) !== 0)
    if (answer === TagCheck.INVALID) return Tracked.INVALID
    if (answer === TagCheck.SKIP) {
      ignore = true
      continue
    }
    const oldState = sctp.state
    newState = nextSctpState(direction, chunk.type, oldState)
    if (newState === SctpState.MAX) return Tracked.INVALID
    if (chunk.type === Chunk.INIT) {
      noteInit(sctp, chunk, direction, oldState)
      // An INIT that is sent again does not prolong; see TCP's SYN.
      if (newState === SctpState.CLOSED && oldState === SctpState.CLOSED && entry.confirmed) ignore = true
    } else if (chunk.type === Chunk.INIT_ACK && !noteInitAck(sctp, chunk, direction)) {
      return Tracked.INVALID
    }
    sctp.state = newState
    if (oldState === newState) continue
    entry.pendingEvents |= CtEvent.PROTOINFO
    if (newState === SctpState.ESTABLISHED && (entry.status & IPS.ASSURED) === 0) {
      entry.status |= IPS.ASSURED
      entry.pendingEvents |= CtEvent.ASSURED
    }
  }
  if (!ignore) tracker.refresh(entry, direction, packet, tracker.settings.sctp[newState]!)
  return Tracked.ACCEPT
}

/** Which chunks a packet has, as bits by type; -1 when they cannot stand together (`do_basic_checks`). */
function chunkKinds(chunks: readonly SctpChunk[]): number {
  if (chunks.length === 0) return -1
  let kinds = 0
  let alone = false
  for (let i = 0; i < chunks.length; i++) {
    const type = chunks[i]!.type
    if (type === Chunk.INIT || type === Chunk.INIT_ACK || type === Chunk.SHUTDOWN_COMPLETE) alone = true
    if (i > 0 && (alone || type === Chunk.COOKIE_ACK || type === Chunk.COOKIE_ECHO)) return -1
    if (type < 31) kinds |= 1 << type
  }
  return kinds
}

/** The first packet of an association (`sctp_new`). */
function openSctp(entry: ConntrackEntry, header: SctpHeader): boolean {
  const sctp = new SctpTracking()
  for (const chunk of header.chunks) {
    if (nextSctpState(0, chunk.type, SctpState.NONE) === SctpState.NONE) return false
    if (chunk.type === Chunk.INIT) {
      if (header.vtag !== 0) return false
      sctp.tags[1] = chunk.initTag ?? 0
    } else if (chunk.type === Chunk.HEARTBEAT) {
      sctp.tags[0] = header.vtag
    } else if (chunk.type === Chunk.SHUTDOWN_ACK) {
      // Out of the blue: a SHUTDOWN COMPLETE with this tag will answer (RFC 9260, 8.4).
      sctp.tags[1] = header.vtag
    }
  }
  entry.sctp = sctp
  return true
}

/** What the verification tag says of a chunk; SKIP: let it pass and learn nothing from it. */
const TagCheck = { OK: 0, SKIP: 1, INVALID: 2 } as const

/** RFC 9260, 8.5 and 8.5.1. `strict`: a heartbeat with a wrong tag is not let through. */
function checkTag(sctp: SctpTracking, chunk: SctpChunk, tag: number, direction: Direction, strict: boolean): number {
  const own = sctp.tags[direction]
  const peer = sctp.tags[(1 - direction) as Direction]
  switch (chunk.type) {
    case Chunk.INIT:
      return tag === 0 ? TagCheck.OK : TagCheck.INVALID
    case Chunk.ABORT:
    case Chunk.SHUTDOWN_COMPLETE:
      return tag === ((chunk.flags & FLAG_T) === 0 ? own : peer) ? TagCheck.OK : TagCheck.INVALID
    case Chunk.COOKIE_ECHO:
      return tag === own ? TagCheck.OK : TagCheck.INVALID
    case Chunk.COOKIE_ACK:
      sctp.init[0] = false
      sctp.init[1] = false
      return TagCheck.OK
    case Chunk.HEARTBEAT:
    case Chunk.HEARTBEAT_ACK:
      break
    default:
      return TagCheck.OK
  }
  // Heartbeats find further paths of an association, so their tags may be new here.
  if (own === 0) {
    sctp.tags[direction] = tag
    return TagCheck.OK
  }
  if (tag === own) {
    sctp.heartbeatTagFailed = false
    return TagCheck.OK
  }
  if (strict) return TagCheck.INVALID
  if (chunk.type === Chunk.HEARTBEAT) {
    sctp.heartbeatTagFailed = true
    sctp.lastDirection = direction
    return TagCheck.SKIP
  }
  if (!sctp.heartbeatTagFailed || sctp.lastDirection === direction) return TagCheck.INVALID
  sctp.heartbeatTagFailed = false
  sctp.tags[direction] = tag
  sctp.tags[(1 - direction) as Direction] = 0
  return TagCheck.OK
}

/** An INIT with the tag that is known already is an old one, or was sent again: it begins nothing. */
function noteInit(sctp: SctpTracking, chunk: SctpChunk, direction: Direction, oldState: number): void {
  const other = (1 - direction) as Direction
  const tag = chunk.initTag ?? 0
  if (oldState === SctpState.NONE || sctp.tags[other] !== tag) {
    if (sctp.init[direction]) sctp.init[other] = false
    sctp.init[direction] = true
  }
  sctp.tags[other] = tag
}

/** False: it answers another INIT than the one that was seen. */
function noteInitAck(sctp: SctpTracking, chunk: SctpChunk, direction: Direction): boolean {
  const other = (1 - direction) as Direction
  const known = sctp.tags[other]
  const tag = chunk.initTag ?? 0
  if (!sctp.init[other] && known !== 0 && known !== tag) return false
  if (sctp.init[direction] && sctp.init[other] && known !== tag) return false
  sctp.tags[other] = tag
  return true
}
