import type { EndpointSlice } from '../objects/endpoint-slice.ts'
import type { Endpoints } from '../objects/endpoints.ts'
import type { FlannelConfig } from '../objects/flannel.ts'
import type { KubeProxyConfiguration } from '../objects/kube-proxy.ts'
import type { KubernetesObjects } from '../objects/kubernetes-objects.ts'
import type { Namespace } from '../objects/namespace.ts'
import type { Node } from '../objects/node.ts'
import type { Pod } from '../objects/pod.ts'
import type { Service } from '../objects/service.ts'
import type { Workload } from '../objects/workload.ts'
import { Problems } from '../problems.ts'
import { readConfigMap } from './config-map.ts'
import { ReadContext, type Validation } from './context.ts'
import { isMapping } from './document.ts'
import { type RawObject, rawObjects } from './documents.ts'
import { readEndpointSlice } from './endpoint-slice.ts'
import { readEndpoints } from './endpoints.ts'
import { noteUnknownFields, OBJECT_FIELDS } from './known-fields.ts'
import { readKubeProxyConfiguration } from './kube-proxy.ts'
import { readMeta, sourceOf } from './meta.ts'
import { dnsLabel } from './names.ts'
import { readNode } from './node.ts'
import { noteFlannel, noteProxyMode, OtherNetworkDetector } from './other-networks.ts'
import { readPod } from './pod.ts'
import { readService } from './service.ts'
import type { InputText } from './text.ts'
import { readWorkload } from './workload.ts'

/** How inputs are read. */
export interface ReadOptions {
  /** The namespace of objects that name none. Default `default`. */
  readonly namespace?: string | undefined
  /** The largest input, in bytes. Default 256 MB. */
  readonly maxInput?: number | undefined
  /**
   * `strict` (the default): what an API server refuses is an error. `lenient`: what kube-proxy would take all the same is a note.
   * Wrong types and text that is no address are errors in both.
   */
  readonly validation?: Validation | undefined
  /** Called after every thousandth object with the number of objects so far. */
  readonly onProgress?: ((objects: number) => void) | undefined
}

/** What is read, under construction. */
class Collection {
  readonly nodes = new Map<string, Node>()
  readonly namespaces = new Map<string, Namespace>()
  readonly pods = new Map<string, Pod>()
  readonly services = new Map<string, Service>()
  readonly endpointSlices = new Map<string, EndpointSlice>()
  readonly endpoints = new Map<string, Endpoints>()
  readonly workloads = new Map<string, Workload>()
  flannel: FlannelConfig | undefined
  kubeProxy: KubeProxyConfiguration | undefined
}

/** Kinds → the group they must be of. A Knative Service is none of ours. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Node: [''],
  Namespace: [''],
  Pod: [''],
  Service: [''],
  Endpoints: [''],
  ConfigMap: [''],
  ReplicationController: [''],
  EndpointSlice: ['discovery.k8s.io'],
  Deployment: ['apps', 'extensions'],
  ReplicaSet: ['apps', 'extensions'],
  DaemonSet: ['apps', 'extensions'],
  StatefulSet: ['apps'],
  KubeProxyConfiguration: ['kubeproxy.config.k8s.io'],
}

/** The versions that today's API servers know. */
const CURRENT = new Set(['v1', 'apps/v1', 'discovery.k8s.io/v1', 'kubeproxy.config.k8s.io/v1alpha1'])

/**
 * Reads Kubernetes objects out of YAML and JSON texts: many documents, `List`s, the typed lists of `kubectl get -o json|yaml`.
 *
 * @throws InputError with everything that is wrong, each with file, line, object and field
 * @throws UnsupportedError when all that is wrong is IPv6-only objects and the like
 */
export function readObjects(inputs: InputText | readonly InputText[], options: ReadOptions = {}): KubernetesObjects {
  const problems = new Problems()
  const reader = new ObjectsReader(problems, options)
  for (const input of Array.isArray(inputs) ? (inputs as readonly InputText[]) : [inputs as InputText])
    reader.read(input)
  return reader.finish()
}

