import type { LabScript } from '../commands/record/index.ts'

/**
 * The program that bash runs: the lab, with a word to the recorder before and after each command of the traffic, and an answer
 * awaited, so that all that a command caused is collected before the next one begins. Descriptors 7 and 8 are closed for what
 * the lab starts.
 */
const HEAD_LINES = 4

export function bashProgram(script: LabScript): string {
  const lines = [
    'exec 7>request 8<answer',
    'set -eE',
    // The set-up begins with the line behind the brace.
    `trap 'echo "SETUPFAIL line $((LINENO - ${HEAD_LINES})): $BASH_COMMAND" >&7' ERR`,
    // A colon, because braces around nothing but comments are a syntax error.
    '{ :',
    script.setup,
    '} >setup.out 2>setup.err </dev/null',
    'trap - ERR',
    'set +eE',
    'echo READY >&7; read -r _ <&8',
  ]
  for (const { n, line, background } of script.commands) {
    lines.push(`echo BEGIN ${n} >&7; read -r _ <&8`)
    const output = `>out.${n} 2>err.${n} </dev/null 7>&- 8<&-`
    if (background) {
      const body = line.replace(/\s*&$/, '')
      lines.push(`{ ${body}\necho $? >rc.${n}\n} ${output} &`)
    } else {
      lines.push(`{ ${line}\n} ${output}\necho $? >rc.${n}`)
    }
    lines.push(`echo END ${n} >&7; read -r _ <&8`)
  }
  lines.push('echo DONE >&7; read -r _ <&8', 'exit 0')
  return `${lines.join('\n')}\n`
}

/** What must be looked at again behind each command, one letter each: `l` links, `r` rules, `b` both, `.` nothing. */
export function looksOf(script: LabScript): string {
  return script.commands
    .map(({ line }) => {
      const rules = /\b(iptables|iptables-restore|nft)\b/.test(line)
      const links = /\bip\b.*\blink\b/.test(line)
      return rules ? (links ? 'b' : 'r') : links ? 'l' : '.'
    })
    .join('')
}
