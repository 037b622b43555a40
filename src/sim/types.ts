/**
 * Something that happened in the simulated kernel. Each kernel folder declares the events that it emits (`events.ts`),
 * with a literal `kind`; they refer to live objects, so a probe copies what it wants to keep before it returns.
 */
export interface KernelEvent {
  readonly kind: string
}

/**
 * Watches a simulation. The kernel parts emit an event only when `simulation.probe` is not null, as a kernel tracepoint
 * costs nothing while nobody listens: `if (sim.probe !== null) sim.probe.emit({ kind: 'frame', … } satisfies
 * FrameEvent)`.
 */
export interface Probe {
  /** Called in the event in which it happens; `event` is valid until it returns. */
  emit<E extends KernelEvent>(event: E): void
}

/**
 * Owns run-time state that a trace may change (learned neighbours, conntrack, counters, queues). Before the first
 * change in a transaction it calls `simulation.touch(this)`, which asks it for a way back.
 */
export interface Stateful {
  /**
   * Remembers the present run-time state and returns a function that restores it. Called at most once a transaction.
   */
  capture(): () => void
  /**
   * The transaction that has captured this owner; written by `Simulation` alone. Declare it (`touchedAt = 0`) in owners
   * that are touched for every packet: the field is then there from the start and the object keeps its shape.
   */
  touchedAt?: number
}

/** Reason why `Simulation.run` returned. */
export type RunEnd = 'idle' | 'until' | 'budget'

/**
 * Decides draws by lot in the place of the random stream: one that replays a list of outcomes walks every branch
 * (`walkOutcomes`).
 */
export interface Decider {
  /**
   * How the draw falls.
   *
   * @param probability of `true`, more than 0 and less than 1
   * @param what the thing that draws, for instance the rule; only its identity means something here
   */
  decide(probability: number, what: object): boolean
  /** Supposes an answer to what nobody told. Absent: it cannot. */
  suppose?(question: Question): boolean
}

/** Something that the simulation was not told, and that decides what happens: whether an address is in a set of unknown members. */
export interface Question {
  /** What it is about: answers to questions on one subject must fit together. */
  readonly subject: string
  /** Tells questions on one subject apart; the same question has the same answer. */
  readonly key: string
  /** The answer in words: `10.1.2.3 is in set pods`. */
  readonly yes: string
  /** `10.1.2.3 is not in set pods` */
  readonly no: string
  /** What follows from earlier answers on the subject; null: nothing does. Absent: nothing ever does. */
  follows?(earlier: readonly Answer[]): boolean | null
}

/** What was supposed. */
export interface Answer {
  readonly question: Question
  readonly answer: boolean
}
