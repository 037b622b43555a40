import type { RecordedFrame } from './types.ts'

/*
 * Which frames belong to the journey of one packet: the simulator knows, the kernel's recorder does not, so it stands beside the record
 * and not in it.
 */

const journeys = new WeakMap<RecordedFrame, number>()

export function noteJourney(frame: RecordedFrame, journey: number): void {
  journeys.set(frame, journey)
}

/** Undefined: a frame of the kernel, or of a record that was read. */
export function journeyOf(frame: RecordedFrame): number | undefined {
  return journeys.get(frame)
}
