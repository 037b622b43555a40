import { buildJourney } from './build.ts'
import type { Journey } from './model.ts'
import type { Recorder } from './recorder.ts'
import { Summaries } from './summary.ts'

/**
 * Everything that a recorder has seen, packet by packet in the order in which they were sent, ARP aside: for traffic
 * that somebody else makes. Without a request there is no reply: an answer is a journey like any other.
 *
 * @param beyond namespaces beyond the modelled network
 */
export function journeysOf(recorder: Recorder, beyond: ReadonlySet<string> = new Set()): Journey[] {
  const words = new Summaries()
  return [...recorder.journeys.values()].map((record) =>
    buildJourney(record, { source: record.hops[0]?.netns ?? '', beyond }, words),
  )
}
