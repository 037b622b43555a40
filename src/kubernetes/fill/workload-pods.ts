import { canonicalJson, hash32, nameSuffix, safeEncode } from '../hash.ts'
import { LabelIndex } from '../label-index.ts'
import { keyOf } from '../objects/meta.ts'
import type { Node } from '../objects/node.ts'
import { isPodTerminal, type Pod, type PodSpec } from '../objects/pod.ts'
import type { Workload } from '../objects/workload.ts'
import { podsOfWorkload } from '../owners.ts'
import { type Filling, nameOf } from './filling.ts'
import { daemonTolerations, nodeFits } from './node-fits.ts'

/** Generated names are cut to leave room for their suffix (apiserver/pkg/storage/names/generate.go). */
const LONGEST_BASE = 58
/** Pod names in Deployments and DaemonSets end in five characters. */
const SUFFIX = 5
/** Kubernetes is made for 150,000 pods; a typing error in `replicas` must not be worked off pod by pod. */
const MOST_PODS = 1_000_000

/** Pods of workloads as their controllers make them. */
export class WorkloadPods {
  /** Those that the input has. */
  readonly #pods: LabelIndex<Pod>
  readonly #nodes: readonly Node[]
  readonly #filling: Filling
  readonly #names: Set<string>
  /** Those that were made in an earlier filling in: they stay what they are, as long as they are still wanted. */
  readonly #earlier = new Map<string, Pod>()
  readonly #owners: ReadonlySet<string>
  #wanted = 0

  constructor(pods: readonly Pod[], workloads: readonly Workload[], nodes: readonly Node[], filling: Filling) {
    const own: Pod[] = []
    for (const pod of pods) {
      if (pod.source.generatedFor === undefined) own.push(pod)
      else this.#earlier.set(keyOf(pod), pod)
    }
    this.#pods = new LabelIndex(own)
    this.#names = new Set(workloads.length === 0 ? [] : own.map(keyOf))
    this.#nodes = nodes
    this.#filling = filling
    this.#owners = ownersOfWorkloads(workloads)
  }

