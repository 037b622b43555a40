import { UnsupportedError } from '../../packet/errors.ts'
import type { ExtensionDefinition, MatchDefinition, RuleDraft, TargetDefinition } from '../definition.ts'
import { MATCHES } from '../match/index.ts'
import type { AddressTest, InterfaceTest, IpTest, Match, Rule, RuleOrigin, Target } from '../rule.ts'
import { TARGETS } from '../target/index.ts'
import { UNSUPPORTED_MATCHES, UNSUPPORTED_TARGETS } from '../unsupported.ts'
import { parseAddressTest } from './addresses.ts'
import { badRule, IptablesError } from './errors.ts'
import { completed, LONG, type LongName, shortArgument } from './getopt.ts'
import { parseInterface } from './interfaces.ts'
import { parseUnsigned } from './numbers.ts'
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

/** How a text is read that some other machine has printed: what is not known here is kept, not refused. */
export interface KeepUnread {
  /** Is there such a chain? If not, what stands behind `-j` is a target that is not known here. */
  isChain(name: string): boolean
}

/** Behind the name of a match or a target: it says more than what was printed of it. So it is kept as one that is not modelled. */
export const UNTOLD = '???'

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

const MAX_CHAIN_NAME = 28
/** `-s` and `-d` may list addresses; their product is what the text makes of rules. */
const MAX_RULES = 10_000

/** A name of an extension's option, and whose it is. */
interface ExtensionOption {
  readonly extension: Extension
  readonly spec: OptionSpec
}

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
  const parser = new RuleParser(words, start)
  parser.read()
  return parser.rule(origin)
}

/** Reads rules; `parse-command.ts` adds the commands that they belong to. */
export class RuleParser {
  readonly #words: readonly string[]
  readonly #keep: KeepUnread | null
  #next: number
  readonly #extensions: Extension[] = []
  #sources = ''
  #destinations = ''
  #in: InterfaceTest | undefined
  #out: InterfaceTest | undefined
  #protocol: { readonly number: number; readonly invert: boolean } | undefined
  /** As it was written: which match goes with it. */
  #protocolName = ''
  #protocolLoaded = false
  #fragment: { readonly invert: boolean } | undefined
  #jump: Target | null = null
  #counters: CounterPair | null = null
  #seen = ''
  #inverted = ''
  /** `!` was the last word. */
  #lostInversion = false
  /** `--`, and words behind it. */
  #leftOver = false

  constructor(words: readonly string[], start = 0, keep: KeepUnread | null = null) {
    this.#words = words
    this.#next = start
    this.#keep = keep
  }

  /** The letters of iptables' own options that were there. */
  get seen(): string {
    return this.#seen
  }

  /** `-6` was there: what stood before it counts for nothing, what stands behind it has not been read. */
  get otherFamily(): boolean {
    return this.#seen.includes('6')
  }

  /** Does the rule say `-j DROP`? */
  get dropsIt(): boolean {
    return this.#extensions.some(({ isTarget, name }) => isTarget && name === 'DROP')
  }

  /**
   * An option that is no part of a rule. False: nothing behind it is read.
   *
   * @param value null: it takes none, or none was glued to it
   */
  protected command(letter: string, _value: string | null, _invert: boolean): boolean {
    return badRule(`unknown option "-${letter}"`)
  }

