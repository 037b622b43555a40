import { UnsupportedError } from '../../../packet/errors.ts'
import { protocolTest } from './protocols.ts'
import { FilterError, SYNTAX_ERROR, type Tokens } from './tokens.ts'
import { both, type FrameView, type Test, within } from './view.ts'

/** A number that a filter computes of a packet, and of which packets it may. */
interface Value {
  readonly of: (view: FrameView) => number
  readonly needs: Test | null
}

/** pcap-filter(7): offsets, types and flags by name. */
const CONSTANTS: Readonly<Record<string, number>> = {
  tcpflags: 13,
  'tcp-fin': 1,
  'tcp-syn': 2,
  'tcp-rst': 4,
  'tcp-push': 8,
  'tcp-ack': 16,
  'tcp-urg': 32,
  'tcp-ece': 64,
  'tcp-cwr': 128,
  icmptype: 0,
  icmpcode: 1,
  'icmp-echoreply': 0,
  'icmp-unreach': 3,
  'icmp-sourcequench': 4,
  'icmp-redirect': 5,
  'icmp-echo': 8,
  'icmp-routeradvert': 9,
  'icmp-routersolicit': 10,
  'icmp-timxceed': 11,
  'icmp-paramprob': 12,
  'icmp-tstamp': 13,
  'icmp-tstampreply': 14,
  'icmp-ireq': 15,
  'icmp-ireqreply': 16,
  'icmp-maskreq': 17,
  'icmp-maskreply': 18,
}

const RELATIONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
}

/** Unsigned numbers of 32 bits, from the weakest binding to the strongest. */
const OPERATORS: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '|': (a, b) => (a | b) >>> 0, '^': (a, b) => (a ^ b) >>> 0 },
  { '&': (a, b) => (a & b) >>> 0 },
  { '<<': (a, b) => (b > 31 ? 0 : (a << b) >>> 0), '>>': (a, b) => (b > 31 ? 0 : a >>> b) },
  { '+': (a, b) => (a + b) >>> 0, '-': (a, b) => (a - b) >>> 0 },
  { '*': (a, b) => Math.imul(a, b) >>> 0, '/': (a, b) => Math.floor(a / b), '%': (a, b) => a % b },
]

/** `tcp[13] & 2 != 0`, or null where no such comparison stands; the tokens are as they were then. */
export function relation(tokens: Tokens): Test | null {
  const start = tokens.at
  try {
    const left = sum(tokens, 0)
    const compare = RELATIONS[tokens.peek() ?? '']
    if (compare !== undefined) {
      tokens.next()
      const right = sum(tokens, 0)
      const passes = (view: FrameView): boolean => compare(left.of(view), right.of(view))
      const needs = joined(left.needs, right.needs)
      return needs === null ? { passes, ofKind: () => null } : within(needs, passes)
    }
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
  }
  tokens.at = start
  return null
}

function joined(a: Test | null, b: Test | null): Test | null {
  return a === null ? b : b === null ? a : both(a, b)
}

function sum(tokens: Tokens, level: number): Value {
  const operators = OPERATORS[level]
  if (operators === undefined) return factor(tokens)
  let left = sum(tokens, level + 1)
  for (let apply = operators[tokens.peek() ?? '']; apply !== undefined; apply = operators[tokens.peek() ?? '']) {
    tokens.next()
    const right = sum(tokens, level + 1)
    const [{ of: a }, { of: b }, operator] = [left, right, apply]
    left = { of: (view) => operator(a(view), b(view)), needs: joined(left.needs, right.needs) }
  }
  return left
}

function factor(tokens: Tokens): Value {
  if (tokens.take('(') !== undefined) {
    const inner = sum(tokens, 0)
    tokens.expect(')')
    return inner
  }
  if (tokens.take('-') !== undefined) {
    const { of, needs } = factor(tokens)
    return { of: (view) => -of(view) >>> 0, needs }
  }
  const word = tokens.next()
  const number = CONSTANTS[word] ?? numberOf(word)
  if (number !== undefined) return { of: () => number, needs: null }
  if (word === 'len') return { of: (view) => view.length, needs: null }
  if (tokens.peek() !== '[') throw new FilterError(SYNTAX_ERROR)
  tokens.next()
  return load(word, tokens)
}

/** `PROTO [ OFFSET ]`, `PROTO [ OFFSET : SIZE ]` */
function load(protocol: string, tokens: Tokens): Value {
  const offset = sum(tokens, 0)
  const size = tokens.take(':') === undefined ? 1 : (numberOf(tokens.next()) ?? 0)
  tokens.expect(']')
  if (size !== 1 && size !== 2 && size !== 4) throw new FilterError('data size must be 1, 2, or 4')
  const read = (view: FrameView): number => {
    const part =
      protocol === 'ether' || protocol === 'link' ? view.octets : isNetwork(protocol) ? view.network : view.transport
    const at = offset.of(view)
    return size === 1 ? part.u8(at) : size === 2 ? part.u16(at) : part.u32(at)
  }
  if (protocol === 'ether' || protocol === 'link') return { of: read, needs: offset.needs }
  const kind = protocolTest(protocol)
  if (kind === undefined) throw new UnsupportedError(`tcpdump filter ${protocol}[…]`)
  const needs = isNetwork(protocol) ? kind : within(kind, (view) => !view.isLaterFragment)
  return { of: read, needs: joined(offset.needs, needs) }
}

function isNetwork(protocol: string): boolean {
  return protocol === 'ip' || protocol === 'arp' || protocol === 'rarp'
}

/** A number in any of C's bases. */
export function numberOf(word: string): number | undefined {
  if (!/^(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.test(word)) return undefined
  const number = /^0[0-7]+$/.test(word) ? Number.parseInt(word, 8) : Number(word)
  return number <= 0xffffffff ? number : undefined
}
