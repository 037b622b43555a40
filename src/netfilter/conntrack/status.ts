/** Bits of a connection's status (`enum ip_conntrack_status`, include/uapi/linux/netfilter/nf_conntrack_common.h). */
export const IPS = {
  /** It was expected: the child of another connection. */
  EXPECTED: 1 << 0,
  /** Packets have gone both ways. */
  SEEN_REPLY: 1 << 1,
  /** Not to be dropped early when the table is full. */
  ASSURED: 1 << 2,
  /** It is in the table: its first packet has left, or was delivered. */
  CONFIRMED: 1 << 3,
  /** Its source is translated. */
  SRC_NAT: 1 << 4,
  /** Its destination is translated. */
  DST_NAT: 1 << 5,
  SEQ_ADJUST: 1 << 6,
  /** The translation of its source is decided, be it that there is none. */
  SRC_NAT_DONE: 1 << 7,
  DST_NAT_DONE: 1 << 8,
  /** Removed from the table. */
  DYING: 1 << 9,
  /** Packets do not prolong it. */
  FIXED_TIMEOUT: 1 << 10,
  /** Not a connection: what the CT target hangs on a packet before it is tracked. */
  TEMPLATE: 1 << 11,
  /** It lost a clash: only its reply direction is in the table. */
  NAT_CLASH: 1 << 12,
} as const

/** `IPS_NAT_MASK` */
export const NAT_MASK = IPS.SRC_NAT | IPS.DST_NAT
/** `IPS_NAT_DONE_MASK` */
export const NAT_DONE_MASK = IPS.SRC_NAT_DONE | IPS.DST_NAT_DONE

/** What happened to a connection, as ctnetlink tells it (`enum ip_conntrack_events`, the same header). */
export const CtEvent = {
  NEW: 1 << 0,
  RELATED: 1 << 1,
  DESTROY: 1 << 2,
  REPLY: 1 << 3,
  ASSURED: 1 << 4,
  PROTOINFO: 1 << 5,
  HELPER: 1 << 6,
  MARK: 1 << 7,
} as const

/** `enum ip_conntrack_dir` */
export const Direction = { ORIGINAL: 0, REPLY: 1 } as const
export type Direction = (typeof Direction)[keyof typeof Direction]

/** What a protocol's tracker says of a packet; the kernel writes them as verdicts, negative for invalid ones. */
export const Tracked = {
  /** Drop it. */
  DROP: 0,
  ACCEPT: 1,
  /** It is not part of the connection: let it go on as INVALID. */
  INVALID: -1,
  /** The connection was removed: look the packet up again. */
  REPEAT: -4,
} as const
export type Tracked = (typeof Tracked)[keyof typeof Tracked]
