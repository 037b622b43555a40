import { UnsupportedError } from '../../packet/errors.ts'
import { OptionError, readOptions } from '../getopt.ts'
import type { Task } from '../process/process.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import { GREP_OPTIONS, GrepError, type GrepRequest, readGrep, withContexts } from './grep-options.ts'
import { type Awaited, eachLine } from './input.ts'
import { Matcher, type Span } from './regex/matcher.ts'
import { parsePattern } from './regex/parse.ts'
import { isWordCharacter, literal, type Node, PatternError } from './regex/syntax.ts'

const USAGE = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n"
const TROUBLE = 2

/** grep(1) of GNU grep 3.8, in the C locale. */
export const grep: Program = (args, context) => run(args, context)
export const egrep: Program = (args, context) => run(['-E', ...args], context)
export const fgrep: Program = (args, context) => run(['-F', ...args], context)

function* run(args: readonly string[], context: ProgramContext): Task {
  const { stderr } = context
  try {
    const request = readGrep(readOptions('grep', withContexts(args), GREP_OPTIONS))
    if (request === null) {
      stderr.write(USAGE)
      return TROUBLE
    }
    const patterns = yield* readPatterns(request, context)
    const search = new Search(patterns, request, (warning) => stderr.write(`grep: warning: ${warning}\n`))
    return yield* searchAll(search, request, context)
  } catch (error) {
    if (error instanceof OptionError) stderr.write(`${error.message}\n${USAGE}`)
    else if (error instanceof GrepError || error instanceof PatternError) stderr.write(`grep: ${error.message}\n`)
    else throw error
    return TROUBLE
  }
}

function* readPatterns({ patterns }: GrepRequest, context: ProgramContext): Awaited<string[]> {
  const all: string[] = []
  for (const { kind, value } of patterns) {
    if (kind === 'text') {
      all.push(...value.split('\n'))
      continue
    }
    const read = yield* eachLine(value, context, (line) => {
      all.push(line)
      return true
    })
    if (!read) throw new GrepError(`${value}: No such file or directory`)
  }
  return all
}

/** Finds what was asked for in a line. */
class Search {
  readonly #matcher: Matcher | null
  /** What a line must have to be meant, where that is not the same. */
  readonly #line: Matcher | null
  readonly #whole: GrepRequest['whole']

  /** @throws PatternError */
  constructor(patterns: readonly string[], { syntax, ignoreCase, whole }: GrepRequest, warn: (text: string) => void) {
    this.#whole = whole
    const nodes: Node[] = []
    for (const pattern of patterns) {
      if (syntax === 'F') nodes.push(plain(pattern, ignoreCase))
      else {
        const { node, warnings } = parsePattern(pattern, { extended: syntax === 'E', ignoreCase })
        for (const warning of warnings) warn(warning)
        nodes.push(node)
      }
    }
    // `-f` of an empty file: there is nothing to find
    this.#matcher = nodes.length === 0 ? null : new Matcher(nodes)
    this.#line = whole === 'word' && nodes.length > 0 ? new Matcher([between(nodes)]) : null
  }

  /** Is the line meant? Trap: with -w an empty match between other characters will do, though `find` passes over it (`GEAcompile`). */
  selects(line: string): boolean {
    return (this.#line === null ? this.find(line) : this.#line.find(line)) !== null
  }

  /** The first match from a place on, or null. */
  find(line: string, from = 0): Span | null {
    const matcher = this.#matcher
    if (matcher === null) return null
    if (this.#whole === 'line') {
      const fits = from === 0 && matcher.endsFrom(line, 0).includes(line.length)
      return fits ? { start: 0, end: line.length } : null
    }
    for (let at = from; ; ) {
      const found = matcher.find(line, at)
      if (found === null || this.#whole === null) return found
      const end = this.#wordEnd(matcher, line, found)
      if (end !== null) return { start: found.start, end }
      at = found.start + 1
      if (at > line.length) return null
    }
  }

  /** Where a match ends that is a whole word: the longest, or a shorter one that is not empty (`EGexecute`). */
  #wordEnd(matcher: Matcher, line: string, { start, end: longest }: Span): number | null {
    if (start > 0 && isWordCharacter(line.charCodeAt(start - 1))) return null
    const isEdge = (end: number): boolean => end >= line.length || !isWordCharacter(line.charCodeAt(end))
    if (isEdge(longest)) return longest
    return matcher.endsFrom(line, start).findLast((end) => end > start && isEdge(end)) ?? null
  }
}

/** One of the patterns with no letter, digit or `_` before and behind it. */
function between(patterns: readonly Node[]): Node {
  const other: Node = { kind: 'character', test: (code) => !isWordCharacter(code) }
  const edge = (assertion: 'start' | 'end'): Node => ({
    kind: 'choice',
    branches: [{ kind: 'assertion', assertion }, other],
  })
  return { kind: 'sequence', parts: [edge('start'), { kind: 'choice', branches: patterns }, edge('end')] }
}

function plain(text: string, ignoreCase: boolean): Node {
  const parts = [...text].flatMap((character) => character.split(''))
  return {
    kind: 'sequence',
    parts: parts.map((each) => ({ kind: 'character', test: literal(each, ignoreCase) })),
  }
}

function* searchAll(search: Search, request: GrepRequest, context: ProgramContext): Task {
  const files = request.files.length === 0 ? ['-'] : request.files
  // it does not even look (`main` in grep.c)
  if (request.most === 0 && request.output !== 'names-without') return 1
  const withName = request.withName ?? files.length > 1
  const groups = { used: false }
  let selected = false
  let trouble = false
  for (const file of files) {
    const report = new FileReport(search, request, context, file === '-' ? request.label : file, withName, groups)
    const read = yield* eachLine(file, context, (line) => report.line(line))
    if (!read) {
      trouble = true
      if (!request.silent) context.stderr.write(`grep: ${file}: No such file or directory\n`)
      continue
    }
    report.end()
    if (report.selected > 0) selected = true
    if (selected && request.output === 'nothing') return 0
  }
  return trouble ? TROUBLE : Number(!selected)
}

/** What is printed of one file. */
class FileReport {
  selected = 0
  readonly #search: Search
  readonly #request: GrepRequest
  readonly #context: ProgramContext
  readonly #name: string
  readonly #prefix: boolean
  readonly #groups: { used: boolean }
  #number = 0
  /** Lines that may be shown before the next match. */
  #kept: string[] = []
  /** How many lines behind the last match are still to be shown. */
  #behind = 0
  /** The last line of the file that was shown; none yet. */
  #shownTo = -1