class ObjectsReader {
  readonly #problems: Problems
  readonly #options: ReadOptions
  readonly #collection = new Collection()
  readonly #detector: OtherNetworkDetector
  readonly #passedOver = new Map<string, number>()
  readonly #files: string[] = []
  #count = 0

  constructor(problems: Problems, options: ReadOptions) {
    this.#problems = problems
    this.#options = options
    this.#detector = new OtherNetworkDetector(problems)
  }

  read(input: InputText): void {
    const before = this.#count
    const problemsBefore = this.#problems.problems.length
    for (const raw of rawObjects(input, this.#problems, this.#options.maxInput)) {
      this.#count++
      if (this.#count % 1000 === 0) this.#options.onProgress?.(this.#count)
      this.#object(raw)
    }
    if (this.#count === before && this.#problems.problems.length === problemsBefore) this.#files.push(input.name)
  }

  #object(raw: RawObject): void {
    const { kind, apiVersion, fields } = raw
    const meta = isMapping(fields.metadata) ? fields.metadata : {}
    const name = typeof meta.name === 'string' ? meta.name : ''
    const namespace = typeof meta.namespace === 'string' ? meta.namespace : (this.#options.namespace ?? 'default')
    this.#detector.see(apiVersion, kind, namespace, name, fields)
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
    if (GROUPS[kind]?.includes(group) !== true) {
      this.#passedOver.set(kind, (this.#passedOver.get(kind) ?? 0) + 1)
      return
    }
    const context = this.#contextOf(raw, name, namespace)
    if (!CURRENT.has(apiVersion)) {
      this.#problems.note('OLD_VERSION', `${kind}: apiVersion ${apiVersion} is read as the current one`, () =>
        context.where(),
      )
    }
    this.#readKind(kind, name, fields, context)
  }

  #contextOf(raw: RawObject, name: string, namespace: string): ReadContext {
    const { kind } = raw
    const clusterWide = kind === 'Node' || kind === 'Namespace'
    const full = name === '' ? kind : `${kind} ${clusterWide ? '' : `${namespace}/`}${name}`
    return new ReadContext(raw.document, raw.path, {
      problems: this.#problems,
      validation: this.#options.validation ?? 'strict',
      namespace: this.#options.namespace ?? 'default',
      kind,
      name: kind === 'KubeProxyConfiguration' ? kind : full,
    })
  }

  #readKind(kind: string, name: string, fields: RawObject['fields'], context: ReadContext): void {
    const all = this.#collection
    switch (kind) {
      case 'Node': {
        const node = readNode(fields, context)
        this.#detector.seeNode(node.metadata.annotations)
        this.#put(all.nodes, node.metadata.name, node, context)
        break
      }
      case 'Namespace':
        this.#put(all.namespaces, name, readNamespace(fields, context), context)
        break
      case 'Pod':
        this.#putNamespaced(all.pods, readPod(fields, context), context)
        break
      case 'Service':
        this.#putNamespaced(all.services, readService(fields, context), context)
        break
      case 'Endpoints':
        this.#putNamespaced(all.endpoints, readEndpoints(fields, context), context)
        break
      case 'EndpointSlice':
        this.#putNamespaced(all.endpointSlices, readEndpointSlice(fields, context), context)
        break
      case 'ConfigMap': {
        const { flannel, kubeProxy } = readConfigMap(fields, name, context)
        if (flannel !== undefined) all.flannel = flannel
        if (kubeProxy !== undefined) this.#putKubeProxy(kubeProxy, context)
        break
      }
      case 'KubeProxyConfiguration':
        this.#putKubeProxy(readKubeProxyConfiguration(fields, context), context)
        break
      default:
        this.#putNamespaced(all.workloads, readWorkload(fields, context), context)
    }
  }

