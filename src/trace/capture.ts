import type { FrameEvent } from '../netns/events.ts'
import { encodeFrame } from '../packet/codec.ts'
import type { PcapngWriter } from '../packet/pcapng.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { KernelEvent, Probe } from '../sim/types.ts'

/** What a file has by now: several traces may go into one. */
interface CaptureState {
  readonly interfaces: Map<string, number>
  /** The time of the last frame in nanoseconds; -1 before the first. */
  last: number
}

const states = new WeakMap<PcapngWriter, CaptureState>()

/**
 * Writes every frame on every device into a capture: one packet stands there once for each device that it passed. An interface is called
 * `NETNS/DEVICE`. Links take no time, so that frames of one moment are set one nanosecond apart: they keep their order wherever they are
 * sorted.
 */
export class CaptureProbe implements Probe {
  readonly #writer: PcapngWriter
  readonly #sim: Simulation
  readonly #start: number
  readonly #comment: string | undefined
  readonly #state: CaptureState

  /** @param comment stands at every frame */
  constructor(sim: Simulation, writer: PcapngWriter, comment?: string) {
    this.#writer = writer
    this.#sim = sim
    this.#comment = comment
    this.#state = states.get(writer) ?? { interfaces: new Map(), last: -1 }
    states.set(writer, this.#state)
    // behind the frames of the traces before
    this.#start = sim.now - (this.#state.last + 1)
  }

  emit(any: KernelEvent): void {
    if (any.kind !== 'frame') return
    const { netns, link, direction, packet } = any as FrameEvent
    this.#state.last = Math.max(this.#state.last + 1, this.#sim.now - this.#start)
    this.#writer.addPacket({
      interface: this.#interface(netns, link.name),
      time: this.#state.last,
      frame: encodeFrame(packet),
      direction,
      ...(this.#comment === undefined ? {} : { comment: this.#comment }),
    })
  }

  #interface(netns: string, device: string): number {
    const name = `${netns}/${device}`
    let number = this.#state.interfaces.get(name)
    if (number === undefined) {
      number = this.#writer.addInterface(name)
      this.#state.interfaces.set(name, number)
    }
    return number
  }
}

/** Several probes in the place of one. */
export class Probes implements Probe {
  readonly #probes: readonly Probe[]

  constructor(...probes: readonly Probe[]) {
    this.#probes = probes
  }

  emit(event: KernelEvent): void {
    for (const probe of this.#probes) probe.emit(event)
  }
}
