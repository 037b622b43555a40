import { COMMANDS } from '../commands.ts'
import type { OptionSpec } from '../spec.ts'
import { argumentWords, firstWords, optionsOf, PLACES } from './words.ts'

/** A completion script for zsh, in the words of its `_arguments` and `_describe`. */
export function zshCompletion(): string {
  return [
    '#compdef kubehop',
    '# zsh completion of kubehop; made by: kubehop completion zsh',
    '_kubehop() {',
    '  if (( CURRENT == 2 )); then',
    '    local -a words_and_meanings=(',
    ...firstWords().map(({ word, what }) => `      ${quoted(`${escaped(word)}:${what}`)}`),
    '    )',
    "    _describe 'command' words_and_meanings",
    '    return',
    '  fi',
    '  local command=$words[2]',
    '  shift words',
    '  (( CURRENT-- ))',
    '  case $command in',
    ...COMMANDS.flatMap((command) => [
      `    ${command.name})`,
      '      _arguments -s \\',
      ...optionsOf(command).flatMap((option) => optionLines(option).map((line) => `        ${quoted(line)} \\`)),
      `        ${quoted(`*:${command.arguments[0]?.name ?? 'nothing more'}:${action(argumentWords(command))}`)}`,
      '      ;;',
    ]),
    `    help) _values 'command' ${COMMANDS.map(({ name }) => name).join(' ')} ;;`,
    '  esac',
    '}',
    'if [ "$funcstack[1]" = "_kubehop" ]; then _kubehop "$@"; else compdef _kubehop kubehop; fi',
    '',
  ].join('\n')
}

function optionLines(option: OptionSpec): string[] {
  const { name, short, value, choices, files, many, what } = option
  const meaning = `[${what.replaceAll('[', '\\[').replaceAll(']', '\\]').replaceAll(':', '\\:')}]`
  const argument =
    value === undefined ? '' : `:${value}:${choices !== undefined ? action(choices) : files ? '_files' : ' '}`
  const star = many ? '*' : ''
  const long = `${star}--${name}${value === undefined ? '' : '='}${meaning}${argument}`
  return short === undefined ? [long] : [long, `${star}-${short}${value === undefined ? '' : '+'}${meaning}${argument}`]
}

function action(words: readonly string[] | null): string {
  if (words === null) return '_files'
  // a kind of object (`pod/`) is not the whole word yet: no blank after it
  if (words === PLACES) return ` compadd -S "" -- ${words.join(' ')}`
  return words.length === 0 ? ' ' : `(${words.map(escaped).join(' ')})`
}

function escaped(word: string): string {
  return word.replaceAll(':', '\\:')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
