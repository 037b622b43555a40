/** What a YAML scalar says, once its tag is known. */
export type ScalarValue = string | number | boolean | null

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
])

/** `strconv.ParseInt(text, 0, 64)`: decimal, 0x, 0b, 0o, and octal after a mere 0. */
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/

function parseInteger(text: string): number | undefined {
  const match = INTEGER.exec(text)
  if (match === null) return undefined
  const [, sign, hexadecimal, binary, octal, decimal] = match
  const digits = hexadecimal ?? binary ?? octal ?? decimal ?? ''
  const base = hexadecimal !== undefined ? 16 : binary !== undefined ? 2 : octal !== undefined ? 8 : 10
  const value = base === 10 ? Number(digits) : Number.parseInt(digits, base)
  return sign === '-' && value !== 0 ? -value : value
}

/**
 * A plain scalar as kubectl reads it: go-yaml v2 (sigs.k8s.io/yaml goyaml.v2/resolve.go `resolve`). So yes, no, on, off, y and n are
 * booleans, `010` is eight, `1_000` is a thousand; `12:30:45` and dates stay text.
 */
export function resolvePlainScalar(text: string): ScalarValue {
  const word = WORDS.get(text)
  if (word !== undefined) return word
  const first = text.charCodeAt(0)
  const digit = first >= 48 && first <= 57
  if (first === 46) return FLOAT.test(text) ? Number(text) : text
  if (!digit && first !== 43 && first !== 45) return text
  const plain = text.includes('_') ? text.replaceAll('_', '') : text
  const integer = parseInteger(plain)
  if (integer !== undefined) return integer
  return FLOAT.test(plain) ? Number(plain) : text
}

const PREFIX = 'tag:yaml.org,2002:'

/** A scalar with an explicit tag; undefined when the text is not of that type (`cannot decode … as a …`). */
export function resolveTaggedScalar(text: string, tag: string): ScalarValue | undefined {
  if (!tag.startsWith(PREFIX)) return text
  const value = resolvePlainScalar(text)
  switch (tag.slice(PREFIX.length)) {
    case 'bool':
      return typeof value === 'boolean' ? value : undefined
    case 'int':
      return typeof value === 'number' && Number.isInteger(value) ? value : undefined
    case 'float':
      return typeof value === 'number' ? value : undefined
    case 'null':
      return value === null ? null : undefined
    default:
      return text
  }
}
