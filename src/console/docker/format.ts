import { align } from '../tabwriter.ts'
import { parseTemplate, TemplateError, type TemplateValue } from './template.ts'

/** docker/cli cli/command/formatter/formatter.go */
const TABLE = { narrowest: 10, padding: 3 }

/** What a list can be printed from. */
export interface Listing {
  /** By the column's name in a template. */
  readonly headers: Readonly<Record<string, string>>
  /** The columns of the usual table. */
  readonly columns: readonly string[]
  readonly rows: readonly Readonly<
    Record<string, TemplateValue | ((...args: readonly TemplateValue[]) => TemplateValue)>
  >[]
}

/**
 * A list as docker prints it: a table, a template for each row, or JSON (cli/command/formatter/formatter.go).
 *
 * @throws TemplateError @throws UnsupportedError
 */
export function listText({ headers, columns, rows }: Listing, format = 'table'): string {
  if (format === 'table') {
    const cells = rows.map((row) => columns.map((column) => String(row[column])))
    return align([columns.map((column) => headers[column]!), ...cells], TABLE)
  }
  const [, inTable] = /^table\s+(.*)$/s.exec(format) ?? []
  // a template's own tabs and line ends may be written as in Go
  const text = (inTable ?? (format === 'json' ? '{{json .}}' : format))
    .trim()
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n')
  const template = parsed(text)
  const printed = rows.map((row) => template(row))
  if (inTable === undefined) return printed.map((line) => `${line}\n`).join('')
  return align(
    [template({ ...headers, Label: (name) => name ?? '' }).split('\t'), ...printed.map((line) => line.split('\t'))],
    TABLE,
  )
}

function parsed(text: string): ReturnType<typeof parseTemplate> {
  try {
    return parseTemplate(text)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    throw new TemplateError(`failed to parse template: template: :1: ${error.message}`)
  }
}
