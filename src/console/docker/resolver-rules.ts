import type { Machine } from '../../commands/index.ts'
import { parseCommand } from '../../netfilter/index.ts'
import { parseIpv4 } from '../../packet/address.ts'

const ADDRESS = '127.0.0.11'
/** As many as Go's runtime lets wait (net.core.somaxconn). */
const BACKLOG = 4096

/**
 * dockerd's resolver in a container (daemon/libnetwork/resolver.go, resolver_unix.go at 2dc38a87): it listens on ports that it was given, and rules lead to
 * them from port 53. Nobody asks it by packets here.
 */
export function openResolver(machine: Machine): void {
  const { root } = machine
  const { udp, tcp } = machine.socketsOf(root)
  const address = parseIpv4(ADDRESS)
  const { socket } = udp.bind({ address }, {})
  const { socket: listener } = tcp.listen({ address, port: 0, backlog: BACKLOG }, (client) => ({
    onEnd: () => client.close(),
  }))
  if (socket === null || listener === null) return
  const iptables = (...words: readonly string[]): void => {
    const { table, command } = parseCommand(['-t', 'nat', ...words])
    if (command !== null) root.netfilter.apply(table, command)
  }
  for (const [hook, chain] of [
    ['OUTPUT', 'DOCKER_OUTPUT'],
    ['POSTROUTING', 'DOCKER_POSTROUTING'],
  ] as const) {
    iptables('-N', chain)
    iptables('-I', hook, '-d', ADDRESS, '-j', chain)
  }
  for (const [protocol, { port }] of [
    ['udp', socket],
    ['tcp', listener],
  ] as const) {
    const to = ['-d', ADDRESS, '-p', protocol, '--dport', '53', '-j', 'DNAT', '--to-destination', `${ADDRESS}:${port}`]
    const back = ['-s', ADDRESS, '-p', protocol, '--sport', String(port), '-j', 'SNAT', '--to-source', ':53']
    iptables('-I', 'DOCKER_OUTPUT', ...to)
    iptables('-I', 'DOCKER_POSTROUTING', ...back)
  }
}
