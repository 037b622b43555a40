import { type Payload, payloadOf } from '../../packet/packet.ts'

/** The octets from `from` to before `to`. */
export function slice(payload: Payload, from: number, to: number): Payload {
  if (from === 0 && to === payload.length) return payload
  return payloadOf(payload.data === null ? to - from : payload.data.subarray(from, to))
}

/** One behind the other. */
export function join(a: Payload, b: Payload): Payload {
  if (a.data === null && b.data === null) return payloadOf(a.length + b.length)
  const data = new Uint8Array(a.length + b.length)
  if (a.data !== null) data.set(a.data)
  if (b.data !== null) data.set(b.data, a.length)
  return payloadOf(data)
}
