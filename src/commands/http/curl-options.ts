import { UnsupportedError } from '../../packet/errors.ts'

/** A call that curl refuses, in its words. */
export class CurlUsage extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode = 2) {
    super(message)
    this.exitCode = exitCode
  }
}

export interface CurlRequest {
  readonly url: string
  readonly silent: boolean
  readonly showError: boolean
  readonly verbose: boolean
  /** `-i` */
  readonly include: boolean
  /** `-I` */
  readonly head: boolean
  readonly fail: boolean
  readonly output: string
  readonly writeOut: string
  readonly method: string
  readonly headers: readonly string[]
  readonly data: string | null
  readonly agent: string
  /** Nanoseconds; 0: none. */
  readonly maxTime: number
  readonly connectTimeout: number
  readonly localPort: number
}

type Kind = 'flag' | 'value'

const OPTIONS: Readonly<Record<string, readonly [long: string, kind: Kind]>> = {
  s: ['silent', 'flag'],
  S: ['show-error', 'flag'],
  v: ['verbose', 'flag'],
  i: ['include', 'flag'],
  I: ['head', 'flag'],
  f: ['fail', 'flag'],
  k: ['insecure', 'flag'],
  '4': ['ipv4', 'flag'],
  N: ['no-buffer', 'flag'],
  g: ['globoff', 'flag'],
  q: ['disable', 'flag'],
  o: ['output', 'value'],
  w: ['write-out', 'value'],
  X: ['request', 'value'],
  H: ['header', 'value'],
  d: ['data', 'value'],
  A: ['user-agent', 'value'],
  m: ['max-time', 'value'],
}
const LONG_ONLY: Readonly<Record<string, Kind>> = {
  'connect-timeout': 'value',
  'local-port': 'value',
  'http1.1': 'flag',
  'no-progress-meter': 'flag',
}
/** What curl has and this one does not. */
const REFUSED_LETTERS = '#:0123678BCDEFGJKLMOPQRTUYZabcehjlnprtuxyz'
const REFUSED = (
  'append basic cacert cert compressed config cookie cookie-jar create-dirs data-binary data-raw data-urlencode digest dns-servers fail-early ' +
  'fail-with-body form get haproxy-protocol help http0.9 http1.0 http2 interface ipv6 json keepalive-time limit-rate location manual max-redirs ' +
  'next noproxy output-dir parallel progress-bar proxy range raw referer remote-name remote-time resolve retry retry-delay retry-all-errors ' +
  'retry-connrefused connect-to speed-limit speed-time tcp-nodelay trace trace-ascii upload-file url user version unix-socket'
).split(' ')
const TRY = "curl: try 'curl --help' or 'curl --manual' for more information"

/** @throws CurlUsage @throws UnsupportedError */
export function readCurl(args: readonly string[]): CurlRequest {
  const values = new Map<string, string[]>()
  const urls: string[] = []
  const put = (name: string, value: string): void => {
    values.set(name, [...(values.get(name) ?? []), value])
  }
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    const argument = (spelled: string): string => {
      const value = args[++i]
      if (value === undefined) throw new CurlUsage(`curl: option ${spelled}: requires parameter\n${TRY}`)
      return value
    }
    if (word.startsWith('--') && word !== '--') {
      const [name, kind] = longOption(word)
      put(name, kind === 'flag' ? '' : argument(word))
    } else if (word.startsWith('-') && word !== '-' && word !== '--') {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at]!
        const known = OPTIONS[letter]
        if (known === undefined) {
          if (REFUSED_LETTERS.includes(letter)) throw new UnsupportedError(`curl -${letter}`)
          throw new CurlUsage(`curl: option ${word}: is unknown\n${TRY}`)
        }
        const [name, kind] = known
        if (kind === 'flag') put(name, '')
        else {
          put(name, at + 1 < word.length ? word.slice(at + 1) : argument(word))
          break
        }
      }
    } else if (word !== '--') urls.push(word)
  }
  const [url, second] = urls
  if (url === undefined) throw new CurlUsage(`curl: try 'curl --help' or 'curl --manual' for more information`)
  if (second !== undefined) throw new UnsupportedError('curl with several URLs')
  const last = (name: string): string | undefined => values.get(name)?.at(-1)
  const has = (name: string): boolean => values.has(name)
  const data = values.get('data')
  if (data?.some((each) => each.startsWith('@')) === true) throw new UnsupportedError('curl -d @FILE')
  return {
    url,
    silent: has('silent'),
    showError: has('show-error'),
    verbose: has('verbose'),
    include: has('include'),
    head: has('head'),
    fail: has('fail'),
    output: last('output') ?? '',
    writeOut: last('write-out') ?? '',
    method: last('request') ?? (has('head') ? 'HEAD' : data !== undefined ? 'POST' : 'GET'),
    headers: values.get('header') ?? [],
    data: data === undefined ? null : data.join('&'),
    agent: last('user-agent') ?? 'curl/7.88.1',
    maxTime: seconds(last('max-time'), args, 'max-time', 'm'),
    connectTimeout: seconds(last('connect-timeout'), args, 'connect-timeout', null),
    localPort: Number(last('local-port') ?? 0),
  }
}

function longOption(word: string): readonly [name: string, kind: Kind] {
  const typed = word.slice(2)
  const known: (readonly [string, Kind])[] = [...Object.values(OPTIONS), ...Object.entries(LONG_ONLY)]
  const exact = known.find(([name]) => name === typed)
  if (exact !== undefined) return exact
  if (REFUSED.includes(typed)) throw new UnsupportedError(`curl ${word}`)
  const possible = [...known.map(([name]) => name), ...REFUSED].filter((name) => name.startsWith(typed))
  if (possible.length === 0) throw new CurlUsage(`curl: option ${word}: is unknown\n${TRY}`)
  if (possible.length > 1) throw new CurlUsage(`curl: option ${word}: is ambiguous\n${TRY}`)
  const only = known.find(([name]) => name === possible[0])
  if (only === undefined) throw new UnsupportedError(`curl --${possible[0]}`)
  return only
}

function seconds(text: string | undefined, args: readonly string[], long: string, letter: string | null): number {
  if (text === undefined) return 0
  if (!/^\d+(\.\d*)?$|^\.\d+$/.test(text)) {
    const spelled = args.find(
      (word) => word === `--${long}` || (letter !== null && /^-[^-]/.test(word) && word.includes(letter)),
    )
    throw new CurlUsage(`curl: option ${spelled ?? `--${long}`}: expected a proper numerical parameter\n${TRY}`)
  }
  return Math.round(Number(text) * 1e9)
}
