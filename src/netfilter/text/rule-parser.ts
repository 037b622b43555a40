import type { ExtensionDefinition, MatchDefinition, RuleDraft, TargetDefinition } from '../definition.ts'
import { MATCHES } from '../match/index.ts'
import type { AddressTest, InterfaceTest, IpTest, Match, Rule, RuleOrigin, Target } from '../rule.ts'
import { TARGETS } from '../target/index.ts'
import { UNSUPPORTED_MATCHES, UNSUPPORTED_TARGETS } from '../unsupported.ts'
import { parseAddressTest } from './addresses.ts'
import { badRule, IptablesError } from './errors.ts'
import { parseInterface } from './interfaces.ts'
import { type GivenOption, OptionReader, type OptionSpec } from './options.ts'
import { formatProtocol, parseProtocol } from './protocols.ts'
import { quote } from './quote.ts'

/** Packets and octets of a rule or a chain. */
export interface CounterPair {
  readonly packets: number
  readonly bytes: number
}

/** What one rule specification says. */
export interface ParsedRule {
  /** One rule; more when `-s` or `-d` lists several addresses. */
  readonly rules: readonly Rule[]
  /** `-c PACKETS BYTES` */
  readonly counters: CounterPair | null
  /** `-6`: the rule is for ip6tables. iptables-restore passes it over, iptables refuses it. */
  readonly otherFamily: boolean
}

/** A match or target while its options are collected. */
interface Extension {
  readonly name: string
  /** Null: it is not modelled, and takes every option that nobody else knows. */
  readonly definition: ExtensionDefinition | null
  readonly isTarget: boolean
  readonly given: GivenOption[]
  /** Not modelled: its words. */
  readonly words: string[]
}

/** Long names of the options that iptables itself knows, by the letter that they stand for. */
const LONG: ReadonlyMap<string, string> = new Map([
  ['source', 's'],
  ['src', 's'],
  ['destination', 'd'],
  ['dst', 'd'],
  ['in-interface', 'i'],
  ['out-interface', 'o'],
  ['protocol', 'p'],
  ['match', 'm'],
  ['jump', 'j'],
  ['goto', 'g'],
  ['fragments', 'f'],
  ['set-counters', 'c'],
  ['ipv4', '4'],
  ['ipv6', '6'],
])
const LETTERS = 'sdiopmjgfc46'
const WITHOUT_WORD = 'f46'
const MAX_CHAIN_NAME = 28
/** `-s` and `-d` may list addresses; their product is what the text makes of rules. */
const MAX_RULES = 10_000

const optionsByName = new WeakMap<readonly OptionSpec[], ReadonlyMap<string, OptionSpec>>()

function optionNames(specs: readonly OptionSpec[]): ReadonlyMap<string, OptionSpec> {
  let names = optionsByName.get(specs)
  if (names === undefined) {
    names = new Map(specs.flatMap((spec) => spec.names.map((name) => [name, spec] as const)))
    optionsByName.set(specs, names)
  }
  return names
}

/** Reads the words of a rule specification from `start` on: `-p tcp -m tcp --dport 80 -j ACCEPT`. @throws IptablesError */
export function parseRule(words: readonly string[], start = 0, origin?: RuleOrigin): ParsedRule {
  return new RuleParser(words, start).parse(origin)
}

class RuleParser {
  readonly #words: readonly string[]
  #next: number
  readonly #extensions: Extension[] = []
  #sources: readonly AddressTest[] = []
  #destinations: readonly AddressTest[] = []
  #in: InterfaceTest | undefined
  #out: InterfaceTest | undefined
  #protocol: { readonly number: number; readonly invert: boolean } | undefined
  #fragment: { readonly invert: boolean } | undefined
  #jump: Target | null = null
  #counters: CounterPair | null = null
  #otherFamily = false
  #seen = ''

  constructor(words: readonly string[], start: number) {
    this.#words = words
    this.#next = start
  }

