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

/**
 * Sockets of the namespace; the kernel's order is that of hashes, here listeners come first, by port.
 *
 * @throws UnsupportedError something answers here on ports that no socket is bound to
 */
export function chosenSockets(
  { machine, netns }: ProgramContext,
  choice: SocketChoice,
  hidesTimeWait: boolean,
): readonly SocketInfo[] {
  const layer = machine.socketsOf(netns)
  if (layer.answersByDefault && choice.states !== 'connected') {
    throw new UnsupportedError('the list of open ports of a pod whose server answers on each of them', {
      hint: 'that server stands for whatever the containers run; connections are shown without -l and -a',
    })
  }
  const sockets = [...layer.sockets()].filter(({ protocol, state }) => {
    if (protocol === 'tcp' ? !choice.tcp : protocol !== 'udp' || !choice.udp) return false
    const waits = state === 'LISTEN' || state === 'UNCONN'
    if (choice.states === 'all') return true
    return choice.states === 'listening' ? waits : !waits && !(hidesTimeWait && OF_NOBODY.test(state))
  })
  return sockets.sort(
    (a, b) => Number(b.state === 'LISTEN') - Number(a.state === 'LISTEN') || a.localPort - b.localPort,
  )
}
