/**
 * Something that happened in the simulated kernel. Each kernel folder declares the events that it emits (`events.ts`), with a literal
 * `kind`; they refer to live objects, so a probe copies what it wants to keep before it returns.
 */
export interface KernelEvent {
  readonly kind: string
}

/**
 * Watches a simulation. The kernel parts emit an event only when `simulation.probe` is not null, as a kernel tracepoint costs nothing
 * while nobody listens: `if (sim.probe !== null) sim.probe.emit({ kind: 'frame', … })`.
 */
export interface Probe {
  emit(event: KernelEvent): void
}

/**
 * Owns run-time state that a trace may change (learned neighbours, conntrack, counters, queues). Before the first change in a
 * transaction it calls `simulation.touch(this)`, which asks it for a way back.
 */
export interface Stateful {
  /** Remembers the present run-time state and returns a function that restores it. Called at most once a transaction. */
  capture(): () => void
}

/** Reason why `Simulation.run` returned. */
export type RunEnd = 'idle' | 'until' | 'budget'
