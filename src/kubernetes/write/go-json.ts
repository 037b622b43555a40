import type { Plain, PlainObject } from './plain.ts'

/** Characters that Go writes as escapes, so that JSON can stand in HTML (`encoding/json`, `SetEscapeHTML`). */
const ESCAPED = /[<>&\u2028\u2029]/g

/** The keys of a mapping, in the order in which Go writes those of a map. */
export function sortedKeys(object: PlainObject): string[] {
  return Object.keys(object).sort((a, b) => (a < b ? -1 : 1))
}

function sorted(value: Plain): Plain {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const object = value as PlainObject
  return Object.fromEntries(sortedKeys(object).map((key) => [key, sorted(object[key]!)]))
}

/** JSON as `kubectl -o json` prints it: keys in order, four blanks (`JSONPrinter`, cli-runtime/pkg/printers/json.go). */
export function goJson(value: Plain): string {
  const text = JSON.stringify(sorted(value), null, 4)
  return text.replace(ESCAPED, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
