/** What an object without that time is old (`translateTimestampSince`): kubehop has no clock that a cluster's would run by. */
export const UNKNOWN_AGE = '<unknown>'

const SHOWN = 3

/** The first three, and how many more there are. */
export function withMore(items: readonly string[]): string {
  const text = items.slice(0, SHOWN).join(',')
  return items.length > SHOWN ? `${text} + ${items.length - SHOWN} more...` : text
}

/** `labels.FormatLabels` */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`)
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',')
}
