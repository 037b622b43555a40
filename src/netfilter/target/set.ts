import type { TargetDefinition } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { SetQuery } from '../ipset/types.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { parseUnsigned } from '../text/numbers.ts'
import type { OptionReader } from '../text/options.ts'
import { formatSetUse, parseSetUse, type SetUse, sourceBits } from '../text/set-words.ts'
import type { UnsupportedTarget } from '../unsupported.ts'

/** `-j SET` (net/netfilter/xt_set.c): puts what the packet has into an ip set, or takes it out. */
export interface SetTarget extends Target {
  readonly kind: 'SET'
  readonly add?: SetUse
  readonly del?: SetUse
  /** What is there already begins its time anew. */
  readonly exist: boolean
  /** Seconds; absent: as the set has it. */
  readonly timeout?: number
}

/** The kernel counts time-outs in milliseconds of 32 bits. */
const MAX_TIMEOUT = Math.floor(0xffffffff / 1000)
const USES = ['add-set', 'del-set', 'map-set'] as const
const MAP_FLAGS = ['map-mark', 'map-prio', 'map-queue'] as const

function readUse(options: OptionReader, option: (typeof USES)[number]): SetUse | undefined {
  const given = options.given.filter(({ spec }) => spec.names[0] === option)
  if (given.length > 1) badRule(`--${option} can be specified only once`)
  return given[0] === undefined ? undefined : parseSetUse(option, given[0].value, given[0].value2)
}

function readTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const timeout = parseUnsigned(text, 0xfffffffe)
  if (timeout === undefined) badRule('Invalid value for option --timeout or out of range 0-4294967294')
  return timeout
}

function queryOf({ directions }: SetUse): SetQuery {
  return {
    dimension: directions.length,
    sources: sourceBits(directions),
    returnNomatch: false,
    countPackets: true,
    countSubsets: true,
    packets: null,
    bytes: null,
  }
}

export const SET: TargetDefinition<SetTarget | UnsupportedTarget> = {
  kind: 'SET',
  options: [
    // a `!` is taken and forgotten
    ...USES.map((name) => ({ names: [name], words: 2, invert: true, repeat: true }) as const),
    ...MAP_FLAGS.map((name) => ({ names: [name], words: 0, invert: true, repeat: true }) as const),
    { names: ['exist'], words: 0, invert: true, repeat: true },
    { names: ['timeout'], words: 1, invert: true, repeat: true },
  ],

  parse(options) {
    const add = readUse(options, 'add-set')
    const del = readUse(options, 'del-set')
    const map = readUse(options, 'map-set')
    const timeout = readTimeout(options.text('timeout'))
    if (add === undefined && del === undefined && map === undefined) {
      badRule("You must specify either `--add-set' or `--del-set' or `--map-set'")
    }
    if (add === undefined) {
      if (options.has('exist')) badRule("Flag `--exist' can be used with `--add-set' only")
      if (timeout !== undefined) badRule("Option `--timeout' can be used with `--add-set' only")
    }
    const flags = MAP_FLAGS.filter((name) => options.has(name))
    if (map === undefined && flags.length > 0) badRule(`Flag \`--${flags[0]}' can be used with \`--map-set' only`)
    if (map !== undefined) {
      if (flags.length === 0) badRule("You must specify flags `--map-mark' or '--map-prio` or `--map-queue'")
      const text = ` --map-set ${formatSetUse(map)}${flags.map((name) => ` --${name}`).join('')}`
      return { kind: 'unsupported', name: 'SET', text }
    }
    return {
      kind: 'SET',
      ...(add && { add }),
      ...(del && { del }),
      exist: options.has('exist'),
      ...(timeout !== undefined && { timeout }),
    }
  },

  print(target) {
    if (target.kind !== 'SET') return target.text
    const { add, del, exist, timeout } = target
    return (
      (add === undefined ? '' : ` --add-set ${formatSetUse(add)}`) +
      (exist ? ' --exist' : '') +
      (timeout === undefined ? '' : ` --timeout ${timeout}`) +
      (del === undefined ? '' : ` --del-set ${formatSetUse(del)}`)
    )
  },

  compile(target) {
    if (target.kind !== 'SET') return () => CONTINUE
    const { add, del, exist } = target
    const addQuery = add === undefined ? null : queryOf(add)
    const delQuery = del === undefined ? null : queryOf(del)
    const timeout = target.timeout === undefined ? undefined : Math.min(target.timeout, MAX_TIMEOUT)
    return (packet, state, context) => {
      if (addQuery !== null) {
        const set = context.sets.get(add!.set)
        if (set !== undefined && addQuery.dimension >= set.type.dimension) {
          set.addFrom(packet, state, addQuery, exist, timeout)
        }
      }
      if (delQuery !== null) {
        const set = context.sets.get(del!.set)
        if (set !== undefined && delQuery.dimension >= set.type.dimension) set.deleteFrom(packet, state, delQuery)
      }
      return CONTINUE
    }
  },
}
