import type { Cluster, TraceRequest } from '../cluster/index.ts'
import type { Machine, Program } from '../commands/index.ts'
import type { NetworkNamespace } from '../netns/index.ts'
import type { Simulation } from '../sim/index.ts'
import type { Trace } from '../trace/index.ts'
import type { Place } from './place.ts'

/** What a session looks around in: machines of one simulation, and what is known of them as a whole. */
export interface World {
  readonly sim: Simulation
  /** The cluster that it is; null: there is none. */
  readonly cluster: Cluster | null
  /** What it is, in a sentence. */
  readonly greeting: string
  /** Where one is to begin with. */
  readonly home: string
  /**
   * The place that a reference names.
   *
   * @throws KubehopError `BAD_REFERENCE`, `NOT_FOUND` (with the nearest names), `NOT_RUNNING`
   */
  find(reference: string, namespace: string): Place
  /** References of all places. */
  places(): string[]
  /** Every namespace of it, in a fixed order. */
  namespaces(): Iterable<NetworkNamespace>
  /** The machines that somebody has looked at by now. */
  machines(): Iterable<Machine>
  /** Follows a packet. @throws KubehopError `BAD_REFERENCE`, `NOT_FOUND` (with the nearest names), `NOT_RUNNING`, `BAD_PORT` */
  trace(request: TraceRequest): Trace
  /** Programs that it has besides those of every machine. */
  programs(namespace: string): Readonly<Record<string, Program>>
}
