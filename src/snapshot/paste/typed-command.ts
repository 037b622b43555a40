/** What was asked, and where. */
export interface TypedCommand {
  /** The command itself, without what only leads to it: `ip route`. Empty when several stand there. */
  readonly command: string
  /** The host that it was asked on, when the command says so: `ssh node-1 ip route`. */
  readonly host: string | null
  /** The namespace that it was asked in: `ip netns exec blue`, `kubectl exec web-0`; null: the host's, or that of the shell. */
  readonly netns: string | null
  /** A program behind a pipe that leaves lines out or changes them; null: all of it is there. */
  readonly filter: string | null
}

/** Behind a pipe they change nothing. */
const HARMLESS: ReadonlySet<string> = new Set(['cat', 'less', 'more', 'tee', 'sudo'])
const MAX_WORDS = 200

/** Takes a command apart as somebody typed it. */
export function readTyped(line: string): TypedCommand {
  const { parts, several } = splitCommand(line)
  let words = parts[0]!
  let host: string | null = null
  let netns: string | null = null
  for (let depth = 0; depth < 8; depth++) {
    const inner = unwrap(words)
    if (inner === null) break
    words = inner.words
    host = inner.host ?? host
    netns = inner.netns ?? netns
  }
  const named = ipNamespace(words)
  if (named !== null) {
    netns = named.netns
    words = named.words
  }
  const filter = parts.slice(1).find((part) => !HARMLESS.has(part[0] ?? 'cat'))?.[0] ?? null
  return { command: several ? '' : words.join(' '), host, netns, filter }
}

/** The words of each command of a pipe; `several`: more than one pipe stands there. */
function splitCommand(line: string): { parts: string[][]; several: boolean } {
  const parts: string[][] = [[]]
  let several = false
  const words = splitWords(line)
  for (let i = 0; i < words.length; i++) {
    const { text, quoted } = words[i]!
    const last = parts[parts.length - 1]!
    if (quoted) last.push(text)
    else if (text === '|' || text === '|&') parts.push([])
    else if (text === ';' || text === '&&' || text === '||') {
      if (i + 1 < words.length) several = true
      break
    } else if (text === '&') break
    else if (text.startsWith('#')) break
    else if (REDIRECTION.test(text)) {
      // the file may stand behind a blank
      if (text.endsWith('>') || text.endsWith('<')) i++
    } else last.push(text)
  }
  return { parts, several }
}

const REDIRECTION = /^[0-9&]?(?:>>?|<)/

interface Word {
  readonly text: string
  readonly quoted: boolean
}

function splitWords(line: string): Word[] {
  const words: Word[] = []
  let text = ''
  let quoted = false
  let inWord = false
  let quote = ''
  const end = (): void => {
    if (inWord) words.push({ text, quoted })
    text = ''
    quoted = false
    inWord = false
  }
  for (const char of line) {
    if (words.length > MAX_WORDS) break
    if (quote !== '') {
      if (char === quote) quote = ''
      else text += char
    } else if (char === '"' || char === "'") {
      quote = char
      quoted = true
      inWord = true
    } else if (char === ' ' || char === '\t') end()
    else if (char === '|' || char === ';') {
      if (text !== '|') end()
      text += char
      inWord = true
      if (char === ';') end()
    } else {
      if ((text === '|' && char !== '&') || text === '||' || text === '|&') end()
      text += char
      inWord = true
    }
  }
  end()
  return words
}

interface Unwrapped {
  readonly words: string[]
  readonly host?: string
  readonly netns?: string
}

function programOf(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1)
}

/** Options of launchers that have a value of their own. */
const VALUED: { readonly [program: string]: string } = {
  sudo: ' -u -g -h -p -C -T --user --group ',
  ssh: ' -i -p -l -o -F -J -L -R -D -b -c -e -m -S -W -w ',
  kubectl: ' -n --namespace -c --container --context --kubeconfig --cluster --user -s --server --request-timeout ',
  docker: ' -u --user -w --workdir -e --env -H --host ',
  podman: ' -u --user -w --workdir -e --env ',
  crictl: ' -r --runtime-endpoint --timeout ',
  nsenter: ' -t --target -S --setuid -G --setgid -w --wd -r --root ',
  timeout: ' -k --kill-after -s --signal ',
  nice: ' -n ',
}

