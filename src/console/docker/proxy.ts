import { IPV4_ANY, type Ipv4 } from '../../packet/address.ts'
import type { Simulation, Stateful } from '../../sim/index.ts'
import type { SocketLayer, TcpSocket, UdpSocket } from '../../sockets/index.ts'
import type { PortBinding } from './firewall.ts'

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
  const { socket: listener } = tcp.listen({ ...boundTo(hostAddress), port: hostPort }, (client) => {
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

/** `UDPProxy`: a socket for each client, that its answers come back to it. */
function udpProxy(sim: Simulation, { udp }: SocketLayer, binding: PortBinding, container: Ipv4): PortProxy | null {
  const { hostAddress, hostPort, port } = binding
  const backends = new Kept<string, UdpSocket>(sim)
  const { socket: listener } = udp.bind(
    { ...boundTo(hostAddress), port: hostPort },
    {
      onReceive: (packet) => {
        const { ip, l4, payload } = packet
        if (ip === null || l4 === null || l4.kind !== 'udp') return
        const client = { address: ip.src, port: l4.sport }
        const key = `${client.address}:${client.port}`
        let backend = backends.get(key)
        if (backend === undefined) {
          backend = udp.open(
            {},
            { onReceive: (answer) => listener?.sendTo(client.address, client.port, answer.payload) },
          )
          backend.connect(container, port)
          backends.add(key, backend)
        }
        backend.send(payload)
      },
    },
  )
  if (listener === null) return null
  return {
    close: () => {
      listener.close()
      for (const backend of backends.all) backend.close()
    },
  }
}
