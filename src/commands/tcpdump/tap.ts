import type { Link, NetworkNamespace } from '../../netns/index.ts'
import type { Packet } from '../../packet/index.ts'
import { Mailbox } from '../process/mailbox.ts'
import { type Captured, cookedOctets, frameOctets, LinkType } from './captured.ts'
import type { Filter } from './filter/index.ts'

/** Something that copies what passes a filter on one device or on all, as a packet socket does (net/packet/af_packet.c). */
export class Tap {
  /** What nobody has looked at yet. */
  readonly inbox = new Mailbox<Captured>()
  /** How many passed the filter. */
  received = 0
  readonly #netns: NetworkNamespace
  readonly #link: Link | null
  readonly #filter: Filter
  readonly #direction: 'in' | 'out' | 'inout'
  readonly #promiscuous: boolean

  /** @param link null: all devices */
  constructor(
    netns: NetworkNamespace,
    link: Link | null,
    filter: Filter,
    direction: 'in' | 'out' | 'inout',
    promiscuous: boolean,
  ) {
    this.#netns = netns
    this.#link = link
    this.#filter = filter
    this.#direction = direction
    this.#promiscuous = promiscuous && link !== null
    netns.taps = [...(netns.taps ?? []), this.#see]
    if (this.#promiscuous) link!.promiscuity++
  }

  close(): void {
    const rest = (this.#netns.taps ?? []).filter((tap) => tap !== this.#see)
    this.#netns.taps = rest.length === 0 ? null : rest
    if (this.#promiscuous) this.#link!.promiscuity--
  }

  readonly #see = (packet: Packet, link: Link, direction: 'in' | 'out'): void => {
    if (this.#link !== null && link !== this.#link) return
    const cooked = this.#link === null
    const octets = cooked ? cookedOctets(packet, link, direction) : frameOctets(packet)
    const captured: Captured = {
      time: this.#netns.sim.now,
      octets,
      length: octets.length,
      linkType: cooked ? LinkType.LINUX_SLL2 : LinkType.ETHERNET,
      link,
      direction,
    }
    if (!this.#filter(captured)) return
    this.received++
    // libpcap itself looks at the direction, and of what lo sends and gets again it keeps only the latter (`linux_check_direction`, pcap-linux.c)
    if (link.loopback && direction === 'out') return
    if (this.#direction !== 'inout' && this.#direction !== direction) return
    this.inbox.push(captured)
  }
}
