import { EtherType } from '../../../packet/index.ts'
import { type Captured, LinkType, networkOffset, typeOffset } from '../captured.ts'
import { Octets } from '../octets.ts'

/** A frame as a filter looks at it. */
export class FrameView {
  readonly octets: Octets
  /** On the wire. */
  readonly length: number
  readonly captured: Captured
  /** The network header and what follows. */
  readonly network: Octets

  constructor(captured: Captured) {
    this.captured = captured
    this.octets = new Octets(captured.octets)
    this.length = captured.length
    this.network = this.octets.from(networkOffset(captured.linkType))
  }

  get type(): number {
    return this.octets.u16(typeOffset(this.captured.linkType))
  }

  get hasEthernet(): boolean {
    return this.captured.linkType === LinkType.ETHERNET
  }

  /** Of the IP header, or -1: it is no IP packet. */
  get protocol(): number {
    return this.type === EtherType.IPV4 ? this.network.u8(9) : -1
  }

  get isLaterFragment(): boolean {
    return (this.network.u16(6) & 0x1fff) !== 0
  }

  /** The transport header and what follows. */
  get transport(): Octets {
    return this.network.from((this.network.u8(0) & 15) * 4)
  }
}

/** Packets that a filter may tell from each other by their headers' types alone. */
export interface PacketKind {
  readonly type: number
  /** -1 unless it is an IP packet. */
  readonly protocol: number
}

/** A test of a filter. */
export interface Test {
  passes(view: FrameView): boolean
  /** What it says of all packets of a kind; null: of some this, of some that. */
  ofKind(kind: PacketKind): boolean | null
}

/** A test that looks only at the kinds. */
export function kindTest(test: (kind: PacketKind) => boolean): Test {
  return { passes: (view) => test(view), ofKind: test }
}

/** A test of packets of one kind; others do not pass. */
export function within(kind: Test, passes: (view: FrameView) => boolean): Test {
  return {
    passes: (view) => kind.passes(view) && passes(view),
    ofKind: (each) => (kind.ofKind(each) === false ? false : null),
  }
}

export function both(a: Test, b: Test): Test {
  return {
    passes: (view) => a.passes(view) && b.passes(view),
    ofKind: (kind) => {
      const [first, second] = [a.ofKind(kind), b.ofKind(kind)]
      return first === false || second === false ? false : first === null || second === null ? null : true
    },
  }
}

export function either(...tests: readonly Test[]): Test {
  return {
    passes: (view) => tests.some((test) => test.passes(view)),
    ofKind: (kind) => {
      const all = tests.map((test) => test.ofKind(kind))
      return all.includes(true) ? true : all.includes(null) ? null : false
    },
  }
}

export function no(test: Test): Test {
  return {
    passes: (view) => !test.passes(view),
    ofKind: (kind) => {
      const of = test.ofKind(kind)
      return of === null ? null : !of
    },
  }
}
