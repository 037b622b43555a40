import type { ConntrackEntry } from '../conntrack/entry.ts'
import type { TargetDefinition } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { readMarkOperation } from './mark.ts'

/** `-j CONNMARK` (net/netfilter/xt_connmark.c): the connection's mark. */
export interface ConnmarkTarget extends Target {
  readonly kind: 'CONNMARK'
  /** `set` it, `save` the packet's mark in it, `restore` the packet's mark from it. */
  readonly operation: 'set' | 'save' | 'restore'
  /** `set`: the bits that are flipped after those of `ctmask` were cleared. */
  readonly value: number
  readonly ctmask: number
  /** Save and restore: the bits of the packet's mark that take part. */
  readonly nfmask: number
}

const SETS = ['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark'] as const
const OPERATIONS = [...SETS, 'save-mark', 'restore-mark'] as const
const ALL = 0xffffffff

export const CONNMARK: TargetDefinition<ConnmarkTarget> = {
  kind: 'CONNMARK',
  needsConntrack: () => true,
  options: [
    ...OPERATIONS.map(
      (name) =>
        ({
          names: [name],
          words: name === 'save-mark' || name === 'restore-mark' ? 0 : 1,
          excludes: OPERATIONS.filter((other) => other !== name),
        }) as const,
    ),
    { names: ['ctmask'], words: 1, excludes: ['mask'] },
    { names: ['nfmask'], words: 1, excludes: ['mask'] },
    { names: ['mask'], words: 1 },
  ],

  parse(options) {
    const given = options.given.find(({ spec }) => OPERATIONS.some((name) => name === spec.names[0]))
    if (given === undefined) badRule('CONNMARK target: No operation specified')
    const name = given.spec.names[0]
    if (name === 'save-mark' || name === 'restore-mark') {
      const mask = options.integer('mask') ?? ALL
      return {
        kind: 'CONNMARK',
        operation: name === 'save-mark' ? 'save' : 'restore',
        value: 0,
        ctmask: options.integer('ctmask') ?? mask,
        nfmask: options.integer('nfmask') ?? mask,
      }
    }
    const { value, mask } = readMarkOperation('CONNMARK', given, options.masked(name)!)
    const masks = {
      nfmask: options.integer('nfmask'),
      ctmask: options.integer('ctmask'),
      mask: options.integer('mask'),
    }
    // a mask behind the operation takes the place of its own; one before it is forgotten
    const later = options.given.slice(options.given.indexOf(given) + 1).map(({ spec }) => spec.names[0])
    const own = later.includes('ctmask') ? masks.ctmask : later.includes('mask') ? masks.mask : mask
    return { kind: 'CONNMARK', operation: 'set', value, ctmask: own ?? mask, nfmask: ALL }
  },

  print({ operation, value, ctmask, nfmask }) {
    if (operation === 'set') return ` --set-xmark 0x${value.toString(16)}/0x${ctmask.toString(16)}`
    return ` --${operation}-mark --nfmask 0x${nfmask.toString(16)} --ctmask 0x${ctmask.toString(16)}`
  },

  compile({ operation, value, ctmask, nfmask }) {
    return (packet, _state, context) => {
      const entry = packet.ct as ConntrackEntry | null
      if (entry === null) return CONTINUE
      if (operation === 'restore') packet.mark = ((packet.mark & ~nfmask) ^ (entry.mark & ctmask)) >>> 0
      else {
        const bits = operation === 'set' ? value : packet.mark & nfmask
        context.conntrack.setMark(entry, (entry.mark & ~ctmask) ^ bits)
      }
      return CONTINUE
    }
  },
}
