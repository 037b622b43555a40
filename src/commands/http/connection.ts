import type { Ipv4 } from '../../packet/index.ts'
import type { SocketErrno, TcpSocket } from '../../sockets/index.ts'
import { TcpPeer } from '../nc/peer.ts'
import { firstOf, nextTurn, timePassed, type Wait } from '../process/process.ts'
import type { ProgramContext } from '../process/program.ts'

/** A connection to a web server, as a program that waits sees it. Times are virtual nanoseconds. */
export class WebConnection {
  readonly #peer = new TcpPeer()
  readonly #context: ProgramContext
  #socket: TcpSocket | null = null
  /** What has come and was not taken. */
  received = ''
  ended = false
  error: SocketErrno | null = null

  constructor(context: ProgramContext) {
    this.#context = context
  }

  get socket(): TcpSocket {
    return this.#socket!
  }

  /**
   * Connects. Null: done, or its time was over (then `connected` is false).
   *
   * @param until when to give up
   * @returns what went wrong, and whether the kernel said so at once
   */
  *connect(
    address: Ipv4,
    port: number,
    localPort: number,
    until: number,
  ): Generator<Wait, { error: SocketErrno; atOnce: boolean } | null, void> {
    const { machine, netns } = this.#context
    const opened = machine
      .socketsOf(netns)
      .tcp.connect({ address, port, ...(localPort !== 0 && { localPort }) }, this.#peer.handlers)
    if (opened.socket === null) return { error: opened.error, atOnce: true }
    this.#socket = opened.socket
    this.#peer.attach(opened.socket)
    yield nextTurn
    while (!this.#peer.connected && !this.#peer.failed) {
      if (machine.sim.now >= until) return null
      yield* this.#wait(until)
    }
    yield nextTurn
    const error = this.#peer.takeError()
    return error === null ? null : { error, atOnce: false }
  }

  get connected(): boolean {
    return this.#peer.connected
  }

  send(text: string): void {
    this.#peer.write(text)
  }

  /** Waits until something came, the stream ended or failed, or the time is over. False: the time is over. */
  *more(until: number): Generator<Wait, boolean, void> {
    const { sim } = this.#context.machine
    for (;;) {
      const text = this.#peer.readable ? this.#peer.read() : null
      if (text !== null) {
        this.received += text
        return true
      }
      if (this.#peer.readable) {
        this.ended = true
        return true
      }
      if (this.#peer.failed) {
        this.error = this.#peer.takeError()
        this.ended = true
        return true
      }
      if (sim.now >= until) return false
      yield* this.#wait(until)
    }
  }

  close(): void {
    this.#peer.close()
  }

  *#wait(until: number): Generator<Wait, void, void> {
    const { sim } = this.#context.machine
    const { changed } = this.#peer
    yield until === Number.POSITIVE_INFINITY ? changed : firstOf(changed, timePassed(sim, until - sim.now))
  }
}

/** What stands before the body of an answer. */
export interface AnswerHead {
  /** Lines as they came, with their ends; the empty one is the last. */
  readonly lines: readonly string[]
  readonly minor: number
  readonly status: number
  readonly reason: string
  /** Fields by name in small letters. */
  readonly fields: ReadonlyMap<string, string>
}

/** `HTTP/1.1 200 OK` and what follows, taken off the text; undefined: it is not all there yet. */
export function takeHead(text: string): { head: AnswerHead; rest: string } | undefined {
  const end = /\r?\n\r?\n/.exec(text)
  if (end === null) return undefined
  const at = end.index + end[0].length
  const lines = text.slice(0, at).match(/[^\n]*\n/g) ?? []
  const [first = '', ...others] = lines.map((line) => line.replace(/\r?\n$/, ''))
  const match = /^HTTP\/1\.(\d) +(\d{3}) ?(.*)$/.exec(first)
  const fields = new Map<string, string>()
  for (const line of others) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return {
    head: { lines, minor: Number(match?.[1] ?? 0), status: Number(match?.[2] ?? 0), reason: match?.[3] ?? '', fields },
    rest: text.slice(at),
  }
}
