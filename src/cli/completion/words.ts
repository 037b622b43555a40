import { COMMANDS } from '../commands.ts'
import { HELP_OPTION } from '../parse.ts'
import type { CommandSpec, OptionSpec } from '../spec.ts'

/** What FROM and TO begin with. */
export const PLACES = ['pod/', 'deploy/', 'sts/', 'ds/', 'svc/', 'node/', 'external', 'localhost:'] as const

/** The first words: commands, help and version. */
export function firstWords(): { readonly word: string; readonly what: string }[] {
  return [
    ...COMMANDS.map(({ name, summary }) => ({ word: name, what: summary })),
    { word: 'help', what: 'Show the help of a command.' },
    { word: '--version', what: 'Show the version.' },
  ]
}

export function optionsOf(command: CommandSpec): readonly OptionSpec[] {
  return [...command.options, HELP_OPTION]
}

/** What a command's arguments may be, as far as that is known without reading anything; null: files. */
export function argumentWords(command: CommandSpec): readonly string[] | null {
  const [first] = command.arguments
  if (first === undefined) return []
  if (first.files) return null
  return first.choices ?? (command.name === 'trace' ? PLACES : [])
}
