import { inetIif } from '../../netns/dst.ts'
import type { TransportProtocol } from '../../netns/stack.ts'
import type { Packet } from '../../packet/packet.ts'
import { IcmpType } from '../../packet/protocol.ts'
import type { Stateful } from '../../sim/types.ts'
import type { SocketContext } from '../context.ts'
import { Pinger, type PingerHome, type PingHandlers, type PingOptions } from './pinger.ts'

/** The ICMP sockets of one namespace. Echo requests are answered, and errors made known, by the namespace itself (netns/icmp-receive.ts). */
export class IcmpProtocol implements TransportProtocol, PingerHome, Stateful {
  touchedAt = 0
  readonly context: SocketContext
  #pingers: ReadonlyMap<number, Pinger> | null = null

  constructor(context: SocketContext) {
    this.context = context
  }

  /** Opens a pinger with an identifier of its own, chosen by chance. */
  open(options: PingOptions = {}, handlers: PingHandlers = {}): Pinger {
    const { sim } = this.context.host
    const random = sim.random('icmp-id')
    let id: number
    do id = 1 + random.below(65535)
    while (this.#pingers?.has(id) === true)
    const pinger = new Pinger(this, id, options, handlers)
    sim.touch(this)
    this.#pingers = new Map(this.#pingers).set(id, pinger)
    return pinger
  }

  /** All that are open. */
  sockets(): Iterable<Pinger> {
    return this.#pingers?.values() ?? []
  }

  /** An ICMP message, before the namespace acts on it (`raw_local_deliver`). */
  receive(packet: Packet): void {
    const { l4 } = packet
    if (l4 === null || l4.kind !== 'icmp') return
    // errors come by `error`, of which redirects are none: a raw socket sees them nevertheless
    if (l4.type === IcmpType.REDIRECT && l4.quoted !== null) this.error(packet, l4.quoted)
    if (l4.type !== IcmpType.ECHO_REPLY) return
    const pinger = this.#pingers?.get(l4.id)
    if (pinger === undefined) return
    if (pinger.device !== 0 && pinger.device !== inetIif(packet)) return
    const before = this.context.receiving
    this.context.receiving = packet
    try {
      pinger.deliver(packet)
    } finally {
      this.context.receiving = before
    }
  }

  /** An error about an ICMP message that was sent from here. */
  error(message: Packet, quoted: Packet): void {
    const { l4 } = quoted
    if (l4 === null || l4.kind !== 'icmp' || l4.type !== IcmpType.ECHO) return
    const pinger = this.#pingers?.get(l4.id)
    if (pinger === undefined) return
    const before = this.context.receiving
    this.context.receiving = message
    try {
      pinger.fail(message, quoted)
    } finally {
      this.context.receiving = before
    }
  }

  /** Any ping that runs hears of every request (`raw_icmp_error`). */
  sent(_message: Packet, { l4 }: Packet): boolean {
    if (l4 === null || l4.kind !== 'icmp') return false
    return l4.type !== IcmpType.ECHO || (this.#pingers?.size ?? 0) > 0
  }

  /** For the pinger: it has closed. */
  forget(pinger: Pinger): void {
    if (this.#pingers?.get(pinger.id) !== pinger) return
    this.context.host.sim.touch(this)
    const rest = new Map(this.#pingers)
    rest.delete(pinger.id)
    this.#pingers = rest
  }

  capture(): () => void {
    const pingers = this.#pingers
    return () => {
      this.#pingers = pingers
    }
  }
}
