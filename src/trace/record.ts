import type { BridgeEvent } from '../bridge/events.ts'
import type { RuleVerdict } from '../netfilter/events.ts'
import type { Hook } from '../netfilter/hook.ts'
import type { Rule, TableName } from '../netfilter/rule.ts'
import type { Dst } from '../netns/dst.ts'
import type { LinkHost } from '../netns/link.ts'
import type { Ipv4 } from '../packet/address.ts'
import type { Mac } from '../packet/mac.ts'
import type { Packet } from '../packet/packet.ts'
import type { Tuple } from '../packet/tuple.ts'
import type { NearMiss, Step, Translation } from './model.ts'

/*
 * What the recorder writes down while the simulation runs: the least that is needed to tell the story later. Words are
 * made of it only when somebody reads the trace (`build.ts`), so that a trace of which only the end matters costs
 * little.
 */

/** A rule that came close; its place among the rules that matched follows from where it is kept. */
export type Miss = Omit<NearMiss, 'before'>

/** A frame on a device. */
export interface FrameRecord {
  readonly kind: 'frame-in' | 'frame-out'
  readonly device: string
  /** The packet as it was: a copy. */
  readonly packet: Packet
  /** The packet itself, only to be compared with: which hop did this frame lead to? */
  readonly live: Packet
  readonly bridgedDnat: boolean
}

/** A matching rule, or (`rule` null) a policy that decided. */
export interface RuleRecord {
  readonly kind: 'rule'
  readonly hook: Hook
  readonly table: TableName
  readonly chain: string
  readonly position: number
  readonly rule: Rule | null
  readonly verdict: RuleVerdict
  /** fwmark after the rule; -1 when the rule does not set it. */
  readonly mark: number
  readonly state: string | null
  readonly bridged: boolean
  readonly nearMisses: readonly Miss[] | null
  /** Of the draws that led to it; undefined when there were none. */
  readonly odds: number | undefined
}

export interface RouteRecord {
  readonly kind: 'route'
  readonly direction: 'input' | 'output' | 'reroute'
  readonly dst: Dst
  /** The route in the words of `ip route`: names of devices may change later. */
  readonly text: string
}

export interface ConntrackRecord {
  readonly kind: 'entry'
  readonly event: 'new' | 'matched' | 'destroyed'
  readonly state: string
  readonly original: Tuple
  readonly reply: Tuple
}

export interface BridgeRecord {
  readonly kind: 'bridge'
  readonly bridge: string
  readonly action: BridgeEvent['action']
  readonly mac: Mac
  readonly to: readonly string[]
}

export interface TunnelRecord {
  readonly kind: 'tunnel-in' | 'tunnel-out'
  readonly device: string
  readonly vni: number
  readonly outer: Packet
}

export interface AnswerRecord {
  readonly kind: 'answer'
  readonly packet: Packet
}

/** Dropped by netfilter: the rule, when it was one. */
export interface HookDropRecord {
  readonly kind: 'hook-drop'
  readonly rule: RuleRecord | null
}

/** A rule that is not modelled was reached. */
export interface DependsRecord {
  readonly kind: 'unmodelled'
  readonly what: string
  readonly rule: RuleRecord | null
}

/** What is left is written down as it will be read. */
export type StepRecord =
  | FrameRecord
  | RuleRecord
  | RouteRecord
  | ConntrackRecord
  | BridgeRecord
  | TunnelRecord
  | AnswerRecord
  | HookDropRecord
  | DependsRecord
  | Exclude<
      Step,
      {
        readonly kind:
          | 'received'
          | 'sent'
          | 'hook'
          | 'routed'
          | 'conntrack'
          | 'bridged'
          | 'encapsulated'
          | 'decapsulated'
          | 'answered'
          | 'depends'
      }
    >

/** A namespace and device on a packet's way. */
export class HopRecord {
  readonly journey: JourneyRecord
  readonly netns: string
  /** The namespace, when it is known. */
  host: LinkHost | null
  device: string
  /** Virtual time in ns since the recording began. */
  readonly at: number
  /** Where the packet was before. */
  readonly parent: HopRecord | null
  /** It began here: its device is the one by which it leaves. */
  readonly isStart: boolean
  readonly steps: StepRecord[] = []
  /** The last rule or policy, for drops and translations. */
  lastRule: RuleRecord | null = null

  constructor(
    journey: JourneyRecord,
    host: LinkHost | null,
    netns: string,
    device: string,
    at: number,
    parent: HopRecord | null,
  ) {
    this.journey = journey
    this.host = host
    this.netns = netns
    this.device = device
    this.at = at
    this.parent = parent
    this.isStart = journey.hops.length === 0
  }
}

/** How a packet ended, as far as it is known. */
export type EndRecord =
  | {
      readonly kind: 'delivered'
      readonly hop: HopRecord
      readonly to: string
      readonly packet: Packet
      readonly live: Packet
    }
  | {
      readonly kind: 'dropped'
      readonly hop: HopRecord
      readonly reason: string
      readonly by: string
      /** Where it was going at last. */
      readonly to: Ipv4
      readonly live: Packet
    }
  | { readonly kind: 'hook-drop'; readonly hop: HopRecord; readonly rule: RuleRecord | null; readonly live: Packet }
  | {
      readonly kind: 'depends'
      readonly hop: HopRecord
      readonly what: string
      readonly rule: RuleRecord | null
      readonly live: Packet
    }

/** All that was written down of one journey: a packet with its copies, its fragments, and what it was wrapped in. */
export class JourneyRecord {
  /** `Packet.journey` */
  readonly number: number
  /** `Packet.cause` */
  readonly cause: number
  /** As it was first seen. */
  readonly packet: Packet
  readonly hops: HopRecord[] = []
  readonly translations: Translation[] = []
  end: EndRecord | null = null
  /** There were several packets of it at a time (a flood, fragments): the end of one is not the end of all. */
  split = false
  /** It went on for so long that no more was written down. */
  overflow = false

  constructor(number: number, cause: number, packet: Packet) {
    this.number = number
    this.cause = cause
    this.packet = packet
  }

  lastHopIn(netns: string): HopRecord | null {
    for (let i = this.hops.length - 1; i >= 0; i--) if (this.hops[i]!.netns === netns) return this.hops[i]!
    return null
  }
}
