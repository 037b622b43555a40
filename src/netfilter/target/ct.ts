import { CtInfo } from '../../packet/packet.ts'
import { conntrackTemplate, setUntracked } from '../conntrack/classify.ts'
import { Direction } from '../conntrack/status.ts'
import { makeZone } from '../conntrack/zone.ts'
import type { TargetDefinition, TargetFunction } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { parseUnsigned } from '../text/numbers.ts'
import type { GivenOption } from '../text/options.ts'
import type { UnsupportedTarget } from '../unsupported.ts'

/** `-j CT` (net/netfilter/xt_CT.c): how conntrack is to treat the packet. */
export interface CtTarget extends Target {
  readonly kind: 'CT'
  readonly notrack: boolean
  /** The zone in which the packet is tracked, 1 to 65535; `mark`: the packet's mark says it. */
  readonly zone?: number | 'mark'
  /** The zone holds for this direction of the connection alone; the other one is in zone 0. */
  readonly zoneDirection?: 'orig' | 'reply'
}

/** `-j NOTRACK`: the older word for `-j CT --notrack`, and saved as it was written. */
export interface NotrackTarget extends Target {
  readonly kind: 'NOTRACK'
}

const UNMODELLED = ['helper', 'ctevents', 'expevents', 'timeout'] as const
const ZONES = ['zone', 'zone-orig', 'zone-reply'] as const

function parseZone(text: string): number | 'mark' {
  if (text === 'mark') return text
  return parseUnsigned(text, 65535) ?? badRule(`Cannot parse ${text} as a zone ID`)
}

/** The last one says the zone; both directions together are as good as none. */
function readZone(given: readonly GivenOption[]): Pick<CtTarget, 'zone' | 'zoneDirection'> {
  let zone: number | 'mark' = 0
  let byMark = false
  const directions = new Set<'orig' | 'reply'>()
  for (const { spec, value } of given) {
    const name = spec.names[0]
    if (!ZONES.some((option) => option === name)) continue
    const parsed = parseZone(value)
    if (parsed === 'mark') byMark = true
    else zone = parsed
    if (name !== 'zone') directions.add(name === 'zone-orig' ? 'orig' : 'reply')
  }
  if (byMark) zone = 'mark'
  if (zone === 0) return {}
  const [direction] = directions
  return directions.size === 1 ? { zone, zoneDirection: direction! } : { zone }
}

const untrack: TargetFunction = (packet) => {
  // Whoever came first decides: conntrack, an earlier rule, or the packet that this one answers.
  if (packet.ct === null && packet.ctInfo === CtInfo.ESTABLISHED) setUntracked(packet)
  return CONTINUE
}

export const CT: TargetDefinition<CtTarget | UnsupportedTarget> = {
  kind: 'CT',
  tables: ['raw'],
  needsConntrack: (target) => target.kind === 'CT' && !target.notrack,
  options: [
    { names: ['notrack'], words: 0 },
    ...ZONES.map((name) => ({ names: [name], words: 1 }) as const),
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
    return { kind: 'CT', notrack: options.has('notrack'), ...readZone(options.given) }
  },

  print(target) {
    if (target.kind === 'unsupported') return target.text
    const { notrack, zone, zoneDirection } = target
    const option = zoneDirection === undefined ? 'zone' : `zone-${zoneDirection}`
    return (notrack ? ' --notrack' : '') + (zone === undefined ? '' : ` --${option} ${zone}`)
  },

  compile(target) {
    if (target.kind === 'unsupported') return () => CONTINUE
    if (target.notrack) return untrack
    const zone = target.zone ?? 0
    const { zoneDirection } = target
    const only =
      zoneDirection === undefined ? undefined : zoneDirection === 'orig' ? Direction.ORIGINAL : Direction.REPLY
    const template = conntrackTemplate(zone === 'mark' ? 0 : makeZone(zone, only))
    return (packet) => {
      if (packet.ct !== null || packet.ctInfo !== CtInfo.ESTABLISHED) return CONTINUE
      packet.ct = zone === 'mark' ? conntrackTemplate(makeZone(packet.mark & 0xffff, only)) : template
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
