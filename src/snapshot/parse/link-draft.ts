import type { Mac } from '../../packet/index.ts'
import type { AddressEvidence, BridgeEvidence, PortEvidence, Source, VxlanEvidence } from '../evidence.ts'

/** What one print tells of a device. What it does not tell is absent, so that several prints complete each other. */
export interface LinkDraft {
  readonly name: string
  ifindex?: number
  /** Iproute2's word; `loopback`; `physical` where the print would have told a kind. */
  kind?: string
  mac?: Mac
  mtu?: number
  flags?: ReadonlySet<string>
  txQueueLength?: number
  /** Null: it is the port of nothing. */
  master?: string | null
  /** What stands behind `@`: a name, `if7`, or null for nothing. */
  below?: string | null
  /** The index behind `@`, where it was told as a number. */
  belowIndex?: number
  /** The number of the namespace where the other end is; -1: unknown; null: this one. */
  nsid?: number | null
  /** The name of that namespace. */
  netns?: string
  addresses?: AddressEvidence[]
  vxlan?: VxlanEvidence
  bridge?: BridgeEvidence
  port?: PortEvidence
  /** The port's state, where the rest of the port was not told. */
  portState?: string
  source: Source
}
