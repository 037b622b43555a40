import type { TargetDefinition } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { LogEvent } from '../events.ts'
import { cutToOctets } from '../match/comment.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { parseUnsigned } from '../text/numbers.ts'
import { quote } from '../text/quote.ts'

/** `-j LOG` (net/netfilter/xt_LOG.c): writes a line to the kernel's log; here, an event. */
export interface LogTarget extends Target {
  readonly kind: 'LOG'
  /** At most 29 octets. */
  readonly prefix: string
  /** 0 (emerg) to 7 (debug). */
  readonly level: number
  /** Which more is written, by the options' names. */
  readonly flags: readonly string[]
}

const FLAGS = ['log-tcp-sequence', 'log-tcp-options', 'log-ip-options', 'log-uid', 'log-macdecode'] as const
const LEVELS: { readonly [name: string]: number } = {
  emerg: 0,
  panic: 0,
  alert: 1,
  crit: 2,
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
}
const DEFAULT_LEVEL = 4
const MAX_PREFIX = 29

function parseLevel(text: string): number {
  const level = LEVELS[text] ?? parseUnsigned(text, 7)
  if (level === undefined) badRule(`log level "${text}" unknown\n`)
  return level
}

export const LOG: TargetDefinition<LogTarget> = {
  kind: 'LOG',
  options: [
    { names: ['log-level'], words: 1 },
    { names: ['log-prefix'], words: 1 },
    ...FLAGS.map((name) => ({ names: [name], words: 0 }) as const),
  ],

  parse(options) {
    const level = options.text('log-level')
    const prefix = options.text('log-prefix')
    if (prefix === '') badRule('Argument must have a minimum length of 1 characters')
    if (prefix?.includes('\n') === true) badRule('Newlines not allowed in --log-prefix')
    return {
      kind: 'LOG',
      prefix: cutToOctets(prefix ?? '', MAX_PREFIX),
      level: level === undefined ? DEFAULT_LEVEL : parseLevel(level),
      flags: FLAGS.filter((name) => options.has(name)),
    }
  },

  print({ prefix, level, flags }) {
    return (
      (prefix === '' ? '' : ` --log-prefix ${quote(prefix)}`) +
      (level === DEFAULT_LEVEL ? '' : ` --log-level ${level}`) +
      flags.map((name) => ` --${name}`).join('')
    )
  },

  compile({ prefix, level }) {
    return (packet, state, context) => {
      const { sim, name } = context.host
      if (sim.probe !== null) {
        sim.probe.emit({ kind: 'log', netns: name, prefix, level, packet, state } satisfies LogEvent)
      }
      return CONTINUE
    }
  },
}
