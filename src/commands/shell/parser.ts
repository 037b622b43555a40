import { KubehopError, UnsupportedError } from '../../packet/errors.ts'
import { Lexer, type Token } from './lexer.ts'
import type {
  AndOrList,
  Assignment,
  ForCommand,
  IfCommand,
  Pipeline,
  Program,
  Redirection,
  SimpleCommand,
  Statement,
  Word,
} from './syntax.ts'

/** Words that begin what kubehop's shell does not know. */
const REFUSED = new Set(['while', 'until', 'case', 'select', 'function', 'time', 'coproc', '[[', '{', '}', 'esac'])
const MAX_DEPTH = 200
/** Words that end a list of statements. */
const CLOSING = new Set(['then', 'elif', 'else', 'fi', 'do', 'done'])

/**
 * Reads a script.
 *
 * @param file named in errors
 * @param firstLine number of the text's first line in that file
 * @throws UnsupportedError for what bash knows and kubehop does not, with its line
 * @throws KubehopError `BAD_SCRIPT` for what bash would not read either
 */
export function parseScript(text: string, file: string, firstLine = 1): Program {
  return new Parser(text, file, firstLine).program()
}

class Parser {
  readonly #lexer: Lexer
  readonly #text: string
  readonly #file: string
  #token: Token
  #depth = 0

  constructor(text: string, file: string, firstLine: number) {
    this.#text = text
    this.#file = file
    this.#lexer = new Lexer(text, file, firstLine)
    this.#token = this.#lexer.next()
  }

  program(): Program {
    const program = this.#statements()
    if (this.#token.kind !== 'end') throw this.#unexpected()
    return program
  }

  #advance(): Token {
    const token = this.#token
    this.#token = this.#lexer.next()
    return token
  }

