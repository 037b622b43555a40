/** Columns by name, with the blank that stands before each (`columns` in misc/ss.c). */
const COLUMNS: readonly (readonly [name: string, before: string, align: 'left' | 'right'])[] = [
  ['Netid', '', 'left'],
  ['State', ' ', 'left'],
  ['Recv-Q', ' ', 'left'],
  ['Send-Q', ' ', 'left'],
  ['Local Address:', ' ', 'right'],
  ['Port', '', 'left'],
  ['Peer Address:', ' ', 'right'],
  ['Port', '', 'left'],
]
/** Queues are written as wide as their names, also where no header is. */
const LEAST: Readonly<Record<string, number>> = { 'Recv-Q': 6, 'Send-Q': 6 }
const LAST = 'Process'

/**
 * Lines of equal columns, each as wide as its widest field, as ss prints them where no terminal is.
 *
 * @param columns which are shown: the kind of each socket, its state (not where there can be only one)
 */
export function render(
  rows: readonly (readonly string[])[],
  { kind, state, header }: { readonly kind: boolean; readonly state: boolean; readonly header: boolean },
): string {
  const all = [...(header ? [COLUMNS.map(([name]) => name)] : []), ...rows]
  const columns = COLUMNS.map(([name, before, align], i) => ({
    i,
    align,
    before,
    width: Math.max(LEAST[name] ?? 0, ...all.map((row) => row[i]!.length)),
  })).filter(({ i }) => (i !== 0 || kind) && (i !== 1 || state))
  const lines = all.map((row, n) => {
    const cells = columns.map(({ i, align, before, width }, at) => {
      const text = row[i]!
      return `${at === 0 ? '' : before}${align === 'left' ? text.padEnd(width) : text.padStart(width)}`
    })
    const last = header ? (n === 0 ? LAST : ' '.repeat(LAST.length)) : ''
    return `${cells.join('')}${last}\n`
  })
  return lines.join('')
}
