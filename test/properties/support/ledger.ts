import type { BridgeEvent } from '../../../src/bridge/events.ts'
import type { DropEvent, FragmentEvent, FrameEvent, Link } from '../../../src/netns/index.ts'
import type { EncapsulationEvent } from '../../../src/overlay/events.ts'
import type { Packet } from '../../../src/packet/packet.ts'
import type { KernelEvent, Probe } from '../../../src/sim/types.ts'

/** What became of one packet and its copies. */
interface Account {
  /** Copies that are on their way: 1 when it is sent; more by floods and fragments; each end takes one. */
  alive: number
  /** How many fragments it was cut into last. */
  fragments: number
  readonly log: string[]
}

/** Frames of one end of a wire. */
interface WireEnd {
  sent: number
  received: number
  lost: number
}

type PacketEvent = KernelEvent & { readonly packet?: Packet; readonly netns?: string; readonly to?: unknown }

/** Keeps books about every frame: what is sent must arrive, what arrives must end somewhere, and say where. */
export class Ledger implements Probe {
  readonly #accounts = new Map<number, Account>()
  readonly #wires = new Map<Link, WireEnd>()

  emit(any: KernelEvent): void {
    this.#bookFrame(any)
    const event = any as PacketEvent
    const packet = event.packet ?? (any as Partial<EncapsulationEvent>).inner
    // an answer is announced before it has set out; ARP ends at the neighbour tables, which tell nothing
    if (packet === undefined || packet.arp !== null || event.kind === 'answer' || event.kind === 'answered') return
    const account = this.#accountOf(packet)
    account.log.push(`${event.kind} in ${event.netns}`)
    switch (event.kind) {
      case 'deliver':
      case 'drop':
      case 'hook-drop':
        account.alive--
        break
      case 'bridge': {
        const { action, to } = any as BridgeEvent
        if (action === 'flooded') account.alive += to.length - 1
        break
      }
      case 'fragment':
        account.fragments = (any as FragmentEvent).fragments
        account.alive += account.fragments - 1
        break
      case 'defragment':
        account.alive -= account.fragments - 1
        break
    }
  }

  #accountOf({ journey }: Packet): Account {
    let account = this.#accounts.get(journey)
    if (account === undefined) {
      account = { alive: 1, fragments: 1, log: [] }
      this.#accounts.set(journey, account)
    }
    return account
  }

  #bookFrame(event: KernelEvent): void {
    if (event.kind === 'frame') {
      const { link, direction } = event as FrameEvent
      if (direction === 'out') this.#end(link).sent++
      else this.#end(link).received++
    } else if (event.kind === 'drop') {
      const { link, reason } = event as DropEvent
      if (link !== null && (reason === 'LINK_LOSS' || reason === 'LINK_QUEUE')) this.#end(link).lost++
    }
  }

  #end(link: Link): WireEnd {
    let end = this.#wires.get(link)
    if (end === undefined) {
      end = { sent: 0, received: 0, lost: 0 }
      this.#wires.set(link, end)
    }
    return end
  }

  /** How many packets were looked at. */
  get packets(): number {
    return this.#accounts.size
  }

  /** What does not balance when nothing is on its way any more. */
  errors(): string[] {
    const errors: string[] = []
    for (const [journey, { alive, log }] of this.#accounts)
      if (alive !== 0) errors.push(`packet ${journey}: ${alive} copies without an end: ${log.join(', ')}`)
    for (const [link, { sent, lost }] of this.#wires) {
      const { peer } = link
      if (peer === null) continue
      const received = this.#wires.get(peer)?.received ?? 0
      if (sent !== received + lost)
        errors.push(`${link.netns.name} ${link.name}: sent ${sent}, arrived ${received}, lost ${lost}`)
    }
    return errors
  }
}
