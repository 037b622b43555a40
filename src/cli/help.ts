import type { ArgumentSpec, CommandSpec, OptionSpec } from './spec.ts'

const INDENT = 2
/** Where the explanations of options begin, at most. */
const COLUMN = 30

/** The list of commands. */
export function overviewHelp(commands: readonly CommandSpec[], width: number): string {
  const out = ['kubehop follows a packet through Kubernetes, hop by hop and rule by rule, as Linux carries it.', '']
  out.push('Usage: kubehop COMMAND [options]', '', 'Commands:')
  out.push(
    ...table(
      commands.map(({ name, summary }) => [name, summary]),
      width,
    ),
  )
  out.push('', 'Options:')
  out.push(
    ...table(
      [
        ['-h, --help', 'Show this help; with a command, the help of that command.'],
        ['-V, --version', 'Show the version.'],
      ],
      width,
    ),
  )
  out.push('', 'Examples:')
  for (const { examples } of commands) for (const example of examples.slice(0, 1)) out.push(...exampleLines(example))
  out.push('', 'NO_COLOR switches colours off, FORCE_COLOR on. KUBEHOP_DEBUG=1 shows where an error comes from.')
  return `${out.join('\n')}\n`
}

/** The help of one command. */
export function commandHelp(command: CommandSpec, width: number): string {
  const summary = command.summary.charAt(0).toLowerCase() + command.summary.slice(1)
  const out = [`kubehop ${command.name}: ${summary}`, '', `Usage: ${usageOf(command)}`]
  for (const paragraph of command.description) out.push('', ...wrap(paragraph, width))
  if (command.arguments.length > 0) {
    out.push(
      '',
      'Arguments:',
      ...table(
        command.arguments.map(({ name, what }) => [name, what]),
        width,
      ),
    )
  }
  for (const [group, options] of groupsOf(command.options)) {
    out.push(
      '',
      `${group}:`,
      ...table(
        options.map((option) => [signature(option), explanation(option)]),
        width,
      ),
    )
  }
  out.push('', 'Examples:')
  for (const example of command.examples) out.push(...exampleLines(example))
  return `${out.join('\n')}\n`
}

function exampleLines({ what, command }: { what: string; command: string }): string[] {
  return [`  # ${what}`, `  ${command}`]
}

export function usageOf(command: CommandSpec): string {
  const required = command.options.filter((option) => option.required)
  const words = required.map((option) => {
    const word = `-${option.short ?? `-${option.name}`} ${option.value}`
    return option.many ? `${word} [${word}]…` : word
  })
  const optional = command.options.length > required.length ? ['[options]'] : []
  return ['kubehop', command.name, ...words, ...optional, ...command.arguments.map(argumentText)].join(' ')
}

function argumentText({ name, optional, many }: ArgumentSpec): string {
  const text = many ? `${name}…` : name
  return optional ? `[${text}]` : text
}

function signature({ name, short, value }: OptionSpec): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}

function explanation({ what, many }: OptionSpec): string {
  return many ? `${what} May be given several times.` : what
}

function groupsOf(options: readonly OptionSpec[]): Map<string, OptionSpec[]> {
  const groups = new Map<string, OptionSpec[]>()
  for (const option of options) {
    const group = option.group ?? 'Options'
    groups.set(group, [...(groups.get(group) ?? []), option])
  }
  return groups
}

function table(rows: readonly (readonly [string, string])[], width: number): string[] {
  const column = Math.min(COLUMN, Math.max(...rows.map(([left]) => left.length)) + INDENT + 2)
  return rows.flatMap(([left, right]) => {
    const lines = wrap(right, width - column)
    const head = `${' '.repeat(INDENT)}${left}`
    const gap = ' '.repeat(column)
    if (head.length + 2 > column) return [head, ...lines.map((line) => gap + line)]
    return lines.map((line, index) => (index === 0 ? head.padEnd(column) + line : gap + line))
  })
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
