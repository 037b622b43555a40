import type { ObjectSource } from '../kubernetes/index.ts'
import type { NamespaceEvidence, Source } from '../snapshot/index.ts'

/** `error`: packets do not arrive, or arrive wrong. `warning`: they do not under some circumstance that the finding tells. `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info'

/** From the gravest down. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']

/** Where something is wrong, as far as there is such a place. */
export interface Place {
  readonly host?: string
  /** As evidence names it: `node-1`, `node-1/web`. */
  readonly netns?: string
  readonly device?: string
  /** `Service shop/db`, `Pod shop/db-0`, `Node node-1` */
  readonly object?: string
}

/** What was read that shows it. */
export interface Proof {
  readonly text: string
  readonly source: Source
}

/** One thing to do about it: a command in a network namespace, or words. */
export interface FixStep {
  /** The namespace that the command is for, as evidence names it. */
  readonly netns?: string
  readonly command?: string
  readonly text?: string
}

/** Something that is wrong. */
export interface Finding {
  /** Stable; `docs/findings.md` tells all of them. */
  readonly code: string
  readonly severity: Severity
  /** What is wrong, in one sentence. */
  readonly title: string
  /** Why it matters, and what one sees of it. */
  readonly explanation: string
  readonly where: Place
  readonly evidence: readonly Proof[]
  readonly fix: readonly FixStep[]
  /** It lies on the way of the flow that was asked about. */
  readonly onPath?: true
}

/** A finding as its definition makes it; the rest is the definition's. */
export interface Found {
  readonly title: string
  /** Absent: that of the definition. */
  readonly severity?: Severity
  /** Absent: that of the definition. */
  readonly explanation?: string
  readonly where: Place
  readonly evidence: readonly Proof[]
  readonly fix: readonly FixStep[]
}

/** Something that could not be looked at, because nobody told what it needs. */
export interface Unchecked {
  /** The finding that was looked for. */
  readonly code: string
  /** What would have been needed: `sysctls`, `Kubernetes objects`. */
  readonly evidence: string
  /** The namespaces that it is missing of; empty where it is of no namespace. */
  readonly of: readonly string[]
}

/** The place of a namespace. */
export function placeOf(evidence: NamespaceEvidence, device?: string): Place {
  return { host: evidence.host, netns: evidence.name, ...(device === undefined ? {} : { device }) }
}

/** A command to type in a namespace. */
export function command(evidence: NamespaceEvidence, text: string): FixStep {
  return { netns: evidence.name, command: text }
}

/** Where an object was read. */
export function objectSource({ file, line }: ObjectSource): Source {
  return { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) }
}
