import type { FrameEvent } from '../netns/events.ts'
import { encodeFrame } from '../packet/codec.ts'
import type { PcapngWriter } from '../packet/pcapng.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { KernelEvent, Probe } from '../sim/types.ts'

/** The interfaces that a file has by now: several traces may go into one. */
const interfaces = new WeakMap<PcapngWriter, Map<string, number>>()

/** Writes every frame on every device into a capture. An interface is called `NETNS/DEVICE`. */
export class CaptureProbe implements Probe {
  readonly #writer: PcapngWriter
  readonly #sim: Simulation
  readonly #start: number
  readonly #comment: string | undefined
  readonly #interfaces: Map<string, number>

  /** @param comment stands at every frame */
  constructor(sim: Simulation, writer: PcapngWriter, comment?: string) {
    this.#writer = writer
    this.#sim = sim
    this.#start = sim.now
    this.#comment = comment
    this.#interfaces = interfaces.get(writer) ?? new Map()
    interfaces.set(writer, this.#interfaces)
  }

  emit(any: KernelEvent): void {
    if (any.kind !== 'frame') return
    const { netns, link, direction, packet } = any as FrameEvent
    this.#writer.addPacket({
      interface: this.#interface(netns, link.name),
      time: this.#sim.now - this.#start,
      frame: encodeFrame(packet),
      direction,
      ...(this.#comment === undefined ? {} : { comment: this.#comment }),
    })
  }

  #interface(netns: string, device: string): number {
    const name = `${netns}/${device}`
    let number = this.#interfaces.get(name)
    if (number === undefined) {
      number = this.#writer.addInterface(name)
      this.#interfaces.set(name, number)
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