  /** @param groups has something been shown already, of whatever file? */
  constructor(
    search: Search,
    request: GrepRequest,
    context: ProgramContext,
    name: string,
    prefix: boolean,
    groups: { used: boolean },
  ) {
    this.#search = search
    this.#request = request
    this.#context = context
    this.#name = name
    this.#prefix = prefix
    this.#groups = groups
  }

  /** False: no more are wanted. */
  line(line: string): boolean {
    const { invert, output, most, after } = this.#request
    const shows = output === 'lines' || output === 'matches'
    if (line.includes('\0')) throw new UnsupportedError('grep in binary data')
    this.#number++
    if (this.selected >= most) {
      if (this.#behind > 0) this.#unselected(line)
      return this.#behind > 0
    }
    if (this.#search.selects(line) === invert) {
      if (shows) this.#unselected(line)
      return true
    }
    this.selected++
    if (shows) {
      this.#select(line)
      this.#behind = Math.max(after, 0)
    } else if (output !== 'count') return false
    return this.selected < most || this.#behind > 0
  }

  end(): void {
    const { output } = this.#request
    const { stdout } = this.#context
    const isNamed = output === 'names' ? this.selected > 0 : output === 'names-without' && this.selected === 0
    if (output === 'count') stdout.write(`${this.#prefix ? `${this.#name}:` : ''}${this.selected}\n`)
    else if (isNamed) stdout.write(`${this.#name}\n`)
  }

  /** A line that is meant, and the lines before it. */
  #select(line: string): void {
    const { before, invert, output } = this.#request
    const kept = before <= 0 ? [] : this.#kept.slice(-before)
    const first = this.#number - kept.length
    this.#separate(first)
    kept.forEach((each, i) => {
      this.#show(each, first + i, '-')
    })
    this.#kept = []
    this.#groups.used = true
    if (output === 'lines') this.#show(line, this.#number, ':')
    // nothing matches where a line without a match was asked for
    else if (!invert) this.#showMatches(line)
    this.#shownTo = this.#number
  }

  /** Between lines that do not follow each other, also of two files, when context was asked for. */
  #separate(next: number): void {
    const { before, after, separator } = this.#request
    if (before < 0 && after < 0) return
    if (this.#groups.used && next !== this.#shownTo + 1 && separator !== null)
      this.#context.stdout.write(`${separator}\n`)
  }

  /** A line that is not meant: shown because of one before it, or kept for one behind it. */
  #unselected(line: string): void {
    if (this.#behind > 0) {
      this.#behind--
      this.#show(line, this.#number, '-')
      return
    }
    if (this.#request.before <= 0) return
    this.#kept.push(line)
    if (this.#kept.length > this.#request.before) this.#kept.shift()
  }

  #showMatches(line: string): void {
    for (let span = this.#search.find(line); span !== null; ) {
      const isEmpty = span.end === span.start
      if (!isEmpty) this.#write(line.slice(span.start, span.end), ':')
      const next = isEmpty ? span.start + 1 : span.end
      span = next > line.length ? null : this.#search.find(line, next)
    }
  }

  /** With `-o` a line before or behind counts as shown, and is not. */
  #show(line: string, number: number, mark: ':' | '-'): void {
    this.#shownTo = number
    if (this.#request.output === 'lines') this.#write(line, mark, number)
  }

  #write(text: string, mark: ':' | '-', number = this.#number): void {
    const name = this.#prefix ? `${this.#name}${mark}` : ''
    this.#context.stdout.write(`${name}${this.#request.numbers ? `${number}${mark}` : ''}${text}\n`)
  }
}
