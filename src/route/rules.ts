import type { Prefix } from '../packet/address.ts'
import { CompiledRule } from './compiled-rule.ts'
import { NetlinkError } from './errors.ts'
import { type NumberRange, plainRule, type Rule, samePrefix, sameRange } from './rule.ts'
import { type FibHost, RouteProtocol, TableId } from './types.ts'

/** What `ip rule add` may leave out. */
export type RuleSpec = Partial<Rule>

/**
 * The policy rules of a namespace in the order in which they are asked (`struct fib_rules_ops`, net/core/fib_rules.c): by priority, and
 * at equal priority in the order of adding.
 */
export class RuleList {
  readonly #host: FibHost
  #rules: readonly Rule[]
  /** In the same order. */
  compiled: readonly CompiledRule[] = []
  /**
   * Somebody has added or deleted a rule. From then on, for good, the kernel keeps `local` and `main` apart and asks every rule
   * (`fib_has_custom_rules`).
   */
  touched = false
  /** Some rule asks for a protocol or ports: then they are read from packets that come in (`fib_rules_require_fldissect`). */
  asksTransport = false

  constructor(host: FibHost) {
    this.#host = host
    this.#rules = [
      plainRule(0, TableId.LOCAL, RouteProtocol.KERNEL),
      plainRule(0x7ffe, TableId.MAIN, RouteProtocol.KERNEL),
      plainRule(0x7fff, TableId.DEFAULT, RouteProtocol.KERNEL),
    ]
    this.rebind()
  }

  /** The rules as configured. */
  get rules(): readonly Rule[] {
    return this.#rules
  }

  /**
   * Adds a rule. Without a priority it gets one less than the second rule has; without a table, `main`. A table of 0 means the
   * first that has no routes, which the caller names by `emptyTable`.
   *
   * @throws NetlinkError `EEXIST` when there is an equal one, `EINVAL` when goto does not lead forward, or for a bad range or DS field
   */
  add(spec: RuleSpec, emptyTable: () => number = () => TableId.MAIN): Rule {
    const action = spec.action ?? 'table'
    const table = spec.table ?? (action === 'table' ? TableId.MAIN : TableId.UNSPEC)
    this.#check(spec)
    const rule: Rule = {
      ...plainRule(this.#defaultPriority(), table, RouteProtocol.UNSPEC),
      ...withMask(spec),
      table: action === 'table' && table === TableId.UNSPEC ? emptyTable() : table,
    }
    if (this.#rules.some((other) => isSameRule(other, rule))) throw new NetlinkError('EEXIST')
    checkDsfield(rule.tos)
    const position = this.#rules.findIndex((other) => other.priority > rule.priority)
    this.#rules = position < 0 ? [...this.#rules, rule] : this.#rules.toSpliced(position, 0, rule)
    this.touched = true
    this.rebind()
    return rule
  }

  /** Deletes the first rule that agrees with everything that the spec says. @throws NetlinkError `ENOENT`, `EINVAL` */
  delete(spec: RuleSpec): Rule {
    this.#check(spec)
    const asked = withMask(spec)
    const position = this.#rules.findIndex((rule) => agrees(rule, asked))
    const rule = this.#rules[position]
    if (rule === undefined) throw new NetlinkError('ENOENT')
    this.#rules = this.#rules.toSpliced(position, 1)
    this.touched = true
    this.rebind()
    return rule
  }

  /** Resolves device names and goto targets again: call it when a device has come, gone or got another name. */
  rebind(): void {
    // a rule for what this host sends itself does not count
    this.asksTransport = this.#rules.some(
      ({ iif, ipProtocol, sourcePorts, destinationPorts }) =>
        iif !== 'lo' && (ipProtocol !== 0 || sourcePorts !== null || destinationPorts !== null),
    )
    this.compiled = this.#rules.map((rule) => new CompiledRule(rule, this.#host))
    for (const compiled of this.compiled) {
      const { action, target } = compiled.rule
      if (action === 'goto') compiled.target = this.#rules.findIndex((rule) => rule.priority === target)
    }
  }

  /** Does the goto of this rule lead nowhere? */
  isUnresolved(rule: Rule): boolean {
    return rule.action === 'goto' && !this.#rules.some((other) => other.priority === rule.target)
  }

  /** `fib_nl2rule`: the same for adding and deleting. @throws NetlinkError `EINVAL` */
  #check(spec: RuleSpec): void {
    if (spec.action === 'goto') {
      const { target = 0, priority = this.#defaultPriority() } = spec
      if (target === 0) throw new NetlinkError('EINVAL', 'Missing goto target for action goto')
      if (target <= priority) throw new NetlinkError('EINVAL', 'Backward goto not supported')
    }
    checkRange(spec.sourcePorts, 'sport')
    checkRange(spec.destinationPorts, 'dport')
    checkRange(spec.uids, 'uid')
  }

  /** `fib_default_rule_pref`: one less than the second rule, so that new rules come right behind `local`. */
  #defaultPriority(): number {
    return Math.max(0, (this.#rules[1]?.priority ?? 0) - 1)
  }
}

/** What the kernel compares by value. `not` and the target of a goto do not count, neither for equality nor for deletion. */
const VALUES = [
  'priority',
  'mark',
  'markMask',
  'iif',
  'oif',
  'ipProtocol',
  'action',
  'table',
  'suppressPrefixLength',
  'protocol',
] as const

/** A mark without a mask is compared in all its bits; a mark of zero asks nothing then. */
function withMask(spec: RuleSpec): RuleSpec {
  if (spec.mark === undefined || spec.mark === 0 || spec.markMask !== undefined) return spec
  return { ...spec, markMask: 0xffffffff }
}

/** `fib4_rule_configure`. @throws NetlinkError `EINVAL` */
function checkDsfield(tos: number): void {
  if ((tos & 3) !== 0) throw new NetlinkError('EINVAL', 'Invalid dsfield (tos): ECN bits must be 0')
  // The upper bits of the DS field came late: rules know them by another attribute, which iproute2 6.1 does not have.
  if ((tos & ~0x1e) !== 0) throw new NetlinkError('EINVAL', 'Invalid tos')
}

function checkRange(range: NumberRange | null | undefined, name: string): void {
  if (range != null && range.first > range.last) throw new NetlinkError('EINVAL', `Invalid ${name} range`)
}

/** `rule_exists`: a new rule that asks for no source is equal to one that does (`fib4_rule_compare`). */
function isSameRule(there: Rule, added: Rule): boolean {
  return (
    VALUES.every((name) => there[name] === added[name]) &&
    selectsSame(there, added) &&
    sameRange(there.sourcePorts, added.sourcePorts) &&
    sameRange(there.destinationPorts, added.destinationPorts) &&
    sameRange(there.uids, added.uids)
  )
}

/** `rule_find`: only what the spec says counts. */
function agrees(rule: Rule, spec: RuleSpec): boolean {
  return (
    VALUES.every((name) => spec[name] === undefined || spec[name] === rule[name]) &&
    selectsSame(rule, spec) &&
    (spec.sourcePorts == null || sameRange(spec.sourcePorts, rule.sourcePorts)) &&
    (spec.destinationPorts == null || sameRange(spec.destinationPorts, rule.destinationPorts)) &&
    (spec.uids == null || sameRange(spec.uids, rule.uids))
  )
}

/** `fib4_rule_compare`: what the second leaves open does not count. */
function selectsSame(rule: Rule, spec: RuleSpec): boolean {
  return (
    (isAll(spec.from) || samePrefix(spec.from ?? null, rule.from)) &&
    (isAll(spec.to) || samePrefix(spec.to ?? null, rule.to)) &&
    (spec.tos === undefined || spec.tos === 0 || spec.tos === rule.tos)
  )
}

function isAll(prefix: Prefix | null | undefined): boolean {
  return prefix == null || prefix.length === 0
}
