import type { Simulation } from '../../sim/index.ts'
import { firstOf, nextTurn, type Task, timePassed, type Wait } from '../process/process.ts'
import type { Input, Output } from '../process/streams.ts'
import type { NcRequest } from './options.ts'
import type { Peer } from './peer.ts'

/** So much is read at once, and no more held (`BUFSIZE`). */
const BUFFER = 16384

/**
 * Copies between standard streams and the network until nothing more can come: the loop around poll(2) of OpenBSD's netcat with Debian's
 * patches (`readwrite`, usr.bin/nc/netcat.c), which decides which half is closed when, and so which frames are sent.
 */
export function* readWrite(request: NcRequest, peer: Peer, stdin: Input, stdout: Output, sim: Simulation): Task {
  let stdinOpen = !request.detached
  let netOut = true
  let netIn = true
  let stdoutOpen = true
  let outgoing = ''
  let incoming = ''
  let received = 0
  /** Standard input as far as it was read: an empty text is not the end. */
  const source = new Source(stdin)
  for (;;) {
    const empty = outgoing === '' && incoming === ''
    if (!stdinOpen && !netIn && empty) {
      if (request.quit > 0) yield timePassed(sim, request.quit)
      return 0
    }
    if (!netOut && !stdoutOpen) return 0
    if (request.listen && !netIn && empty) return 0
    if (request.interval > 0) yield timePassed(sim, request.interval)

    const writesOut = netOut && outgoing !== ''
    const writesIn = stdoutOpen && incoming !== ''
    const ready = (): boolean =>
      writesOut ||
      writesIn ||
      (stdinOpen && source.ready) ||
      ((netIn || netOut) && peer.failed) ||
      (netIn && peer.readable)
    if (!ready()) {
      const waits: Wait[] = []
      if (stdinOpen) waits.push(stdin.readable)
      if (netIn || netOut) waits.push(peer.changed)
      const until = sim.now + request.timeout
      if (request.timeout >= 0) waits.push(timePassed(sim, request.timeout))
      yield firstOf(...waits)
      if (request.timeout >= 0 && sim.now >= until && !ready()) return 0
      // something came that changes nothing: poll again, with a new limit
      if (!ready()) continue
    }

    // what poll(2) has told counts for this round, whatever happens in it
    const readsStdin = stdinOpen && outgoing.length < BUFFER && source.ready
    const readsNet = netIn && incoming.length < BUFFER && peer.readable
    if (peer.failed) {
      netIn = false
      netOut = false
    }
    if (!netOut) stdinOpen = false
    if (readsStdin && stdinOpen) {
      const text = source.take()
      if (text === null) stdinOpen = false
      else outgoing += text
    }
    if (writesOut && netOut) {
      if (!peer.write(outgoing)) netOut = false
      outgoing = ''
      yield nextTurn
    }
    if (readsNet && netIn) {
      const text = peer.read()
      if (text === null) netIn = false
      else incoming += text
      received++
      if (request.receiveLimit > 0 && received >= request.receiveLimit) {
        netIn = false
        stdinOpen = false
      }
    }
    if (writesIn) {
      stdout.write(incoming)
      incoming = ''
    }
    if (!stdinOpen && outgoing === '') {
      if (netOut && request.shutdown) {
        peer.shutdownWrite()
        // Debian's -q does not wait for datagrams that may never come
        if (request.udp && request.quit >= 0) netIn = false
      }
      netOut = false
    }
    if (!netIn && incoming === '') stdoutOpen = false
  }
}

/** Standard input with its end made known. */
class Source {
  readonly #input: Input
  #text = ''
  #ended = false

  constructor(input: Input) {
    this.#input = input
  }

  get ready(): boolean {
    this.#fill()
    return this.#text !== '' || this.#ended
  }

  take(): string | null {
    this.#fill()
    if (this.#text === '') return this.#ended ? null : ''
    const text = this.#text.slice(0, BUFFER)
    this.#text = this.#text.slice(BUFFER)
    return text
  }

  #fill(): void {
    if (this.#text !== '' || this.#ended) return
    const text = this.#input.read()
    if (text === null) this.#ended = true
    else this.#text = text
  }
}
