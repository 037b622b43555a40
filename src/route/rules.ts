import { CompiledRule } from './compiled-rule.ts'
import { NetlinkError } from './errors.ts'
import { plainRule, type Rule, samePrefix, sameRange } from './rule.ts'
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
   * @throws NetlinkError `EEXIST` when there is an equal one, `EINVAL` when goto does not lead forward
   */
  add(spec: RuleSpec, emptyTable: () => number = () => TableId.MAIN): Rule {
    const action = spec.action ?? 'table'
    const rule: Rule = {
      ...plainRule(this.#defaultPriority(), TableId.MAIN, RouteProtocol.BOOT),
      ...spec,
      table: action !== 'table' ? 0 : spec.table === TableId.UNSPEC ? emptyTable() : (spec.table ?? TableId.MAIN),
      target: action === 'goto' ? (spec.target ?? 0) : 0,
    }
    if (action === 'goto' && rule.target <= rule.priority)
      throw new NetlinkError('EINVAL', 'Backward goto not supported')
    if (this.#rules.some((other) => isSameRule(other, rule))) throw new NetlinkError('EEXIST')
    const position = this.#rules.findIndex((other) => other.priority > rule.priority)
    this.#rules = position < 0 ? [...this.#rules, rule] : this.#rules.toSpliced(position, 0, rule)
    this.touched = true
    this.rebind()
    return rule
  }

  /** Deletes the first rule that agrees with everything that the spec says. @throws NetlinkError `ENOENT` */
  delete(spec: RuleSpec): Rule {
    const position = this.#rules.findIndex((rule) => agrees(rule, spec))
    const rule = this.#rules[position]
    if (rule === undefined) throw new NetlinkError('ENOENT')
    this.#rules = this.#rules.toSpliced(position, 1)
    this.touched = true
    this.rebind()
    return rule
  }

  /** Resolves device names and goto targets again: call it when a device has come, gone or got another name. */
  rebind(): void {
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

  /** `fib_default_rule_pref`: one less than the second rule, so that new rules come right behind `local`. */
  #defaultPriority(): number {
    return Math.max(0, (this.#rules[1]?.priority ?? 0) - 1)
  }
}

const VALUES = [
  'priority',
  'tos',
  'mark',
  'markMask',
  'iif',
  'oif',
  'ipProtocol',
  'action',
  'table',
  'target',
  'suppressPrefixLength',
  'protocol',
] as const

/** `rule_exists`: the protocol does not count. */
function isSameRule(a: Rule, b: Rule): boolean {
  return (
    a.invert === b.invert &&
    VALUES.every((name) => name === 'protocol' || a[name] === b[name]) &&
    samePrefix(a.from, b.from) &&
    samePrefix(a.to, b.to) &&
    sameRange(a.sourcePorts, b.sourcePorts) &&
    sameRange(a.destinationPorts, b.destinationPorts) &&
    sameRange(a.uids, b.uids)
  )
}

/** `rule_find`: only what the spec says counts. */
function agrees(rule: Rule, spec: RuleSpec): boolean {
  return (
    VALUES.every((name) => spec[name] === undefined || spec[name] === rule[name]) &&
    (spec.invert === undefined || spec.invert === rule.invert) &&
    (spec.from == null || samePrefix(spec.from, rule.from)) &&
    (spec.to == null || samePrefix(spec.to, rule.to)) &&
    (spec.sourcePorts == null || sameRange(spec.sourcePorts, rule.sourcePorts)) &&
    (spec.destinationPorts == null || sameRange(spec.destinationPorts, rule.destinationPorts)) &&
    (spec.uids == null || sameRange(spec.uids, rule.uids))
  )
}