  parse(origin: RuleOrigin | undefined): ParsedRule {
    const words = this.#words
    let invert = false
    while (this.#next < words.length) {
      const word = words[this.#next++]!
      if (word === '!') {
        if (invert) badRule('multiple consecutive ! not allowed')
        invert = true
        continue
      }
      if (word.charCodeAt(0) !== DASH || word.length === 1) this.#stray(word)
      else if (word.charCodeAt(1) === DASH) this.#long(word, invert)
      else this.#short(word, invert)
      invert = false
    }
    if (invert) badRule('nothing appropriate following !')
    const draft = this.#draft()
    const rules = this.#multiply(draft, origin)
    return { rules, counters: this.#counters, otherFamily: this.#otherFamily }
  }

  #short(word: string, invert: boolean): void {
    const letter = word[1]!
    if (!LETTERS.includes(letter)) badRule(`unknown option "${word}"`)
    if (WITHOUT_WORD.includes(letter) && word.length > 2) badRule(`unknown option "${word}"`)
    this.#base(letter, word, word.length > 2 ? word.slice(2) : null, invert)
  }

  #long(word: string, invert: boolean): void {
    const equals = word.indexOf('=')
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals)
    const value = equals < 0 ? null : word.slice(equals + 1)
    if (this.#extensionOption(name, value, invert)) return
    const letter = LONG.get(name)
    if (letter !== undefined) {
      this.#base(letter, word, value, invert)
      return
    }
    if (this.#implicitProtocol(name) && this.#extensionOption(name, value, invert)) return
    const full = this.#complete(name)
    if (full !== undefined) {
      this.#long(`--${full}${value === null ? '' : `=${value}`}`, invert)
      return
    }
    const taker = this.#extensions.findLast((extension) => extension.definition === null)
    if (taker === undefined) badRule(`unknown option "${word}"`)
    if (invert) taker.words.push('!')
    taker.words.push(word)
  }

  /** An option of iptables itself. */
  #base(letter: string, word: string, attached: string | null, invert: boolean): void {
    if (letter === 'f') {
      this.#once('f')
      this.#fragment = { invert }
      return
    }
    if (letter === '4') return
    if (letter === '6') {
      this.#otherFamily = true
      return
    }
    const value = attached ?? this.#word(word)
    switch (letter) {
      case 's':
        this.#once('s')
        this.#sources = this.#addresses(value, invert)
        break
      case 'd':
        this.#once('d')
        this.#destinations = this.#addresses(value, invert)
        break
      case 'i':
        this.#once('i')
        this.#in = readInterface(value, invert)
        break
      case 'o':
        this.#once('o')
        this.#out = readInterface(value, invert)
        break
      case 'p':
        this.#once('p')
        this.#protocol = readProtocol(value, invert)
        break
      case 'm':
        if (invert) badRule('unexpected ! flag before --match')
        this.#extensions.push(loadMatch(value))
        break
      case 'c':
        this.#counters = this.#readCounters(value)
        break
      default:
        if (invert) badRule(`cannot have ! before -${letter}`)
        this.#once('j')
        this.#target(letter, value)
    }
  }

  #once(letter: string): void {
    if (this.#seen.includes(letter)) badRule(`multiple -${letter} flags not allowed`)
    this.#seen += letter
  }

