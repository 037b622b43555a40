import type { IpTest } from '../rule.ts'
import { badRule } from './errors.ts'
import { type MaskedValue, type NumberRange, parseMasked, parseRange, parseUnsigned } from './numbers.ts'

/** One option of an extension. */
export interface OptionSpec {
  /** Its names without `--`; the first is the one that iptables' messages use. */
  readonly names: readonly [string, ...string[]]
  /** How many words belong to it. */
  readonly words: 0 | 1 | 2
  /** May `!` stand before it? */
  readonly invert?: boolean
  /** Must it be there? */
  readonly required?: boolean
  /** May it be there more than once? */
  readonly repeat?: boolean
  /** Options that cannot stand beside it, by first name. */
  readonly excludes?: readonly string[]
  /** An option that must stand beside it, by first name. */
  readonly needs?: string
}

/** An option as it stood in the rule. */
export interface GivenOption {
  readonly spec: OptionSpec
  readonly invert: boolean
  /** The first word that belongs to it; empty when it takes none. */
  readonly value: string
  /** The second one. */
  readonly value2: string
  /** What `-p` had said when it was read: some extensions want it to stand before their option. */
  readonly protocol: IpTest['protocol'] | undefined
}

const NONE: readonly GivenOption[] = []

/**
 * The options that a rule gives to one match or target, already sorted out from among the others'. The general rules (only once,
 * no `!`, required) have been checked in the way of libxtables (xtoptions.c, `xtables_option_parse`).
 */
export class OptionReader {
  readonly kind: string
  /** In the order in which they stood. */
  readonly given: readonly GivenOption[]
  readonly #specs: readonly OptionSpec[]

  constructor(kind: string, specs: readonly OptionSpec[], given: readonly GivenOption[] = NONE) {
    this.kind = kind
    this.given = given
    this.#specs = specs
    checkEach(kind, given)
    for (const spec of specs) {
      if (spec.required && !this.has(spec.names[0])) {
        badRule(`${kind}: option "--${spec.names[0]}" must be specified\n`)
      }
    }
  }

  /** What libxtables looks at when the values have been read: which options may stand together (`xtables_options_fcheck`). */
  checkTogether(): void {
    if (this.given.length === 0) return
    for (const { names, excludes, needs } of this.#specs) {
      const name = names[0]
      if (!this.has(name)) continue
      if (needs !== undefined && !this.has(needs)) {
        badRule(`${this.kind}: option "--${name}" also requires "--${needs}".\n`)
      }
      if (excludes === undefined) continue
      const clash = this.#specs.find((other) => excludes.includes(other.names[0]) && this.has(other.names[0]))
      if (clash !== undefined) {
        badRule(`${this.kind}: option "--${name}" cannot be used together with "--${clash.names[0]}".\n`)
      }
    }
  }

  /** The option as it was given, by first name. */
  find(name: string): GivenOption | undefined {
    for (const option of this.given) if (option.spec.names[0] === name) return option
    return undefined
  }

  /** Was it given? */
  has(name: string): boolean {
    return this.find(name) !== undefined
  }

  /** The word that belongs to the option. */
  text(name: string): string | undefined {
    return this.find(name)?.value
  }

  /** Was there a `!` before it? */
  inverted(name: string): boolean {
    return this.find(name)?.invert ?? false
  }

  /** A number of the option, checked against its range. */
  integer(name: string, max = 0xffffffff, min = 0): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = parseUnsigned(text, max, min)
    if (value === undefined) {
      badRule(`${this.kind}: bad value for option "--${name}", or out of range (${min}-${max}).\n`)
    }
    return value
  }

  /** `value[/mask]` */
  masked(name: string): MaskedValue | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : parseMasked(this.kind, name, text)
  }

  /** `5`, `5:9`, `:9`, `5:` */
  range(name: string, limit: number): NumberRange | undefined {
    const option = this.find(name)
    return option === undefined ? undefined : parseRange(this.kind, name, option.value, limit, option.invert)
  }

  /** What an extension says when it gets none of its options. */
  failWithout(text: string): void {
    if (this.given.length === 0) badRule(text)
  }
}

function checkEach(kind: string, given: readonly GivenOption[]): void {
  for (let i = 0; i < given.length; i++) {
    const { spec, invert } = given[i]!
    const name = spec.names[0]
    if (invert && !spec.invert) badRule(`${kind}: option "--${name}" cannot be inverted.\n`)
    if (!spec.repeat && given.findIndex((other) => other.spec === spec) < i) {
      badRule(`${kind}: option "--${name}" can only be used once.\n`)
    }
  }
}
