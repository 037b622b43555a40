// Sequence numbers are unsigned 32-bit integers that wrap around; they are compared by the sign of their distance (RFC 9293, 3.4).

/** Does `a` come before `b`? */
export function before(a: number, b: number): boolean {
  return ((a - b) | 0) < 0
}

/** Does `a` come after `b`? */
export function after(a: number, b: number): boolean {
  return ((b - a) | 0) < 0
}

/** `first <= value <= last` */
export function between(value: number, first: number, last: number): boolean {
  return (last - first) >>> 0 >= (value - first) >>> 0
}

/** The sequence number `count` octets further. */
export function advance(sequence: number, count: number): number {
  return (sequence + count) >>> 0
}