  #isOperator(text: string): boolean {
    return this.#token.kind === 'operator' && this.#token.text === text
  }

  /** The present word when it is a bare one: a keyword counts only so. */
  get #keyword(): string | null {
    return this.#token.kind === 'word' ? this.#token.bare : null
  }

  #expect(keyword: string): void {
    if (this.#keyword !== keyword) throw this.#unexpected(keyword)
    this.#advance()
  }

  get #atLineEnd(): boolean {
    return this.#token.kind === 'newline' || this.#token.kind === 'end'
  }

  #skipNewlines(): void {
    while (this.#token.kind === 'newline') this.#advance()
  }

  #unexpected(instead?: string): KubehopError {
    const { kind, line } = this.#token
    const what =
      this.#token.kind === 'operator'
        ? `"${this.#token.text}"`
        : this.#token.kind === 'word'
          ? `"${this.#token.bare ?? 'a word'}"`
          : `the ${kind === 'end' ? 'end of the script' : 'end of the line'}`
    const hint = instead === undefined ? {} : { hint: `"${instead}" should stand there` }
    return new KubehopError('BAD_SCRIPT', `${what} is out of place`, { where: { file: this.#file, line }, ...hint })
  }

  #statements(): Program {
    const statements: Statement[] = []
    for (;;) {
      while (this.#token.kind === 'newline') this.#advance()
      const keyword = this.#keyword
      if (this.#token.kind === 'end' || (keyword !== null && CLOSING.has(keyword))) return statements
      const { line, start } = this.#token
      const list = this.#andOr()
      const background = this.#isOperator('&')
      statements.push({ list, background, line, start, text: this.#text.slice(start, this.#token.start).trim() })
      if (background || this.#isOperator(';')) this.#advance()
      else if (!this.#atLineEnd) throw this.#unexpected()
    }
  }

  #andOr(): AndOrList {
    const first = this.#pipeline()
    const rest: { operator: '&&' | '||'; pipeline: Pipeline }[] = []
    while (this.#isOperator('&&') || this.#isOperator('||')) {
      const operator = this.#isOperator('&&') ? '&&' : '||'
      this.#advance()
      this.#skipNewlines()
      rest.push({ operator, pipeline: this.#pipeline() })
    }
    return { kind: 'and-or', first, rest }
  }

  #pipeline(): Pipeline {
    let negated = false
    while (this.#keyword === '!') {
      negated = !negated
      this.#advance()
    }
    const commands = [this.#command()]
    while (this.#isOperator('|')) {
      this.#advance()
      this.#skipNewlines()
      commands.push(this.#command())
    }
    return { kind: 'pipeline', commands, negated }
  }

  #command(): SimpleCommand | IfCommand | ForCommand {
    const keyword = this.#keyword
    if (keyword === 'if') return this.#nested(() => this.#if())
    if (keyword === 'for') return this.#nested(() => this.#for())
    if (keyword !== null && REFUSED.has(keyword)) {
      const what = keyword === '{' || keyword === '}' ? 'a group { }' : keyword
      throw new UnsupportedError(`${what} in a script`, { where: { file: this.#file, line: this.#token.line } })
    }
    return this.#simple()
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) {
      const where = { file: this.#file, line: this.#token.line }
      throw new UnsupportedError(`more than ${MAX_DEPTH} commands inside each other in a script`, { where })
    }
    const command = read()
    this.#depth--
    return command
  }

  #if(): IfCommand {
    const { line } = this.#advance()
    const branches: { condition: Program; body: Program }[] = []
    for (;;) {
      const condition = this.#body()
      this.#expect('then')
      branches.push({ condition, body: this.#body() })
      if (this.#keyword !== 'elif') break
      this.#advance()
    }
    let otherwise: Program = []
    if (this.#keyword === 'else') {
      this.#advance()
      otherwise = this.#body()
    }
    this.#expect('fi')
    return { kind: 'if', branches, otherwise, redirections: this.#redirections(), line }
  }

  #for(): ForCommand {
    const { line } = this.#advance()
    const variable = this.#keyword
    if (variable === null || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) throw this.#unexpected()
    this.#advance()
    this.#skipNewlines()
    this.#expect('in')
    const words: Word[] = []
    while (this.#token.kind === 'word') {
      words.push(this.#token.word)
      this.#advance()
    }
    if (this.#isOperator(';')) this.#advance()
    this.#skipNewlines()
    this.#expect('do')
    const body = this.#body()
    this.#expect('done')
    return { kind: 'for', variable, words, body, redirections: this.#redirections(), line }
  }

  /** Those behind a whole command. */
  #redirections(): Redirection[] {
    const redirections: Redirection[] = []
    while (this.#document(redirections) || this.#redirection(redirections)) {}
    return redirections
  }

  /** A here-document, or its like. */
  #document(redirections: Redirection[]): boolean {
    const token = this.#token
    if (token.kind !== 'text') return false
    this.#advance()
    // filled at the end of the line, which the parser reaches before anybody looks
    redirections.push({
      kind: 'text',
      get text() {
        return token.document.text
      },
    })
    return true
  }

  /** At least one statement. */
  #body(): Program {
    const program = this.#statements()
    if (program.length === 0) throw this.#unexpected()
    return program
  }

  #simple(): SimpleCommand {
    const { line } = this.#token
    const assignments: Assignment[] = []
    const words: Word[] = []
    const redirections: Redirection[] = []
    for (;;) {
      const token = this.#token
      if (this.#document(redirections)) continue
      if (token.kind === 'word') {
        this.#advance()
        const assignment = words.length === 0 ? asAssignment(token.word) : null
        if (assignment === null) words.push(token.word)
        else assignments.push(assignment)
      } else if (token.kind !== 'operator' || !this.#redirection(redirections)) break
    }
    if (words.length === 0 && assignments.length === 0 && redirections.length === 0) throw this.#unexpected()
    return { kind: 'simple', assignments, words, redirections, line }
  }

  /** False: the operator is none of a redirection. */
  #redirection(redirections: Redirection[]): boolean {
    const token = this.#token
    if (token.kind !== 'operator') return false
    const { text, line } = token
    if (!/[<>]/.test(text)) return false
    this.#advance()
    const target = this.#token
    if (target.kind !== 'word') throw this.#unexpected('the name of a file')
    this.#advance()
    const file = target.word
    const stream = token.stream === -1 ? 1 : token.stream
    if (text === '<') {
      if (token.stream > 0)
        throw new UnsupportedError(`redirection ${token.stream}<`, { where: { file: this.#file, line } })
      redirections.push({ kind: 'read', file })
      return true
    }
    if (stream !== 1 && stream !== 2) {
      throw new UnsupportedError(`redirection ${stream}${text}`, { where: { file: this.#file, line } })
    }
    if (text === '&>' || text === '&>>') {
      redirections.push(
        { kind: text === '&>' ? 'write' : 'append', stream: 1, file },
        { kind: 'duplicate', stream: 2, of: 1 },
      )
    } else if (text === '>&') {
      if (target.bare !== '1' && target.bare !== '2') {
        throw new UnsupportedError(`redirection >&${target.bare ?? ''}`, { where: { file: this.#file, line } })
      }
      redirections.push({ kind: 'duplicate', stream, of: target.bare === '1' ? 1 : 2 })
    } else {
      redirections.push({ kind: text === '>>' ? 'append' : 'write', stream, file })
    }
    return true
  }
}

/** `NAME=value`, when the name is not quoted. */
function asAssignment(word: Word): Assignment | null {
  const [first, ...rest] = word.parts
  if (first === undefined || first.kind !== 'text' || first.quoted) return null
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(first.text)
  if (match === null) return null
  const value = first.text.slice(match[0].length)
  const parts = value === '' ? rest : [{ ...first, text: value }, ...rest]
  return { name: match[1]!, value: { parts, line: word.line } }
}