  /** Walks the words. */
  read(): void {
    const words = this.#words
    let invert = false
    while (this.#next < words.length) {
      const word = words[this.#next++]!
      if (word === '!') {
        if (invert) badRule('multiple consecutive ! not allowed')
        invert = true
        continue
      }
      if (word === '--') {
        this.#leftOver = this.#next < words.length
        break
      }
      if (word.charCodeAt(0) !== DASH || word.length === 1) this.#stray(word)
      else if (!(word.charCodeAt(1) === DASH ? this.#long(word, invert) : this.#cluster(word, invert))) return
      invert = false
    }
    this.#lostInversion = invert
  }

  /** Whether there is a command at all: looked at before what `!` is for. */
  protected checkCommand(): void {}

  /** What the words make of rules. @throws IptablesError */
  rule(origin?: RuleOrigin): ParsedRule {
    if (this.otherFamily) return { rules: [], counters: null, otherFamily: true }
    const draft = this.#draft()
    if (this.#leftOver) badRule('unknown arguments found on commandline')
    this.checkCommand()
    if (this.#lostInversion) badRule('nothing appropriate following !')
    const rules = this.#multiply(draft, origin)
    return { rules, counters: this.#counters, otherFamily: false }
  }

  /** The next word when it belongs to the option before it (`xs_has_arg`). */
  protected take(): string | undefined {
    const word = this.#words[this.#next]
    if (word === undefined || word[0] === '-' || word[0] === '!') return undefined
    this.#next++
    return word
  }

  /** `-p tcp`, `-ptcp`, `-fp tcp` */
  #cluster(word: string, invert: boolean): boolean {
    for (let at = 1; at < word.length; at++) {
      const letter = word[at]!
      const argument = shortArgument(letter)
      if (argument === undefined) {
        this.#unknown(this.#taker() === undefined ? `-${letter}` : word)
        return true
      }
      if (argument === 'none') {
        if (!this.#base(letter, null, invert && at === 1)) return false
        continue
      }
      const glued = at + 1 < word.length ? word.slice(at + 1) : null
      return this.#base(
        letter,
        glued ?? (argument === 'required' ? this.#word(`-${letter}`) : null),
        invert && at === 1,
      )
    }
    return true
  }

  #long(word: string, invert: boolean): boolean {
    const equals = word.indexOf('=')
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals)
    const glued = equals < 0 ? null : word.slice(equals + 1)
    const own = LONG.get(name)
    if (own !== undefined) return this.#longBase(own, word, glued, invert)
    const found = this.#find(name)
    if (found !== undefined) {
      this.#give(found, word, glued, invert)
      return true
    }
    const full = this.#complete(name)
    if (full !== undefined) {
      if (typeof full.meaning === 'string') return this.#longBase(full as LongName<string>, word, glued, invert)
      this.#give(full.meaning, word, glued, invert)
      return true
    }
    if (this.#loadProtocol(name)) return this.#long(word, invert)
    this.#unknown(word, invert)
    return true
  }

  #longBase({ meaning, argument }: LongName<string>, word: string, glued: string | null, invert: boolean): boolean {
    if (glued !== null && argument === 'none') this.#unknown(word)
    return this.#base(meaning, glued ?? (argument === 'required' ? this.#word(word) : null), invert)
  }

  /** The last extension that is not modelled. */
  #taker(): Extension | undefined {
    return this.#extensions.findLast((extension) => extension.definition === null)
  }

  /** Nobody knows it, unless there is an extension that is not modelled. */
  #unknown(word: string, invert = false): void {
    const taker = this.#taker()
    if (taker === undefined) badRule(`unknown option "${word}"`)
    if (invert) taker.words.push('!')
    taker.words.push(word)
  }

  /** An option of iptables itself. False: nothing behind it is read. */
  #base(letter: string, value: string | null, invert: boolean): boolean {
    // Trap: of `-p tcp` and its like 1.8.9 looks at the last word, and so takes `-ptcp` for the protocol "-ptcp"
    const last = this.#words[this.#next - 1]!
    switch (letter) {
      case 's':
        this.once('s', invert)
        this.#sources = last
        break
      case 'd':
        this.once('d', invert)
        this.#destinations = last
        break
      case 'i':
        this.once('i', invert)
        this.#in = readInterface(last, invert)
        break
      case 'o':
        this.once('o', invert)
        this.#out = readInterface(last, invert)
        break
      case 'p':
        this.once('p', invert)
        this.#protocolName = last.toLowerCase()
        this.#protocol = readProtocol(this.#protocolName, invert)
        break
      case 'f':
        this.once('f', invert)
        this.#fragment = { invert }
        break
      case 'm':
        if (invert) badRule('unexpected ! flag before --match')
        this.#extensions.push(this.#match(value!))
        break
      case 'j':
      case 'g':
        this.once('j', invert)
        this.#target(letter, letter === 'j' ? last : value!)
        break
      case 'c':
        this.once('c', invert)
        this.#counters = this.#readCounters(value!)
        break
      case '4':
        break
      case '6':
        this.#seen += '6'
        return false
      case 'b':
        badRule('Unknown arg "(null)"')
        break
      case 'h':
        throw new UnsupportedError('iptables --help')
      default:
        return this.command(letter, value, invert)
    }
    return true
  }

  /** That an option stands there only once, and may be denied. */
  protected once(letter: string, invert: boolean): void {
    if (this.#seen.includes(letter)) badRule(`multiple -${letter} flags not allowed`)
    this.#seen += letter
    if (!invert) return
    if (!INVERTIBLE.includes(letter)) badRule(`cannot have ! before -${letter}`)
    this.#inverted += letter
  }

  #word(option: string): string {
    const word = this.#words[this.#next++]
    if (word === undefined) badRule(`option "${option}" requires an argument`)
    return word
  }

  #readCounters(value: string): CounterPair {
    const comma = value.indexOf(',')
    const bytes = comma < 0 ? this.take() : value.slice(comma + 1)
    if (bytes === undefined) badRule('-c requires packet and byte counter')
    return { packets: readCounter(value, 'packet'), bytes: readCounter(bytes, 'byte') }
  }

