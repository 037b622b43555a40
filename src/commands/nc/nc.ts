import { formatIpv4, type Ipv4 } from '../../packet/index.ts'
import { type SocketErrno, socketErrorText, type TcpListener, type TcpSocket } from '../../sockets/index.ts'
import { Mailbox } from '../process/mailbox.ts'
import { firstOf, nextTurn, type Task, timePassed, type Wait } from '../process/process.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import { NcError, type NcRequest, readNcOptions } from './options.ts'
import { TcpPeer, UdpPeer } from './peer.ts'
import { readWrite } from './read-write.ts'

/** nc(1): OpenBSD's netcat, Debian's version 1.219-1. */
export const nc: Program = (args, context) => {
  try {
    const request = readNcOptions(args, context.machine)
    return guarded(run(request, context), context)
  } catch (error) {
    return refuse(error, context)
  }
}

function refuse(error: unknown, { stderr }: ProgramContext): number {
  if (!(error instanceof NcError)) throw error
  stderr.write(`${error.message}\n`)
  return 1
}

function* guarded(task: Task, context: ProgramContext): Task {
  try {
    return yield* task
  } catch (error) {
    return refuse(error, context)
  }
}

function run(request: NcRequest, context: ProgramContext): Task {
  if (request.listen) return request.udp ? listenUdp(request, context) : listenTcp(request, context)
  return scanPorts(request, context)
}

function failed(what: string, error: SocketErrno): NcError {
  return new NcError(`nc: ${what}${socketErrorText(error)}`)
}

// listeners

function* listenTcp(request: NcRequest, context: ProgramContext): Task {
  const { machine, netns, stdin, stdout } = context
  const accepted = new Mailbox<{ readonly peer: TcpPeer; readonly socket: TcpSocket }>()
  let listener: TcpListener | null = null
  const opened = machine.socketsOf(netns).tcp.listen(
    {
      address: request.address,
      port: request.ports[0]!,
      backlog: 1,
      reuseAddress: true,
      reusePort: true,
      ...ttlAndTos(request),
    },
    (socket) => {
      const peer = new TcpPeer().attach(socket)
      peer.connected = true
      accepted.push({ peer, socket })
      // one at a time: the others wait in the queue
      listener?.pause()
      return peer.handlers
    },
  )
  if (opened.socket === null) throw failed('', opened.error)
  listener = opened.socket
  if (request.verbose) context.stderr.write(`Listening on ${formatIpv4(request.address)} ${request.ports[0]}\n`)
  let current: TcpPeer | null = null
  try {
    for (;;) {
      yield accepted.filled
      const { peer, socket } = accepted.take()!
      current = peer
      if (request.verbose) {
        context.stderr.write(`Connection received on ${formatIpv4(socket.peerAddress)} ${socket.peerPort}\n`)
      }
      yield* readWrite(request, peer, stdin, stdout, machine.sim)
      peer.close()
      current = null
      if (!request.keep) return 0
      listener.resume()
    }
  } finally {
    current?.close()
    listener.close()
  }
}

function* listenUdp(request: NcRequest, context: ProgramContext): Task {
  const { machine, netns, stdin, stdout } = context
  const peer = new UdpPeer()
  const { socket, error } = machine.socketsOf(netns).udp.bind(
    {
      address: request.address,
      port: request.ports[0]!,
      reuseAddress: true,
      reusePort: true,
      broadcast: request.broadcast,
      ...ttlAndTos(request),
    },
    peer.handlers,
  )
  if (error !== null) throw failed('', error)
  peer.attach(socket)
  if (request.verbose) context.stderr.write(`Bound on ${formatIpv4(request.address)} ${request.ports[0]}\n`)
  try {
    if (!request.keep) {
      // looks who has sent the first datagram, and talks to that one alone
      while (!peer.readable) yield peer.changed
      const { address, port } = peer.sender!
      const refusal = socket.connect(address, port)
      if (refusal !== null) throw failed('connect: ', refusal)
      if (request.verbose) context.stderr.write(`Connection received on ${formatIpv4(address)} ${port}\n`)
    }
    return yield* readWrite(request, peer, stdin, stdout, machine.sim)
  } finally {
    peer.close()
  }
}

// clients

function* scanPorts(request: NcRequest, context: ProgramContext): Task {
  let exitCode = 1
  for (const port of request.ports) {
    if (request.interval > 0 && request.ports.length > 1) yield timePassed(context.machine.sim, request.interval)
    const code = request.udp ? yield* talkUdp(request, port, context) : yield* talkTcp(request, port, context)
    if (code === 0) exitCode = 0
  }
  return exitCode
}

