import { KubehopError } from '../errors.ts'

/** Octets that are no packet. `at` is the offset in the octets given to the decoder. */
export function malformed(what: string, at: number): KubehopError {
  return new KubehopError('BAD_FRAME', `octet ${at}: ${what}`)
}

/** A packet object that cannot be written as octets. */
export function inconsistent(what: string): KubehopError {
  return new KubehopError('BAD_PACKET', what, { hint: 'updateLengths() sets the length fields' })
}
