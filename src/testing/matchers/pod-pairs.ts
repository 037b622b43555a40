import type { Cluster } from '../../cluster/cluster.ts'
import type { PodHost } from '../../cluster/pod-host.ts'
import type { TranslatedEvent } from '../../netfilter/nat/events.ts'
import type { DeliverEvent } from '../../netns/events.ts'
import { formatIpv4 } from '../../packet/address.ts'
import type { KernelEvent, Probe } from '../../sim/types.ts'

/** Virtual time in ns after which no answer is expected any more. */
const PATIENCE = 10_000_000_000
const MOST_EVENTS = 100_000

/** Watches one exchange: where the packet arrived, as whose, and whether an address was changed. */
class Watcher implements Probe {
  translated: string | null = null
  /** The packet's source where it was delivered first. */
  seen: number | null = null
  deliveredIn = ''

  emit(event: KernelEvent): void {
    if (event.kind === 'translated') {
      const { netns, from, to } = event as TranslatedEvent
      this.translated ??= `${formatIpv4(from.address)} became ${formatIpv4(to.address)} in ${netns}`
    } else if (event.kind === 'deliver' && this.seen === null) {
      const { netns, packet } = event as DeliverEvent
      // over VXLAN the outer packet is delivered to a socket of the kernel on the way
      if (packet.payload.vxlan !== null || packet.ip === null) return
      this.seen = packet.ip.src
      this.deliveredIn = netns
    }
  }
}

/**
 * Lets every pod with an address of its own send to every other one, and looks for the first pair that fails: no answer, an answer from
 * somebody else, a server that sees another client than the sender, any translation. Nothing is recorded, and nothing is left behind.
 *
 * @param udpPort a datagram to this port; a ping without it
 * @returns what is wrong, or null
 */
export function firstTranslatedPair(cluster: Cluster, udpPort?: number): string | null {
  const pods = [...cluster.network.pods.values()].filter(({ port }) => port !== null)
  for (const from of pods) {
    const problem = fromOne(cluster, from, pods, udpPort)
    if (problem !== null) return problem
  }
  return null
}

function fromOne(
  cluster: Cluster,
  from: PodHost,
  pods: readonly PodHost[],
  udpPort: number | undefined,
): string | null {
  const { sim } = cluster.network
  const outer = sim.probe
  return sim.transaction(() => {
    try {
      for (const to of pods) {
        if (to === from) continue
        const watcher = new Watcher()
        sim.probe = watcher
        const problem = exchange(cluster, from, to, watcher, udpPort)
        if (problem !== null) return `${from.netns.name} to ${to.netns.name} ${formatIpv4(to.address)}: ${problem}`
      }
      return null
    } finally {
      sim.probe = outer
    }
  })
}

function exchange(cluster: Cluster, from: PodHost, to: PodHost, watcher: Watcher, udpPort?: number): string | null {
  const { sim } = cluster.network
  let answeredBy: number | null = null
  const onAnswer = (packet: { readonly ip: { readonly src: number } | null }): void => {
    answeredBy = packet.ip?.src ?? null
  }
  const error = udpPort === undefined ? ping(from, to, onAnswer) : datagram(from, to, udpPort, onAnswer)
  if (error !== null) return `nothing was sent: ${error}`
  const deadline = sim.now + PATIENCE
  for (let left = MOST_EVENTS; answeredBy === null && left > 0 && sim.now <= deadline; left--) if (!sim.step()) break
  if (watcher.translated !== null) return watcher.translated
  if (watcher.seen === null) return 'it did not arrive'
  if (watcher.deliveredIn !== to.netns.name) return `it arrived in ${watcher.deliveredIn}`
  if (watcher.seen !== from.address) return `the server saw ${formatIpv4(watcher.seen as typeof from.address)}`
  if (answeredBy === null) return 'no answer came back'
  return answeredBy === to.address ? null : `${formatIpv4(answeredBy)} answered`
}

type OnAnswer = (packet: { readonly ip: { readonly src: number } | null }) => void

function ping(from: PodHost, to: PodHost, onReply: OnAnswer): string | null {
  const pinger = from.sockets.icmp.open({}, { onReply })
  return pinger.send(to.address, 1)
}

function datagram(from: PodHost, to: PodHost, port: number, onReceive: OnAnswer): string | null {
  const { socket, error } = from.sockets.udp.connect({ address: to.address, port }, { onReceive })
  return socket === null ? error : socket.send(4)
}
