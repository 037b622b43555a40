import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'

/** `-m statistic --mode random`: matches with this probability. */
export interface RandomMatch extends Match {
  readonly kind: 'statistic'
  readonly mode: 'random'
  /** The probability in units of 2^-31, 0 to 2^31: so the kernel keeps it, and so it is printed. */
  readonly probability: number
  readonly invert: boolean
}

/** `-m statistic --mode nth`: matches one packet of every so many. */
export interface NthMatch extends Match {
  readonly kind: 'statistic'
  readonly mode: 'nth'
  readonly every: number
  /** Which of them: 0 to every - 1. */
  readonly packet: number
  readonly invert: boolean
}

/** `-m statistic` (net/netfilter/xt_statistic.c) */
export type StatisticMatch = RandomMatch | NthMatch

/** The scale of `probability`. */
export const PROBABILITY_ONE = 0x80000000

/** The exact probability with which the kernel takes such a rule, 0 to 1, without `!`. */
export function probabilityOf(match: RandomMatch): number {
  return match.probability / PROBABILITY_ONE
}

/** The nearest probability that the kernel can keep. */
export function scaleProbability(probability: number): number {
  // lround: halves away from zero
  return Math.floor(probability * PROBABILITY_ONE + 0.5)
}

const DECIMALS = 11
const FLOAT = /^[ \t-\r]*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const HEX_FLOAT = /^[ \t-\r]*([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([+-]?[0-9]+))?$/

/** As strtod(3) reads it; `0x1p-1`, too. */
function parseFloatingPoint(text: string): number {
  if (FLOAT.test(text)) return Number(text)
  const [all, sign, whole = '', part = '', power = '0'] = HEX_FLOAT.exec(text) ?? []
  if (all === undefined || whole + part === '') return Number.NaN
  const digits = Number.parseInt(`0${whole}${part}`, 16) * 2 ** (Number(power) - 4 * part.length)
  return sign === '-' ? -digits : digits
}

function parseProbability(text: string): number {
  const value = parseFloatingPoint(text)
  if (!(value >= 0 && value <= 1)) badRule('statistic: bad value for option "--probability", or out of range (0-1).\n')
  return scaleProbability(value)
}

export const statistic: MatchDefinition<StatisticMatch> = {
  kind: 'statistic',
  options: [
    { names: ['mode'], words: 1, required: true },
    { names: ['probability'], words: 1, invert: true, excludes: ['every', 'packet'] },
    { names: ['every'], words: 1, invert: true, excludes: ['probability'], needs: 'packet' },
    { names: ['packet'], words: 1, excludes: ['probability'], needs: 'every' },
  ],

  parse(options) {
    const mode = options.text('mode')!
    options.checkTogether()
    if (mode !== 'random' && mode !== 'nth') badRule(`Bad mode "${mode}"`)
    if (mode === 'random') {
      const text = options.text('probability')
      if (text === undefined) badRule('--probability must be specified when using random mode')
      return { kind: 'statistic', mode, probability: parseProbability(text), invert: options.inverted('probability') }
    }
    const every = options.integer('every', 0xffffffff, 1)
    const packet = options.integer('packet')
    if (every === undefined || packet === undefined)
      badRule('--every and --packet must be specified when using nth mode')
    if (packet >= every) badRule('the --packet p must be 0 <= p <= n-1')
    return { kind: 'statistic', mode, every, packet, invert: options.inverted('every') }
  },

  print(match) {
    const bang = match.invert ? ' !' : ''
    return match.mode === 'random'
      ? ` --mode random${bang} --probability ${probabilityOf(match).toFixed(DECIMALS)}`
      : ` --mode nth${bang} --every ${match.every} --packet ${match.packet}`
  },

  compile(match) {
    const invert = match.invert
    if (match.mode === 'random') {
      const probability = probabilityOf(match)
      return (_packet, _state, context) => context.host.sim.decide(probability, match) !== invert
    }
    const { every, packet: chosen } = match
    return (_packet, _state, context) => {
      // packet number `chosen`, counted from 0, is the first hit
      const counter = context.state(match, () => ({ left: chosen }), cloneCounter)
      if (counter.left === 0) {
        counter.left = every - 1
        return !invert
      }
      counter.left--
      return invert
    }
  },
}

function cloneCounter(counter: { left: number }): { left: number } {
  return { left: counter.left }
}
