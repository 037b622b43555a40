import { maskOf } from '../packet/address.ts'
import { type FlowKey, LEGACY_TOS_MASK } from './flow.ts'
import type { NumberRange, Rule } from './rule.ts'
import type { FibHost } from './types.ts'

/** A device that is not there: no packet comes by it. */
const DETACHED = -1

/** A rule made ready for matching: numbers only, device names resolved. */
export class CompiledRule {
  readonly rule: Rule
  readonly #from: number
  readonly #fromMask: number
  readonly #to: number
  readonly #toMask: number
  readonly #iif: number
  readonly #oif: number
  readonly #plain: boolean
  /** Where `goto` leads: the position of the target, or -1 while there is none. */
  target = -1

  constructor(rule: Rule, host: FibHost) {
    this.rule = rule
    this.#fromMask = rule.from === null ? 0 : maskOf(rule.from.length)
    this.#from = rule.from === null ? 0 : rule.from.address & this.#fromMask
    this.#toMask = rule.to === null ? 0 : maskOf(rule.to.length)
    this.#to = rule.to === null ? 0 : rule.to.address & this.#toMask
    this.#iif = rule.iif === '' ? 0 : (host.deviceByName(rule.iif)?.ifindex ?? DETACHED)
    this.#oif = rule.oif === '' ? 0 : (host.deviceByName(rule.oif)?.ifindex ?? DETACHED)
    this.#plain =
      rule.tos === 0 &&
      rule.ipProtocol === 0 &&
      rule.sourcePorts === null &&
      rule.destinationPorts === null &&
      rule.uids === null
  }

  /** `fib_rule_match` (net/core/fib_rules.c) and `fib4_rule_match` (net/ipv4/fib_rules.c). */
  matches(key: FlowKey): boolean {
    return this.#selects(key) !== this.rule.invert
  }

  #selects(key: FlowKey): boolean {
    if (this.#iif !== 0 && this.#iif !== key.iif) return false
    if (this.#oif !== 0 && this.#oif !== key.oif) return false
    const rule = this.rule
    if (((rule.mark ^ key.mark) & rule.markMask) !== 0) return false
    if (((key.source ^ this.#from) & this.#fromMask) !== 0) return false
    if (((key.destination ^ this.#to) & this.#toMask) !== 0) return false
    return this.#plain || this.#selectsRare(key)
  }

  #selectsRare(key: FlowKey): boolean {
    const rule = this.rule
    if (rule.tos !== 0 && rule.tos !== (key.tos & LEGACY_TOS_MASK)) return false
    if (rule.ipProtocol !== 0 && rule.ipProtocol !== key.protocol) return false
    if (!inRange(rule.sourcePorts, key.sourcePort)) return false
    if (!inRange(rule.destinationPorts, key.destinationPort)) return false
    return inRange(rule.uids, key.uid)
  }
}

function inRange(range: NumberRange | null, value: number): boolean {
  return range === null || (value >= range.first && value <= range.last)
}
