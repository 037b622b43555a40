import type { Where } from '../../packet/errors.ts'
import type { ObjectSource } from '../objects/meta.ts'
import { Problems } from '../problems.ts'
import { Assumptions } from './assumptions.ts'
import type { FillOptions } from './options.ts'

interface Placed {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly source: ObjectSource
}

/** `Service default/web` */
export function nameOf(object: Placed): string {
  const { name, namespace } = object.metadata
  return `${object.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`
}

/** What goes through all steps of filling in: options, problems, assumptions. */
export class Filling {
  readonly options: FillOptions
  readonly problems = new Problems()
  readonly assumptions = new Assumptions()

  constructor(options: FillOptions) {
    this.options = options
  }

  get seed(): number {
    return this.options.seed ?? 0
  }

  #where(object: Placed, field: string): Where {
    const { file, line } = object.source
    const name = nameOf(object)
    return {
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      field: field === '' ? name : `${name} ${field}`,
    }
  }

  /** Something wrong with the objects taken together. */
  problem(code: string, object: Placed, field: string, message: string, hint?: string): void {
    this.problems.add({ code, where: this.#where(object, field), message, hint })
  }

  /** Something wrong with no single object. */
  wrong(code: string, message: string, hint?: string): void {
    this.problems.add({ code, where: {}, message, hint })
  }

  /** What an API server refuses and kube-proxy takes. */
  refused(code: string, object: Placed, field: string, message: string, hint?: string): void {
    if (this.options.validation === 'lenient') this.note(code, `${nameOf(object)} ${field}: ${message}`, object)
    else this.problem(code, object, field, message, hint)
  }

  note(code: string, text: string, object: Placed): void {
    this.problems.note(code, text, () => this.#where(object, ''))
  }
}
