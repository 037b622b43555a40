import { formatIpv4, type Ipv4, UnsupportedError } from '../../packet/index.ts'
import { TableId } from '../../route/index.ts'
import type { SocketInfo } from '../../sockets/context.ts'
import { OptionError, type OptionTable, readOptions } from '../getopt.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import { chosenSockets } from '../socket-list.ts'
import { interfacesOf, SHORT_HEAD, shortText } from './ifconfig-show.ts'
import { routingTable } from './routing-table.ts'
import { NETSTAT_USAGE } from './usage.ts'

const OPTIONS: OptionTable = {
  letters: '4aeilnrtu',
  names: {
    all: 'a',
    extend: 'e',
    interfaces: 'i',
    listening: 'l',
    numeric: 'n',
    route: 'r',
    tcp: 't',
    udp: 'u',
  },
  refused:
    '2 6 A C F I L M N O S U V W Z c f g h o p s v w x cache continuous fib groups help inet inet6 masquerade numeric-hosts ' +
    'numeric-ports numeric-users program protocol raw sctp statistics symbolic timers udplite unix verbose version wide x25 ax25 bluetooth ddp ' +
    'ipx l2cap netrom rfcomm rose',
  instead: {
    p: 'processes have no numbers here: leave it out',
    program: 'processes have no numbers here: leave it out',
    s: 'cat /proc/net/snmp',
    statistics: 'cat /proc/net/snmp',
  },
}

/** States by their names in ss(8). */
const STATES: Readonly<Record<string, string | undefined>> = {
  ESTAB: 'ESTABLISHED',
  'SYN-SENT': 'SYN_SENT',
  'SYN-RECV': 'SYN_RECV',
  'FIN-WAIT-1': 'FIN_WAIT1',
  'FIN-WAIT-2': 'FIN_WAIT2',
  'TIME-WAIT': 'TIME_WAIT',
  'CLOSE-WAIT': 'CLOSE_WAIT',
  'LAST-ACK': 'LAST_ACK',
  LISTEN: 'LISTEN',
  CLOSING: 'CLOSING',
  UNCONN: '',
}

/** netstat(8) of net-tools 2.10: sockets (`-t -u -l -a -n`), routes (`-rn`), devices (`-i`). */
export const netstat: Program = (args, context) => {
  let asked: Set<string>
  let extended: number
  try {
    const names = readOptions('netstat', args, OPTIONS).options.map(([name]) => name)
    asked = new Set(names)
    extended = names.filter((name) => name === 'e').length
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    context.stderr.write(`${error.message}\n${NETSTAT_USAGE}`)
    return 3
  }
  if (asked.has('i')) {
    if (extended > 0) throw new UnsupportedError('netstat -ie', { hint: 'ifconfig' })
    context.stdout.write(interfaceTable(context, asked.has('a')))
    return 0
  }
  if (!asked.has('n')) throw new UnsupportedError('netstat with names in place of numbers', { hint: 'add -n' })
  if (asked.has('r')) {
    if (extended > 1) throw new UnsupportedError('netstat -rnee')
    context.stdout.write(routingTable(context.netns, extended === 1 ? 'metric' : 'mss'))
    return Number(!context.netns.fib.hasTable(TableId.MAIN))
  }
  if (asked.has('e')) throw new UnsupportedError('netstat -e')
  if (!asked.has('t') && !asked.has('u')) {
    throw new UnsupportedError('netstat of all kinds of sockets', { hint: 'say which: netstat -lnut' })
  }
  const states = asked.has('a') ? 'all' : asked.has('l') ? 'listening' : 'connected'
  context.stdout.write(socketTable(context, asked, states))
  return 0
}

/** `-i`: what `ifconfig -s` shows, under a wider head. */
function interfaceTable({ netns }: ProgramContext, all: boolean): string {
  const shown = interfacesOf(netns.devices()).filter(({ link }) => all || link.up)
  return `Kernel Interface table\n${SHORT_HEAD.replace('Iface', 'Iface       ')}${shown.map(shortText).join('')}`
}

function socketTable(
  context: ProgramContext,
  asked: ReadonlySet<string>,
  states: 'all' | 'listening' | 'connected',
): string {
  const which = { all: 'servers and established', listening: 'only servers', connected: 'w/o servers' }[states]
  const sockets = chosenSockets(context, { tcp: asked.has('t'), udp: asked.has('u'), states }, false)
  const ofKind = (kind: string): string =>
    sockets
      .filter(({ protocol }) => protocol === kind)
      .map(line)
      .join('')
  return (
    `Active Internet connections (${which})\n` +
    'Proto Recv-Q Send-Q Local Address           Foreign Address         State      \n' +
    `${ofKind('tcp')}${ofKind('udp')}`
  )
}

function line(socket: SocketInfo): string {
  const { protocol, state, receiveQueue = 0, sendQueue = 0 } = socket
  // /proc/net/tcp shows no allowance of a listener
  const unsent = state === 'LISTEN' ? 0 : sendQueue
  const local = end(socket.localAddress, socket.localPort).padEnd(23)
  const peer = end(socket.peerAddress, socket.peerPort).padEnd(23)
  const shown = (STATES[state] ?? state).padEnd(11)
  return `${protocol.padEnd(5)} ${String(receiveQueue).padStart(6)} ${String(unsent).padStart(6)} ${local} ${peer} ${shown}\n`
}

function end(address: Ipv4, port: number): string {
  return `${formatIpv4(address)}:${port === 0 ? '*' : port}`
}
