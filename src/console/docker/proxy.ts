import { IPV4_ANY, type Ipv4 } from '../../packet/address.ts'
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
export function startProxy(sockets: SocketLayer, binding: PortBinding, container: Ipv4): PortProxy | null {
  return binding.protocol === 'tcp' ? tcpProxy(sockets, binding, container) : udpProxy(sockets, binding, container)
}

function boundTo(hostAddress: Ipv4): { readonly address?: Ipv4 } {
  return hostAddress === IPV4_ANY ? {} : { address: hostAddress }
}

/** `TCPProxy.clientLoop`: what one end closes is closed for the other, too. */
function tcpProxy({ tcp }: SocketLayer, binding: PortBinding, container: Ipv4): PortProxy | null {
  const { hostAddress, hostPort, port } = binding
  const open = new Set<TcpSocket>()
  const { socket: listener } = tcp.listen({ ...boundTo(hostAddress), port: hostPort }, (client) => {
    open.add(client)
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
      return {}
    }
    open.add(backend)
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
      for (const socket of open) socket.close()
    },
  }
}

/** `UDPProxy`: a socket for each client, that its answers come back to it. */
function udpProxy({ udp }: SocketLayer, binding: PortBinding, container: Ipv4): PortProxy | null {
  const { hostAddress, hostPort, port } = binding
  const backends = new Map<string, UdpSocket>()
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
          backends.set(key, backend)
        }
        backend.send(payload)
      },
    },
  )
  if (listener === null) return null
  return {
    close: () => {
      listener.close()
      for (const backend of backends.values()) backend.close()
    },
  }
}