function ttlAndTos({ ttl, tos }: NcRequest): { ttl?: number; tos?: number } {
  return { ...(ttl !== 0 && { ttl }), ...(tos !== 0 && { tos }) }
}

function localEnd({ source, sourcePort }: NcRequest): { localAddress?: Ipv4; localPort?: number } {
  return { ...(source !== null && { localAddress: source }), ...(sourcePort !== 0 && { localPort: sourcePort }) }
}

/** bind(2) fails loudly; a connect(2) that fails is told with `-v` alone. */
const BIND_ERRORS: ReadonlySet<SocketErrno> = new Set(['EADDRINUSE', 'EACCES'])

function* talkTcp(request: NcRequest, port: number, context: ProgramContext): Task {
  const { machine, netns, stdin, stdout } = context
  const peer = new TcpPeer()
  const { address, timeout } = request
  const isLocal = request.source === null || netns.addressType(request.source) === 'local'
  if (!isLocal) throw failed('bind failed: ', 'EADDRNOTAVAIL')
  const opened = machine
    .socketsOf(netns)
    .tcp.connect({ address, port, ...localEnd(request), ...ttlAndTos(request) }, peer.handlers)
  if (opened.socket === null) {
    if (BIND_ERRORS.has(opened.error) && request.sourcePort !== 0) throw failed('bind failed: ', opened.error)
    return tellFailure(request, port, opened.error, context)
  }
  peer.attach(opened.socket)
  try {
    const until = machine.sim.now + timeout
    // connect(2) does not block: a server that the handshake wakes runs first
    yield nextTurn
    while (!peer.connected && !peer.failed) {
      if (timeout >= 0 && machine.sim.now >= until) return tellFailure(request, port, 'ETIMEDOUT', context)
      yield timeout >= 0 ? firstOf(peer.changed, timePassed(machine.sim, until - machine.sim.now)) : peer.changed
    }
    // what the handshake's last segment led to is here before poll(2) returns
    yield nextTurn
    const error = peer.takeError()
    if (error !== null) return tellFailure(request, port, error, context)
    tellSuccess(request, port, context)
    if (!request.scan) yield* readWrite(request, peer, stdin, stdout, machine.sim)
    return 0
  } finally {
    peer.close()
  }
}

function* talkUdp(request: NcRequest, port: number, context: ProgramContext): Task {
  const { machine, netns, stdin, stdout } = context
  const peer = new UdpPeer()
  const socket = machine
    .socketsOf(netns)
    .udp.open({ broadcast: request.broadcast, ...ttlAndTos(request) }, peer.handlers)
  peer.attach(socket)
  try {
    if (request.source !== null || request.sourcePort !== 0) {
      const error = socket.bind(request.source ?? (0 as Ipv4), request.sourcePort)
      if (error !== null) throw failed('bind failed: ', error)
    }
    const error = socket.connect(request.address, port)
    if (error !== null) return tellFailure(request, port, error, context)
    if (request.verbose) {
      if (request.scan && !(yield* probe(request, peer, context))) return 1
      tellSuccess(request, port, context)
    }
    if (!request.scan) yield* readWrite(request, peer, stdin, stdout, machine.sim)
    return 0
  } finally {
    peer.close()
  }
}

/** Asks a UDP port with single letters; an answer of ICMP makes the next one fail (`udptest` with Debian's time-out). */
function* probe(request: NcRequest, peer: UdpPeer, { machine }: ProgramContext): Generator<Wait, boolean, void> {
  for (let i = 0; i < 2; i++) {
    if (!peer.write('X')) return false
    yield nextTurn
  }
  if (request.timeout > 0) yield timePassed(machine.sim, request.timeout)
  return peer.write('X')
}

function tellFailure(request: NcRequest, port: number, error: SocketErrno, { stderr }: ProgramContext): number {
  if (request.verbose) {
    const protocol = request.udp ? 'udp' : 'tcp'
    stderr.write(`nc: connect to ${shownHost(request)} port ${port} (${protocol}) failed: ${socketErrorText(error)}\n`)
  }
  return 1
}

function tellSuccess(request: NcRequest, port: number, { stderr }: ProgramContext): void {
  if (!request.verbose) return
  stderr.write(`Connection to ${shownHost(request)} ${port} port [${request.udp ? 'udp' : 'tcp'}/*] succeeded!\n`)
}

/** A host's name with its address. */
function shownHost({ host, address, numeric }: NcRequest): string {
  const text = formatIpv4(address)
  return numeric || host === text ? host : `${host} (${text})`
}
