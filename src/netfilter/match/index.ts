import type { MatchDefinition } from '../definition.ts'
import { addrtype } from './addrtype.ts'
import { comment } from './comment.ts'
import { connmark } from './connmark.ts'
import { conntrack } from './conntrack.ts'
import { dscp } from './dscp.ts'
import { icmp } from './icmp.ts'
import { iprange } from './iprange.ts'
import { length } from './length.ts'
import { limit } from './limit.ts'
import { mac } from './mac.ts'
import { mark } from './mark.ts'
import { multiport } from './multiport.ts'
import { nfacct } from './nfacct.ts'
import { physdev } from './physdev.ts'
import { pkttype } from './pkttype.ts'
import { recent } from './recent.ts'
import { sctp } from './sctp.ts'
import { set } from './set.ts'
import { state } from './state.ts'
import { statistic } from './statistic.ts'
import { tcp } from './tcp.ts'
import { tcpmss } from './tcpmss.ts'
import { tos } from './tos.ts'
import { ttl } from './ttl.ts'
import { udp } from './udp.ts'

/** Every match that is modelled. One more is one more file, and its name here. */
const DEFINITIONS: readonly MatchDefinition[] = [
  addrtype,
  comment,
  connmark,
  conntrack,
  dscp,
  icmp,
  iprange,
  length,
  limit,
  mac,
  mark,
  multiport,
  nfacct,
  physdev,
  pkttype,
  recent,
  sctp,
  set,
  state,
  statistic,
  tcp,
  tcpmss,
  tos,
  ttl,
  udp,
]

/** By the name behind `-m`. */
export const MATCHES: ReadonlyMap<string, MatchDefinition> = new Map(DEFINITIONS.map((each) => [each.kind, each]))
