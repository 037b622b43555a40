import type { Ipv4 } from '../../packet/address.ts'
import type { ConntrackAttachment } from '../../packet/packet.ts'
import type { SctpTracking } from './protocol/sctp-tracking.ts'
import type { TcpTracking } from './protocol/tcp-tracking.ts'
import { Direction, IPS } from './status.ts'
import { copyTuple, type Tuple } from './tuple.ts'
import { zoneIn } from './zone.ts'

/** How an address came to be translated: the target that said so. Traces name it. */
export type TranslationKind = 'snat' | 'dnat' | 'masquerade' | 'redirect' | 'netmap'

/** One direction of an entry, as the table holds it (`struct nf_conntrack_tuple_hash`). */
export class TupleNode implements Tuple {
  src = 0 as Ipv4
  dst = 0 as Ipv4
  protocol = 0
  sport = 0
  dport = 0
  readonly entry: ConntrackEntry
  readonly direction: Direction
  /** The id of the entry's zone in this direction. */
  readonly zone: number
  /** Valid while the node is in the table. */
  hash = 0
  /** The next one in the bucket. */
  next: TupleNode | null = null
  inTable = false

  constructor(entry: ConntrackEntry, direction: Direction, tuple: Tuple) {
    this.entry = entry
    this.direction = direction
    this.zone = zoneIn(entry.zone, direction)
    copyTuple(tuple, this)
  }
}

/** Packets and octets of each direction (net.netfilter.nf_conntrack_acct). */
export interface Counters {
  readonly packets: [original: number, reply: number]
  readonly bytes: [original: number, reply: number]
}

/** One connection (`struct nf_conn`). Only `Conntrack` and `Nat` change it; others read. */
export class ConntrackEntry implements ConntrackAttachment {
  /** Unique in its namespace, in order of creation. */
  readonly id: number
  /** 0 unless the CT target said otherwise; see `zone.ts` for zones of one direction. */
  readonly zone: number
  /** What the packets of the opener look like when they come in. */
  readonly original: TupleNode
  /** What the answers look like when they come in: the inverse of `original`, but for translations. */
  readonly reply: TupleNode
  /** `IPS` bits. */
  status = 0
  /** The connection's mark (CONNMARK), unsigned 32-bit. */
  mark = 0
  /** The connection that expected this one, or null. */
  master: ConntrackEntry | null = null
  /** Virtual nanoseconds. Before the entry is confirmed it holds how long it will live from then, as `ct->timeout` does. */
  expiresAt = 0
  /** `CtEvent` bits that nobody was told yet: they wait until a packet of the connection has passed. */
  pendingEvents = 0

  tcp: TcpTracking | null = null
  sctp: SctpTracking | null = null
  /** UDP: an answered flow that is still alive then is a stream. Virtual nanoseconds. */
  streamAt = 0
  counters: Counters | null = null

  /** ifindex of the device whose address MASQUERADE took, or 0. */
  masqueradeIfindex = 0
  sourceTranslation: TranslationKind | null = null
  destinationTranslation: TranslationKind | null = null

  // Places in the table's lists; theirs alone.
  previous: ConntrackEntry | null = null
  next: ConntrackEntry | null = null
  nextOfSource: ConntrackEntry | null = null
  /** The transaction in which it was last saved. */
  savedAt = 0

  constructor(id: number, zone: number, original: Tuple, reply: Tuple) {
    this.id = id
    this.zone = zone
    this.original = new TupleNode(this, Direction.ORIGINAL, original)
    this.reply = new TupleNode(this, Direction.REPLY, reply)
  }

  get protocol(): number {
    return this.original.protocol
  }

  get confirmed(): boolean {
    return (this.status & IPS.CONFIRMED) !== 0
  }

  /** The tuple of a direction. */
  tuple(direction: Direction): TupleNode {
    return direction === Direction.ORIGINAL ? this.original : this.reply
  }
}

/** Takes a copy of all that changes during an entry's life and returns the way back to it. */
export function saveEntry(entry: ConntrackEntry): () => void {
  const { status, mark, master, expiresAt, pendingEvents, streamAt, masqueradeIfindex, savedAt } = entry
  const { sourceTranslation, destinationTranslation } = entry
  const { src, dst, sport, dport } = entry.reply
  const tcp = entry.tcp === null ? null : entry.tcp.clone()
  const sctp = entry.sctp === null ? null : entry.sctp.clone()
  const counters: Counters | null =
    entry.counters === null ? null : { packets: [...entry.counters.packets], bytes: [...entry.counters.bytes] }
  return () => {
    Object.assign(entry, { status, mark, master, expiresAt, pendingEvents, streamAt, masqueradeIfindex, savedAt })
    Object.assign(entry, { sourceTranslation, destinationTranslation, tcp, sctp, counters })
    Object.assign(entry.reply, { src, dst, sport, dport })
  }
}
