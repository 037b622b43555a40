import { linesOf } from './fields.ts'
import { type PrintContext, quoted } from './print-context.ts'

/** What `sysctl` prints: `net.ipv4.ip_forward = 1`, values alone with `-n`. Settings of other things than the network are left out. */
export function readSysctls(args: readonly string[], text: string, context: PrintContext): Map<string, string> {
  const values = new Map<string, string>()
  const asked = args.filter((word) => !word.startsWith('-')).map(dotted)
  if (args.some((word) => word === '-n' || word === '--values' || /^-[a-zA-Z]*n[a-zA-Z]*$/.test(word))) {
    putInOrder(asked, text, values, context)
    return values
  }
  for (const [line, raw] of linesOf(text).entries()) {
    const equals = raw.indexOf('=')
    const name = equals < 0 ? '' : raw.slice(0, equals).trim()
    if (name === '' || /\s/.test(name)) {
      if (raw.trim() !== '') context.note(`not understood: ${quoted(raw)}`, line)
    } else put(dotted(name), raw.slice(equals + 1), values)
  }
  return values
}

/** What `cat` prints of files below /proc/sys, or `grep . FILE…`, `head FILE…`, `tail -n +1 FILE…`. */
export function readSysctlFiles(
  program: string,
  paths: readonly string[],
  text: string,
  context: PrintContext,
): Map<string, string> {
  const values = new Map<string, string>()
  if (program === 'cat' || (program === 'grep' && paths.length === 1 && !text.startsWith('/proc/'))) {
    putInOrder(paths.map(nameOfPath), text, values, context)
    return values
  }
  let name: string | null = null
  for (const [line, raw] of linesOf(text).entries()) {
    const [, path] = /^==> (\/proc\/sys\/\S+) <==$/.exec(raw) ?? []
    const colon = raw.startsWith('/proc/sys/') ? raw.indexOf(':') : -1
    if (path !== undefined) name = nameOfPath(path)
    else if (colon > 0) put(nameOfPath(raw.slice(0, colon)), raw.slice(colon + 1), values)
    else if (raw.trim() === '') continue
    else if (name !== null) {
      put(name, raw, values)
      name = null
    } else context.note(`not understood: ${quoted(raw)}`, line)
  }
  return values
}

/** Each name has one line. */
function putInOrder(names: readonly string[], text: string, values: Map<string, string>, context: PrintContext): void {
  const lines = linesOf(text).filter((line) => line.trim() !== '')
  if (lines.length !== names.length) {
    context.note(`${names.length} values are expected, not ${lines.length}: none of them counts`)
    return
  }
  for (const [i, line] of lines.entries()) put(names[i]!, line, values)
}

function put(name: string, value: string, values: Map<string, string>): void {
  if (name.startsWith('net.')) values.set(name, value.trim())
}

/**
 * sysctl(8) takes and prints dots and slashes the other way round where a name has a dot (`net.ipv4.conf.eth0/1.forwarding`); whoever writes the
 * path means that name, too.
 */
function dotted(name: string): string {
  const slash = name.indexOf('/')
  const dot = name.indexOf('.')
  return slash >= 0 && (dot < 0 || slash < dot) ? nameOfPath(name) : name
}

const FOLDER = '/proc/sys/'

function nameOfPath(path: string): string {
  const inside = path.startsWith(FOLDER) ? path.slice(FOLDER.length) : path
  return inside
    .split('/')
    .map((part) => part.replaceAll('.', '/'))
    .join('.')
}

/** Is each of them a file below /proc/sys? */
export function areSysctlFiles(paths: readonly string[]): boolean {
  return paths.length > 0 && paths.every((path) => path.startsWith(FOLDER))
}

/** Does `sysctl` print each setting? */
export function isAllSysctls(args: readonly string[]): boolean {
  if (args.some((word) => word === '--pattern' || word.startsWith('--pattern=') || /^-[a-zA-Z]*r/.test(word)))
    return false
  return args.some((word) => word === '--all' || /^-[a-zA-Z]*[aAX]/.test(word))
}
