import type { Cluster, TraceRequest } from '../../cluster/cluster.ts'
import type { Trace, TraceBranch } from '../../trace/index.ts'
import type { EndExpectation, Names } from './ends.ts'
import { judge, type ViaExpectation, type WayExpectation } from './judge.ts'
import { firstTranslatedPair } from './pod-pairs.ts'

/** What a matcher answers: Vitest's and Jest's `expect.extend` take functions with such results. */
export interface MatcherResult {
  readonly pass: boolean
  /** What the runner prints when it fails. */
  readonly message: () => string
}

/** How to send, and what else must hold. Unless `allBranches` is false, every outcome of every draw is followed. */
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
 * Does a packet get there, and its answer back, and does everything else hold that is expected? In every branch; with `.not`, in none.
 *
 * @throws KubehopError when a name is wrong: `.not` does not hide that
 */
export function toReach(
  this: unknown,
  cluster: Cluster,
  from: string,
  to: string,
  expected: ReachExpectation = {},
): MatcherResult {
  const { withoutNat, via, servedBy, seenAs, ...how } = expected
  const trace = cluster.trace({ from, to, allBranches: true, ...how })
  const looked = { trace, names: { cluster, namespace: how.namespace } }
  lastReached.set(cluster, looked)
  return resultOf(this, looked, { withoutNat, via, servedBy, seenAs })
}

/** Was nothing translated, there and back? Of a trace, or of what `toReach` looked at. With `.not`: was there something in every branch? */
export function withoutNat(this: unknown, subject: Cluster | Trace): MatcherResult {
  return resultOf(this, lookAt(subject), { withoutNat: true })
}

/** Did it meet this on its way? Of a trace, or of what `toReach` looked at. */
export function via(
  this: unknown,
  subject: Cluster | Trace,
  expected: ViaExpectation | readonly ViaExpectation[],
): MatcherResult {
  return resultOf(this, lookAt(subject), { via: expected })
}

/** Did it arrive there? Of a trace, or of what `toReach` looked at. */
export function servedBy(this: unknown, subject: Cluster | Trace, expected: EndExpectation): MatcherResult {
  return resultOf(this, lookAt(subject), { servedBy: expected })
}

/** Did the server see this client? Of a trace, or of what `toReach` looked at. */
export function seenAs(this: unknown, subject: Cluster | Trace, expected: EndExpectation): MatcherResult {
  return resultOf(this, lookAt(subject), { seenAs: expected })
}

/**
 * Does every pod reach every pod, and see it under its own address? It is what Kubernetes asks of a network. Each pair exchanges a ping, or a
 * datagram to a port. Pods in the network of their host are left out.
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
  /** Nothing was translated, there and back. */
  withoutNat(): KubehopChain
  /** It met these translations. */
  via(expected: ViaExpectation | readonly ViaExpectation[]): KubehopChain
  /** It arrived there. */
  servedBy(expected: EndExpectation): KubehopChain
  /** The server saw this client. */
  seenAs(expected: EndExpectation): KubehopChain
}

/** The matchers as `expect(…)` has them after `expect.extend(matchers)`: extend your runner's `Matchers` with this interface. */
export interface KubehopMatchers extends Omit<KubehopChain, 'not'> {
  /** A packet gets there, and its answer back. */
  toReach(from: string, to: string, expected?: ReachExpectation): KubehopChain
  /** Every pod reaches every pod, and sees it under its own address. */
  toConnectAllPods(options?: { readonly udpPort?: number }): void
}

/** All of them, for `expect.extend(matchers)`. */
export const matchers = {
  /** {@link toReach} */
  toReach,
  /** {@link withoutNat} */
  withoutNat,
  /** {@link via} */
  via,
  /** {@link servedBy} */
  servedBy,
  /** {@link seenAs} */
  seenAs,
  /** {@link toConnectAllPods} */
  toConnectAllPods,
}

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

/** `expect(…).not`, as Vitest and Jest tell a matcher by its `this`. */
function isDenied(context: unknown): boolean {
  return (context as { readonly isNot?: boolean } | undefined)?.isNot === true
}

function resultOf(context: unknown, { trace, names }: Looked, expected: WayExpectation): MatcherResult {
  const { branches, data } = trace
  const judged = branches.map((branch) => judge(branch, expected, names))
  const isGood = (problems: readonly string[]) => problems.length === 0
  const pass = isDenied(context) ? judged.some(isGood) : judged.every(isGood)
  const flow = `${data.from.name} → ${data.to.name} (${data.protocol})`
  return {
    pass,
    message: () => {
      if (pass) return `${flow} should not do so, and does:\n\n${trace.format('minimal')}`
      const lines = judged.flatMap((problems, i) =>
        problems.map((text) => `  ${oddsOf(branches[i]!, branches.length)}${text}`),
      )
      return [`${flow}:`, ...new Set(lines), '', trace.format('summary')].join('\n')
    },
  }
}

function oddsOf({ probability }: TraceBranch, count: number): string {
  return count === 1 ? '' : `with probability ${Number(probability.toFixed(4))}: `
}
