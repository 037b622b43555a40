/**
 * What is wrong, in the words of somebody who has seen it before.
 *
 * Evidence (`snapshot`) and Kubernetes objects go in, findings come out: what is wrong, where, what shows it, and what to do. Each kind of finding is a
 * `FindingDefinition` in `findings/`, and stands in `registry.ts`. It asks an `Examination` for evidence; what nobody told is null there, the finding stays
 * silent, and the question is listed as not checked. So no finding is a guess. What several of them need is read once: `world.ts` knows
 * namespaces, who hangs on whose bridge, and who has an address; `rules.ts` and `proxy-rules.ts` iptables' and kube-proxy's rules, `walk.ts` sends a packet that is known
 * in part through a chain; `routes.ts` routes; `leases.ts` what flannel's nodes are to each other.
 *
 * It must not know how evidence was gained, and sends no packets: that a finding stops one is shown by tests, on the real kernel.
 *
 * @packageDocumentation
 */

export type { FindingDefinition } from './definition.ts'
export { type Diagnosis, type DiagnosisInput, type DiagnosisOptions, diagnose } from './diagnose.ts'
export {
  DIFFERENCE_VERSION,
  type Difference,
  type DumpFlow,
  DumpSide,
  differenceOf,
  differenceText,
  type FlowChange,
  type Outcome,
  type Question,
  type Side,
  WorldSide,
} from './difference/index.ts'
export type { Finding, FixStep, Found, Place, Proof, Severity, Unchecked } from './finding.ts'
export { diagnoseFlow, type FlowDiagnosis, type FlowReport } from './flow.ts'
export { FINDING_GROUPS, FINDINGS, type FindingGroup } from './registry.ts'
export { DIAGNOSIS_VERSION, type DiagnosisData, diagnosisData, diagnosisText, type TextOptions } from './report.ts'
export { latestOf, type RecordedHost } from './same-host.ts'
