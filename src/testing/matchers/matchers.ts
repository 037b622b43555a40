import type { Cluster, TraceRequest } from '../../cluster/cluster.ts'
import type { Trace } from '../../trace/index.ts'
import type { EndExpectation, Names } from './ends.ts'
import { judge, type ViaExpectation, type WayExpectation } from './judge.ts'
import { firstTranslatedPair } from './pod-pairs.ts'

/** What a matcher answers: Vitest's and Jest's `expect.extend` take functions with such results. */
export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

/** How to reach, and what else must hold. By default every branch of every draw is followed, and all of it must hold in each. */
export interface ReachExpectation
  extends WayExpectation,
    Pick<TraceRequest, 'namespace' | 'protocol' | 'sourcePort' | 'seed' | 'allBranches'> {}

/** A trace to look at, and who explains its names. */
interface Looked {
  readonly trace: Trace
  readonly names: Names | null
}

/** The last `toReach` of each cluster: what comes behind it in a chain is about that. */
const lastReached = new WeakMap<Cluster, Looked>()

/**
 * Does a packet get there, and its answer back? In every branch, and with everything else that is expected.
 *
 * @throws KubehopError when a name is wrong: `.not` does not hide that
 */
export function toReach(cluster: Cluster, from: string, to: string, expected: ReachExpectation = {}): MatcherResult {
  const { withoutNat, via, servedBy, seenAs, ...how } = expected
  const trace = cluster.trace({ from, to, allBranches: true, ...how })
  const looked = { trace, names: { cluster, namespace: how.namespace } }
  lastReached.set(cluster, looked)
  return resultOf(`${from} to reach ${to}`, looked, { ...definedOnly({ withoutNat, via, servedBy, seenAs }) })
}

/** Was nothing translated, there and back? Of a trace, or of what `toReach` looked at. */
export function withoutNat(subject: Cluster | Trace): MatcherResult {
  return resultOf('no translation', lookAt(subject), { withoutNat: true })
}

/** Did it meet these translations? Of a trace, or of what `toReach` looked at. */
export function via(subject: Cluster | Trace, expected: ViaExpectation | readonly ViaExpectation[]): MatcherResult {
  return resultOf('other translations', lookAt(subject), { via: expected })
}

/** Did it arrive there? Of a trace, or of what `toReach` looked at. */
export function servedBy(subject: Cluster | Trace, expected: EndExpectation): MatcherResult {
  return resultOf('another server', lookAt(subject), { servedBy: expected })
}

/** Did the server see this client? Of a trace, or of what `toReach` looked at. */
export function seenAs(subject: Cluster | Trace, expected: EndExpectation): MatcherResult {
  return resultOf('another client', lookAt(subject), { seenAs: expected })
}

/**
 * Does every pod reach every pod, and see it under its own address? It is what Kubernetes asks of a network. Each pair exchanges one ping,
 * or one datagram to a port.
 */
export function toConnectAllPods(cluster: Cluster, options: { readonly udpPort?: number } = {}): MatcherResult {
  const failure = firstTranslatedPair(cluster, options.udpPort)
  return {
    pass: failure === null,
    message: () => failure ?? 'expected some pod not to reach another, but all do, and under their own addresses',
  }
}

/** What may follow `toReach` in a chain. */
export interface KubehopChain {
  readonly not: KubehopChain
  withoutNat(): KubehopChain
  via(expected: ViaExpectation | readonly ViaExpectation[]): KubehopChain
  servedBy(expected: EndExpectation): KubehopChain
  seenAs(expected: EndExpectation): KubehopChain
}

/** The matchers as `expect(…)` has them after `expect.extend(matchers)`: extend your runner's `Matchers` with this interface. */
export interface KubehopMatchers extends Omit<KubehopChain, 'not'> {
  toReach(from: string, to: string, expected?: ReachExpectation): KubehopChain
  toConnectAllPods(options?: { readonly udpPort?: number }): void
}

/** All of them, for `expect.extend(matchers)`. */
export const matchers = { toReach, withoutNat, via, servedBy, seenAs, toConnectAllPods }

function lookAt(subject: Cluster | Trace): Looked {
  if (isTrace(subject)) return { trace: subject, names: null }
  const looked = lastReached.get(subject)
  if (looked === undefined) throw new TypeError('ask where to first: expect(cluster).toReach(from, to).withoutNat()')
  return looked
}

/** Not `instanceof`: a program may have loaded kubehop as an ES module and as CommonJS. */
function isTrace(subject: Cluster | Trace): subject is Trace {
  return 'translations' in subject
}

function resultOf(what: string, { trace, names }: Looked, expected: WayExpectation): MatcherResult {
  const problems = judge(trace, expected, names)
  const pass = problems.length === 0
  return {
    pass,
    message: () =>
      pass
        ? `expected ${trace.data.from.name} → ${trace.data.to.name} not so, but it is:\n\n${trace.format('minimal')}`
        : `expected ${what}:\n${problems.map((text) => `  ${text}`).join('\n')}\n\n${trace.format('summary')}`,
  }
}

function definedOnly(expected: { [K in keyof WayExpectation]?: WayExpectation[K] | undefined }): WayExpectation {
  return Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined))
}
