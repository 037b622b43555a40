import { COMMANDS } from '../commands.ts'
import { argumentWords, firstWords, optionsOf } from './words.ts'

/** A completion script for fish. */
export function fishCompletion(): string {
  return [
    '# fish completion of kubehop; made by: kubehop completion fish',
    'complete -c kubehop -f',
    ...firstWords().map(
      ({ word, what }) => `complete -c kubehop -n __fish_use_subcommand -a ${quoted(word)} -d ${quoted(what)}`,
    ),
    ...COMMANDS.flatMap((command) => {
      const head = `complete -c kubehop -n ${quoted(`__fish_seen_subcommand_from ${command.name}`)}`
      const words = argumentWords(command)
      return [
        ...optionsOf(command).map(({ name, short, value, choices, files, what }) => {
          const parts = [head, `-l ${name}`, ...(short === undefined ? [] : [`-s ${short}`]), `-d ${quoted(what)}`]
          if (choices !== undefined) parts.push(`-x -a ${quoted(choices.join(' '))}`)
          else if (value !== undefined) parts.push(files ? '-r -F' : '-x')
          return parts.join(' ')
        }),
        ...(words === null ? [`${head} -F`] : words.length === 0 ? [] : [`${head} -a ${quoted(words.join(' '))}`]),
      ]
    }),
    `complete -c kubehop -n '__fish_seen_subcommand_from help' -a ${quoted(COMMANDS.map(({ name }) => name).join(' '))}`,
    '',
  ].join('\n')
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
