import type { ProgramContext } from '../../commands/index.ts'
import type { CommandLine } from '../pflag.ts'
import { UsageError } from './command-line.ts'
import { DaemonError } from './errors.ts'
import { textOf } from './handler.ts'
import { asJson } from './inspect.ts'
import { parseTemplate, TemplateError, type TemplateValue } from './template.ts'

/** How `docker inspect` ends when its template is none. */
const WRONG_TEMPLATE = 64

/** Prints what there is by each name, as JSON or by a template (docker/cli cli/command/inspect/inspector.go). */
export function inspectAll(
  line: CommandLine,
  { stdout, stderr }: ProgramContext,
  find: (name: string) => TemplateValue,
  complaint: (error: DaemonError, name: string) => string,
): number {
  const format = textOf(line, 'format')
  const show = showBy(format === 'json' ? undefined : format)
  const found: TemplateValue[] = []
  const errors: string[] = []
  for (const name of line.words) {
    try {
      found.push(find(name))
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error
      errors.push(complaint(error, name))
    }
  }
  if (show !== undefined) stdout.write(found.map((each) => `${show(each)}\n`).join('') || '\n')
  else if (format === 'json') stdout.write(`${JSON.stringify(found)}\n`)
  else stdout.write(found.length === 0 ? '[]\n' : asJson(found))
  stderr.write(errors.map((error) => `${error}\n`).join(''))
  return errors.length === 0 ? 0 : 1
}

function showBy(format: string | undefined): ((of: TemplateValue) => string) | undefined {
  if (format === undefined) return undefined
  try {
    return parseTemplate(format)
  } catch (error) {
    if (error instanceof TemplateError)
      throw new UsageError(`template parsing error: template: :1: ${error.message}`, WRONG_TEMPLATE)
    throw error
  }
}
