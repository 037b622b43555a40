import { UnsupportedError } from '../../packet/errors.ts'
import { formatIpv4 } from '../../packet/index.ts'
import { utf8Length } from '../../packet/utf8.ts'
import { socketErrorText } from '../../sockets/index.ts'
import { hostAddress, inetAton, unknownName } from '../names.ts'
import { openFile } from '../proc-files.ts'
import { type Task, timePassed, type Wait } from '../process/process.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import { takeHead, WebConnection } from './connection.ts'
import { hostField, readUrl, type WebUrl } from './url.ts'
import { readWget, type WgetRequest, WgetUsage } from './wget-options.ts'

const SECOND = 1e9
const ExitCode = { OK: 0, FILE: 3, NETWORK: 4, SERVER: 8 } as const
/** It waits a second longer before each try, ten at most. */
const MAX_PAUSE = 10

/** wget(1) 1.21.3 for plain HTTP. Times are virtual; the rate of a transfer is shown as `0.00 B/s`, for here it takes no time. */
export const wget: Program = (args, context) => {
  try {
    const request = readWget(args)
    const url = readUrl(request.url)
    if (url === undefined) throw new UnsupportedError(`wget ${request.url}`)
    return new Fetch(request, url, context).run()
  } catch (error) {
    if (!(error instanceof WgetUsage)) throw error
    context.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
}

/** How a try ended: with an exit code, or with something after which it is tried again. */
type Outcome = number | 'again'

class Fetch {
  readonly #request: WgetRequest
  readonly #url: WebUrl
  readonly #context: ProgramContext
  #try = 1

  constructor(request: WgetRequest, url: WebUrl, context: ProgramContext) {
    this.#request = request
    this.#url = url
    this.#context = context
  }

  *run(): Task {
    if (this.#request.spider) this.#say('Spider mode enabled. Check if remote file exists.\n')
    for (;;) {
      this.#say(
        `--${this.#date()}--  ${this.#try === 1 ? '' : `(try:${String(this.#try).padStart(2)})  `}${this.#address}\n`,
      )
      const outcome = yield* this.#once()
      if (outcome !== 'again') return outcome
      if (this.#try >= this.#request.tries) {
        this.#say('Giving up.\n\n')
        return ExitCode.NETWORK
      }
      this.#say('Retrying.\n\n')
      yield timePassed(this.#context.machine.sim, Math.min(this.#try, MAX_PAUSE) * SECOND)
      this.#try++
    }
  }

  get #address(): string {
    return `http://${hostField(this.#url)}${this.#url.path}`
  }

  *#once(): Generator<Wait, Outcome, void> {
    const { host, port } = this.#url
    const { machine, stderr } = this.#context
    const address = hostAddress(host, machine)
    const named = inetAton(host) === undefined
    if (named) this.#say(`Resolving ${host} (${host})... `)
    if (address === undefined) {
      this.#say(`failed: ${unknownName(machine)}.\n`)
      if (!this.#request.quiet) stderr.write(`wget: unable to resolve host address '${host}'\n`)
      return ExitCode.NETWORK
    }
    const text = formatIpv4(address)
    if (named) this.#say(`${text}\n`)
    this.#say(`Connecting to ${named ? `${host} (${host})|${text}|` : text}:${port}... `)
    const connection = new WebConnection(this.#context)
    try {
      const failure = yield* connection.connect(address, port, 0, this.#deadline())
      const error = failure?.error ?? (connection.connected ? null : 'ETIMEDOUT')
      if (error !== null) {
        if (!this.#request.quiet) stderr.write(`failed: ${socketErrorText(error)}.\n`)
        return error === 'ETIMEDOUT' || error === 'EHOSTUNREACH' ? 'again' : ExitCode.NETWORK
      }
      this.#say('connected.\nHTTP request sent, awaiting response... ')
      connection.send(
        `${this.#request.spider ? 'HEAD' : 'GET'} ${this.#url.path} HTTP/1.1\r\nHost: ${hostField(this.#url)}\r\n` +
          'User-Agent: Wget/1.21.3\r\nAccept: */*\r\nAccept-Encoding: identity\r\nConnection: Keep-Alive\r\n\r\n',
      )
      return yield* this.#answer(connection)
    } finally {
      connection.close()
    }
  }

  *#answer(connection: WebConnection): Generator<Wait, Outcome, void> {
    let taken = takeHead('')
    while (taken === undefined) {
      if (!(yield* connection.more(this.#deadline()))) {
        this.#say('Read error (Connection timed out) in headers.\n')
        return 'again'
      }
      if (connection.ended && connection.error !== null) {
        this.#say(`Read error (${socketErrorText(connection.error)}) in headers.\n`)
        return 'again'
      }
      if (connection.ended && connection.received === '') {
        this.#say('No data received.\n')
        return 'again'
      }
      if (!'HTTP/'.startsWith(connection.received.slice(0, 5)))
        throw new UnsupportedError('an answer without a head (HTTP/0.9) for wget')
      taken = takeHead(connection.received)
      if (connection.ended && taken === undefined)
        throw new UnsupportedError('an answer of HTTP that ends in its head, for wget')
    }
    const { head, rest } = taken
    connection.received = rest
    if (head.fields.has('transfer-encoding')) throw new UnsupportedError('Transfer-Encoding for wget')
    if (head.status < 200 || (head.status >= 300 && head.status < 400))
      throw new UnsupportedError(`HTTP status ${head.status} for wget`)
    const { showHead, spider, quiet, brief } = this.#request
    if (showHead) {
      const lines = head.lines.slice(0, -1).map((line) => `  ${line.replace(/\r?\n$/, '\n')}`)
      this.#say(`\n${lines.join('')}`)
    } else this.#say(`${head.status} ${head.reason}\n`)
    if (head.status >= 400) {
      if (spider) {
        this.#say(`Remote file does not exist -- broken link!!!\n\n`)
        return ExitCode.SERVER
      }
      if (brief) this.#context.stderr.write(`${this.#address}:\n`)
      if (!quiet)
        this.#context.stderr.write(`${this.#date()} ERROR ${head.status}: ${head.reason}.\n${brief ? '' : '\n'}`)
      return ExitCode.SERVER
    }
    const length = head.fields.get('content-length')
    const type = head.fields.get('content-type')?.replace(/;.*/, '')
    this.#say(`Length: ${length ?? 'unspecified'}${type === undefined ? '' : ` [${type}]`}\n`)
    if (spider) {
      this.#say('Remote file exists.\n\n')
      return ExitCode.OK
    }
    return yield* this.#save(connection, length === undefined ? null : Number(length))
  }

  *#save(connection: WebConnection, length: number | null): Generator<Wait, Outcome, void> {
    const { output, brief, quiet } = this.#request
    const { stdout, stderr } = this.#context
    const name = output === '' ? this.#fileName() : output
    const file = name === '-' ? stdout : openFile(name, false, this.#context)
    if (typeof file === 'string') {
      stderr.write(`${name}: ${file}\n`)
      return ExitCode.FILE
    }
    this.#say(`Saving to: '${name === '-' ? 'STDOUT' : name}'\n`)
    let size = 0
    while (length === null || size < length) {
      if (connection.received === '' && connection.ended) break
      file.write(connection.received)
      size += utf8Length(connection.received)
      connection.received = ''
      if (length !== null && size >= length) break
      if (!(yield* connection.more(this.#deadline())))
        throw new UnsupportedError('a wget that times out in the middle of a file')
    }
    if (length !== null && size < length) throw new UnsupportedError('a wget whose file is cut short')
    if (name !== '-') file.close()
    const counted = `[${size}${length === null ? '' : `/${length}`}]`
    if (brief && !quiet) stderr.write(`${this.#date()} URL:${this.#address} ${counted} -> "${name}" [1]\n`)
    const done = length === null ? '    ' : '  100%'
    this.#say(
      `\n     0K ${' '.repeat(51)} ${done} 0.00=0s\n\n${this.#date()} (0.00 B/s) - ` +
        `${name === '-' ? 'written to stdout' : `'${name}' saved`} ${counted}\n\n`,
    )
    return ExitCode.OK
  }

  /** The last part of the path; what is there already stays. */
  #fileName(): string {
    const [, name = '', query = ''] = /([^/?]*)(\?.*)?$/.exec(this.#url.path.replace(/^[^?]*\//, '')) ?? []
    const whole = `${name === '' ? 'index.html' : name}${query}`
    const { files } = this.#context.machine
    if (files.read(whole) === undefined) return whole
    for (let number = 1; ; number++) if (files.read(`${whole}.${number}`) === undefined) return `${whole}.${number}`
  }

  #deadline(): number {
    return this.#context.machine.sim.now + this.#request.timeout
  }

  #say(text: string): void {
    const { quiet, brief } = this.#request
    if (!quiet && !brief) this.#context.stderr.write(text)
  }

  #date(): string {
    return new Date(this.#context.machine.sim.now / 1e6).toISOString().slice(0, 19).replace('T', ' ')
  }
}
