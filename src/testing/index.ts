/**
 * For the tests of those who build on a cluster's network: what to generate, and what to expect of it.
 *
 * - `arbitraries/`: fast-check arbitraries of addresses, packets, rule tables, manifests and whole clusters. What they generate is right:
 *   the kernel takes the tables, Kubernetes takes the manifests. Counterexamples are printed as text that the real tools read, too.
 * - `matchers/`: plain functions for `expect.extend`, of Vitest or Jest, about clusters and traces. No test runner is imported.
 *
 * ```ts
 * import fc from 'fast-check'
 * import { clusters, type KubehopMatchers, matchers } from 'kubehop/testing'
 * import { expect, test } from 'vitest'
 *
 * expect.extend(matchers)
 * declare module 'vitest' {
 *   interface Matchers<T = any> extends KubehopMatchers {}
 * }
 *
 * test('every pod reaches every pod without NAT', () => {
 *   fc.assert(fc.property(clusters(), (cluster) => { expect(cluster).toConnectAllPods() }))
 * })
 *
 * test('the frontend reaches the cart', () => {
 *   expect(cluster).toReach('deploy/frontend', 'svc/cart:7070').via({ dnat: 'deploy/cart' }).seenAs('deploy/frontend')
 *   expect(cluster).toReach('pod/a', 'pod/b:80', { withoutNat: true, servedBy: 'pod/b' })
 *   expect(cluster).not.toReach('external', 'svc/cart:7070')
 * })
 * ```
 *
 * Mind the braces in the property: fast-check takes what an arrow function gives for its verdict, and an assertion is not `true`.
 *
 * Chains work where `expect(…).toReach(…)` returns the assertion, as in Vitest; the third argument works everywhere, and so does
 * `expect(trace).withoutNat()` with a trace of `cluster.trace(…)`.
 *
 * fast-check is an optional peer dependency: it is needed as soon as this module is imported. It knows the folders below it and no test runner.
 *
 * @packageDocumentation
 */

export { ipv4Addresses, ipv4Prefixes, macAddresses, ports } from './arbitraries/addresses.ts'
export {
  type ClusterConstraints,
  type ClusterManifests,
  clusterManifests,
  clusterOf,
  clusters,
} from './arbitraries/clusters.ts'
export { clusterNetworks, type NetworkOptions } from './arbitraries/networks.ts'
export { type PacketConstraints, packets } from './arbitraries/packets.ts'
export type { Range } from './arbitraries/range.ts'
export { type RuleConstraints, ruleTables, ruleTableTexts } from './arbitraries/rules.ts'
export type { GeneratedServiceKind } from './arbitraries/services.ts'
export type { EndExpectation } from './matchers/ends.ts'
export type { ViaExpectation, WayExpectation } from './matchers/judge.ts'
export {
  type KubehopChain,
  type KubehopMatchers,
  type MatcherResult,
  matchers,
  type ReachExpectation,
  seenAs,
  servedBy,
  toConnectAllPods,
  toReach,
  via,
  withoutNat,
} from './matchers/matchers.ts'
