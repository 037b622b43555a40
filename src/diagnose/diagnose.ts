import type { ClusterObjects, KubernetesObjects } from '../kubernetes/index.ts'
import type { NamespaceEvidence } from '../snapshot/index.ts'
import type { FindingDefinition } from './definition.ts'
import { Examination } from './examination.ts'
import { type Finding, SEVERITIES, type Unchecked } from './finding.ts'
import { FINDINGS } from './registry.ts'
import { World } from './world.ts'

/** What is looked at. */
export interface DiagnosisInput {
  /** The namespaces of all hosts. */
  readonly evidence?: readonly NamespaceEvidence[]
  /** The same hosts at an earlier time: what has grown since, is told. */
  readonly earlier?: readonly NamespaceEvidence[] | undefined
  /** The objects as they were told. */
  readonly told?: KubernetesObjects | undefined
  /** The same, completed to a cluster. */
  readonly objects?: ClusterObjects | undefined
}

/** What to look for. */
export interface DiagnosisOptions {
  /** Only these findings, by their codes. Default: all. */
  readonly only?: readonly string[] | undefined
}

/** What was found, and what could not be looked at. */
export interface Diagnosis {
  /** The gravest first. */
  readonly findings: readonly Finding[]
  readonly unchecked: readonly Unchecked[]
}

/** Looks for everything that kubehop knows to go wrong. What nobody told of is never guessed: it is listed in `unchecked`. */
export function diagnose(input: DiagnosisInput, { only }: DiagnosisOptions = {}): Diagnosis {
  const world = new World(input.evidence ?? [], input.told ?? null, input.objects ?? null, input.earlier)
  const findings: Finding[] = []
  const unchecked: Unchecked[] = []
  for (const definition of FINDINGS) {
    if (only !== undefined && only.length > 0 && !only.includes(definition.code)) continue
    const examination = new Examination(world, definition.code)
    for (const found of definition.examine(examination)) findings.push(complete(definition, found))
    unchecked.push(...examination.unchecked)
  }
  findings.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
  return { findings, unchecked }
}

function complete(
  definition: FindingDefinition,
  found: ReturnType<FindingDefinition['examine']> extends Iterable<infer T> ? T : never,
): Finding {
  return {
    code: definition.code,
    severity: found.severity ?? definition.severity,
    title: found.title,
    explanation: found.explanation ?? definition.explanation,
    where: found.where,
    evidence: found.evidence,
    fix: found.fix,
  }
}
