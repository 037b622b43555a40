import { UnsupportedError } from '../../packet/errors.ts'
import type { Task } from '../process/process.ts'
import type { Program, ProgramContext } from '../process/program.ts'

/** echo(1) as bash has it: `-n`, `-e`, `-E`. */
export const echo: Program = (args, { stdout }) => {
  let newline = true
  let escapes = false
  let i = 0
  for (; i < args.length && /^-[neE]+$/.test(args[i]!); i++) {
    for (const letter of args[i]!.slice(1)) {
      if (letter === 'n') newline = false
      else escapes = letter === 'e'
    }
  }
  const text = args.slice(i).join(' ')
  stdout.write(`${escapes ? unescaped(text, false) : text}${newline ? '\n' : ''}`)
  return 0
}

/** printf(1) with `%s`, `%d`, `%%`; the format is used again as long as there are arguments. */
export const printf: Program = (args, { stdout, stderr }) => {
  const [format, ...values] = args[0] === '--' ? args.slice(1) : args
  if (format === undefined) {
    stderr.write('printf: usage: printf [-v var] format [arguments]\n')
    return 2
  }
  if (/^-./.test(args[0]!) && args[0] !== '--') throw new UnsupportedError(`printf ${format}`)
  const other = /%(?![sd%])[^%]?/.exec(format.replaceAll('%%', ''))
  if (other !== null) throw new UnsupportedError(`printf ${other[0]}`)
  const parts = format.split(/(%[sd%])/)
  do {
    const texts = parts.map((part, i) => (i % 2 === 0 ? unescaped(part, true) : converted(part, values)))
    stdout.write(texts.join(''))
  } while (values.length > 0 && /%[sd]/.test(format.replaceAll('%%', '')))
  return 0
}

/** What stands for `%s`, `%d` or `%%`. */
function converted(conversion: string, values: string[]): string {
  if (conversion === '%%') return '%'
  const value = values.shift()
  if (conversion === '%s') return value ?? ''
  if (value !== undefined && !/^-?(0|[1-9]\d{0,14})$/.test(value)) throw new UnsupportedError(`printf %d of ${value}`)
  return value ?? '0'
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  E: '\x1b',
  '\\': '\\',
}

/** @param octal whether octal numbers may go without the 0 at their beginning, as in a format of printf */
function unescaped(text: string, octal: boolean): string {
  const other = /(?<!\\)(?:\\\\)*(\\[cuU])/.exec(text)
  if (other !== null) throw new UnsupportedError(`the escape ${other[1]} in a text`)
  const escapes = octal
    ? /\\([ntrabfveE\\"']|[0-7]{1,3}|x[0-9a-fA-F]{1,2})/g
    : /\\([ntrabfveE\\]|0[0-7]{0,3}|x[0-9a-fA-F]{1,2})/g
  return text.replace(escapes, (_, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 255)
    if (code[0] === 'x') return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return ESCAPES[code] ?? code
  })
}

/** All of standard input, once it has ended. */
export function* readAll(stdin: ProgramContext['stdin'], take: (text: string) => void): Task {
  let all = ''
  for (let text = stdin.read(); text !== null; text = stdin.read()) {
    all += text
    if (text === '') yield stdin.readable
  }
  take(all)
  return 0
}
