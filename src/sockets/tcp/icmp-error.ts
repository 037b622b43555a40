import type { Packet } from '../../packet/packet.ts'
import { IcmpType, UnreachCode } from '../../packet/protocol.ts'
import { icmpMeaning } from '../errno.ts'
import type { Connection } from './connection.ts'
import { finish } from './lifecycle.ts'
import { resendSmaller } from './push.ts'
import { between } from './sequence.ts'
import { TcpState } from './tcp-state.ts'

/**
 * An ICMP error about a segment of the connection (`tcp_v4_err`, net/ipv4/tcp_ipv4.c). It ends an attempt to connect; an established
 * connection only remembers it. `seq` is that of the quoted segment.
 */
export function receiveIcmpError(c: Connection, message: Packet, seq: number): void {
  const icmp = message.l4
  if (icmp === null || icmp.kind !== 'icmp') return
  if (c.timeWait || !between(seq, c.sndUna, c.sndNxt)) return
  c.touch()
  if (icmp.type === IcmpType.DEST_UNREACH && icmp.code === UnreachCode.FRAG_NEEDED) {
    // the namespace has learned the path MTU already
    resendSmaller(c)
    return
  }
  const meaning = icmpMeaning(icmp.type, icmp.code)
  if (meaning === null) return
  if (c.state === TcpState.SYN_SENT) finish(c, meaning.errno)
  else if (c.state === TcpState.SYN_RECV) failHalfOpen(c, icmp.type, icmp.code)
  else c.softError = meaning.errno
}

/** Only what speaks of the host or its network ends a half-open connection (`tcp_req_err`). */
function failHalfOpen(c: Connection, type: number, code: number): void {
  const final =
    type === IcmpType.PARAMETER_PROBLEM ||
    type === IcmpType.TIME_EXCEEDED ||
    (type === IcmpType.DEST_UNREACH && (code === UnreachCode.NET || code === UnreachCode.HOST))
  if (final) finish(c, null)
}
