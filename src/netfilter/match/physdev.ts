import type { MatchDefinition } from '../definition.ts'
import type { InterfaceTest, Match } from '../rule.ts'
import { interfaceMatches, parseInterface } from '../text/interfaces.ts'

/** `-m physdev` (net/netfilter/xt_physdev.c): the bridge ports of a bridged packet, when br_netfilter shows it to iptables. */
export interface PhysdevMatch extends Match {
  readonly kind: 'physdev'
  readonly in?: InterfaceTest
  readonly out?: InterfaceTest
  readonly isIn?: { readonly invert: boolean }
  readonly isOut?: { readonly invert: boolean }
  readonly isBridged?: { readonly invert: boolean }
}

const bang = (test: { readonly invert: boolean }) => (test.invert ? ' !' : '')

export const physdev: MatchDefinition<PhysdevMatch> = {
  kind: 'physdev',
  options: [
    { names: ['physdev-in'], words: 1, invert: true },
    { names: ['physdev-out'], words: 1, invert: true },
    { names: ['physdev-is-in'], words: 0, invert: true },
    { names: ['physdev-is-out'], words: 0, invert: true },
    { names: ['physdev-is-bridged'], words: 0, invert: true },
  ],

  parse(options) {
    options.failWithout('PHYSDEV: no physdev option specified')
    const match: { -readonly [K in keyof PhysdevMatch]: PhysdevMatch[K] } = { kind: 'physdev' }
    for (const { spec, invert, value } of options.given) {
      switch (spec.names[0]) {
        case 'physdev-in':
          match.in = { name: parseInterface(value), invert }
          break
        case 'physdev-out':
          match.out = { name: parseInterface(value), invert }
          break
        case 'physdev-is-in':
          match.isIn = { invert }
          break
        case 'physdev-is-out':
          match.isOut = { invert }
          break
        default:
          match.isBridged = { invert }
      }
    }
    return match
  },

  print(match) {
    return (
      (match.isIn === undefined ? '' : `${bang(match.isIn)} --physdev-is-in`) +
      (match.in === undefined ? '' : `${bang(match.in)} --physdev-in ${match.in.name}`) +
      (match.isOut === undefined ? '' : `${bang(match.isOut)} --physdev-is-out`) +
      (match.out === undefined ? '' : `${bang(match.out)} --physdev-out ${match.out.name}`) +
      (match.isBridged === undefined ? '' : `${bang(match.isBridged)} --physdev-is-bridged`)
    )
  },

  check(match, _rule, chain) {
    // in OUTPUT nobody knows yet which port a packet will leave by
    const asksOut = match.out !== undefined || match.isOut !== undefined
    return !(asksOut && chain === 'OUTPUT' && (match.isBridged === undefined || match.isBridged.invert))
  },

  compile(match) {
    return (packet, _state, context) => {
      const bridge = packet.bridge
      // not bridged: only what is denied holds
      if (bridge === null) return Object.values(match).every((test) => typeof test === 'string' || test.invert)
      const inDevice = bridge.physInIfindex === 0 ? null : context.host.deviceByIndex(bridge.physInIfindex)
      const outDevice = bridge.physOutIfindex === 0 ? null : context.host.deviceByIndex(bridge.physOutIfindex)
      if (match.isBridged !== undefined && (outDevice !== null) === match.isBridged.invert) return false
      if (match.isIn !== undefined && (inDevice !== null) === match.isIn.invert) return false
      if (match.isOut !== undefined && (outDevice !== null) === match.isOut.invert) return false
      if (match.in !== undefined && inDevice !== null && !interfaceMatches(match.in, inDevice.name)) return false
      return match.out === undefined || (outDevice !== null && interfaceMatches(match.out, outDevice.name))
    }
  },

  explain(_match, packet, _state, context) {
    if (packet.bridge === null) return 'not bridged'
    const name = (ifindex: number) => context.host.deviceByIndex(ifindex)?.name ?? 'unknown'
    return `physin ${name(packet.bridge.physInIfindex)}, physout ${name(packet.bridge.physOutIfindex)}`
  },
}
