/**
 * The simulation: a virtual clock in integer nanoseconds, the queue of events, seeded chance, and transactions that put run-time state
 * back. Everything that happens, happens in an event of one `Simulation`; nothing is global, so simulations live side by side.
 *
 * It knows nothing of packets or devices. Those schedule events, declare what they emit to a probe, and announce with `touch` what a
 * transaction has to put back. There is no kernel source behind this folder, except for what a wire does (`wire-model.ts`), which
 * follows net/sched/sch_netem.c and sch_tbf.c in spirit: real time, interrupts and the scheduler have no model.
 */
export type { Timer } from './event-slots.ts'
export type { BudgetEvent } from './events.ts'
export { RandomStream } from './random.ts'
export { type RunOptions, Simulation, type SimulationOptions } from './simulation.ts'
export type { Decider, KernelEvent, Probe, RunEnd, Stateful } from './types.ts'
