import { IPV4_ANY } from '../packet/address.ts'
import { UnsupportedError } from '../packet/errors.ts'
import type { SocketInfo } from '../sockets/context.ts'
import type { ProgramContext } from './process/program.ts'

/** Which sockets ss(8) and netstat(8) are asked for. */
export interface SocketChoice {
  readonly tcp: boolean
  readonly udp: boolean
  /** Those that wait for others, those that are connected, or both. */
  readonly states: 'listening' | 'connected' | 'all'
}

/** States of a handshake or an end that only `-a` shows in ss(8) (`SS_CONN` in misc/ss.c). */
const OF_NOBODY = /^(TIME-WAIT|SYN-RECV)$/

/** As the other servers of a cluster have it: how many connections may wait. */
const BACKLOG = 128

/**
 * Sockets of the namespace; the kernel's order is that of hashes, here listeners come first, by port.
 *
 * @throws UnsupportedError something answers here on ports that no socket is bound to, and nobody told which
 */
export function chosenSockets(
  context: ProgramContext,
  choice: SocketChoice,
  hidesTimeWait: boolean,
): readonly SocketInfo[] {
  const { machine, netns } = context
  const layer = machine.socketsOf(netns)
  const bound = [...layer.sockets()]
  const served = layer.answersByDefault && choice.states !== 'connected' ? servedSockets(context, bound) : []
  const sockets = [...bound, ...served].filter(({ protocol, state }) => {
    if (protocol === 'tcp' ? !choice.tcp : protocol !== 'udp' || !choice.udp) return false
    const waits = state === 'LISTEN' || state === 'UNCONN'
    if (choice.states === 'all') return true
    return choice.states === 'listening' ? waits : !waits && !(hidesTimeWait && OF_NOBODY.test(state))
  })
  return sockets.sort(
    (a, b) => Number(b.state === 'LISTEN') - Number(a.state === 'LISTEN') || a.localPort - b.localPort,
  )
}

/** Of a server that answers on every port nobody could list all: those that somebody has told. */
function servedSockets({ machine, netns, stderr }: ProgramContext, bound: readonly SocketInfo[]): SocketInfo[] {
  if (machine.served === null) {
    throw new UnsupportedError('the list of open ports of a pod whose server answers on each of them', {
      hint: 'that server stands for whatever the containers run; connections are shown without -l and -a',
    })
  }
  const { ports, note } = machine.served(netns)
  if (note !== null) stderr.write(`note: ${note}\n`)
  return ports.flatMap(({ protocol, port }) => {
    const state = protocol === 'tcp' ? 'LISTEN' : 'UNCONN'
    if (bound.some((socket) => socket.protocol === protocol && socket.state === state && socket.localPort === port))
      return []
    const sendQueue = protocol === 'tcp' ? BACKLOG : 0
    return [
      {
        protocol,
        state,
        localAddress: IPV4_ANY,
        localPort: port,
        peerAddress: IPV4_ANY,
        peerPort: 0,
        device: 0,
        sendQueue,
      },
    ]
  })
}
