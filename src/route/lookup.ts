import type { Ipv4 } from '../packet/address.ts'
import { Errno } from './errors.ts'
import type { FibResult, FlowKey } from './flow.ts'
import type { RuleList } from './rules.ts'
import type { FibTables } from './tables.ts'
import { type FibHost, type Route, TableId } from './types.ts'

/** How many destinations the cache remembers before it starts anew. */
const CACHE_LIMIT = 4096

/** Finds routes by rules and tables (`fib_lookup`, include/net/ip_fib.h), and remembers answers. */
export class FibLookup {
  readonly #host: FibHost
  readonly #tables: FibTables
  readonly #rules: RuleList
  /** Answers by destination, for keys that ask nothing else, as long as nothing else matters. Null: no route. */
  readonly #cache = new Map<Ipv4, Route | null>()
  #cacheable = false
  #stale = true

  constructor(host: FibHost, tables: FibTables, rules: RuleList) {
    this.#host = host
    this.#tables = tables
    this.#rules = rules
  }

  /** Something has changed: what is remembered is void. */
  forget(): void {
    this.#stale = true
  }

  /** See `Fib.lookup`. */
  lookup(key: FlowKey, result: FibResult, heedLinkdown: boolean): number {
    const linkdown = heedLinkdown && this.#host.anyIgnoresLinkdown ? this.#host : null
    if (this.#rules.touched) return this.#byRules(key, result, linkdown)
    if (linkdown !== null || key.oif !== 0 || key.scope !== 0 || !this.#canRemember()) {
      return this.#byDefault(key, result, linkdown)
    }
    return this.#answer(result, this.#remembered(key), TableId.MAIN)
  }

  /**
   * What the table `local` has for a destination, when the key asks nothing else: every packet's addresses are asked for their type.
   * Null: nothing.
   */
  inLocal(key: FlowKey): Route | null {
    const linkdown = this.#host.anyIgnoresLinkdown ? this.#host : null
    if (linkdown === null && !this.#rules.touched && this.#canRemember()) return this.#remembered(key)
    return this.#tables.lookup(TableId.LOCAL, key, linkdown)
  }

  #remembered(key: FlowKey): Route | null {
    let route = this.#cache.get(key.destination)
    if (route === undefined) {
      if (this.#cache.size >= CACHE_LIMIT) this.#cache.clear()
      route = this.#tables.lookup(TableId.MAIN, key, null)
      this.#cache.set(key.destination, route)
    }
    return route
  }

  #canRemember(): boolean {
    if (this.#stale) this.#renew()
    return this.#cacheable
  }

  #renew(): void {
    this.#cache.clear()
    this.#stale = false
    this.#cacheable =
      this.#tables.get(TableId.DEFAULT) === undefined &&
      (this.#tables.get(TableId.LOCAL)?.tosRoutes ?? 0) === 0 &&
      (this.#tables.get(TableId.MAIN)?.tosRoutes ?? 0) === 0
  }

  /** Nobody has touched the rules: `local` and `main` in one, then `default`. */
  #byDefault(key: FlowKey, result: FibResult, linkdown: FibHost | null): number {
    const route = this.#tables.lookup(TableId.MAIN, key, linkdown)
    if (this.#tables.get(TableId.DEFAULT) === undefined || (route !== null && route.error !== Errno.EAGAIN)) {
      return this.#answer(result, route, TableId.MAIN)
    }
    return this.#answer(result, this.#tables.lookup(TableId.DEFAULT, key, linkdown), TableId.DEFAULT)
  }

  /** The rule is the one that would have led to the table of the route. */
  #answer(result: FibResult, route: Route | null, table: number): number {
    result.route = route
    result.table = table
    if (route === null) {
      result.rule = null
      return answer(result, Errno.ENETUNREACH)
    }
    const position = route.table === TableId.LOCAL ? 0 : route.table === TableId.MAIN ? 1 : 2
    result.rule = this.#rules.rules[position]!
    return answer(result, route.error === Errno.EAGAIN ? Errno.ENETUNREACH : route.error)
  }

  /** Asks the rules one by one (`fib_rules_lookup`, net/core/fib_rules.c; `fib4_rule_action`, net/ipv4/fib_rules.c). */
  #byRules(key: FlowKey, result: FibResult, linkdown: FibHost | null): number {
    const compiled = this.#rules.compiled
    result.route = null
    result.table = 0
    for (let i = 0; i < compiled.length; i++) {
      const entry = compiled[i]!
      if (!entry.matches(key)) continue
      const rule = entry.rule
      result.rule = rule
      switch (rule.action) {
        case 'nop':
          continue
        case 'goto':
          // It leads forward only, so this ends; the target is matched like any other rule.
          if (entry.target >= 0) i = entry.target - 1
          continue
        case 'unreachable':
          return answer(result, Errno.ENETUNREACH)
        case 'prohibit':
          return answer(result, Errno.EACCES)
        case 'blackhole':
          return answer(result, Errno.EINVAL)
      }
      const route = this.#tables.lookup(rule.table, key, linkdown)
      if (route === null || route.error === Errno.EAGAIN) continue
      if (route.error === 0 && route.length <= rule.suppressPrefixLength) continue
      result.route = route
      result.table = rule.table
      return answer(result, route.error)
    }
    result.rule = null
    return answer(result, Errno.ENETUNREACH)
  }
}

/** Writes the errno into the result, too: 0 is success. */
function answer(result: FibResult, errno: number): number {
  result.error = errno
  return errno
}
