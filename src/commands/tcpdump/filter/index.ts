import type { Captured } from '../captured.ts'
import { OutOfOctets } from '../octets.ts'
import { relation } from './arithmetic.ts'
import { primitive, type Qualifiers } from './primitive.ts'
import { IP_PROTOCOLS } from './protocols.ts'
import { FilterError, SYNTAX_ERROR, Tokens } from './tokens.ts'
import { both, either, FrameView, no, type PacketKind, type Test } from './view.ts'

export { FilterError } from './tokens.ts'

/** A filter: does a packet pass? */
export type Filter = (captured: Captured) => boolean

/**
 * Reads an expression of pcap-filter(7). Refused by name: what there is no packet for here (VLAN, MPLS, PPP, IPv6, wireless), `gateway`, ports by
 * name.
 *
 * @throws FilterError in libpcap's words @throws UnsupportedError
 */
export function compileFilter(text: string): Filter {
  if (text.trim() === '') return () => true
  const tokens = new Tokens(text)
  const [test] = expression(tokens, null)
  if (tokens.peek() !== undefined) throw new FilterError(SYNTAX_ERROR)
  if (KINDS.every((kind) => test.ofKind(kind) === false)) throw new FilterError('expression rejects all packets')
  return (captured) => {
    try {
      return test.passes(new FrameView(captured))
    } catch (error) {
      // a load behind the end rejects the packet, whatever stands around it
      if (error instanceof OutOfOctets) return false
      throw error
    }
  }
}

/** All packets that differ in what protocols they are of; the last ones stand for all others. */
const KINDS: readonly PacketKind[] = [
  ...[...Object.values(IP_PROTOCOLS), ...Array.from({ length: 256 }, (_, i) => i)].map((protocol) => ({
    type: 0x800,
    protocol,
  })),
  ...[0x806, 0x8035, 0x86dd, 0].map((type) => ({ type, protocol: -1 })),
]

/** `and` and `or` bind equally, from left to right. */
function expression(tokens: Tokens, before: Qualifiers | null): [Test, Qualifiers | null] {
  let [left, said] = term(tokens, before)
  for (
    let word = tokens.take('and', 'or', '&&', '||');
    word !== undefined;
    word = tokens.take('and', 'or', '&&', '||')
  ) {
    const [right, later] = term(tokens, said)
    left = word === 'and' || word === '&&' ? both(left, right) : either(left, right)
    said = later
  }
  return [left, said]
}

function term(tokens: Tokens, before: Qualifiers | null): [Test, Qualifiers | null] {
  if (tokens.take('not', '!') !== undefined) {
    const [test, said] = term(tokens, before)
    return [no(test), said]
  }
  const compared = relation(tokens)
  if (compared !== null) return [compared, before]
  if (tokens.take('(') === undefined) return primitive(tokens, before)
  const inner = expression(tokens, before)
  tokens.expect(')')
  return inner
}
