import { formatIpv4, type Ipv4, UnsupportedError } from '../../packet/index.ts'
import type { SocketInfo } from '../../sockets/context.ts'
import { OptionError, readOptions } from '../getopt.ts'
import type { Program } from '../process/program.ts'
import { chosenSockets, type SocketChoice } from '../socket-list.ts'
import { render } from './render.ts'

/** The beginning of what it says after a mistake. */
const SS_USAGE = 'Usage: ss [ OPTIONS ]\n       ss [ OPTIONS ] [ FILTER ]\n'

const OPTIONS = {
  letters: '46atulnHO',
  names: {
    all: 'a',
    ipv4: '4',
    ipv6: '6',
    listening: 'l',
    'no-header': 'H',
    numeric: 'n',
    oneline: 'O',
    tcp: 't',
    udp: 'u',
  },
  refused:
    '0 A B D E F I K M N S T V W Z b d e f h i m o p r s w x z bpf cgroup context contexts dccp diag events extended family filter help info ' +
    'inet-sockopt kill memory mptcp net options packet processes query raw resolve sctp socket summary threads tipc tipcinfo tos unix ' +
    'version vsock xdp',
  instead: {
    p: 'processes have no numbers here: leave it out',
    processes: 'processes have no numbers here: leave it out',
    s: 'cat /proc/net/snmp counts',
  },
}

/** ss(8) of iproute2 6.1, whose output is no terminal: `-t -u -l -a -n -4 -6 -H -O`. */
export const ss: Program = (args, context) => {
  const { stdout, stderr } = context
  let asked: Set<string>
  try {
    const { options, operands } = readOptions('ss', args, OPTIONS)
    if (operands.length > 0)
      throw new UnsupportedError(`ss with a filter: ${operands.join(' ')}`, { hint: 'grep its output' })
    asked = new Set(options.map(([name]) => name))
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    stderr.write(`${error.message}\n${SS_USAGE}`)
    return 255
  }
  const choice: SocketChoice = {
    tcp: asked.has('t'),
    udp: asked.has('u'),
    states: asked.has('a') ? 'all' : asked.has('l') ? 'listening' : 'connected',
  }
  if (!choice.tcp && !choice.udp) {
    throw new UnsupportedError('ss of all kinds of sockets', { hint: 'say which: ss -lnut' })
  }
  const onlyIpv6 = asked.has('6') && !asked.has('4')
  const sockets = onlyIpv6 ? [] : chosenSockets(context, choice, true)
  if (sockets.length > 0 && !asked.has('n')) {
    throw new UnsupportedError('ss with names of services in place of ports', { hint: 'add -n' })
  }
  const ofKind = (kind: string): string[][] =>
    sockets
      .filter(({ protocol }) => protocol === kind)
      .map((socket) => fields(socket, context.netns.deviceByIndex(socket.device)?.name))
  const rows = [...ofKind('udp'), ...ofKind('tcp')]
  stdout.write(
    render(rows, {
      kind: choice.tcp && choice.udp,
      state: choice.tcp || choice.states !== 'connected',
      header: !asked.has('H'),
    }),
  )
  return 0
}

/** Netid, state, queues, and both ends, each as the part before and behind the colon. */
function fields(socket: SocketInfo, device: string | undefined): string[] {
  const { protocol, state, receiveQueue = 0, sendQueue = 0 } = socket
  const bound = device === undefined ? '' : `%${device}`
  return [
    protocol,
    state,
    String(receiveQueue),
    String(sendQueue),
    `${formatIpv4(socket.localAddress)}${bound}:`,
    port(socket.localPort),
    `${addressOf(socket.peerAddress)}:`,
    port(socket.peerPort),
  ]
}

function addressOf(address: Ipv4): string {
  return formatIpv4(address)
}

function port(number: number): string {
  return number === 0 ? '*' : String(number)
}
