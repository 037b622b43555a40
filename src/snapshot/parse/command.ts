/** What asks, taken apart: `sudo /sbin/ip -d -j addr show dev eth0`. */
export interface Command {
  /** `ip`, `bridge`, `sysctl` …: without the folder. */
  readonly program: string
  readonly args: readonly string[]
}

/** Programs that only start another one, and how many words of theirs stand before it. */
const LAUNCHERS: ReadonlySet<string> = new Set(['sudo', 'doas', 'env', 'busybox', 'chronic', 'timeout', 'nice'])
/** Options of launchers that have a value. */
const WITH_VALUE: ReadonlySet<string> = new Set(['-u', '-g', '-n', '-k', '-s', '--user', '--group'])
const MAX_WORDS = 1000

/** Takes a command apart. Null: nothing is started. */
export function readCommand(text: string): Command | null {
  // what is behind a pipe, a redirection or another command is not asked here
  let words = splitWords(text)
  for (;;) {
    const [first, ...rest] = words
    if (first === undefined) return null
    const program = first.slice(first.lastIndexOf('/') + 1)
    if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(first)) words = rest
    else if (LAUNCHERS.has(program)) words = withoutOptions(program, rest)
    else return { program, args: rest }
  }
}

function withoutOptions(program: string, words: readonly string[]): string[] {
  let i = 0
  while (words[i]?.startsWith('-') === true) {
    // sudo's -n has no value
    const hasValue = WITH_VALUE.has(words[i]!) && !(program === 'sudo' && words[i] === '-n')
    i += hasValue ? 2 : 1
    if (words[i - 1] === '--') break
  }
  if (program === 'timeout') i++
  return words.slice(i)
}

function splitWords(text: string): string[] {
  return text
    .trim()
    .split(/\s+/)
    .slice(0, MAX_WORDS)
    .map((word) => (word.length > 1 && /^(["']).*\1$/.test(word) ? word.slice(1, -1) : word))
}

/** Is the word an abbreviation of this one, as iproute2 takes them? */
export function abbreviates(word: string, full: string): boolean {
  return word !== '' && full.startsWith(word)
}

/** How `ip` or `bridge` was called. */
export interface IproutCall {
  /** As written in full: `address`, `link`, `route`, `rule`, `neighbour`, `netns`; `fdb`, `link` of bridge. */
  readonly object: string
  /** Behind the verb that shows. */
  readonly args: readonly string[]
  readonly details: boolean
  readonly brief: boolean
  readonly oneline: boolean
  /** `-4`, `-6`, or neither. */
  readonly family: 4 | 6 | null
}

/** In the order in which `ip` tries them (`cmds`, iproute2 ip/ip.c). */
const IP_OBJECTS: readonly string[] = [
  'address',
  'addrlabel',
  'maddress',
  'route',
  'rule',
  'neighbor',
  'neighbour',
  'ntable',
  'ntbl',
  'link',
  'l2tp',
  'fou',
  'ila',
  'macsec',
  'tunnel',
  'tunl',
  'tuntap',
  'tap',
  'token',
  'tcpmetrics',
  'tcp_metrics',
  'monitor',
  'xfrm',
  'mroute',
  'mrule',
  'netns',
]
const BRIDGE_OBJECTS: readonly string[] = ['link', 'fdb', 'mdb', 'vlan', 'vni', 'monitor']

/** What `ip` and `bridge` take for showing. */
const SHOW: readonly string[] = ['show', 'list', 'lst', 'ls']

/**
 * What a call of `ip` or `bridge` shows; null when it shows nothing, or something of another namespace (`-n NAME`, `-a`), which is no evidence
 * of this one.
 */
export function readIprouteCall({ program, args }: Command): IproutCall | null {
  let details = false
  let brief = false
  let oneline = false
  let family: 4 | 6 | null = null
  let i = 0
  for (; args[i]?.startsWith('-') === true; i++) {
    const option = args[i]!.replace(/^--?/, '')
    if (option === '4') family = 4
    else if (option === '6') family = 6
    else if (option === 'f' || abbreviates(option, 'family')) {
      const name = args[++i]
      if (name === 'inet6') family = 6
      else if (name === 'inet') family = 4
    } else if (option === 'l' || abbreviates(option, 'loops') || option === 'rc' || option === 'rcvbuf') i++
    else if (option === 'b' || abbreviates(option, 'batch')) return null
    else if (abbreviates(option, 'brief') || option === 'br') brief = true
    else if (abbreviates(option, 'details')) details = true
    else if (abbreviates(option, 'oneline')) oneline = true
    else if (abbreviates(option, 'netns') || abbreviates(option, 'all')) return null
    // numbers where names are, and other looks, tell the same
  }
  const [word = '', ...rest] = args.slice(i)
  const object = (program === 'bridge' ? BRIDGE_OBJECTS : IP_OBJECTS).find((full) => abbreviates(word, full))
  if (object === undefined) return null
  const [verb = 'show', ...operands] = rest
  const shown = { object: object === 'neighbor' ? 'neighbour' : object, details, brief, oneline, family }
  if (object === 'netns')
    return abbreviates(verb, 'list-id') && verb.includes('-') ? { ...shown, args: operands } : null
  return SHOW.some((full) => abbreviates(verb, full)) ? { ...shown, args: operands } : null
}
