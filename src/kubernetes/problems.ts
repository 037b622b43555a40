import { formatWhere, KubehopError, UnsupportedError, type Where } from '../packet/errors.ts'

/** One thing wrong in the input. */
export interface Problem {
  /** Stable identifier, for instance `BAD_FIELD` or `DUPLICATE_ADDRESS`. */
  readonly code: string
  /** File, line, object and field, as far as they are known. */
  readonly where: Where
  readonly message: string
  /** What to do about it. */
  readonly hint?: string | undefined
  /** The name of what Kubernetes has and kubehop does not model, when that is the problem. */
  readonly unsupported?: string | undefined
}

/** Something worth knowing that does not stop the work: a field that was not read, a kind that was passed over, another CNI. */
export interface Note {
  /** Stable identifier, for instance `UNKNOWN_FIELD`, `OTHER_CNI`. */
  readonly code: string
  readonly text: string
  /** The first place that it stands for. */
  readonly where?: Where | undefined
  /** How many places it stands for. */
  readonly count: number
}

/** How many problems an error message spells out; all of them are in {@link InputError.problems}. */
const SHOWN_PROBLEMS = 50

/** `shop.yaml:41 Service default/web spec.ports[0].port: must be …`, with the hint in brackets. */
export function formatProblem(problem: Problem): string {
  const place = formatWhere(problem.where)
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`
  return `${place === '' ? '' : `${place}: `}${problem.message}${hint}`
}

/** `note text (shop.yaml:41 Pod default/web; 3 times)` */
export function formatNote(note: Note): string {
  const place = note.where === undefined ? '' : formatWhere(note.where)
  const times = note.count > 1 ? `${note.count} times` : ''
  const details = [place, times].filter((part) => part !== '').join('; ')
  return details === '' ? note.text : `${note.text} (${details})`
}

function summary(problems: readonly Problem[]): string {
  const shown = problems.slice(0, SHOWN_PROBLEMS).map((problem) => `  ${formatProblem(problem)}`)
  if (problems.length > SHOWN_PROBLEMS) shown.push(`  … and ${problems.length - SHOWN_PROBLEMS} more`)
  return `${problems.length} problems in the input:\n${shown.join('\n')}`
}

/**
 * Bad input: everything that is wrong with it, in one go.
 *
 * The `code` is that of the problems when they all have the same one, and `BAD_INPUT` otherwise.
 */
export class InputError extends KubehopError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const [first] = problems
    const code = problems.every((problem) => problem.code === first?.code) ? (first?.code ?? 'BAD_INPUT') : 'BAD_INPUT'
    if (problems.length === 1 && first !== undefined) {
      super(code, first.message, { where: first.where, ...(first.hint === undefined ? {} : { hint: first.hint }) })
    } else {
      super(code, summary(problems))
    }
    this.problems = problems
  }
}

/** Collects problems and notes, so that one run tells the user all of them. */
export class Problems {
  readonly #problems: Problem[] = []
  readonly #notes = new Map<string, { note: Note; count: number }>()

  /** Records something that makes the input unusable. */
  add(problem: Problem): void {
    this.#problems.push(problem)
  }

  /**
   * Records a note. Notes with the same code and text are one note with a count and the first place. Where the text is costly
   * to make, give a key that stands for it.
   */
  note(code: string, text: string | (() => string), where?: Where | (() => Where), of?: string): void {
    const key = `${code} ${of ?? text}`
    const known = this.#notes.get(key)
    if (known !== undefined) {
      known.count++
      return
    }
    const written = typeof text === 'function' ? text() : text
    const place = typeof where === 'function' ? where() : where
    this.#notes.set(key, { note: { code, text: written, where: place, count: 1 }, count: 1 })
  }

  /** Records something that kubehop does not model, by its name. */
  unsupported(what: string, where: Where, hint?: string): void {
    this.add({ code: 'UNSUPPORTED', where, message: `${what} is not modelled`, hint, unsupported: what })
  }

  /** Is there a problem yet? */
  get failed(): boolean {
    return this.#problems.length > 0
  }

  get problems(): readonly Problem[] {
    return this.#problems
  }

  get notes(): readonly Note[] {
    return [...this.#notes.values()].map(({ note, count }) => (count === 1 ? note : { ...note, count }))
  }

  /**
   * @throws InputError with all problems, if there are any; UnsupportedError when all that is wrong is that
   *   kubehop does not model it.
   */
  throwIfAny(): void {
    const [first, ...rest] = this.#problems
    if (first === undefined) return
    if (first.unsupported !== undefined && rest.every((problem) => problem.unsupported !== undefined)) {
      const more = rest.length === 0 ? undefined : `and ${rest.length} more such`
      const hint = [first.hint, more].filter((part) => part !== undefined).join('; ')
      throw new UnsupportedError(first.unsupported, { where: first.where, ...(hint === '' ? {} : { hint }) })
    }
    throw new InputError(this.#problems)
  }
}
