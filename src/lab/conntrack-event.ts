import type { RecordedConntrackEvent, RecordedTuple } from '../commands/record/index.ts'
import { addressText } from './frame-octets.ts'
import { type Attributes, type NfnetlinkMessage, nested, number32 } from './netlink.ts'

const NFNL_SUBSYS_CTNETLINK = 1
const IPCTNL_MSG_CT_DELETE = 2
const NLM_F_CREATE = 0x400
const AF_INET = 2

/** enum ctattr_type */
const CTA = { TUPLE_ORIG: 1, TUPLE_REPLY: 2, STATUS: 3, PROTOINFO: 4, MARK: 8, ZONE: 18 } as const
/** enum ctattr_ip and ctattr_l4proto */
const CTA_TUPLE = { IP: 1, PROTO: 2 } as const
const CTA_IP = { V4_SRC: 1, V4_DST: 2 } as const
const CTA_PROTO = { NUM: 1, SRC_PORT: 2, DST_PORT: 3, ICMP_ID: 4, ICMP_TYPE: 5, ICMP_CODE: 6 } as const
const CTA_PROTOINFO_TCP = 1
const CTA_PROTOINFO_TCP_STATE = 1

/** The bits of `enum ip_conntrack_status` that say something; the others every confirmed or translated entry has. */
const STATUS_NAMES: readonly (readonly [bit: number, name: string])[] = [
  [0, 'EXPECTED'],
  [1, 'SEEN_REPLY'],
  [2, 'ASSURED'],
  [4, 'SRC_NAT'],
  [5, 'DST_NAT'],
  [6, 'SEQ_ADJUST'],
]

/** enum tcp_conntrack */
export const TCP_STATES = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
] as const

const PROTOCOL_NAMES: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' }

/** A conntrack event (net/netfilter/nf_conntrack_netlink.c), or null when the message is something else. */
export function readConntrackEvent(message: NfnetlinkMessage, step: number): RecordedConntrackEvent | null {
  if (message.type >> 8 !== NFNL_SUBSYS_CTNETLINK || message.family !== AF_INET) return null
  const { attributes } = message
  const deleted = (message.type & 0xff) === IPCTNL_MSG_CT_DELETE
  const orig = nested(attributes, CTA.TUPLE_ORIG)
  const event: Partial<RecordedConntrackEvent> = {
    ev: deleted ? 'DESTROY' : (message.flags & NLM_F_CREATE) !== 0 ? 'NEW' : 'UPDATE',
    proto: protocolOf(orig),
    orig: readTuple(orig),
    reply: readTuple(nested(attributes, CTA.TUPLE_REPLY)),
  }
  const status = number32(attributes, CTA.STATUS)
  if (status !== undefined) {
    event.status = STATUS_NAMES.filter(([bit]) => ((status >> bit) & 1) === 1).map(([, name]) => name)
  }
  const state = nested(nested(attributes, CTA.PROTOINFO), CTA_PROTOINFO_TCP).get(CTA_PROTOINFO_TCP_STATE)?.[0]
  if (state !== undefined) event.state = TCP_STATES[state] ?? String(state)
  const mark = number32(attributes, CTA.MARK)
  if (mark !== undefined && mark !== 0) event.mark = mark
  const zone = attributes.get(CTA.ZONE)?.readUInt16BE(0)
  if (zone !== undefined) event.zone = zone
  event.step = step
  return event as RecordedConntrackEvent
}

function protocolOf(tuple: Attributes): string {
  const number = nested(tuple, CTA_TUPLE.PROTO).get(CTA_PROTO.NUM)?.[0]
  return number === undefined ? '?' : (PROTOCOL_NAMES[number] ?? String(number))
}

function readTuple(attributes: Attributes): RecordedTuple {
  const addresses = nested(attributes, CTA_TUPLE.IP)
  const protocol = nested(attributes, CTA_TUPLE.PROTO)
  const tuple: RecordedTuple = {}
  const src = addresses.get(CTA_IP.V4_SRC)
  const dst = addresses.get(CTA_IP.V4_DST)
  if (src !== undefined) tuple.src = addressText(src)
  if (dst !== undefined) tuple.dst = addressText(dst)
  const sport = protocol.get(CTA_PROTO.SRC_PORT)?.readUInt16BE(0)
  const dport = protocol.get(CTA_PROTO.DST_PORT)?.readUInt16BE(0)
  const type = protocol.get(CTA_PROTO.ICMP_TYPE)?.[0]
  const code = protocol.get(CTA_PROTO.ICMP_CODE)?.[0]
  const id = protocol.get(CTA_PROTO.ICMP_ID)?.readUInt16BE(0)
  if (sport !== undefined) tuple.sport = sport
  if (dport !== undefined) tuple.dport = dport
  if (type !== undefined) tuple.type = type
  if (code !== undefined) tuple.code = code
  if (id !== undefined) tuple.id = id
  return tuple
}
