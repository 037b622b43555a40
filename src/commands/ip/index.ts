import { UnsupportedError } from '../../packet/index.ts'
import { UsageError } from '../../route/index.ts'
import { abbreviates } from '../../route/words.ts'
import { readAll } from '../basic/text.ts'
import { readFile } from '../proc-files.ts'
import type { Task } from '../process/process.ts'
import type { Program } from '../process/program.ts'
import { address } from './address.ts'
import { explain } from './explain.ts'
import { type IpContext, namespaceOf } from './ip-context.ts'
import { link } from './link.ts'
import { neighbour } from './neighbour.ts'
import { netns } from './netns.ts'
import { route } from './route.ts'
import { rule } from './rule.ts'

/** One object of `ip`: its words behind the object's name. */
export type IpObject = (args: readonly string[], context: IpContext) => number | Task

/** In iproute2's order: the first that a word abbreviates is meant (`struct cmd cmds`, ip/ip.c). */
const OBJECTS: readonly (readonly [name: string, object: IpObject | null])[] = [
  ['address', address],
  ['addrlabel', null],
  ['maddress', null],
  ['route', route],
  ['rule', rule],
  ['neighbor', neighbour],
  ['neighbour', neighbour],
  ['ntable', null],
  ['ntbl', null],
  ['link', link],
  ['l2tp', null],
  ['fou', null],
  ['ila', null],
  ['macsec', null],
  ['tunnel', null],
  ['tunl', null],
  ['tuntap', null],
  ['tap', null],
  ['token', null],
  ['tcpmetrics', null],
  ['monitor', null],
  ['xfrm', null],
  ['mroute', null],
  ['mrule', null],
  ['netns', netns],
  ['netconf', null],
  ['vrf', null],
  ['sr', null],
  ['nexthop', null],
  ['mptcp', null],
  ['ioam', null],
  ['help', null],
  ['stats', null],
]

/** ip(8) of iproute2 6.1. */
export const ip: Program = (args, program) => {
  const { machine, stderr } = program
  let space = program.netns
  let inet = false
  let details = false
  let brief = false
  let oneline = false
  let json = false
  let pretty = false
  let statistics = 0
  let batch: string | null = null
  let force = false
  let i = 0
  try {
    for (; args[i]?.startsWith('-') === true; i++) {
      // `--` and `-` are one
      const option = optionOf(args[i]!.replace(/^--/, '-'))
      if (option === '-4') {
        inet = true
        continue
      }
      if (option === '-6') throw new UnsupportedError('IPv6 (ip -6)')
      if (option === '-netns') space = namespaceOf(machine, args[++i] ?? '(null)')
      else if (option === '-details') details = true
      else if (option === '-brief') brief = true
      else if (option === '-oneline') oneline = true
      else if (option === '-json') json = true
      else if (option === '-pretty') pretty = true
      else if (option === '-statistics' || option === '-stats') statistics++
      else if (option === '-batch') batch = argument(args, ++i)
      else if (option === '-family') {
        const family = argument(args, ++i)
        if (family !== 'inet') throw new UnsupportedError(`ip -family ${family}`)
        inet = true
      } else if (option === '-Version') {
        program.stdout.write('ip utility, iproute2-6.1.0, libbpf 1.1.2\n')
        return 0
      } else if (option === '-force') force = true
      else if (option === '-Numeric') continue
      else throw new UnsupportedError(`ip ${args[i]}`)
    }
    const context: IpContext = {
      machine,
      netns: space,
      program,
      inet,
      details,
      brief,
      oneline,
      json,
      pretty,
      statistics,
    }
    return batch === null ? runObject(args.slice(i), context) : runBatch(batch, force, context)
  } catch (error) {
    return explain(error, stderr)
  }
}

/** In the order of `main` in ip/ip.c: an abbreviation means the first that begins so. */
const OPTIONS =
  '-loops -family -4 -6 -0 -M -B -human-readable -iec -statistics -stats -details -resolve -oneline -timestamp -tshort -Version -force ' +
  '-batch -brief -json -pretty -rcvbuf -color -help -netns -Numeric -all'

function optionOf(word: string): string {
  const found = OPTIONS.split(' ').find((name) => name === word || (name.startsWith(word) && !/^-.$/.test(name)))
  if (found === undefined && !word.startsWith('-color='))
    throw new UsageError(`Option "${word}" is unknown, try "ip -help".`)
  return found ?? '-color'
}

function argument(args: readonly string[], i: number): string {
  const word = args[i]
  if (word === undefined) throw new UsageError('Command line is not complete. Try option "help"')
  return word
}

function runObject(words: readonly string[], context: IpContext): number | Task {
  const [word, ...rest] = words
  if (word === undefined) throw new UsageError('Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }')
  const found = word === '' ? undefined : OBJECTS.find(([name]) => name.startsWith(word))
  if (found === undefined) throw new UsageError(`Object "${word}" is unknown, try "ip help".`, 1)
  const [name, object] = found
  if (object === null) throw new UnsupportedError(`ip ${name}`)
  if (rest[0] !== undefined && abbreviates(rest[0], 'help')) throw new UnsupportedError(`ip ${name} help`)
  const result = object(rest, context)
  return typeof result === 'number' ? result : guarded(result, context)
}

function* guarded(task: Task, { program }: IpContext): Task {
  try {
    return yield* task
  } catch (error) {
    return explain(error, program.stderr)
  }
}

/** `ip -batch FILE`, or `-` for standard input: one command a line (`batch`, ip/ip.c). */
function* runBatch(file: string, force: boolean, context: IpContext): Task {
  const { stderr, stdin } = context.program
  let text: string | undefined
  if (file === '-')
    yield* readAll(stdin, (all) => {
      text = all
    })
  else text = readFile(file, context.program)
  if (text === undefined) {
    stderr.write(`Cannot open file "${file}" for reading: No such file or directory\n`)
    return 1
  }
  const lines = text.split('\n')
  let failed = 0
  for (let number = 1; number <= lines.length; number++) {
    let line = lines[number - 1]!
    // a backslash at the end joins two lines; the number is that of the last
    while (/\\$/.test(line) && number < lines.length) line = line.slice(0, -1) + lines[number++]!
    const words = wordsOf(line)
    if (words.length === 0) continue
    let code: number
    try {
      const result = runObject(words, context)
      code = typeof result === 'number' ? result : yield* result
    } catch (error) {
      code = explain(error, stderr)
    }
    if (code !== 0) {
      stderr.write(`Command failed ${file}:${number}\n`)
      failed = 1
      if (!force) break
    }
  }
  return failed
}

/** The words of a batch line (`makeargs`, lib/utils.c): quotes hold blanks together, `#` begins a comment. */
function wordsOf(line: string): string[] {
  const words: string[] = []
  for (const [, word, double, single] of line.replace(/#.*$/, '').matchAll(/([^\s"']+)|"([^"]*)"|'([^']*)'/g)) {
    words.push(word ?? double ?? single!)
  }
  return words
}