  /** The pods that the workload is short of. Their nodes and addresses are not chosen yet, but for a DaemonSet's. */
  missing(workload: Workload): Pod[] {
    if (workload.kind === 'DaemonSet') return this.#daemons(workload)
    // A Deployment whose ReplicaSets are in the input has its pods through them.
    if (workload.kind === 'Deployment' && this.#owners.has(nameOf(workload))) return []
    const { replicas } = workload.spec
    const existing = podsOfWorkload(workload, this.#pods).filter((pod) => !isPodTerminal(pod))
    if (workload.status !== undefined && existing.length > 0) return []
    const wanted = workload.status?.replicas ?? replicas ?? 1
    if (this.#isTooMany(workload, wanted)) return []
    if (workload.kind === 'StatefulSet') return this.#numbered(workload, wanted, existing)
    return this.#replicas(workload, wanted - existing.length)
  }

  #isTooMany(workload: Workload, wanted: number): boolean {
    this.#wanted += wanted
    if (this.#wanted <= MOST_PODS) return false
    const message = `${this.#wanted} pods are more than kubehop makes of workloads, ${MOST_PODS}`
    this.#filling.problem('TOO_MANY_PODS', workload, 'spec.replicas', message)
    this.#wanted -= wanted
    return true
  }

  #replicas(workload: Workload, count: number): Pod[] {
    const { name } = workload.metadata
    const hash = this.#templateHash(workload)
    const set = workload.kind === 'Deployment' ? `${name}-${hash}` : name
    const owner = workload.kind === 'Deployment' ? 'ReplicaSet' : workload.kind
    const labels = workload.kind === 'Deployment' ? { 'pod-template-hash': hash } : {}
    const pods: Pod[] = []
    for (let i = 0; pods.length < count; i++) {
      const podName = this.#podName(workload, set, i)
      if (!this.#names.has(`${workload.metadata.namespace}/${podName}`)) {
        pods.push(this.#pod(workload, podName, { kind: owner, name: set }, labels))
      }
    }
    return pods
  }

  /** web-0, web-1, … (pkg/controller/statefulset/stateful_set_utils.go `newStatefulSetPod`). */
  #numbered(workload: Workload, wanted: number, existing: readonly Pod[]): Pod[] {
    const { name } = workload.metadata
    const taken = new Set(existing.map((pod) => pod.metadata.name))
    const pods: Pod[] = []
    for (let i = 0; i < wanted; i++) {
      const index = workload.spec.ordinalsStart + i
      const podName = `${name}-${index}`
      if (taken.has(podName)) continue
      const labels = {
        'statefulset.kubernetes.io/pod-name': podName,
        'apps.kubernetes.io/pod-index': String(index),
      }
      const own = { hostname: podName, subdomain: workload.spec.serviceName }
      pods.push(this.#pod(workload, podName, { kind: 'StatefulSet', name }, labels, own))
    }
    return pods
  }

  /** One on each node that fits and has none yet (pkg/controller/daemon/daemon_controller.go `nodeShouldRunDaemonPod`). */
  #daemons(workload: Workload): Pod[] {
    const existing = podsOfWorkload(workload, this.#pods).filter((pod) => !isPodTerminal(pod))
    if (workload.status !== undefined && (existing.length > 0 || workload.status.replicas === 0)) return []
    const { name } = workload.metadata
    const { spec } = workload.spec.template
    const covered = new Set(existing.map((pod) => pod.spec.nodeName))
    const tolerations = daemonTolerations(spec)
    return this.#nodes.flatMap((node, i) => {
      const nodeName = node.metadata.name
      const wanted = spec.nodeName === undefined || spec.nodeName === nodeName
      if (!wanted || covered.has(nodeName) || !nodeFits(spec, node, tolerations)) return []
      const own = { nodeName, tolerations }
      return [this.#pod(workload, this.#podName(workload, name, i), { kind: 'DaemonSet', name }, {}, own)]
    })
  }

  #pod(
    workload: Workload,
    name: string,
    owner: { kind: string; name: string },
    labels: Record<string, string>,
    own: Partial<PodSpec> = {},
  ): Pod {
    const { template } = workload.spec
    const key = `${workload.metadata.namespace}/${name}`
    this.#names.add(key)
    this.#filling.assumptions.add('PODS', () => key)
    const earlier = this.#earlier.get(key)
    if (earlier !== undefined && isDeepEqual(insideOf(earlier.spec), insideOf(template.spec))) return earlier
    return {
      kind: 'Pod',
      metadata: {
        name,
        namespace: workload.metadata.namespace,
        labels: { ...template.metadata.labels, ...labels },
        annotations: template.metadata.annotations,
        ownerReferences: [{ ...owner, controller: true }],
      },
      spec: { ...template.spec, ...own },
      status: {},
      source: { ...workload.source, generatedFor: nameOf(workload) },
    }
  }

  /** `frontend-6d5f8c7b9-x7k2p`: chance in Kubernetes, a hash of the name here. */
  #podName(workload: Workload, set: string, index: number): string {
    const text = `${workload.kind} ${workload.metadata.namespace}/${set}/${index}`
    return `${set.slice(0, LONGEST_BASE - 1)}-${nameSuffix(text, SUFFIX, this.#filling.seed)}`
  }

  /** In the form of pod-template-hash (pkg/controller/controller_utils.go `ComputeHash`); the hash itself is another one. */
  #templateHash(workload: Workload): string {
    return safeEncode(String(hash32(canonicalJson(workload.spec.template), this.#filling.seed)))
  }
}

/** What one sees in a pod. */
function insideOf({ containers, dnsPolicy, dnsConfig, hostAliases }: PodSpec): unknown {
  return { containers, dnsPolicy, dnsConfig, hostAliases }
}

function isDeepEqual(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b)
}

/** The Deployments that own a ReplicaSet of the input. */
function ownersOfWorkloads(workloads: readonly Workload[]): Set<string> {
  const owners = new Set<string>()
  for (const { metadata } of workloads) {
    for (const { kind, name } of metadata.ownerReferences) owners.add(`${kind} ${metadata.namespace}/${name}`)
  }
  return owners
}
