import { UnsupportedError } from '../../packet/errors.ts'
import { formatIpv4 } from '../../packet/index.ts'
import { utf8Length } from '../../packet/utf8.ts'
import { socketErrorText } from '../../sockets/index.ts'
import { hostAddress } from '../names.ts'
import { openFile } from '../proc-files.ts'
import type { Task, Wait } from '../process/process.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import type { Output } from '../process/streams.ts'
import { type AnswerHead, takeHead, WebConnection } from './connection.ts'
import { type CurlRequest, CurlUsage, readCurl } from './curl-options.ts'
import { hostField, readUrl, type WebUrl } from './url.ts'

/** What ends a transfer early: curl's exit code and its words. */
class CurlError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** curl(1) 7.88.1 with plain HTTP/1.1. The progress meter is left out: it counts by the wall clock. */
export const curl: Program = (args, context) => {
  try {
    const request = readCurl(args)
    const url = readUrl(request.url)
    if (url === undefined) throw new CurlError(3, 'URL using bad/illegal format or missing URL')
    return new Transfer(request, url, context).run()
  } catch (error) {
    if (error instanceof CurlUsage) {
      context.stderr.write(`${error.message}\n`)
      return error.exitCode
    }
    if (!(error instanceof CurlError)) throw error
    context.stderr.write(`curl: (${error.code}) ${error.message}\n`)
    return error.code
  }
}

class Transfer {
  readonly #request: CurlRequest
  readonly #url: WebUrl
  readonly #context: ProgramContext
  readonly #connection: WebConnection
  readonly #started: number
  /** When all must be over. */
  readonly #until: number
  /** What goes to the output, when somebody shows it. */
  #body = ''
  #file: Output | null = null
  #size = 0
  #head: AnswerHead | null = null
  /** Closed by the server, or to be closed. */
  #closes = false

  constructor(request: CurlRequest, url: WebUrl, context: ProgramContext) {
    this.#request = request
    this.#url = url
    this.#context = context
    this.#connection = new WebConnection(context)
    this.#started = context.machine.sim.now
    this.#until = request.maxTime === 0 ? Number.POSITIVE_INFINITY : this.#started + request.maxTime
  }

  *run(): Task {
    const { silent, showError } = this.#request
    const { stderr } = this.#context
    let code = 0
    try {
      yield* this.#transfer()
      this.#tell(this.#closes ? 'Closing connection 0' : `Connection #0 to host ${this.#url.host} left intact`)
    } catch (error) {
      if (!(error instanceof CurlError)) throw error
      code = error.code
      // what went wrong on the way is told of before the connection is given up
      if (code !== 6 && code !== 23) this.#tell(error.message)
      if (code !== 6) this.#tell('Closing connection 0')
      if (!silent || showError) stderr.write(`curl: (${code}) ${error.message}\n`)
    } finally {
      this.#connection.close()
    }
    this.#flush()
    this.#file?.close()
    this.#context.stdout.write(this.#writtenOut())
    return code
  }

  *#transfer(): Generator<Wait, void, void> {
    const { sim } = this.#context.machine
    const { connectTimeout, localPort } = this.#request
    const { host, port } = this.#url
    const address = hostAddress(host, this.#context.machine)
    if (address === undefined) throw new CurlError(6, `Could not resolve host: ${host}`)
    const text = formatIpv4(address)
    this.#tell(`  Trying ${text}:${port}...`)
    const limit = connectTimeout === 0 ? Number.POSITIVE_INFINITY : this.#started + connectTimeout
    const failure = yield* this.#connection.connect(address, port, localPort, Math.min(limit, this.#until))
    const failed = `Failed to connect to ${host} port ${port} after ${this.#milliseconds()} ms`
    if (failure !== null) {
      const reason = socketErrorText(failure.error)
      this.#tell(
        failure.atOnce
          ? `Immediate connect fail for ${text}: ${reason}`
          : `connect to ${text} port ${port} failed: ${reason}`,
      )
      throw new CurlError(failure.error === 'ETIMEDOUT' ? 28 : 7, `${failed}: Couldn't connect to server`)
    }
    if (!this.#connection.connected) {
      if (sim.now >= this.#until)
        throw new CurlError(28, `Connection timed out after ${this.#milliseconds()} milliseconds`)
      this.#tell(`ipv4 connect timeout after ${Math.round(connectTimeout / 1e6)}ms, move on!`)
      throw new CurlError(28, `${failed}: Timeout was reached`)
    }
    this.#tell(`Connected to ${host} (${text}) port ${port} (#0)`)
    this.#ask()
    yield* this.#answer()
  }

