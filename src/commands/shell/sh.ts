import { UnsupportedError } from '../../packet/errors.ts'
import { readFile } from '../proc-files.ts'
import type { Task } from '../process/process.ts'
import type { Program } from '../process/program.ts'
import { Shell } from './interpreter.ts'
import { parseScript } from './parser.ts'

/** Exit code for a script that is not there (bash(1), EXIT STATUS). */
const NOT_FOUND = 127

/** `sh -c TEXT`, `bash FILE`: a shell in the shell. */
export const sh: Program = (args, context) => {
  const [first, second, ...rest] = args
  if (rest.length > 0 || (first !== '-c' && second !== undefined)) {
    throw new UnsupportedError(`sh ${args.join(' ')}`, { hint: 'words behind the script are not passed to it' })
  }
  if (first === undefined)
    throw new UnsupportedError('a shell that asks for lines', { hint: 'kubehop shell is one; or sh -c LINE' })
  if (first !== '-c' && first.startsWith('-')) throw new UnsupportedError(`sh ${args.join(' ')}`)
  if (first !== '-c') {
    const text = readFile(first, context)
    if (text === undefined) {
      context.stderr.write(`sh: ${first}: No such file or directory\n`)
      return NOT_FOUND
    }
    return script(text, first)
  }
  if (second === undefined) {
    context.stderr.write('sh: -c: option requires an argument\n')
    return 2
  }
  return script(second, 'sh -c')

  function* script(text: string, name: string): Task {
    const shell = new Shell(context, name)
    return yield* shell.untilExit(shell.run(parseScript(text, name)))
  }
}
