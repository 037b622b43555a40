import { UnsupportedError } from '../../packet/errors.ts'
import { readFile } from '../proc-files.ts'
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
  stdout.write(`${escapes ? unescaped(text) : text}${newline ? '\n' : ''}`)
  return 0
}

/** printf(1) with `%s`, `%d`, `%%`; the format is used again as long as there are arguments. */
export const printf: Program = (args, { stdout, stderr }) => {
  const [format, ...rest] = args
  if (format === undefined) {
    stderr.write('printf: usage: printf [-v var] format [arguments]\n')
    return 2
  }
  const other = /%(?![sd%])[^%]?/.exec(format.replaceAll('%%', ''))
  if (other !== null) throw new UnsupportedError(`printf ${other[0]}`)
  const values = [...rest]
  do {
    stdout.write(
      unescaped(
        format.replace(/%[sd%]/g, (word) => (word === '%%' ? '%' : (values.shift() ?? (word === '%d' ? '0' : '')))),
      ),
    )
  } while (values.length > 0 && /%[sd]/.test(format))
  return 0
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
}

function unescaped(text: string): string {
  return text.replace(/\\([ntrabfv\\]|0[0-7]{0,3}|x[0-9a-fA-F]{1,2})/g, (_, code: string) => {
    if (code[0] === '0') return String.fromCharCode(Number.parseInt(code, 8) & 255)
    if (code[0] === 'x') return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return ESCAPES[code]!
  })
}

/** cat(1): files, or standard input. */
export const cat: Program = (args, context) => catAll(args, context)

function* catAll(args: readonly string[], context: ProgramContext): Task {
  const { stdin, stdout, stderr } = context
  let exitCode = 0
  for (const file of args.length === 0 ? ['-'] : args) {
    if (file !== '-') {
      const text = readFile(file, context)
      if (text === undefined) {
        stderr.write(`cat: ${file}: No such file or directory\n`)
        exitCode = 1
      } else stdout.write(text)
      continue
    }
    for (let text = stdin.read(); text !== null; text = stdin.read()) {
      stdout.write(text)
      if (text === '') yield stdin.readable
    }
  }
  return exitCode
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
