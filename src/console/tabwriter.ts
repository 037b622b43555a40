/** How text/tabwriter of Go lays out: the narrowest column, and the blanks behind the widest cell. */
export interface Layout {
  readonly narrowest: number
  readonly padding: number
}

/** A column is what lines that follow each other have at the same place, in front of a tab (text/tabwriter). */
export function align(rows: readonly (readonly string[])[], { narrowest, padding }: Layout): string {
  const widths: number[][] = rows.map(() => [])
  const columns = Math.max(0, ...rows.map(({ length }) => length - 1))
  for (let column = 0; column < columns; column++) {
    for (let from = 0; from < rows.length; from++) {
      let to = from
      let width = narrowest
      while (to < rows.length && rows[to]!.length - 1 > column) {
        width = Math.max(width, lengthOf(rows[to]![column]!) + padding)
        to++
      }
      for (let i = from; i < to; i++) widths[i]![column] = width
      if (to > from) from = to
    }
  }
  return rows.map((row, i) => `${row.map((cell, j) => padded(cell, widths[i]![j])).join('')}\n`).join('')
}

function padded(cell: string, width: number | undefined): string {
  return width === undefined ? cell : cell + ' '.repeat(width - lengthOf(cell))
}

/** In characters: what is not in the first plane counts once. */
function lengthOf(text: string): number {
  return [...text].length
}
