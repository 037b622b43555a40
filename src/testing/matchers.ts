import type { Cluster } from '../cluster/index.ts'
import { KubehopError } from '../packet/errors.ts'
import type { Trace } from '../trace/index.ts'
import { type Complaint, checkAnsweredBy, checkDelivered, checkSeenAs, checkVia, checkWithoutNat } from './check.ts'
import type { ReachExpectation, Via } from './expectation.ts'
import { formatComplaints, reach } from './reach.ts'

/** What a matcher gives to its runner. Vitest and Jest agree on it. */
export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

/**
 * The matchers as they stand behind `expect(…)`; for the declaration that TypeScript needs:
 *
 * ```ts
 * declare module 'vitest' {
 *   interface Matchers<T = any> extends ReachMatchers<Assertion<T>> {}
 * }
 * ```
 */
export interface ReachMatchers<R = void> {
  /** A packet from there arrives here and is answered, whatever chance decides. Of a Cluster. */
  toReach(from: string, to: string, expectation?: ReachExpectation): R
  /** It was delivered and answered. Of a Trace. */
  toBeDelivered(): R
  /** Nothing was translated, there and back. Of a Trace, or behind `toReach`. */
  withoutNat(): R
  /** It met this on the way. Of a Trace, or behind `toReach`. */
  via(via: Via): R
  /** The server saw this client. Of a Trace, or behind `toReach`. */
  seenAs(client: string): R
  /** One of these answered. Of a Trace, or behind `toReach`. */
  answeredBy(...servers: string[]): R
}

/** The last trace that `toReach` made of a cluster: `expect(cluster).toReach(…).withoutNat()` goes on with it. */
const lastTraces = new WeakMap<Cluster, Trace>()

// Known by what they can do: a project may have loaded the package twice, as ES modules and as CommonJS.

function isCluster(value: unknown): value is Cluster {
  return typeof (value as Partial<Cluster> | null)?.trace === 'function'
}

function isTrace(value: unknown): value is Trace {
  return Array.isArray((value as Partial<Trace> | null)?.branches)
}

/** A Trace, or the one of a cluster's last `toReach`. */
function traceOf(received: unknown, matcher: string): Trace {
  if (isTrace(received)) return received
  const last = isCluster(received) ? lastTraces.get(received) : undefined
  if (last === undefined) {
    throw new KubehopError('BAD_EXPECTATION', `${matcher} looks at a Trace`, {
      hint: `write expect(trace).${matcher}(…), or expect(cluster).toReach(from, to).${matcher}(…)`,
    })
  }
  return last
}

function verdict(trace: Trace, complaints: readonly Complaint[], whatHolds: string): MatcherResult {
  return {
    pass: complaints.length === 0,
    message: () =>
      complaints.length === 0
        ? `${whatHolds}, and was not expected to\n\n${trace.format('minimal')}`
        : formatComplaints({ trace, complaints }),
  }
}

/**
 * Matchers for `expect.extend` of Vitest and Jest. They import no runner.
 *
 * ```ts
 * expect.extend(matchers)
 * expect(cluster).toReach('pod/a', 'svc/b:80')
 * expect(cluster).toReach('pod/a', 'pod/b:8080', { withoutNat: true })
 * expect(cluster.trace({ from: 'pod/a', to: 'svc/b:80' })).via({ dnat: '10.244.1.9:8080' })
 * // Vitest lets matchers follow one another:
 * expect(cluster).toReach('pod/a', 'svc/b:80').via({ dnat: '10.244.1.9:8080' }).seenAs('10.244.0.5')
 * ```
 */
export const matchers = {
  toReach(received: unknown, from: string, to: string, expectation: ReachExpectation = {}): MatcherResult {
    if (!isCluster(received)) {
      throw new KubehopError('BAD_EXPECTATION', 'toReach asks a Cluster', { hint: 'write expect(cluster).toReach(…)' })
    }
    const { trace, complaints } = reach(received, from, to, expectation)
    lastTraces.set(received, trace)
    return verdict(trace, complaints, `${from} reaches ${to}`)
  },

  toBeDelivered(received: unknown): MatcherResult {
    const trace = traceOf(received, 'toBeDelivered')
    return verdict(trace, checkDelivered(trace), 'the packet was delivered')
  },

  withoutNat(received: unknown): MatcherResult {
    const trace = traceOf(received, 'withoutNat')
    return verdict(trace, checkWithoutNat(trace), 'the packet went without NAT')
  },

  via(received: unknown, via: Via): MatcherResult {
    const trace = traceOf(received, 'via')
    return verdict(trace, checkVia(trace, via), 'the packet met all of it')
  },

  seenAs(received: unknown, client: string): MatcherResult {
    const trace = traceOf(received, 'seenAs')
    return verdict(trace, checkSeenAs(trace, client), `the server saw ${client}`)
  },

  answeredBy(received: unknown, ...servers: string[]): MatcherResult {
    const trace = traceOf(received, 'answeredBy')
    return verdict(trace, checkAnsweredBy(trace, servers), `${servers.join(' or ')} answered`)
  },
}
