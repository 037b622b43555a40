import type { Mac } from '../packet/mac.ts'
import type { Packet } from '../packet/packet.ts'
import type { KernelEvent } from '../sim/types.ts'

/** What a bridge does with a frame. */
export interface BridgeEvent extends KernelEvent {
  readonly kind: 'bridge'
  readonly netns: string
  /** Name of the bridge. */
  readonly bridge: string
  /** Name of the port that the frame came in by, or null: the host sends it by the bridge itself. */
  readonly port: string | null
  readonly packet: Packet
  /** `learned`: the sender's address is behind that port; `forwarded` to one port; `flooded` to several; `local`: up to the host; */
  readonly action: 'learned' | 'forwarded' | 'flooded' | 'local'
  readonly mac: Mac
  /** Names of the ports by which it leaves. */
  readonly to: readonly string[]
}