/** Splits options, with their values, from words. */
function options(program: string, words: readonly string[]): { given: Map<string, string>; rest: string[] } {
  const valued = Object.hasOwn(VALUED, program) ? VALUED[program]! : ''
  const given = new Map<string, string>()
  let i = 0
  for (; i < words.length; i++) {
    const word = words[i]!
    if (word === '--') {
      i++
      break
    }
    if (!word.startsWith('-') || word === '-') break
    const equals = word.indexOf('=')
    if (equals > 0) given.set(word.slice(0, equals), word.slice(equals + 1))
    else if (valued.includes(` ${word} `)) given.set(word, words[++i] ?? '')
    else given.set(word, '')
  }
  return { given, rest: words.slice(i) }
}

/** What stands behind a program that only starts another one; null when this one does not. */
function unwrap(words: readonly string[]): Unwrapped | null {
  const [first = '', ...behind] = words
  if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(first)) return { words: behind }
  const program = programOf(first)
  switch (program) {
    case 'sudo':
    case 'nice':
    case 'command':
    case 'exec':
    case 'time':
    case 'watch':
      return { words: options(program, behind).rest }
    case 'timeout':
      return { words: options(program, behind).rest.slice(1) }
    case 'env':
      return { words: behind }
    case 'chroot':
      return { words: options(program, behind).rest.slice(1) }
    case 'busybox':
    case 'xtables-nft-multi':
    case 'xtables-legacy-multi':
      return program === 'busybox' ? { words: behind } : null
    case 'sh':
    case 'bash':
    case 'ash':
      return behind[0] === '-c' ? { words: splitWords(behind[1] ?? '').map(({ text }) => text) } : null
    case 'ssh': {
      const [to = '', ...rest] = options(program, behind).rest
      return rest.length === 0 ? null : { words: rest, host: to.slice(to.indexOf('@') + 1) }
    }
    case 'nsenter': {
      const { given, rest } = options(program, behind)
      if (rest.length === 0) return null
      const target = given.get('-t') ?? given.get('--target')
      const file = given.get('--net') ?? ''
      if (file !== '') return { words: rest, netns: programOf(file) }
      const enters = [...given.keys()].some(
        (name) => name === '-n' || name === '--net' || name === '-a' || name === '--all',
      )
      return { words: rest, ...(enters && target !== undefined && target !== '1' && { netns: `pid/${target}` }) }
    }
    case 'ip': {
      const { given, rest } = options(program, behind)
      if (given.size > 0 || rest[0] !== 'netns' || (rest[1] !== 'exec' && rest[1] !== 'e')) return null
      return { words: rest.slice(3), netns: rest[2] ?? '' }
    }
    case 'kubectl':
    case 'docker':
    case 'podman':
    case 'crictl':
      return container(program, behind)
    default:
      return null
  }
}

/** `kubectl exec -n web web-0 -c app -- ip route`, `docker exec db ip route` */
function container(program: string, words: readonly string[]): Unwrapped | null {
  const before = options(program, words)
  const [verb, ...behind] = before.rest
  if (verb !== 'exec') return null
  const own = options(program, behind)
  const [name, ...rest] = own.rest
  if (name === undefined) return null
  const inner = options(program, rest)
  if (inner.rest.length === 0) return null
  const all = new Map([...before.given, ...own.given, ...inner.given])
  const namespace = all.get('-n') ?? all.get('--namespace')
  const bare = name.startsWith('pod/') ? name.slice(4) : name
  const netns = program === 'kubectl' ? `pod/${namespace ?? 'default'}/${bare}` : `container/${bare}`
  return { words: inner.rest, netns }
}

/** `ip -n blue route` is `ip route` in blue; so is `bridge -n blue fdb`. */
function ipNamespace(words: readonly string[]): { words: string[]; netns: string } | null {
  const program = programOf(words[0] ?? '')
  if (program !== 'ip' && program !== 'bridge') return null
  const at = words.findIndex((word, i) => i > 0 && (word === '-n' || word === '-netns' || word === '--netns'))
  // behind the object it means something else
  if (at < 0 || words.slice(1, at).some((word) => !word.startsWith('-'))) return null
  return { words: [...words.slice(0, at), ...words.slice(at + 2)], netns: words[at + 1] ?? '' }
}
