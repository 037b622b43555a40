import type { Measured, Ratio } from './suite.ts'

/** What was measured, a table for each suite. */
export function resultTable(rows: readonly Measured[]): string {
  return table(
    ['', 'size', 'median', 'per second'],
    rows.map(({ name, size, median, perSecond }) => [
      name,
      size === undefined ? '' : grouped(size),
      timeText(median),
      grouped(perSecond < 100 ? perSecond : Math.round(perSecond)),
    ]),
  )
}

/** Ratios, beside those of the baseline where it has them; what grew by more than a third is pointed out. */
export function ratioTable(ratios: readonly Ratio[], baseline: Readonly<Record<string, number>>): string {
  return table(
    ['ratio', 'here', 'baseline', ''],
    ratios.map(({ name, value }) => {
      const before = baseline[name]
      return [name, String(value), before === undefined ? '' : String(before), verdict(value, before)]
    }),
  )
}

/** More than this factor above the baseline is worth a look. */
const SLOWER = 4 / 3

function verdict(value: number, before: number | undefined): string {
  if (before === undefined) return 'new'
  if (value > before * SLOWER) return `slower: ${(value / before).toFixed(2)} times`
  return value * SLOWER < before ? `faster: ${(before / value).toFixed(2)} times` : ''
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) => Math.max(3, head.length, ...rows.map((row) => row[i]!.length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(heads), rule, ...rows.map(line)].join('\n')
}

function grouped(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 })
}

/** `123 ns`, `4.56 ms` */
function timeText(nanoseconds: number): string {
  for (const [unit, of] of [
    ['s', 1e9],
    ['ms', 1e6],
    ['µs', 1e3],
  ] as const) {
    if (nanoseconds >= of) return `${(nanoseconds / of).toPrecision(3)} ${unit}`
  }
  return `${nanoseconds.toPrecision(3)} ns`
}