  #target(letter: string, name: string): void {
    if (name === '') badRule('Invalid target name (too short)')
    if (name.length > MAX_CHAIN_NAME) badRule(`Invalid target name \`${name}' (${MAX_CHAIN_NAME} chars max)`)
    if (/[ \t-\r]/.test(name)) badRule(`Invalid target name \`${name}'`)
    const definition = letter === 'j' ? TARGETS.get(name) : undefined
    if (definition !== undefined) this.#extensions.push(extension(name, this.#untold() ? null : definition, true))
    else if (letter === 'j' && (UNSUPPORTED_TARGETS.has(name) || this.#keep?.isChain(name) === false))
      this.#extensions.push(extension(name, null, true))
    else this.#jump = letter === 'g' ? gotoChain(name) : jumpTo(name)
  }

  #match(name: string): Extension {
    const definition = MATCHES.get(name)
    if (definition === undefined && !UNSUPPORTED_MATCHES.has(name) && this.#keep === null)
      badRule(`Couldn't load match \`${name}':No such file or directory\n`)
    return extension(name, definition === undefined || this.#untold() ? null : definition, false)
  }

  /** Was not all of it told that was named last? */
  #untold(): boolean {
    return this.#keep !== null && this.#words[this.#next] === UNTOLD
  }

  /**
   * Whose option it is. Trap: the options of what was loaded last come first, but a match that is loaded once more brings none along: they
   * stay where they were, and go to the new one.
   */
  #find(name: string): ExtensionOption | undefined {
    for (let i = this.#extensions.length - 1; i >= 0; i--) {
      const first = this.#extensions[i]!
      const spec = first.definition === null ? undefined : optionNames(first.definition.options).get(name)
      if (spec === undefined) continue
      if (this.#extensions.length === 1) return { extension: first, spec }
      if (!this.#isFirst(i)) continue
      return { extension: this.#youngest(first), spec }
    }
    return undefined
  }

  #isFirst(index: number): boolean {
    const { name, isTarget } = this.#extensions[index]!
    return this.#extensions.findIndex((each) => each.name === name && each.isTarget === isTarget) === index
  }

  #youngest({ name, isTarget }: Extension): Extension {
    return this.#extensions.findLast((each) => each.name === name && each.isTarget === isTarget)!
  }

  #give({ extension, spec }: ExtensionOption, word: string, glued: string | null, invert: boolean): void {
    if (spec.words === 0 && glued !== null) badRule(`unknown option "${word}"`)
    const value = spec.words === 0 ? '' : (glued ?? this.#word(word))
    const second = spec.words < 2 ? '' : this.take()
    if (second === undefined) badRule(`--${spec.names[0]} requires two args.`)
    extension.given.push({ spec, invert, value, value2: second, protocol: this.#protocol })
  }

  /** `-p tcp --dport 80` means `-p tcp -m tcp --dport 80`: tried once, when an option is unknown. */
  #loadProtocol(option: string): boolean {
    if (this.#protocolName === '' || this.#protocolLoaded) return false
    const number = parseUnsigned(this.#protocolName, 255)
    const name = number === undefined ? this.#protocolName : formatProtocol(number)
    const definition = MATCHES.get(name)
    // more likely, an option that nobody knows is that of an extension that is not modelled
    if (this.#taker() !== undefined && (definition === undefined || !optionNames(definition.options).has(option)))
      return false
    this.#protocolLoaded = true
    if (definition === undefined && !UNSUPPORTED_MATCHES.has(name)) return false
    if (this.#extensions.some((each) => !each.isTarget && each.name === name)) return false
    this.#extensions.push(extension(name, definition ?? null, false))
    return true
  }

  /** The one option that begins so. */
  #complete(prefix: string): LongName<string | ExtensionOption> | undefined {
    // what an extension that is not modelled would know is not known here
    if (this.#taker() !== undefined) return undefined
    const names: LongName<unknown>[] = [...LONG.values()]
    for (const { definition } of this.#extensions) {
      if (definition === null) continue
      for (const spec of definition.options) {
        const argument = spec.words === 0 ? 'none' : 'required'
        for (const name of spec.names) names.push({ name, argument, meaning: spec })
      }
    }
    const found = completed(prefix, names)
    if (found === undefined || typeof found.meaning === 'string') return found as LongName<string> | undefined
    return { ...found, meaning: this.#find(found.name)! }
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
    if (draft.matches.length > 1) refuseTwins(draft.matches)
    for (const each of this.#extensions) if (each.isTarget) draft.target = readTarget(each, draft)
    return draft
  }

  #multiply({ ip, matches, target }: RuleDraft, origin: RuleOrigin | undefined): readonly Rule[] {
    const sources = readAddresses(this.#seen.includes('s') ? this.#sources : null, this.#inverted.includes('s'))
    const destinations = readAddresses(
      this.#seen.includes('d') ? this.#destinations : null,
      this.#inverted.includes('d'),
    )
    if ((sources.length > 1 || destinations.length > 1) && /[sd]/.test(this.#inverted)) {
      badRule('! not allowed with multiple source or destination IP addresses')
    }
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

/** What may be denied by `!`. */
const INVERTIBLE = 'sdpiof'

/** nf_tables tests both, but reads one match of mixed parts back. */
function refuseTwins(matches: readonly Match[]): void {
  for (const kind of ['tcp', 'udp']) {
    if (matches.filter((match) => match.kind === kind).length > 1)
      throw new UnsupportedError(`-m ${kind} twice in a rule`)
  }
}

/** Null: all addresses. */
function readAddresses(text: string | null, invert: boolean): readonly (AddressTest | null)[] {
  return text === null ? [null] : text.split(',').map((each) => parseAddressTest(each.replace(/^ +/, ''), invert))
}

/** As sscanf(3) reads `%llu`: what stands behind the number does not matter. */
function readCounter(text: string, what: string): number {
  const digits = /^[ \t-\r]*\+?(\d+)/.exec(text)?.[1]
  if (digits === undefined) badRule(`-c ${what} counter not numeric`)
  return Number(digits)
}

/** `-s 0.0.0.0/0` tests nothing and is not printed. */
function everything(test: AddressTest): boolean {
  return test.mask === 0 && !test.invert
}

function readInterface(text: string, invert: boolean): InterfaceTest | undefined {
  if (text === '') badRule('Empty interface is likely to be undesired')
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

const SIMPLE = /^[^\s"'\\]+$/

function joinWords(words: readonly string[]): string {
  return words.map((word) => ` ${SIMPLE.test(word) ? word : quote(word)}`).join('')
}

function readMatch({ name, definition, given, words }: Extension, draft: RuleDraft): Match | null {
  if (definition === null) return { kind: 'unsupported', name, text: joinWords(words) } as Match
  const options = new OptionReader(name, definition.options, given)
  const match = (definition as MatchDefinition).parse(options, draft)
  options.checkTogether()
  return match
}

function readTarget({ name, definition, given, words }: Extension, draft: RuleDraft): Target {
  if (definition === null) return { kind: 'unsupported', name, text: joinWords(words) } as Target
  const options = new OptionReader(name, definition.options, given)
  const target = (definition as TargetDefinition).parse(options, draft)
  options.checkTogether()
  return target
}
