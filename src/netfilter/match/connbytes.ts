import { entryOf } from '../conntrack/classify.ts'
import type { Counters } from '../conntrack/entry.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { lessUint64, MAX_UINT64, parseUint64, type Uint64 } from '../text/uint64.ts'

const MODES = ['packets', 'bytes', 'avgpkt'] as const
const DIRECTIONS = ['original', 'reply', 'both'] as const

/** `-m connbytes` (net/netfilter/xt_connbytes.c): what has gone through a connection so far, this packet included. */
export interface ConnbytesMatch extends Match {
  readonly kind: 'connbytes'
  readonly from: Uint64
  /** Less than `from`: what lies outside of both is meant, as `!` is written down. */
  readonly to: Uint64
  readonly mode: (typeof MODES)[number]
  readonly direction: (typeof DIRECTIONS)[number]
}

function readRange(text: string): readonly [Uint64, Uint64] {
  const colon = text.indexOf(':')
  const first = colon < 0 ? text : text.slice(0, colon)
  const last = colon < 0 ? '' : text.slice(colon + 1)
  const from = first === '' && colon >= 0 ? '0' : parseUint64(first)
  const to = last === '' ? MAX_UINT64 : parseUint64(last)
  if (from === undefined || to === undefined) {
    const near = from === undefined ? text : `:${last}`
    badRule(`connbytes: bad value for option "--connbytes" near "${near}", or out of range (0-${MAX_UINT64}).\n`)
  }
  if (lessUint64(to, from)) badRule(`${from} should be less than ${to}`)
  return [from, to]
}

export const connbytes: MatchDefinition<ConnbytesMatch> = {
  kind: 'connbytes',
  needsConntrack: () => true,
  options: [
    { names: ['connbytes'], words: 1, invert: true, required: true },
    { names: ['connbytes-dir'], words: 1, required: true },
    { names: ['connbytes-mode'], words: 1, required: true },
  ],

  parse(options) {
    const [low, high] = readRange(options.text('connbytes')!)
    const invert = options.inverted('connbytes')
    const mode = MODES.find((name) => name === options.text('connbytes-mode'))
    const direction = DIRECTIONS.find((name) => name === options.text('connbytes-dir'))
    if (direction === undefined) badRule(`Unknown --connbytes-dir \`${options.text('connbytes-dir')}'`)
    if (mode === undefined) badRule(`Unknown --connbytes-mode \`${options.text('connbytes-mode')}'`)
    return { kind: 'connbytes', from: invert ? high : low, to: invert ? low : high, mode, direction }
  },

  print({ from, to, mode, direction }) {
    const invert = lessUint64(to, from)
    const [low, high] = invert ? [to, from] : [from, to]
    const range = high === MAX_UINT64 ? low : `${low}:${high}`
    return `${invert ? ' !' : ''} --connbytes ${range} --connbytes-mode ${mode} --connbytes-dir ${direction}`
  },

  compile({ from, to, mode, direction }) {
    const low = Number(from)
    const high = Number(to)
    const outside = high < low
    return (packet) => {
      const counters = entryOf(packet)?.counters
      if (counters === undefined || counters === null) return false
      const what = measure(counters, mode, direction)
      return outside ? what < high || what > low : what >= low && what <= high
    }
  },

  explain({ mode, direction }, packet) {
    const counters = entryOf(packet)?.counters
    return counters === undefined || counters === null
      ? 'nothing counted'
      : `${mode} ${measure(counters, mode, direction)}`
  },
}

function measure(counters: Counters, mode: ConnbytesMatch['mode'], direction: ConnbytesMatch['direction']): number {
  const packets = sum(counters.packets, direction)
  if (mode === 'packets') return packets
  const bytes = sum(counters.bytes, direction)
  if (mode === 'bytes') return bytes
  return packets === 0 ? 0 : Math.floor(bytes / packets)
}

function sum([original, reply]: readonly [number, number], direction: ConnbytesMatch['direction']): number {
  return direction === 'original' ? original : direction === 'reply' ? reply : original + reply
}
