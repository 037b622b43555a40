/** Where in the user's input something stands. Every part is optional; what is known is printed. */
export interface Where {
  /** File name as the user gave it; `-` is standard input. */
  readonly file?: string
  /** Line, counted from 1. */
  readonly line?: number
  /** Field path, for instance `spec.ports[0].port`, or the object or command it belongs to. */
  readonly field?: string
}

/** Prints a place as `file:line field`, the way compilers and kubectl do. */
export function formatWhere(where: Where): string {
  const place = [where.file, where.line].filter((part) => part !== undefined).join(':')
  return [place, where.field].filter((part) => part !== undefined && part !== '').join(' ')
}

/**
 * The one error family of kubehop. An exception means bad input or a bug; a dropped packet is a result, never an
 * exception.
 *
 * @property code stable identifier in the manner of Node's errors, for instance `BAD_ADDRESS`
 * @property where the place in the input, when there is one
 * @property hint what to do about it
 */
export class KubehopError extends Error {
  readonly code: string
  readonly where: Where
  readonly hint: string | undefined

  constructor(code: string, message: string, options: { where?: Where; hint?: string; cause?: unknown } = {}) {
    const where = options.where ?? {}
    const place = formatWhere(where)
    super(
      `${place === '' ? '' : `${place}: `}${message}${options.hint === undefined ? '' : ` (${options.hint})`}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.name = new.target.name
    this.code = code
    this.where = where
    this.hint = options.hint
  }
}

/** Something that Linux or Kubernetes has and kubehop does not model. The message names it. */
export class UnsupportedError extends KubehopError {
  /** The name of what is not modelled, for instance `match u32`. */
  readonly what: string

  constructor(what: string, options: { where?: Where; hint?: string } = {}) {
    super('UNSUPPORTED', `${what} is not modelled`, options)
    this.what = what
  }
}
