/** What JSON and YAML consist of. */
export type Plain = string | number | boolean | null | readonly Plain[] | PlainObject
/** A mapping of them. */
export interface PlainObject {
  readonly [key: string]: Plain
}

/** An object as an API server hands it out: `apiVersion`, `kind`, `metadata`, and what the kind has. */
export interface Manifest extends PlainObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: PlainObject
}

/** The fields that have a value, as in Go's `omitempty`: without what is undefined, and without empty lists, mappings and texts. */
export function present(fields: Readonly<Record<string, Plain | undefined>>): PlainObject {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Plain] => entry[1] !== undefined && !isEmpty(entry[1])),
  )
}

function isEmpty(value: Plain): boolean {
  if (typeof value !== 'object' || value === null) return value === ''
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0
}
