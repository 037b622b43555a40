import { CtInfo } from '../../packet/packet.ts'
import { conntrackTemplate, setUntracked } from '../conntrack/classify.ts'
import type { TargetDefinition, TargetFunction } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { parseUnsigned } from '../text/numbers.ts'
import type { UnsupportedTarget } from '../unsupported.ts'

/** `-j CT` (net/netfilter/xt_CT.c): how conntrack is to treat the packet. */
export interface CtTarget extends Target {
  readonly kind: 'CT'
  readonly notrack: boolean
  /** The zone in which the packet is tracked, 0 to 65535; `mark`: the packet's mark says it. */
  readonly zone?: number | 'mark'
}

/** `-j NOTRACK`: the older word for `-j CT --notrack`, and saved as it was written. */
export interface NotrackTarget extends Target {
  readonly kind: 'NOTRACK'
}

const UNMODELLED = ['zone-orig', 'zone-reply', 'helper', 'ctevents', 'expevents', 'timeout'] as const

function parseZone(text: string): number | 'mark' {
  if (text === 'mark') return text
  return parseUnsigned(text, 65535) ?? badRule(`Cannot parse ${text} as a zone ID\n`)
}

const untrack: TargetFunction = (packet) => {
  // Whoever came first decides: conntrack, or an earlier rule.
  if (packet.ct === null) setUntracked(packet)
  return CONTINUE
}

export const CT: TargetDefinition<CtTarget | UnsupportedTarget> = {
  kind: 'CT',
  tables: ['raw'],
  needsConntrack: (target) => target.kind === 'CT' && !target.notrack,
  options: [
    { names: ['notrack'], words: 0 },
    { names: ['zone'], words: 1 },
    ...UNMODELLED.map((name) => ({ names: [name], words: 1 }) as const),
  ],

  parse(options) {
    const beyond = options.given.filter(({ spec }) => UNMODELLED.some((name) => name === spec.names[0]))
    if (beyond.length > 0) {
      const text = options.given
        .map(({ spec, value }) => ` --${spec.names[0]}${value === '' ? '' : ` ${value}`}`)
        .join('')
      return { kind: 'unsupported', name: 'CT', text }
    }
    const zone = options.text('zone')
    return { kind: 'CT', notrack: options.has('notrack'), ...(zone !== undefined && { zone: parseZone(zone) }) }
  },

  print(target) {
    if (target.kind === 'unsupported') return target.text
    return (target.notrack ? ' --notrack' : '') + (target.zone === undefined ? '' : ` --zone ${target.zone}`)
  },

  compile(target) {
    if (target.kind === 'unsupported') return () => CONTINUE
    if (target.notrack) return untrack
    const zone = target.zone ?? 0
    const template = conntrackTemplate(zone === 'mark' ? 0 : zone)
    return (packet) => {
      if (packet.ct !== null || packet.ctInfo === CtInfo.UNTRACKED) return CONTINUE
      packet.ct = zone === 'mark' ? conntrackTemplate(packet.mark & 0xffff) : template
      packet.ctInfo = CtInfo.NEW
      return CONTINUE
    }
  },
}

export const NOTRACK: TargetDefinition<NotrackTarget> = {
  kind: 'NOTRACK',
  tables: ['raw'],
  options: [],

  parse() {
    return { kind: 'NOTRACK' }
  },

  print() {
    return ''
  },

  compile() {
    return untrack
  },
}