  #ask(): void {
    const { method, headers, data, agent } = this.#request
    const nameOf = (line: string): string => line.split(/[:;]/)[0]!.trim().toLowerCase()
    const given = new Set(headers.map(nameOf))
    const own = [
      ['Host', hostField(this.#url)],
      ['User-Agent', agent],
      ['Accept', '*/*'],
    ] as const
    const lines: string[] = []
    for (const [name, value] of own) {
      // another host takes the place of curl's own; the others stand behind
      if (name === 'Host') lines.push(...headers.filter((line) => nameOf(line) === 'host'))
      if (!given.has(name.toLowerCase()) && value !== '') lines.push(`${name}: ${value}`)
    }
    // a header without a value takes one of curl's own away
    lines.push(...headers.filter((line) => nameOf(line) !== 'host' && !/^[^:]*:\s*$/.test(line)))
    if (data !== null) {
      lines.push(`Content-Length: ${utf8Length(data)}`)
      if (!given.has('content-type')) lines.push('Content-Type: application/x-www-form-urlencoded')
    }
    const head = [`${method} ${this.#url.path} HTTP/1.1`, ...lines, '']
    for (const line of head) this.#say(`> ${line}\r\n`)
    if (data !== null) this.#say(`} [${utf8Length(data)} bytes data]\n`, false)
    this.#connection.send(`${head.join('\r\n')}\r\n${data ?? ''}`)
  }

  *#answer(): Generator<Wait, void, void> {
    const connection = this.#connection
    let taken = takeHead('')
    while (taken === undefined) {
      yield* this.#more()
      const { received, ended, error } = connection
      if (!'HTTP/'.startsWith(received.slice(0, 5))) throw new CurlError(1, 'Received HTTP/0.9 when not allowed')
      if (ended && error !== null) throw new CurlError(56, `Recv failure: ${socketErrorText(error)}`)
      if (ended && received === '') throw new CurlError(52, 'Empty reply from server')
      taken = takeHead(received)
      if (ended && taken === undefined) throw new UnsupportedError('an answer of HTTP that ends in its head, for curl')
    }
    const { head, rest } = taken
    this.#head = head
    connection.received = rest
    if (head.status >= 100 && head.status < 200) throw new UnsupportedError(`HTTP status ${head.status} for curl`)
    if (head.fields.has('transfer-encoding')) throw new UnsupportedError('Transfer-Encoding for curl')
    const wish = head.fields.get('connection')?.toLowerCase()
    this.#closes = head.minor === 0 ? wish !== 'keep-alive' : wish === 'close'
    if (head.minor === 0 && wish !== 'keep-alive') this.#tell('HTTP 1.0, assume close after body')
    const length = head.fields.get('content-length')
    const empty = this.#request.head || head.status === 204 || head.status === 304
    for (const line of head.lines) {
      if (/^\r?\n$/.test(line)) {
        if (this.#request.fail && head.status >= 400) {
          this.#closes = true
          throw new CurlError(22, `The requested URL returned error: ${head.status}`)
        }
        if (length === undefined && !empty && !this.#closes) {
          this.#tell('no chunk, no close, no size. Assume close to signal end')
          this.#closes = true
        }
      }
      this.#say(`< ${line}`)
      if (this.#request.include || this.#request.head) this.#write(line)
    }
    if (empty) return
    yield* this.#readBody(length === undefined ? null : Number(length))
  }

  *#readBody(length: number | null): Generator<Wait, void, void> {
    const connection = this.#connection
    while (length === null || this.#size < length) {
      if (connection.received !== '') {
        const octets = utf8Length(connection.received)
        this.#say(`{ [${octets} bytes data]\n`, false)
        this.#size += octets
        this.#write(connection.received)
        connection.received = ''
        continue
      }
      if (connection.ended) {
        if (connection.error !== null) throw new CurlError(56, `Recv failure: ${socketErrorText(connection.error)}`)
        if (length === null) break
        throw new CurlError(18, `transfer closed with ${length - this.#size} bytes remaining to read`)
      }
      yield* this.#more()
    }
  }

  /** @throws CurlError the time is over */
  *#more(): Generator<Wait, void, void> {
    if (yield* this.#connection.more(this.#until)) return
    const of = this.#head?.fields.get('content-length')
    const out = of === undefined ? '' : ` out of ${of}`
    throw new CurlError(
      28,
      `Operation timed out after ${this.#milliseconds()} milliseconds with ${this.#size}${out} bytes received`,
    )
  }

  #write(text: string): void {
    const { output } = this.#request
    if (output !== '' && output !== '-' && this.#file === null) {
      const file = openFile(output, false, this.#context)
      if (typeof file === 'string') throw new CurlError(23, 'Failure writing output to destination')
      this.#file = file
    }
    if (this.#file !== null) this.#file.write(text)
    else if (this.#context.stdout.isTerminal === true) this.#context.stdout.write(text)
    else this.#body += text
  }

  /** What no terminal reads is written at the end. */
  #flush(): void {
    if (this.#body !== '') this.#context.stdout.write(this.#body)
    this.#body = ''
  }

  #tell(text: string): void {
    this.#say(`* ${text}\n`)
  }

  /** @param always also when a terminal shows the data itself */
  #say(text: string, always = true): void {
    if (!this.#request.verbose) return
    if (!always && this.#context.stdout.isTerminal === true && this.#request.output === '') return
    this.#context.stderr.write(text)
  }

  #milliseconds(): number {
    return Math.floor((this.#context.machine.sim.now - this.#started) / 1e6)
  }

  /** `-w FORMAT` */
  #writtenOut(): string {
    const { fields = new Map<string, string>(), status = 0 } = this.#head ?? {}
    const connected = this.#connection.connected
    const values: Readonly<Record<string, () => string>> = {
      http_code: () => String(status).padStart(3, '0'),
      response_code: () => String(status).padStart(3, '0'),
      size_download: () => String(this.#size),
      content_type: () => fields.get('content-type') ?? '',
      remote_ip: () => (connected ? formatIpv4(this.#connection.socket.peerAddress) : ''),
      remote_port: () => (connected ? String(this.#connection.socket.peerPort) : '0'),
      local_ip: () => (connected ? formatIpv4(this.#connection.socket.address) : ''),
      local_port: () => (connected ? String(this.#connection.socket.port) : '0'),
      time_total: () => ((this.#context.machine.sim.now - this.#started) / 1e9).toFixed(6),
    }
    return this.#request.writeOut.replace(/%\{(\w+)\}|\\(.)/g, (_, name: string | undefined, escaped: string) => {
      if (name === undefined) return { n: '\n', t: '\t', r: '\r' }[escaped] ?? `\\${escaped}`
      const value = values[name]
      if (value === undefined) throw new UnsupportedError(`curl -w %{${name}}`)
      return value()
    })
  }
}
