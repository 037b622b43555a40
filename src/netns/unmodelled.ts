import type { Mac } from '../packet/mac.ts'
import type { Packet } from '../packet/packet.ts'
import { Link, type LinkHost } from './link.ts'

/** Stands for a device of a kind that has no model: nobody knows what becomes of a packet that goes there. */
export class Unmodelled extends Link {
  readonly kind: string
  readonly carrier: boolean

  /** @param what as a trace names it */
  constructor(netns: LinkHost, name: string, mac: Mac, kind: string, carrier: boolean, what: string) {
    super(netns, name, mac)
    this.kind = kind
    this.carrier = carrier
    this.unmodelled = what
  }

  /** The namespace has told so, and nothing gets here. */
  transmitFrame(_packet: Packet): void {}
}
