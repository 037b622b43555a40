import { IPV4_ANY, type Ipv4 } from '../../packet/address.ts'
import type { Simulation, Stateful } from '../../sim/index.ts'
import type { SocketLayer, TcpSocket, UdpSocket } from '../../sockets/index.ts'
import type { PortBinding } from './firewall.ts'

/** net.core.somaxconn: dockerd listens, and lets as many wait as may (`listenBoundPorts`). */
const BACKLOG = 4096
/** `DefaultConnTrackTimeout` */
const UDP_TIMEOUT = 90e9

/** A docker-proxy that runs: it holds a port of the host. */
export interface PortProxy {
  close(): void
}

/**
 * `docker-proxy` (cmd/docker-proxy): a program on the host that listens on a published port, for those whom no rule translates: who asks a
 * loopback address, and containers of the same bridge. It makes a connection of its own to the container, and copies.
 *
 * @returns null: somebody has the port
 */
export function startProxy(
  sim: Simulation,
  sockets: SocketLayer,
  binding: PortBinding,
  container: Ipv4,
): PortProxy | null {
  return binding.protocol === 'tcp'
    ? tcpProxy(sim, sockets, binding, container)
    : udpProxy(sim, sockets, binding, container)
}

/** What a proxy keeps: after a trace that leaves no mark it is as it was. */
class Kept<Key, Socket> implements Stateful {
  readonly #sim: Simulation
  #sockets: ReadonlyMap<Key, Socket> = new Map()

  constructor(sim: Simulation) {
    this.#sim = sim
  }

  get all(): Iterable<Socket> {
    return this.#sockets.values()
  }

  get(key: Key): Socket | undefined {
    return this.#sockets.get(key)
  }

  add(key: Key, socket: Socket): void {
    this.#change(new Map([...this.#sockets, [key, socket]]))
  }

  delete(key: Key): void {
    const rest = new Map(this.#sockets)
    rest.delete(key)
    this.#change(rest)
  }

  capture(): () => void {
    const sockets = this.#sockets
    return () => {
      this.#sockets = sockets
    }
  }

  #change(sockets: ReadonlyMap<Key, Socket>): void {
    this.#sim.touch(this)
    this.#sockets = sockets
  }
}

function boundTo(hostAddress: Ipv4): { readonly address?: Ipv4 } {
  return hostAddress === IPV4_ANY ? {} : { address: hostAddress }
}

/** `TCPProxy.clientLoop`: what one end closes is closed for the other, too. */
function tcpProxy(sim: Simulation, { tcp }: SocketLayer, binding: PortBinding, container: Ipv4): PortProxy | null {
  const { hostAddress, hostPort, port } = binding
  const open = new Kept<TcpSocket, TcpSocket>(sim)
  const { socket: listener } = tcp.listen({ ...boundTo(hostAddress), port: hostPort, backlog: BACKLOG }, (client) => {
    open.add(client, client)
    const { socket: backend } = tcp.connect(
      { address: container, port },
      {
        onData: (payload) => client.send(payload),
        onEnd: () => client.shutdown(),
        onError: () => client.close(),
        onClose: () => client.close(),
      },
    )
    if (backend === null) {
      client.close()
      open.delete(client)
      return {}
    }
    open.add(backend, backend)
    return {
      onData: (payload) => backend.send(payload),
      onEnd: () => backend.shutdown(),
      onError: () => backend.close(),
      onClose: () => {
        backend.close()
        open.delete(backend)
        open.delete(client)
      },
    }
  })
  if (listener === null) return null
  return {
    close: () => {
      listener.close()
      for (const socket of open.all) socket.close()
    },
  }
}

interface UdpBackend {
  readonly socket: UdpSocket
  /** When the last answer came, or the first question: virtual time in nanoseconds. */
  readonly heardAt: number
}

/** `UDPProxy`: a socket for each client, that its answers come back to it, from the address that it has asked. */
function udpProxy(sim: Simulation, { udp }: SocketLayer, binding: PortBinding, container: Ipv4): PortProxy | null {
  const { hostAddress, hostPort, port } = binding
  const backends = new Kept<string, UdpBackend>(sim)
  const { socket: listener } = udp.bind(
    { ...boundTo(hostAddress), port: hostPort },
    {
      onReceive: (packet) => {
        const { ip, l4, payload } = packet
        if (ip === null || l4 === null || l4.kind !== 'udp') return
        backendOf(ip.src, l4.sport, ip.dst).send(payload)
      },
    },
  )
  if (listener === null) return null

  function backendOf(client: Ipv4, clientPort: number, asked: Ipv4): UdpSocket {
    const key = `${client}:${clientPort}`
    const known = backends.get(key)
    if (known !== undefined && sim.now - known.heardAt < UDP_TIMEOUT) return known.socket
    known?.socket.close()
    const socket = udp.open(
      {},
      {
        onReceive: ({ payload }) => {
          backends.add(key, { socket, heardAt: sim.now })
          listener!.sendFrom(asked, client, clientPort, payload)
        },
      },
    )
    socket.connect(container, port)
    backends.add(key, { socket, heardAt: sim.now })
    return socket
  }

  return {
    close: () => {
      listener.close()
      for (const { socket } of backends.all) socket.close()
    },
  }
}
