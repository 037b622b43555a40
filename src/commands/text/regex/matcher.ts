import { UnsupportedError } from '../../../packet/errors.ts'
import { type Assertion, type CharacterTest, isWordCharacter, type Node } from './syntax.ts'

/*
 * A pattern becomes a list of instructions, and all ways through it are followed at the same time, one character after the other (Thompson,
 * "Regular Expression Search Algorithm", 1968). So the time grows with the length of the text times that of the pattern, whatever the
 * pattern says.
 */

type Instruction =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'fork'; to: number; or: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'match' }

/** `a{1000}` is a thousand instructions; so many are the most. */
const MOST_INSTRUCTIONS = 20_000
/** What has no instructions can be repeated, too. */
const MOST_PARTS = 200_000

/** Where a match begins and ends. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** One of several patterns, ready to be looked for in lines of text. */
export class Matcher {
  readonly #program: readonly Instruction[]
  /** The step in which an instruction was last added to the list, so that it is there only once. */
  readonly #seen: Float64Array
  #step = 0

  /** @throws UnsupportedError too many repetitions */
  constructor(patterns: readonly Node[]) {
    const compiler = new Compiler()
    compiler.emit(patterns.length === 1 ? patterns[0]! : { kind: 'choice', branches: patterns })
    compiler.program.push({ kind: 'match' })
    this.#program = compiler.program
    this.#seen = new Float64Array(compiler.program.length)
  }

  /** The leftmost match that begins at `from` or later, and of those the longest; null: there is none. */
  find(text: string, from = 0): Span | null {
    return this.#run(text, from, true, null)
  }

  /** Where matches end that begin at this place, in ascending order. */
  endsFrom(text: string, start: number): number[] {
    const ends: number[] = []
    this.#run(text, start, false, ends)
    return ends
  }

  /** @param ends gets the ends of all matches that begin at `from`; null: the longest of the leftmost is wanted */
  #run(text: string, from: number, moving: boolean, ends: number[] | null): Span | null {
    const program = this.#program
    let threads: number[] = []
    let starts: number[] = []
    let best: Span | null = null
    for (let at = from; ; at++) {
      // those that began first come first in the list, so they win
      this.#step++
      const next: number[] = []
      const nextStarts: number[] = []
      for (let i = 0; i < threads.length; i++) this.#add(threads[i]!, starts[i]!, text, at, next, nextStarts)
      if (best === null && (moving || at === from)) this.#add(0, at, text, at, next, nextStarts)
      threads = []
      starts = []
      const code = text.charCodeAt(at)
      for (let i = 0; i < next.length; i++) {
        const start = nextStarts[i]!
        if (best !== null && start > best.start) break
        const instruction = program[next[i]!]!
        if (instruction.kind === 'match') {
          best = { start, end: at }
          ends?.push(at)
        } else if (instruction.kind === 'character' && at < text.length && instruction.test(code)) {
          threads.push(next[i]! + 1)
          starts.push(start)
        }
      }
      if (at >= text.length || (threads.length === 0 && (best !== null || !moving))) return best
    }
  }

  /** Adds an instruction, and all that are reached from it without a character. */
  #add(first: number, start: number, text: string, at: number, list: number[], starts: number[]): void {
    const stack = [first]
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      if (this.#seen[index] === this.#step) continue
      this.#seen[index] = this.#step
      const instruction = this.#program[index]!
      if (instruction.kind === 'fork') stack.push(instruction.or, instruction.to)
      else if (instruction.kind === 'jump') stack.push(instruction.to)
      else if (instruction.kind === 'assertion') {
        if (holds(instruction.assertion, text, at)) stack.push(index + 1)
      } else {
        list.push(index)
        starts.push(start)
      }
    }
  }
}

class Compiler {
  readonly program: Instruction[] = []
  #parts = 0

  emit(node: Node): void {
    if (this.program.length > MOST_INSTRUCTIONS || ++this.#parts > MOST_PARTS) {
      throw new UnsupportedError('a regular expression of so many repetitions')
    }
    switch (node.kind) {
      case 'character':
      case 'assertion':
        this.program.push(node)
        break
      case 'sequence':
        for (const part of node.parts) this.emit(part)
        break
      case 'choice':
        this.#choice(node.branches)
        break
      case 'repeat':
        this.#repeat(node.body, node.min, node.max)
    }
  }

  #choice(branches: readonly Node[]): void {
    const { program } = this
    const exits: { to: number }[] = []
    branches.forEach((branch, i) => {
      if (i === branches.length - 1) {
        this.emit(branch)
        return
      }
      const fork = this.#fork()
      this.emit(branch)
      const exit = { kind: 'jump' as const, to: 0 }
      exits.push(exit)
      program.push(exit)
      fork.or = program.length
    })
    for (const exit of exits) exit.to = program.length
  }

  #repeat(body: Node, min: number, max: number): void {
    const { program } = this
    for (let i = 0; i < min; i++) this.emit(body)
    if (max === Number.POSITIVE_INFINITY) {
      const at = program.length
      const fork = this.#fork()
      this.emit(body)
      program.push({ kind: 'jump', to: at })
      fork.or = program.length
      return
    }
    const forks: { or: number }[] = []
    for (let i = min; i < max; i++) {
      forks.push(this.#fork())
      this.emit(body)
    }
    for (const fork of forks) fork.or = program.length
  }

  #fork(): { or: number } {
    const fork = { kind: 'fork' as const, to: this.program.length + 1, or: 0 }
    this.program.push(fork)
    return fork
  }
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  if (assertion === 'start') return at === 0
  if (assertion === 'end') return at === text.length
  const before = at > 0 && isWordCharacter(text.charCodeAt(at - 1))
  const behind = at < text.length && isWordCharacter(text.charCodeAt(at))
  switch (assertion) {
    case 'word-start':
      return !before && behind
    case 'word-end':
      return before && !behind
    case 'word-edge':
      return before !== behind
    case 'no-word-edge':
      return before === behind
  }
}