  #putKubeProxy(configuration: KubeProxyConfiguration | undefined, context: ReadContext): void {
    if (this.#collection.kubeProxy !== undefined) {
      const text = 'there are several configurations of kube-proxy in the input: the last one counts, for all nodes'
      this.#problems.note('TWICE', text, () => context.where())
    }
    this.#collection.kubeProxy = configuration
  }

  #putNamespaced<T extends { kind: string; metadata: { namespace: string; name: string } }>(
    map: Map<string, T>,
    object: T | undefined,
    context: ReadContext,
  ): void {
    if (object === undefined) return
    const { namespace, name } = object.metadata
    const key = object.kind === 'Pod' || map !== (this.#collection.workloads as unknown) ? `${namespace}/${name}` : ''
    this.#put(map, key === '' ? `${object.kind} ${namespace}/${name}` : key, object, context)
  }

  /** The same object twice: the last one counts, as when both are applied. */
  #put<T>(map: Map<string, T>, key: string, object: T, context: ReadContext): void {
    if (map.has(key)) {
      this.#problems.note('TWICE', `${context.name} stands twice in the input: the last one counts`, () =>
        context.where(),
      )
    }
    map.set(key, object)
  }

  finish(): KubernetesObjects {
    const all = this.#collection
    this.#notePassedOver()
    this.#checkEmpty()
    const flannel = all.flannel === undefined ? undefined : { ...all.flannel, ipMasq: ipMasqOf(all.workloads.values()) }
    if (flannel !== undefined) noteFlannel(flannel.backend.type, flannel.enableNFTables, this.#problems)
    noteProxyMode(all.kubeProxy?.mode, this.#problems)
    this.#problems.throwIfAny()
    return {
      nodes: [...all.nodes.values()],
      namespaces: [...all.namespaces.values()],
      pods: [...all.pods.values()],
      services: [...all.services.values()],
      endpointSlices: [...all.endpointSlices.values()],
      endpoints: [...all.endpoints.values()],
      workloads: [...all.workloads.values()],
      flannel,
      kubeProxy: all.kubeProxy,
      notes: this.#problems.notes,
    }
  }

  #notePassedOver(): void {
    if (this.#passedOver.size === 0) return
    const kinds = [...this.#passedOver].sort(([a], [b]) => (a < b ? -1 : 1))
    const total = kinds.reduce((sum, [, count]) => sum + count, 0)
    const list = kinds.map(([kind, count]) => `${count} ${kind}`).join(', ')
    this.#problems.note(
      'OTHER_KINDS',
      total === 1
        ? `an object of another kind was passed over: ${kinds[0]![0]}`
        : `${total} objects of other kinds were passed over: ${list}`,
    )
  }

  /** A file without objects among others is noted; when there is nothing at all, it is an error. */
  #checkEmpty(): void {
    for (const file of this.#files) {
      if (this.#count > 0) this.#problems.note('EMPTY_INPUT', 'an input holds no Kubernetes objects', { file })
      else
        this.#problems.add({ code: 'EMPTY_INPUT', where: { file }, message: 'the input holds no Kubernetes objects' })
    }
  }
}

function readNamespace(fields: RawObject['fields'], context: ReadContext): Namespace {
  noteUnknownFields(fields, OBJECT_FIELDS, context)
  return { kind: 'Namespace', metadata: readMeta(fields, dnsLabel, context), source: sourceOf(context) }
}

/** Is `--ip-masq` among the arguments of flannel's DaemonSet? Undefined when there is no such DaemonSet. */
function ipMasqOf(workloads: Iterable<Workload>): boolean | undefined {
  for (const { kind, spec } of workloads) {
    if (kind !== 'DaemonSet') continue
    const flannel = spec.template.spec.containers.find(({ name, command }) => {
      return name === 'kube-flannel' || command?.some((word) => word.endsWith('/flanneld')) === true
    })
    if (flannel === undefined) continue
    const words = [...(flannel.command ?? []), ...(flannel.args ?? [])]
    return words.some((word) => /^--?ip-masq(=true)?$/.test(word))
  }
  return undefined
}