  #word(option: string): string {
    const word = this.#words[this.#next++]
    if (word === undefined) badRule(`option "${option}" requires an argument`)
    return word
  }

  #addresses(text: string, invert: boolean): readonly AddressTest[] {
    const list = text.split(',')
    if (invert && list.length > 1) badRule('! not allowed with multiple source or destination IP addresses')
    return list.map((each) => parseAddressTest(each, invert))
  }

  #readCounters(first: string): CounterPair {
    const comma = first.indexOf(',')
    const packets = Number(comma < 0 ? first : first.slice(0, comma))
    const bytes = comma < 0 ? Number(this.#words[this.#next++]) : Number(first.slice(comma + 1))
    if (!Number.isSafeInteger(packets)) badRule('-c packet counter not numeric')
    if (!Number.isSafeInteger(bytes)) badRule('-c byte counter not numeric')
    return { packets, bytes }
  }

  #target(letter: string, name: string): void {
    if (name.length > MAX_CHAIN_NAME) badRule(`Invalid target name \`${name}' (${MAX_CHAIN_NAME} chars max)`)
    if (name === '') badRule('Invalid target name (too short)')
    const definition = letter === 'j' ? TARGETS.get(name) : undefined
    if (definition !== undefined) this.#extensions.push(extension(name, definition, true))
    else if (letter === 'j' && UNSUPPORTED_TARGETS.has(name)) this.#extensions.push(extension(name, null, true))
    else this.#jump = letter === 'g' ? gotoChain(name) : jumpTo(name)
  }

  /** Gives the option to the extension that was loaded last among those that know it. False: nobody knows it. */
  #extensionOption(name: string, attached: string | null, invert: boolean): boolean {
    for (let i = this.#extensions.length - 1; i >= 0; i--) {
      const extension = this.#extensions[i]!
      if (extension.definition === null) continue
      const spec = optionNames(extension.definition.options).get(name)
      if (spec === undefined) continue
      const value = spec.words === 0 ? '' : (attached ?? this.#word(`--${name}`))
      const value2 = spec.words < 2 ? '' : this.#word(`--${name}`)
      extension.given.push({ spec, invert, value, value2 })
      return true
    }
    return false
  }

  /** `-p tcp --dport 80` means `-p tcp -m tcp --dport 80`. */
  #implicitProtocol(name: string): boolean {
    if (this.#protocol === undefined) return false
    const kind = formatProtocol(this.#protocol.number)
    const definition = MATCHES.get(kind)
    if (definition === undefined || this.#extensions.some((each) => each.name === kind)) return false
    if (!optionNames(definition.options).has(name) && completions(optionNames(definition.options), name).length === 0)
      return false
    this.#extensions.push(extension(kind, definition, false))
    return true
  }

  /** The one option that begins so. */
  #complete(prefix: string): string | undefined {
    const names = new Set(completions(LONG, prefix))
    for (const { definition } of this.#extensions) {
      if (definition !== null) for (const name of completions(optionNames(definition.options), prefix)) names.add(name)
    }
    return names.size === 1 ? [...names][0] : undefined
  }

  /** A word that is no option: it belongs to an extension that is not modelled, or to nobody. */
  #stray(word: string): void {
    const last = this.#extensions.at(-1)
    if (last?.definition === null) last.words.push(word)
    else throw new IptablesError('BAD_RULE', `Bad argument \`${word}'`, 'bare')
  }

  #draft(): RuleDraft {
    const ip: { -readonly [K in keyof IpTest]: IpTest[K] } = {}
    if (this.#in !== undefined) ip.in = this.#in
    if (this.#out !== undefined) ip.out = this.#out
    if (this.#protocol !== undefined) ip.protocol = this.#protocol
    if (this.#fragment !== undefined) ip.fragment = this.#fragment
    const draft: RuleDraft = { ip, matches: [], target: this.#jump }
    for (const each of this.#extensions) {
      const match = each.isTarget ? null : readMatch(each, draft)
      if (match !== null) draft.matches.push(match)
    }
    for (const each of this.#extensions) if (each.isTarget) draft.target = readTarget(each, draft)
    return draft
  }

  #multiply({ ip, matches, target }: RuleDraft, origin: RuleOrigin | undefined): readonly Rule[] {
    const sources: readonly (AddressTest | null)[] = this.#sources.length === 0 ? [null] : this.#sources
    const destinations: readonly (AddressTest | null)[] = this.#destinations.length === 0 ? [null] : this.#destinations
    if (sources.length * destinations.length > MAX_RULES) badRule('too many addresses')
    const rules: Rule[] = []
    for (const source of sources) {
      for (const destination of destinations) {
        const test: { -readonly [K in keyof IpTest]: IpTest[K] } = {}
        if (source !== null && !everything(source)) test.src = source
        if (destination !== null && !everything(destination)) test.dst = destination
        Object.assign(test, ip)
        // each rule has matches of its own, for their state goes by the match
        const own = rules.length === 0 ? matches : matches.map((match) => ({ ...match }))
        rules.push({ ip: test, matches: own, target, ...(origin && { origin }) })
      }
    }
    return rules
  }
}

const DASH = 45

/** `-s 0.0.0.0/0` tests nothing and is not printed. */
function everything(test: AddressTest): boolean {
  return test.mask === 0 && !test.invert
}

function readInterface(text: string, invert: boolean): InterfaceTest | undefined {
  const name = parseInterface(text)
  return name === '+' && !invert ? undefined : { name, invert }
}

function readProtocol(text: string, invert: boolean): { number: number; invert: boolean } | undefined {
  const number = parseProtocol(text)
  if (number === 0 && invert) badRule('rule would never match protocol')
  return number === 0 ? undefined : { number, invert }
}

function jumpTo(chain: string): Target & { chain: string } {
  return { kind: 'jump', chain }
}

function gotoChain(chain: string): Target & { chain: string } {
  return { kind: 'goto', chain }
}

function extension(name: string, definition: ExtensionDefinition | null, isTarget: boolean): Extension {
  return { name, definition, isTarget, given: [], words: [] }
}

function loadMatch(name: string): Extension {
  const definition = MATCHES.get(name)
  if (definition !== undefined) return extension(name, definition, false)
  if (!UNSUPPORTED_MATCHES.has(name)) badRule(`Couldn't load match \`${name}':No such file or directory\n`)
  return extension(name, null, false)
}

function completions(names: ReadonlyMap<string, unknown>, prefix: string): string[] {
  return [...names.keys()].filter((name) => name.startsWith(prefix))
}

const SIMPLE = /^[^\s"'\\]+$/

function joinWords(words: readonly string[]): string {
  return words.map((word) => ` ${SIMPLE.test(word) ? word : quote(word)}`).join('')
}

function readMatch({ name, definition, given, words }: Extension, draft: RuleDraft): Match | null {
  if (definition === null) return { kind: 'unsupported', name, text: joinWords(words) } as Match
  return (definition as MatchDefinition).parse(new OptionReader(name, definition.options, given), draft)
}

function readTarget({ name, definition, given, words }: Extension, draft: RuleDraft): Target {
  if (definition === null) return { kind: 'unsupported', name, text: joinWords(words) } as Target
  return (definition as TargetDefinition).parse(new OptionReader(name, definition.options, given), draft)
}
