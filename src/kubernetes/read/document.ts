/** A step into a value: a field name or a list index. */
export type PathStep = string | number

/** `spec.ports[0].port`; names that are no plain words stand in brackets: `data["net-conf.json"]`. */
export function formatPath(path: readonly PathStep[]): string {
  let out = ''
  for (const step of path) {
    if (typeof step === 'number') out += `[${step}]`
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) out += out === '' ? step : `.${step}`
    else out += `[${JSON.stringify(step)}]`
  }
  return out
}

/** One document of an input, as plain data, with a way back to the lines. */
export interface Document {
  /** Name of the input. */
  readonly file: string
  readonly value: unknown
  /** True for YAML, whose nodes know their lines. JSON text must be walked over. */
  readonly linesAreCheap: boolean
  /**
   * The line of the value at the path, counted from 1; of the nearest value around it when there is none.
   * Found only when asked: most inputs have no errors.
   */
  lineAt(path: readonly PathStep[]): number | undefined
}

/** Objects nest some twenty levels deep. More than this is an attack or a mistake (go-yaml and encoding/json stop at 10,000). */
export const MAX_DEPTH = 1000

/** Is it an object in the sense of JSON: neither null nor a list? */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
