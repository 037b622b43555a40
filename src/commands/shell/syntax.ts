/** A piece of a word: what stands there, or a variable. Quoted pieces are neither split nor expanded. */
export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'variable'; readonly name: string; readonly quoted: boolean }

export interface Word {
  readonly parts: readonly WordPart[]
  readonly line: number
}

/** Where a stream of a command leads. */
export type Redirection =
  | { readonly kind: 'read'; readonly file: Word }
  | { readonly kind: 'write' | 'append'; readonly stream: 1 | 2; readonly file: Word }
  /** `2>&1` */
  | { readonly kind: 'duplicate'; readonly stream: 1 | 2; readonly of: 1 | 2 }
  /** A here-document or here-string. */
  | { readonly kind: 'text'; readonly text: Word }

export interface Assignment {
  readonly name: string
  readonly value: Word
}

export interface SimpleCommand {
  readonly kind: 'simple'
  readonly assignments: readonly Assignment[]
  readonly words: readonly Word[]
  readonly redirections: readonly Redirection[]
  readonly line: number
}

export interface Pipeline {
  readonly kind: 'pipeline'
  readonly commands: readonly (SimpleCommand | IfCommand | ForCommand)[]
  /** `!` before it. */
  readonly negated: boolean
}

/** `a && b || c`, from left to right. */
export interface AndOrList {
  readonly kind: 'and-or'
  readonly first: Pipeline
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly pipeline: Pipeline }[]
}

export interface IfCommand {
  readonly kind: 'if'
  readonly branches: readonly { readonly condition: Program; readonly body: Program }[]
  readonly otherwise: Program
  /** Behind `fi`. */
  readonly redirections: readonly Redirection[]
  readonly line: number
}

export interface ForCommand {
  readonly kind: 'for'
  readonly variable: string
  readonly words: readonly Word[]
  readonly body: Program
  /** Behind `done`. */
  readonly redirections: readonly Redirection[]
  readonly line: number
}

export interface Statement {
  readonly list: AndOrList
  /** Ends in `&`. */
  readonly background: boolean
  readonly line: number
  /** Where it stands in the text. */
  readonly start: number
  /** As it was written, without the `&`. */
  readonly text: string
}

export type Program = readonly Statement[]
