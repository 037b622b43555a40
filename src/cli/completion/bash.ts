import { COMMANDS } from '../commands.ts'
import type { CommandSpec, OptionSpec } from '../spec.ts'
import { argumentWords, firstWords, optionsOf } from './words.ts'

/** A completion script for bash: one function, with a case for each command. */
export function bashCompletion(): string {
  const first = firstWords().map(({ word }) => word)
  const commands = COMMANDS.map(({ name }) => name)
  // A kind of object (`pod/`) is not the whole word yet: no blank after it.
  return `# bash completion of kubehop; made by: kubehop completion bash
_kubehop() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=''
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=($(compgen -W '${first.join(' ')}' -- "$cur"))
    return
  fi
  case \${COMP_WORDS[1]} in
${COMMANDS.map(commandCase).join('\n')}
    help) words='${commands.join(' ')}' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [[ \${COMPREPLY[0]} == */ || \${COMPREPLY[0]} == *: ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _kubehop kubehop
`
}

function commandCase(command: CommandSpec): string {
  const options = optionsOf(command)
  const values = options.filter(({ value }) => value !== undefined).map(valueCase)
  const words = argumentWords(command)
  const rest =
    words === null
      ? '      if [[ $cur != -* ]]; then COMPREPLY=($(compgen -f -- "$cur")); return; fi'
      : `      words='${words.join(' ')}'`
  return `    ${command.name})
      case $prev in
${[...values, '        *) ;;'].join('\n')}
      esac
${rest}
      if [[ $cur == -* ]]; then words='${options.map(({ name }) => `--${name}`).join(' ')}'; fi
      ;;`
}

/** What may follow an option: one of its values, a file, or anything. */
function valueCase({ name, short, choices, files }: OptionSpec): string {
  const pattern = short === undefined ? `--${name}` : `--${name}|-${short}`
  if (choices !== undefined) {
    return `        ${pattern}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur")); return ;;`
  }
  return files ? `        ${pattern}) COMPREPLY=($(compgen -f -- "$cur")); return ;;` : `        ${pattern}) return ;;`
}
