import type { MatchDefinition } from '../definition.ts'
import { addrtype } from './addrtype.ts'
import { comment } from './comment.ts'
import { connbytes } from './connbytes.ts'
import { connlimit } from './connlimit.ts'
import { connmark } from './connmark.ts'
import { conntrack } from './conntrack.ts'
import { dscp } from './dscp.ts'
import { hashlimit } from './hashlimit.ts'
import { icmp } from './icmp.ts'
import { iprange } from './iprange.ts'
import { length } from './length.ts'
import { limit } from './limit.ts'
import { mac } from './mac.ts'
import { mark } from './mark.ts'
import { multiport } from './multiport.ts'
import { nfacct } from './nfacct.ts'
import { owner } from './owner.ts'
import { physdev } from './physdev.ts'
import { pkttype } from './pkttype.ts'
import { quota } from './quota.ts'
import { recent } from './recent.ts'
import { rpfilter } from './rpfilter.ts'
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
  connbytes,
  connlimit,
  connmark,
  conntrack,
  dscp,
  hashlimit,
  icmp,
  iprange,
  length,
  limit,
  mac,
  mark,
  multiport,
  nfacct,
  owner,
  physdev,
  pkttype,
  quota,
  recent,
  rpfilter,
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
