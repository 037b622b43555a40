import type { Packet } from '../packet/packet.ts'
import { Link } from './link.ts'

/** A device that swallows what is sent (drivers/net/dummy.c): a place for addresses. */
export class Dummy extends Link {
  readonly kind = 'dummy'
  override noArp = true

  get carrier(): boolean {
    return true
  }

  /** `dummy_setup` sets no limit. */
  override get maxMtu(): number {
    return 0x7fffffff
  }

  transmitFrame(packet: Packet): void {
    this.counters.sent(packet.frameLength)
  }
}
