import { align, type Layout } from '../tabwriter.ts'

/** Tables of `get` (`GetNewTabWriter`, cli-runtime/pkg/printers/tabwriter.go). */
const TABLE: Layout = { narrowest: 6, padding: 3 }
/** Texts of `describe` (`tabbedString`, kubectl/pkg/describe/describe.go). */
const DESCRIPTION: Layout = { narrowest: 0, padding: 2 }

/** Rows of a table: the last cell of a row has nothing behind it. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  return align(rows, TABLE)
}

/** Lines whose cells have tabs between them. */
export function alignTabs(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n')
  return align(
    lines.map((line) => line.split('\t')),
    DESCRIPTION,
  )
}
