import { KubehopError } from '../packet/errors.ts'
import { nearestNames } from './nearest.ts'
import type { ObjectIndex } from './object-index.ts'
import type { Node } from './objects/node.ts'
import type { Pod } from './objects/pod.ts'
import type { Service, ServicePort } from './objects/service.ts'
import type { Workload } from './objects/workload.ts'
import { formatReference, type Reference } from './reference.ts'

/** What a reference names, found among the objects. */
export type Resolved =
  | { readonly kind: 'pod'; readonly pod: Pod; readonly port?: number | undefined }
  /** All pods of the workload, in their order; whether ready is for the caller to see. */
  | {
      readonly kind: 'workload'
      readonly workload: Workload
      readonly pods: readonly Pod[]
      readonly port?: number | string | undefined
    }
  /** `port` is absent when the reference names none and the Service has not exactly one. */
  | { readonly kind: 'service'; readonly service: Service; readonly port?: ServicePort | undefined }
  | { readonly kind: 'node'; readonly node: Node; readonly port?: number | undefined }
  | { readonly kind: 'external'; readonly address?: string | undefined; readonly port?: number | undefined }
  | { readonly kind: 'ip'; readonly address: string; readonly port?: number | undefined }

interface Named {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

/** Names like the wanted one, in its namespace first; then the same name elsewhere; then what there is. */
function nearest(reference: Reference & { name: string }, objects: readonly Named[]): string | undefined {
  const namespace = 'namespace' in reference ? reference.namespace : undefined
  const as = (object: Named) => {
    const other = { ...reference, name: object.metadata.name, port: undefined }
    return formatReference(
      namespace === undefined ? other : ({ ...other, namespace: object.metadata.namespace } as Reference),
      { namespace },
    )
  }
  const here = objects.filter(({ metadata }) => metadata.namespace === namespace)
  const elsewhere = objects.filter(
    ({ metadata }) => metadata.namespace !== namespace && metadata.name === reference.name,
  )
  if (elsewhere.length > 0) return `did you mean ${elsewhere.slice(0, 3).map(as).join(' or ')}?`
  const near = nearestNames(
    reference.name,
    here.map(({ metadata }) => metadata.name),
  )
  if (near.length > 0)
    return `did you mean ${near.map((name) => as(here.find(({ metadata }) => metadata.name === name)!)).join(' or ')}?`
  if (here.length === 0) return namespace === undefined ? undefined : `there is none in namespace ${namespace}`
  return `there is ${here.slice(0, 3).map(as).join(', ')}${here.length > 3 ? ` and ${here.length - 3} more` : ''}`
}

function notFound(reference: Reference & { name: string }, kind: string, objects: readonly Named[]): never {
  const hint = nearest(reference, objects)
  const namespace = 'namespace' in reference ? ` in namespace ${reference.namespace}` : ''
  const message = `there is no ${kind} ${reference.name}${namespace}`
  throw new KubehopError('NOT_FOUND', message, hint === undefined ? {} : { hint })
}

/**
 * The number of a pod's port, by number or by the name that a container gives it.
 *
 * @throws KubehopError `NOT_FOUND`, with the names that there are
 */
export function podPort(pod: Pod, port: number | string | undefined): number | undefined {
  if (typeof port !== 'string') return port
  const ports = [...pod.spec.containers, ...pod.spec.sidecars].flatMap((container) => container.ports)
  const found = ports.find(({ name }) => name === port)
  if (found !== undefined) return found.containerPort
  const names = ports.flatMap(({ name }) => (name === undefined ? [] : [name]))
  const message = `pod ${pod.metadata.namespace}/${pod.metadata.name} has no port named "${port}"`
  throw new KubehopError('NOT_FOUND', message, names.length === 0 ? {} : { hint: `it has ${names.join(', ')}` })
}

/** A Service's port by number or name. A number that it does not serve is no error: that packet can be sent, too. */
function servicePort(service: Service, port: number | string | undefined): ServicePort | undefined {
  const { ports } = service.spec
  if (port === undefined) return ports.length === 1 ? ports[0] : undefined
  if (typeof port === 'number') {
    return ports.find((own) => own.port === port) ?? { name: '', protocol: 'TCP', port }
  }
  const found = ports.find(({ name }) => name === port)
  if (found !== undefined) return found
  const names = ports.map((own) => (own.name === '' ? String(own.port) : `${own.name} (${own.port})`))
  const message = `Service ${service.metadata.namespace}/${service.metadata.name} has no port named "${port}"`
  throw new KubehopError('NOT_FOUND', message, { hint: `it has ${names.join(', ')}` })
}

/**
 * Finds what a reference names.
 *
 * @throws KubehopError `NOT_FOUND`, with the nearest names
 */
export function resolveReference(reference: Reference, index: ObjectIndex): Resolved {
  const { objects } = index
  switch (reference.kind) {
    case 'pod': {
      const pod = index.pod(reference.namespace, reference.name) ?? notFound(reference, 'pod', objects.pods)
      return { kind: 'pod', pod, port: podPort(pod, reference.port) }
    }
    case 'workload': {
      const workload = index.workload(reference.workload, reference.namespace, reference.name)
      if (workload === undefined) {
        return notFound(
          reference,
          reference.workload,
          objects.workloads.filter(({ kind }) => kind === reference.workload),
        )
      }
      return { kind: 'workload', workload, pods: index.podsOf(workload), port: reference.port }
    }
    case 'service': {
      const service =
        index.service(reference.namespace, reference.name) ?? notFound(reference, 'Service', objects.services)
      return { kind: 'service', service, port: servicePort(service, reference.port) }
    }
    case 'node':
      return {
        kind: 'node',
        node: index.node(reference.name) ?? notFound(reference, 'node', objects.nodes),
        port: reference.port,
      }
    default:
      return reference
  }
}
