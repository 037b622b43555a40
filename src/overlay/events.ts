import type { Packet } from '../packet/packet.ts'
import type { KernelEvent } from '../sim/types.ts'

/** A frame was put into an outer packet, or taken out of one. */
export interface EncapsulationEvent extends KernelEvent {
  readonly kind: 'encapsulated' | 'decapsulated'
  readonly netns: string
  /** Name of the VXLAN device. */
  readonly device: string
  readonly vni: number
  /** The frame inside. */
  readonly inner: Packet
  readonly outer: Packet
}
