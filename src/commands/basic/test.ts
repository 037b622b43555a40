import { UnsupportedError } from '../../packet/errors.ts'
import type { Program } from '../process/program.ts'

const NUMBER_TESTS: Readonly<Record<string, ((a: number, b: number) => boolean) | undefined>> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
}

/** test(1), for the exit codes of commands: numbers and texts compared. */
export const test: Program = (args) => Number(!holds(args))

/** `[ … ]` */
export const bracket: Program = (args, context) => {
  if (args.at(-1) === ']') return test(args.slice(0, -1), context)
  context.stderr.write("[: missing `]'\n")
  return 2
}

function holds(args: readonly string[]): boolean {
  if (args[0] === '!') return !holds(args.slice(1))
  const [a = '', operator = '', b = ''] = args
  if (args.length === 0) return false
  if (args.length === 1) return a !== ''
  if (args.length === 2 && (a === '-z' || a === '-n')) return (operator === '') === (a === '-z')
  if (args.length === 3) {
    if (operator === '=' || operator === '==') return a === b
    if (operator === '!=') return a !== b
    const compare = NUMBER_TESTS[operator]
    const numbers = [a, b].every((word) => /^\s*[-+]?\d{1,15}\s*$/.test(word))
    if (compare !== undefined && numbers) return compare(Number(a), Number(b))
  }
  throw new UnsupportedError(`test ${args.join(' ')}`)
}
