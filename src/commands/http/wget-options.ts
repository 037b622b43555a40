import { UnsupportedError } from '../../packet/errors.ts'
import { OptionError, readOptions } from '../getopt.ts'

export interface WgetRequest {
  readonly url: string
  readonly quiet: boolean
  /** `-nv` */
  readonly brief: boolean
  /** `-O`; empty: by the URL's path. */
  readonly output: string
  readonly spider: boolean
  /** `-S` */
  readonly showHead: boolean
  readonly tries: number
  /** Nanoseconds; infinity: as long as it takes. */
  readonly timeout: number
}

/** A call that wget refuses, in its words. */
export class WgetUsage extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(`${message}\nUsage: wget [OPTION]... [URL]...\n\nTry \`wget --help' for more options.`)
    this.exitCode = exitCode
  }
}

const TRIES = 20

/** @throws WgetUsage @throws UnsupportedError */
export function readWget(args: readonly string[]): WgetRequest {
  // -nv is one word of two letters
  const words = args.map((word) => (word === '-nv' ? '--no-verbose' : word))
  try {
    const { options, operands } = readOptions('wget', words, {
      letters: 'qvO:T:t:Sd:',
      names: {
        quiet: 'q',
        verbose: 'v',
        'no-verbose': 'nv',
        'output-document=': 'O',
        'timeout=': 'T',
        'tries=': 't',
        'server-response': 'S',
        spider: 'spider',
      },
      refused:
        'd A B C D E F H I K L N P Q R U V X a b c e h i k l m n o p r w x 4 6 connect-timeout read-timeout dns-timeout continue header ' +
        'post-data no-check-certificate user-agent max-redirect bind-address limit-rate help version no-proxy recursive wait method body-data',
    })
    const values = new Map(options)
    const [url, second] = operands
    if (url === undefined) throw new WgetUsage('wget: missing URL', 1)
    if (second !== undefined) throw new UnsupportedError('wget with several URLs')
    const tries = Number(values.get('t') ?? TRIES)
    const timeout = Number(values.get('T') ?? 0)
    if (!Number.isInteger(tries) || tries < 0) throw new UnsupportedError(`wget -t ${values.get('t')}`)
    if (!(timeout >= 0)) throw new UnsupportedError(`wget -T ${values.get('T')}`)
    return {
      url,
      quiet: values.has('q'),
      brief: values.has('nv'),
      output: values.get('O') ?? '',
      spider: values.has('spider'),
      showHead: values.has('S'),
      tries: tries === 0 ? Number.POSITIVE_INFINITY : tries,
      timeout: timeout === 0 ? Number.POSITIVE_INFINITY : timeout * 1e9,
    }
  } catch (error) {
    if (error instanceof OptionError) throw new WgetUsage(error.message, 2)
    throw error
  }
}
