import type { TraceRequest } from '../cluster/index.ts'

/** A translation that must have happened: its new end as `ip:port`, one of several, or more of it. */
export type TranslationTest =
  | string
  | readonly string[]
  | {
      /** The old end, `ip:port` or `ip`. */
      readonly from?: string
      /** The new end, `ip:port` or `ip`. */
      readonly to?: string | readonly string[]
      /** The namespace in which it happened: a node's name. */
      readonly netns?: string
      /** Words of the rule that asked for it. */
      readonly rule?: string | RegExp
    }

/** What a packet must have met on its way. All that is given must hold. */
export interface Via {
  readonly dnat?: TranslationTest
  readonly snat?: TranslationTest
  readonly masquerade?: TranslationTest
  readonly redirect?: TranslationTest
  readonly netmap?: TranslationTest
  /** A namespace that it passed: a node's name, or `namespace/name` of a pod. */
  readonly netns?: string | readonly string[]
  /** A device that it crossed, in any namespace: `flannel.1`. */
  readonly device?: string | readonly string[]
  /** Words of a rule that it matched. */
  readonly rule?: string | RegExp
}

/** What else must hold of a packet that arrives; and how it is sent, as in a trace request. */
export interface ReachExpectation extends Omit<TraceRequest, 'from' | 'to' | 'capture' | 'packets' | 'detail'> {
  /** No address or port of the packet or of its answer is changed anywhere. */
  readonly withoutNat?: boolean | undefined
  readonly via?: Via | undefined
  /** What the server must see as its client: `ip`, or `ip:port`. */
  readonly seenAs?: string | undefined
  /** Who must answer: `ip:port`, or one of several. */
  readonly answeredBy?: string | readonly string[] | undefined
}
