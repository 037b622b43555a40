import type { Where } from '../../packet/errors.ts'
import type { Problems } from '../problems.ts'
import { type Document, formatPath, type PathStep } from './document.ts'

/** How strict the input is judged: as an API server does, or as kube-proxy does, which takes what it gets. */
export type Validation = 'strict' | 'lenient'

/** One object on its way from plain data to its type: who it is, where in it the reader stands, and where problems go. */
export class ReadContext {
  readonly problems: Problems
  readonly validation: Validation
  /** The namespace of objects that name none. */
  readonly namespace: string
  readonly #document: Document
  /** The way from the document to the object (`items`, 3), then the way within the object. */
  readonly #path: PathStep[]
  readonly #base: number
  readonly kind: string
  /** `Service default/web`, as messages call it. */
  readonly name: string

  constructor(
    document: Document,
    path: readonly PathStep[],
    options: { problems: Problems; validation: Validation; namespace: string; kind: string; name: string },
  ) {
    this.problems = options.problems
    this.validation = options.validation
    this.namespace = options.namespace
    this.kind = options.kind
    this.name = options.name
    this.#document = document
    this.#path = [...path]
    this.#base = path.length
  }

  get file(): string {
    return this.#document.file
  }

  /** The line of the object itself, unless finding it costs a walk over the text, as in JSON. */
  get cheapLine(): number | undefined {
    return this.#document.linesAreCheap ? this.#document.lineAt(this.#path.slice(0, this.#base)) : undefined
  }

  enter(step: PathStep): void {
    this.#path.push(step)
  }

  leave(): void {
    this.#path.pop()
  }

  /** The field path within the object. */
  get field(): string {
    return formatPath(this.#path.slice(this.#base))
  }

  /** Where the reader stands now. */
  where(): Where {
    const line = this.#document.lineAt(this.#path)
    const field = [this.name, this.field].filter((part) => part !== '').join(' ')
    return { file: this.#document.file, ...(line === undefined ? {} : { line }), field }
  }

  /** What nobody can work with: the wrong type, text that is no address. */
  problem(message: string, hint?: string): void {
    this.problems.add({ code: 'BAD_FIELD', where: this.where(), message, hint })
  }

  /** What an API server refuses and kube-proxy takes: a problem, or with lenient validation a note. */
  refused(message: string, hint?: string): void {
    if (this.validation === 'strict') this.problem(message, hint)
    else this.problems.note('REFUSED_BY_API_SERVER', `${this.name} ${this.field}: ${message}`, () => this.where())
  }

  /** What kubehop does not model. */
  unsupported(what: string, hint?: string): void {
    this.problems.unsupported(what, this.where(), hint)
  }

  /** Something left unread. The field path without its indexes is part of the text, so that many alike become one note. */
  note(code: string, text: string): void {
    this.problems.note(code, text, () => this.where())
  }
}
