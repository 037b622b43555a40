/**
 * The simulation: a virtual clock in integer nanoseconds, the queue of events, seeded chance, and transactions that put
 * run-time state back. Everything that happens, happens in an event of one `Simulation`; nothing is global, so
 * simulations live side by side.
 *
 * - `simulation.ts` is the front: schedule, run, step, transactions, draws. `event-queue.ts` orders the events (a heap,
 *   a ring for what is due at once, slots for callbacks and arguments); `journal.ts` remembers what a transaction puts
 *   back; `random.ts` is chance.
 * - `types.ts` is what others implement: a `Probe` watches, a `Stateful` owns run-time state, a `Decider` decides
 *   draws.
 * - `outcomes.ts` walks every way in which draws can come out, and every answer to what nobody told (`Question`). `wire-model.ts` says when a frame arrives at the other
 *   end.
 *
 * It knows nothing of packets or devices. Those schedule events, declare what they emit to a probe, and announce with
 * `touch` what a transaction has to put back. No kernel source is behind this folder, except that a wire's queue is a
 * `pfifo` (net/sched/sch_fifo.c): processors, interrupts and the time that work takes have no model. All work is done
 * in no time, in the order of its causes.
 *
 * @packageDocumentation
 */

export type { Timer } from './event-slots.ts'
export type { BudgetEvent } from './events.ts'
export { type Decision, type Outcome, type WalkOptions, walkOutcomes } from './outcomes.ts'
export { type RandomOwner, RandomStream } from './random.ts'
export { type RunOptions, Simulation, type SimulationOptions } from './simulation.ts'
export type { Answer, Decider, KernelEvent, Probe, Question, RunEnd, Stateful } from './types.ts'
export { WireDrop, WireModel, type WireOptions } from './wire-model.ts'
