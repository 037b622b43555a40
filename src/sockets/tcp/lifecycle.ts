import { TcpFlag } from '../../packet/protocol.ts'
import { formatEndpoint } from '../context.ts'
import type { SocketErrno } from '../errno.ts'
import type { Connection } from './connection.ts'
import { TcpState } from './tcp-state.ts'
import { SECOND, TIMEWAIT_LENGTH } from './timing.ts'
import { transmitControl } from './transmit.ts'

// How connections end (`tcp_done`, `tcp_time_wait`, `tcp_reset`, `tcp_close`).

/** `tcp 10.0.0.1:40000 10.0.0.2:80` */
export function connectionName(c: Connection): string {
  return `tcp ${formatEndpoint(c.address, c.port)} ${formatEndpoint(c.peerAddress, c.peerPort)}`
}

/** It is over: timers stop, the port is free, the program is told. */
export function finish(c: Connection, error: SocketErrno | null): void {
  if (c.state === TcpState.CLOSE) return
  const { host } = c.home.context
  if (c.state === TcpState.SYN_SENT) host.count('TcpAttemptFails')
  if (c.state === TcpState.ESTABLISHED || c.state === TcpState.CLOSE_WAIT) host.count('TcpEstabResets')
  c.error = error
  c.queue = []
  c.early = []
  stopTimers(c)
  c.state = TcpState.CLOSE
  c.home.forget(c)
  if (host.sim.probe !== null) c.home.context.announce(connectionName(c), 'closed')
  const { parent } = c
  c.parent = null
  parent?.lost(c)
}

/** The peer's reset, or something as final, has come (`tcp_reset`). */
export function resetByPeer(c: Connection): void {
  const error =
    c.state === TcpState.SYN_SENT ? 'ECONNREFUSED' : c.state === TcpState.CLOSE_WAIT ? 'EPIPE' : 'ECONNRESET'
  finish(c, error)
}

/** Ends the connection with a reset, if the peer knows of it (`tcp_disconnect`, `tcp_send_active_reset`). */
export function abort(c: Connection): void {
  switch (c.state) {
    case TcpState.SYN_RECV:
    case TcpState.ESTABLISHED:
    case TcpState.CLOSE_WAIT:
    case TcpState.FIN_WAIT1:
    case TcpState.FIN_WAIT2:
      c.home.context.host.count('TcpOutRsts')
      transmitControl(c, TcpFlag.RST | TcpFlag.ACK)
  }
  finish(c, null)
}

/** The connection is closed on both sides, or we wait alone for the peer's FIN: `state` TIME_WAIT or FIN_WAIT2. */
export function enterTimeWait(c: Connection, state: typeof TcpState.TIME_WAIT | typeof TcpState.FIN_WAIT2): void {
  stopTimers(c)
  c.queue = []
  c.early = []
  c.state = state
  c.timeWait = true
  restartTimeWait(c)
}

export function restartTimeWait(c: Connection): void {
  const { sim } = c.home.context.host
  if (c.endTimer !== null) sim.cancel(c.endTimer)
  const delay = c.state === TcpState.TIME_WAIT ? TIMEWAIT_LENGTH : finTimeout(c)
  c.endTimer = sim.schedule(delay, onEndTimer, c)
}

/** net.ipv4.tcp_fin_timeout */
function finTimeout(c: Connection): number {
  return (c.home.context.host.sysctl.get('ipv4.tcp_fin_timeout') ?? 60) * SECOND
}

function onEndTimer(c: Connection): void {
  c.touch()
  c.endTimer = null
  finish(c, null)
  c.observer?.update()
}

function stopTimers(c: Connection): void {
  const { sim } = c.home.context.host
  if (c.retransmitTimer !== null) sim.cancel(c.retransmitTimer)
  if (c.ackTimer !== null) sim.cancel(c.ackTimer)
  if (c.endTimer !== null) sim.cancel(c.endTimer)
  c.retransmitTimer = null
  c.ackTimer = null
  c.endTimer = null
}
