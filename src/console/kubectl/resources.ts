import type { ClusterObjects } from '../../kubernetes/index.ts'
import type { WritableObject } from '../../kubernetes/write/index.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import { endpointSliceCells, endpointsCells } from './columns/endpoints.ts'
import { namespaceCells } from './columns/namespace.ts'
import { nodeCells } from './columns/node.ts'
import { podCells } from './columns/pod.ts'
import { serviceCells } from './columns/service.ts'
import { endpointsOf } from './endpoints-objects.ts'
import { KubectlError } from './errors.ts'

/** What `kubectl api-resources` says of a kind, and how a table of it looks (pkg/printers/internalversion/printers.go `AddHandlers`). */
export interface Resource {
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  /** Empty: the core group. */
  readonly group: string
  readonly kind: WritableObject['kind']
  readonly namespaced: boolean
  readonly columns: readonly string[]
  /** Those that `-o wide` adds. */
  readonly wideColumns: readonly string[]
  readonly list: (objects: ClusterObjects) => readonly WritableObject[]
  readonly cells: (object: WritableObject, wide: boolean) => readonly string[]
  /** What the API server says on standard error to whoever asks for it. */
  readonly warning?: string
}

interface Definition<T extends WritableObject> {
  readonly names: readonly [plural: string, singular: string, ...short: string[]]
  readonly group?: string
  readonly kind: T['kind']
  readonly namespaced: boolean
  readonly columns: readonly string[]
  readonly wide?: readonly string[]
  readonly list: (objects: ClusterObjects) => readonly T[]
  readonly cells: (object: T, wide: boolean) => readonly string[]
  readonly warning?: string
}

function define<T extends WritableObject>({ names, wide, cells, group, ...rest }: Definition<T>): Resource {
  const [plural, singular, ...shortNames] = names
  return {
    ...rest,
    plural,
    singular,
    shortNames,
    group: group ?? '',
    wideColumns: wide ?? [],
    // `list` gives what `cells` takes
    cells: cells as Resource['cells'],
  }
}

export const RESOURCES: readonly Resource[] = [
  define({
    names: ['nodes', 'node', 'no'],
    kind: 'Node',
    namespaced: false,
    columns: ['Name', 'Status', 'Roles', 'Age', 'Version'],
    wide: ['Internal-IP', 'External-IP', 'OS-Image', 'Kernel-Version', 'Container-Runtime'],
    list: ({ nodes }) => nodes,
    cells: nodeCells,
  }),
  define({
    names: ['namespaces', 'namespace', 'ns'],
    kind: 'Namespace',
    namespaced: false,
    columns: ['Name', 'Status', 'Age'],
    list: ({ namespaces }) => namespaces,
    cells: namespaceCells,
  }),
  define({
    names: ['pods', 'pod', 'po'],
    kind: 'Pod',
    namespaced: true,
    columns: ['Name', 'Ready', 'Status', 'Restarts', 'Age'],
    wide: ['IP', 'Node', 'Nominated Node', 'Readiness Gates'],
    list: ({ pods }) => pods,
    cells: podCells,
  }),
  define({
    names: ['services', 'service', 'svc'],
    kind: 'Service',
    namespaced: true,
    columns: ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age'],
    wide: ['Selector'],
    list: ({ services }) => services,
    cells: serviceCells,
  }),
  define({
    names: ['endpoints', 'endpoints', 'ep'],
    kind: 'Endpoints',
    namespaced: true,
    columns: ['Name', 'Endpoints', 'Age'],
    list: endpointsOf,
    cells: endpointsCells,
    warning: 'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  }),
  define({
    names: ['endpointslices', 'endpointslice'],
    group: 'discovery.k8s.io',
    kind: 'EndpointSlice',
    namespaced: true,
    columns: ['Name', 'AddressType', 'Ports', 'Endpoints', 'Age'],
    list: ({ endpointSlices }) => endpointSlices,
    cells: endpointSliceCells,
  }),
]

/** Resources that clusters have and kubehop shows nothing of. */
const OTHERS = new Set(
  (
    'all configmaps configmap cm secrets secret events event ev deployments deployment deploy replicasets replicaset rs statefulsets ' +
    'statefulset sts daemonsets daemonset ds replicationcontrollers replicationcontroller rc jobs job cronjobs cronjob cj ' +
    'ingresses ingress ing ingressclasses ingressclass networkpolicies networkpolicy netpol serviceaccounts serviceaccount sa ' +
    'persistentvolumes persistentvolume pv persistentvolumeclaims persistentvolumeclaim pvc leases lease limitranges limits ' +
    'resourcequotas quota poddisruptionbudgets pdb horizontalpodautoscalers hpa storageclasses sc roles role rolebindings ' +
    'rolebinding clusterroles clusterrole clusterrolebindings clusterrolebinding customresourcedefinitions crd crds ' +
    'servicecidrs ipaddresses ip podtemplates componentstatuses cs'
  ).split(' '),
)

/** What to type instead of some of them. */
const INSTEAD: readonly (readonly [names: readonly string[], hint: string])[] = [
  [['all'], 'kubectl get pods,svc'],
  [
    [
      'deployments',
      'deployment',
      'deploy',
      'replicasets',
      'replicaset',
      'rs',
      'statefulsets',
      'statefulset',
      'sts',
      'daemonsets',
      'daemonset',
      'ds',
    ],
    'kubectl get pods --show-labels has the pods that they made',
  ],
  [['networkpolicies', 'networkpolicy', 'netpol'], 'flannel leaves them to others: here they stop nobody'],
]

/** A resource as errors and `-o name` call it: with its group, if it has one. */
export function qualified({ group }: Resource, name: string): string {
  return group === '' ? name : `${name}.${group}`
}

/**
 * The resource of one of its names: `pods`, `po`, `pods.v1.`, `endpointslices.discovery.k8s.io`.
 *
 * @throws KubectlError no API server has it @throws UnsupportedError kubehop has nothing to show of it
 */
export function findResource(text: string): Resource {
  const [name = '', ...rest] = text.split('.')
  // pods.v1. and endpointslices.v1.discovery.k8s.io name the version, too
  const group = (rest.length > 1 && /^v\d/.test(rest[0]!) ? rest.slice(1) : rest).join('.')
  const found = RESOURCES.find(
    (resource) =>
      [resource.plural, resource.singular, ...resource.shortNames].includes(name) &&
      (group === resource.group || rest.length === 0),
  )
  if (found !== undefined) return found
  if (OTHERS.has(name)) {
    throw new UnsupportedError(`kubectl's ${text}`, {
      hint:
        INSTEAD.find(([names]) => names.includes(name))?.[1] ??
        `there are ${RESOURCES.map(({ plural }) => plural).join(', ')}`,
    })
  }
  throw new KubectlError(`error: the server doesn't have a resource type ${JSON.stringify(name)}`)
}
