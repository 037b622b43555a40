import { IcmpType } from '../packet/protocol.ts'
import type { ErrnoName } from '../route/index.ts'

/** Why a socket call failed, or what befell a socket, by errno name (include/uapi/asm-generic/errno.h). */
export type SocketErrno =
  | ErrnoName
  | 'EADDRINUSE'
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'EDESTADDRREQ'
  | 'EHOSTDOWN'
  | 'EISCONN'
  | 'EMSGSIZE'
  | 'ENOBUFS'
  | 'ENONET'
  | 'ENOPROTOOPT'
  | 'ENOTCONN'
  | 'EPIPE'
  | 'EPROTO'
  | 'ETIMEDOUT'

/** What a call that makes a socket returns: the socket, or the errno. The network's refusals are results, never exceptions. */
export type Opened<S> =
  | { readonly socket: S; readonly error: null }
  | { readonly socket: null; readonly error: SocketErrno }

/** As strerror(3) of the GNU C library says it. */
const TEXTS: { readonly [name in SocketErrno]: string } = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  ESRCH: 'No such process',
  EAGAIN: 'Resource temporarily unavailable',
  EACCES: 'Permission denied',
  EEXIST: 'File exists',
  ENODEV: 'No such device',
  EINVAL: 'Invalid argument',
  ERANGE: 'Numerical result out of range',
  EOPNOTSUPP: 'Operation not supported',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ENOBUFS: 'No buffer space available',
  ENETDOWN: 'Network is down',
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
  EADDRINUSE: 'Address already in use',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EDESTADDRREQ: 'Destination address required',
  EHOSTDOWN: 'Host is down',
  EISCONN: 'Transport endpoint is already connected',
  EMSGSIZE: 'Message too long',
  ENONET: 'Machine is not on the network',
  ENOPROTOOPT: 'Protocol not available',
  ENOTCONN: 'Transport endpoint is not connected',
  EPIPE: 'Broken pipe',
  EPROTO: 'Protocol error',
  ETIMEDOUT: 'Connection timed out',
}

/** `Connection refused` for `ECONNREFUSED`. */
export function socketErrorText(errno: SocketErrno): string {
  return TEXTS[errno]
}

/** What an ICMP error means to a socket. A fatal one is reported to every connected socket, others only to those that ask. */
export interface IcmpMeaning {
  readonly errno: SocketErrno
  readonly fatal: boolean
}

/** Destination unreachable by code (`icmp_err_convert`, net/ipv4/icmp.c). */
const UNREACHABLE: readonly IcmpMeaning[] = [
  { errno: 'ENETUNREACH', fatal: false },
  { errno: 'EHOSTUNREACH', fatal: false },
  { errno: 'ENOPROTOOPT', fatal: true },
  { errno: 'ECONNREFUSED', fatal: true },
  { errno: 'EMSGSIZE', fatal: false },
  { errno: 'EOPNOTSUPP', fatal: false },
  { errno: 'ENETUNREACH', fatal: true },
  { errno: 'EHOSTDOWN', fatal: true },
  { errno: 'ENONET', fatal: true },
  { errno: 'ENETUNREACH', fatal: true },
  { errno: 'EHOSTUNREACH', fatal: true },
  { errno: 'ENETUNREACH', fatal: false },
  { errno: 'EHOSTUNREACH', fatal: false },
  { errno: 'EHOSTUNREACH', fatal: true },
  { errno: 'EHOSTUNREACH', fatal: true },
  { errno: 'EHOSTUNREACH', fatal: true },
]

const PARAMETER_PROBLEM: IcmpMeaning = { errno: 'EPROTO', fatal: true }
const TIME_EXCEEDED: IcmpMeaning = { errno: 'EHOSTUNREACH', fatal: false }

/** The errno of an ICMP error, or null for messages that sockets pass over (`__udp4_lib_err`, `tcp_v4_err`). */
export function icmpMeaning(type: number, code: number): IcmpMeaning | null {
  switch (type) {
    case IcmpType.DEST_UNREACH:
      return UNREACHABLE[code] ?? null
    case IcmpType.PARAMETER_PROBLEM:
      return PARAMETER_PROBLEM
    case IcmpType.TIME_EXCEEDED:
      return TIME_EXCEEDED
    default:
      return null
  }
}
