/** JSON on one line with a blank behind each comma and colon, keys as they stand. */
export function spacedJson(value: unknown): string {
  return write(value, (keys) => keys)
}

/** The same with sorted keys: equal values give equal texts. */
export function sortedJson(value: unknown): string {
  return write(value, (keys) => keys.sort())
}

function write(value: unknown, order: (keys: string[]) => string[]): string {
  if (Array.isArray(value)) return `[${value.map((item) => write(item, order)).join(', ')}]`
  if (typeof value !== 'object' || value === null) return asciiJson(value)
  const object = value as Record<string, unknown>
  const fields = order(Object.keys(object).filter((key) => object[key] !== undefined))
  return `{${fields.map((key) => `${asciiJson(key)}: ${write(object[key], order)}`).join(', ')}}`
}

/** Records are plain ASCII, so that they sort and compare alike everywhere. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value ?? null).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** In the order of their sorted JSON. */
export function byJson<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, text: sortedJson(value) }))
    .sort((a, b) => compareText(a.text, b.text))
    .map(({ value }) => value)
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
