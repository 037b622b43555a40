import type { LabelSelector } from '../selectors/label-selector.ts'
import type { NamespacedMeta, ObjectSource, StringMap } from './meta.ts'
import type { PodSpec } from './pod.ts'

/** `v1.PodTemplateSpec` */
export interface PodTemplate {
  readonly metadata: { readonly labels: StringMap; readonly annotations: StringMap }
  readonly spec: PodSpec
}

/** The kinds of object that make pods of a template and are understood. */
export type WorkloadKind = 'Deployment' | 'ReplicaSet' | 'ReplicationController' | 'StatefulSet' | 'DaemonSet'

/** What makes pods of a template: Deployment, ReplicaSet, ReplicationController, StatefulSet or DaemonSet. */
export interface Workload {
  readonly kind: WorkloadKind
  readonly metadata: NamespacedMeta
  readonly spec: {
    /** Absent: one. A DaemonSet has none. */
    readonly replicas?: number | undefined
    readonly selector: LabelSelector
    readonly template: PodTemplate
    /** The headless Service of a StatefulSet: the subdomain of its pods. */
    readonly serviceName?: string | undefined
    /** Number of a StatefulSet's first pod (`spec.ordinals.start`). */
    readonly ordinalsStart: number
  }
  /** What a cluster said about it; absent in a manifest. */
  readonly status?: { readonly replicas: number } | undefined
  readonly source: ObjectSource
}
