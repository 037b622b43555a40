import { isOfDevice, isOfTheMachine, type NetworkNamespace } from '../netns/index.ts'
import { KubehopError, UnsupportedError } from '../packet/index.ts'
import type { Program, ProgramContext } from './process/program.ts'

/** IPv6 has no model, so switching it off is right and changes nothing; what was written can be read again. */
const ipv6Switches = new WeakMap<NetworkNamespace, Map<string, string>>()
const IPV6_SWITCH = /^ipv6\.conf\.[^.]+\.disable_ipv6$/

interface Options {
  quiet: boolean
  write: boolean
  valuesOnly: boolean
  ignoreUnknown: boolean
  all: boolean
}

/** sysctl(8) of procps-ng: reads and writes what stands below `net.`, with `-w -q -n -e`; `-a` lists what has a model. */
export const sysctl: Program = (args, context) => {
  const options: Options = { quiet: false, write: false, valuesOnly: false, ignoreUnknown: false, all: false }
  const settings: string[] = []
  // wherever they stand, options are for all
  for (const word of args) {
    if (/^-[a-zA-Z]+$/.test(word)) readFlags(word, options)
    else if (word === '--write') options.write = true
    else if (word === '--quiet') options.quiet = true
    else if (word === '--values') options.valuesOnly = true
    else if (word === '--ignore') options.ignoreUnknown = true
    else if (word.startsWith('--')) throw new UnsupportedError(`sysctl ${word}`)
    else settings.push(word)
  }
  if (options.all) return list(options, context)
  let exitCode = 0
  for (const word of settings) {
    const writes = word.includes('=')
    if (options.write && !writes) {
      context.stderr.write('sysctl: command line(0): invalid syntax, continuing...\n')
      return 1
    }
    // the number of settings that could not be read
    if (!one(word, options, context)) exitCode = writes ? exitCode | 1 : exitCode + 1
  }
  if (settings.length > 0) return exitCode
  if (args.length === 0) throw new UnsupportedError('sysctl without a name')
  context.stderr.write("sysctl: no variables specified\nTry `sysctl --help' for more information.\n")
  return 1
}

function readFlags(word: string, options: Options): void {
  for (const letter of word.slice(1)) {
    if (letter === 'w') options.write = true
    else if (letter === 'q') options.quiet = true
    else if (letter === 'n' || letter === 'b') options.valuesOnly = true
    else if (letter === 'e') options.ignoreUnknown = true
    else if (letter === 'a') options.all = true
    else throw new UnsupportedError(`sysctl -${letter}`)
  }
}

/** All settings there are: those that have a model, and IPv6's switch. */
function list({ valuesOnly }: Options, { netns, stdout }: ProgramContext): number {
  const switches = ['all', 'default', ...[...netns.devices()].map(({ name }) => name.replaceAll('.', '/'))]
  const paths = [...netns.sysctl.paths(), ...switches.map((device) => `ipv6.conf.${device}.disable_ipv6`)]
  for (const path of paths) stdout.write(`${valuesOnly ? '' : `net.${path} = `}${readSysctl(netns, path)}\n`)
  return 0
}

/** The folders of /proc/sys. */
const TREES = /^(abi|debug|dev|fs|kernel|net|sunrpc|user|vm)([./]|$)/

/** Reads or writes one. False: it could not be done, and that was said. */
function one(word: string, options: Options, context: ProgramContext): boolean {
  const { netns, stdout, stderr } = context
  const equals = word.indexOf('=')
  const name = (equals < 0 ? word : word.slice(0, equals)).trim()
  if (name === '') return nameless(word, context)
  const path = pathOf(name)
  const missing = (): false => {
    stderr.write(`sysctl: cannot stat /proc/sys/${procPath(path)}: No such file or directory\n`)
    return false
  }
  if (!TREES.test(path)) return options.ignoreUnknown || missing()
  if (!path.startsWith('net.')) throw new UnsupportedError(`sysctl ${name}`)
  const own = path.slice('net.'.length)
  if (equals < 0) {
    const value = readSysctl(netns, own)
    if (value === undefined) return options.ignoreUnknown || missing()
    stdout.write(options.valuesOnly ? `${value}\n` : `${path} = ${value}\n`)
    return true
  }
  const value = word.slice(equals + 1).trim()
  const error = writeSysctl(netns, own, value)
  if (error === 'missing') return options.ignoreUnknown || missing()
  if (error !== null) {
    stderr.write(`sysctl: setting key "${path}": Invalid argument\n`)
    // Trap: a file that nobody may write counts as written.
    return error === 'read-only'
  }
  if (!options.quiet) stdout.write(options.valuesOnly ? `${value}\n` : `${path} = ${value}\n`)
  return true
}

/** `=`, as in `sysctl net.ipv4.ip_forward = 1`, is said nothing about. */
function nameless(word: string, { stderr }: ProgramContext): false {
  if (word.length > 1) stderr.write('sysctl: Path is not under /proc/sys/: /proc/sys/\n')
  else if (word === '') throw new UnsupportedError('sysctl with an empty name')
  return false
}

/** The name with dots. With slashes, a dot belongs to a device's name: `net/ipv4/conf/eth0.1/rp_filter`. */
function pathOf(name: string): string {
  const firstSlash = name.indexOf('/')
  const firstDot = name.indexOf('.')
  if (firstSlash < 0 || (firstDot >= 0 && firstDot < firstSlash)) return name
  return name.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/'))
}

function procPath(path: string): string {
  return path.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'))
}

/** What a setting says (`path` below `net.`), or undefined: there is none. @throws UnsupportedError it has no model */
export function readSysctl(netns: NetworkNamespace, path: string): string | undefined {
  if (IPV6_SWITCH.test(path)) return ipv6Switches.get(netns)?.get(path) ?? '0'
  const text = netns.sysctl.getText(path)
  if (text === undefined) refuseUnknown(path)
  return text
}

/** Sets a setting (`path` below `net.`). Null: done. */
export function writeSysctl(
  netns: NetworkNamespace,
  path: string,
  value: string,
): 'missing' | 'read-only' | 'invalid' | null {
  if (isOfTheMachine(path)) return 'read-only'
  if (IPV6_SWITCH.test(path)) {
    let switches = ipv6Switches.get(netns)
    if (switches === undefined) {
      switches = new Map()
      ipv6Switches.set(netns, switches)
    }
    switches.set(path, value)
    return null
  }
  if (netns.sysctl.getText(path) === undefined) {
    refuseUnknown(path)
    return 'missing'
  }
  try {
    netns.sysctl.setText(path, value)
  } catch (error) {
    if (error instanceof KubehopError && error.code === 'BAD_SYSCTL') return 'invalid'
    throw error
  }
  return null
}

/** Is it only a device that is missing? Otherwise nobody knows whether Linux has it. @throws UnsupportedError */
function refuseUnknown(path: string): void {
  if (!isOfDevice(path)) throw new UnsupportedError(`sysctl net.${path}`)
}
