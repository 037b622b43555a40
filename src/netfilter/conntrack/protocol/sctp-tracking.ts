import { SctpState } from './sctp-states.ts'

/** What is remembered of an SCTP association (`struct ip_ct_sctp`). Pairs are indexed by direction. */
export class SctpTracking {
  /** `SctpState` */
  state: number = SctpState.NONE
  /** The verification tag that packets of each direction must carry; 0: not known. */
  readonly tags: [number, number] = [0, 0]
  /** An INIT was seen in this direction. */
  readonly init: [boolean, boolean] = [false, false]
  lastDirection = 0
  /** A HEARTBEAT came with a wrong tag: perhaps the association was set up anew. */
  heartbeatTagFailed = false

  /** A copy, for a transaction to put back. */
  clone(): SctpTracking {
    const copy = new SctpTracking()
    copy.state = this.state
    copy.tags[0] = this.tags[0]
    copy.tags[1] = this.tags[1]
    copy.init[0] = this.init[0]
    copy.init[1] = this.init[1]
    copy.lastDirection = this.lastDirection
    copy.heartbeatTagFailed = this.heartbeatTagFailed
    return copy
  }
}
