import { KubehopError } from '../packet/errors.ts'

/** Error numbers that routing and the netlink side of it return (include/uapi/asm-generic/errno.h). */
export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EAGAIN: 11,
  EACCES: 13,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  ERANGE: 34,
  EOPNOTSUPP: 95,
  EADDRNOTAVAIL: 99,
  ENETDOWN: 100,
  ENETUNREACH: 101,
  EHOSTUNREACH: 113,
} as const

/** The errors that routing and its commands end with. */
export type ErrnoName = keyof typeof Errno

/** As strerror(3) of the GNU C library says it. */
const TEXTS: { readonly [name in ErrnoName]: string } = {
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
  ENETDOWN: 'Network is down',
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
}

const NAMES = new Map<number, ErrnoName>(Object.entries(Errno).map(([name, number]) => [number, name as ErrnoName]))

/** `ENETUNREACH` for 101; undefined for a number that routing never returns. */
export function errnoName(errno: number): ErrnoName | undefined {
  return NAMES.get(errno)
}

/** `Network is unreachable` for 101. */
export function errnoText(errno: number): string {
  const name = NAMES.get(errno)
  return name === undefined ? `Unknown error ${errno}` : TEXTS[name]
}

/**
 * The kernel's refusal of a netlink request (`ip route add` and its like). `code` is the name of the errno; `reason` is the
 * kernel's own explanation (extended ack) when it gave one. `iproute2Text` is what `ip` would print.
 */
export class NetlinkError extends KubehopError {
  readonly errno: number
  readonly reason: string | null

  constructor(code: ErrnoName, reason: string | null = null) {
    super(code, reason ?? TEXTS[code])
    this.errno = Errno[code]
    this.reason = reason
  }

  /** `Error: Nexthop has invalid gateway.` or `RTNETLINK answers: File exists` */
  get iproute2Text(): string {
    if (this.reason === null) return `RTNETLINK answers: ${errnoText(this.errno)}`
    return `Error: ${this.reason}${this.reason.endsWith('.') ? '' : '.'}`
  }
}

/** `ip` refuses its command line. The message is what it prints, without the line feed at the end; the exit code is its own. */
export class UsageError extends KubehopError {
  readonly exitCode: number

  constructor(message: string, exitCode = 255) {
    super('BAD_USAGE', message)
    this.exitCode = exitCode
  }
}
