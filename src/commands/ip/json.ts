/** A value as the tools of iproute2 print it with `-j`. Keys keep their order. */
export type Json =
  | null
  | boolean
  | number
  | string
  | Decimal
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

/** A number with two decimals: seconds of a timer. */
export class Decimal {
  readonly text: string

  constructor(value: number) {
    this.text = value.toFixed(2)
  }
}

const INDENT = '    '

/** Everything that a tool has to say, as one line: `-j`; or set out for people: `-j -p` (iproute2 lib/json_writer.c). */
export function jsonText(value: Json, pretty: boolean): string {
  return `${pretty ? prettyText(value, 0) : plainText(value)}\n`
}

function plainText(value: Json): string {
  if (value instanceof Decimal) return value.text
  if (Array.isArray(value)) return `[${value.map(plainText).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${plainText(member as Json)}`).join(',')}}`
}

/** Lists stand on one line, with their objects opened and closed there; each member of an object has a line of its own. */
function prettyText(value: Json, depth: number): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => prettyText(item, depth + 1)).join(',')
    return `[ ${items}${items === '' ? '' : ' '}]`
  }
  if (value === null || typeof value !== 'object' || value instanceof Decimal) return plainText(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  if (members.length === 0) return '{}'
  const lines = members.map(
    ([key, member]) => `\n${INDENT.repeat(depth + 1)}${JSON.stringify(key)}: ${prettyText(member as Json, depth + 1)}`,
  )
  return `{${lines.join(',')}\n${INDENT.repeat(depth)}}`
}
