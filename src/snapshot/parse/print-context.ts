import { KubehopError } from '../../packet/index.ts'
import type { Line, Note, Source } from '../evidence.ts'

/** Of one print; what is something else altogether has a note for each line. */
const MAX_NOTES = 100

/** What reads one print: it knows where the print stands, refuses what is malformed, and notes what is not understood. */
export class PrintContext {
  readonly source: Source
  /** Of which namespace: for errors. */
  readonly place: string
  readonly #notes: Note[]
  readonly #deciders: Line[]
  #count = 0

  constructor(source: Source, place: string, notes: Note[], deciders: Line[]) {
    this.source = source
    this.place = place
    this.#notes = notes
    this.#deciders = deciders
  }

  /** Where a line of the print stands. @param line counted from 0; undefined for JSON, whose lines nobody counts */
  at(line: number | undefined): Source {
    if (line === undefined) return this.source
    return { ...this.source, line: (this.source.line ?? 1) + line }
  }

  /** Something that was printed does not count. @param line counted from 0 */
  note(message: string, line?: number): void {
    if (++this.#count > MAX_NOTES + 1) return
    const text = this.#count > MAX_NOTES ? 'more is not understood' : message
    this.#notes.push({ message: text, source: this.at(line) })
  }

  /** Something decides over packets that has no model. @param line counted from 0 */
  decides(text: string, line?: number): void {
    this.#deciders.push({ text, source: this.at(line) })
  }

  /** @throws KubehopError `BAD_PRINT` */
  fail(message: string, line?: number): never {
    const { file, line: first, command } = this.source
    const number = line === undefined ? first : (first ?? 1) + line
    const field = [this.place, command].filter((part) => part !== undefined && part !== '').join(': ')
    throw new KubehopError('BAD_PRINT', message, {
      where: {
        ...(file !== undefined && { file }),
        ...(number !== undefined && { line: number }),
        ...(field !== '' && { field }),
      },
      hint: 'it is not what the program prints; was it cut or edited?',
    })
  }
}

/** What is not understood is told with its beginning alone. */
export function quoted(text: string): string {
  const short = text.trim()
  return JSON.stringify(short.length > 80 ? `${short.slice(0, 77)}...` : short)
}
