import type { HopRecord, JourneyRecord, StepRecord } from './record.ts'

/** A step of a hop that leads to another one. */
type FrameOut = Extract<StepRecord, { readonly kind: 'frame-in' | 'frame-out' }>

/** The hops of a journey without those of copies that a bridge flooded to hosts that they were not meant for. */
export interface Way {
  readonly hops: readonly HopRecord[]
  /** Frames that led to what was left out. */
  readonly hidden: ReadonlySet<StepRecord>
}

/**
 * A bridge that does not know an address sends copies everywhere. Where such a copy was only looked at and passed over
 * (`OTHERHOST`), nothing happened that anybody wants to read.
 */
export function wayOf(record: JourneyRecord): Way {
  if (!record.split) return { hops: record.hops, hidden: new Set() }
  const kept = new Set<HopRecord>()
  for (let hop = record.end?.hop ?? null; hop !== null; hop = hop.parent) kept.add(hop)
  // from the last to the first: a hop is needed when one that came out of it is
  for (let i = record.hops.length - 1; i >= 0; i--) {
    const hop = record.hops[i]!
    const children = record.hops.filter(({ parent }) => parent === hop)
    if (children.length === 0 ? !isPassedOver(hop) : children.some((child) => kept.has(child))) kept.add(hop)
  }
  const hops = record.hops.filter((hop) => kept.has(hop))
  const arrived = new Set(hops.map(entrance))
  const hidden = new Set<StepRecord>()
  for (const hop of hops) {
    const flooded = new Set(hop.steps.flatMap((step) => (step.kind === 'bridge' && step.to.length > 1 ? step.to : [])))
    for (const step of hop.steps) {
      if (step.kind !== 'frame-out' || !flooded.has(step.device)) continue
      if (!arrived.has(step.live) && !endsHere(record, hop, step)) hidden.add(step)
    }
  }
  return { hops, hidden }
}

function isPassedOver(hop: HopRecord): boolean {
  const last = hop.steps.at(-1)
  return last?.kind === 'dropped' && last.reason === 'OTHERHOST'
}

/** The packet object that came in to a hop, if one did. */
function entrance({ steps: [first] }: HopRecord): object | null {
  return first?.kind === 'frame-in' ? first.live : null
}

function endsHere({ end }: JourneyRecord, hop: HopRecord, { live }: FrameOut): boolean {
  return end !== null && end.hop === hop && end.live === live
}
