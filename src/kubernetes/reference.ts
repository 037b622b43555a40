import { tryParseIpv4 } from '../packet/address.ts'
import { KubehopError } from '../packet/errors.ts'
import { nearestNames } from './nearest.ts'
import type { WorkloadKind } from './objects/workload.ts'
import { isDnsSubdomain } from './read/names.ts'

/** A source or destination as people write it: what it names, not yet whether that exists. */
export type Reference =
  | {
      readonly kind: 'pod'
      readonly namespace: string
      readonly name: string
      readonly port?: number | string | undefined
    }
  | {
      readonly kind: 'workload'
      readonly workload: WorkloadKind
      readonly namespace: string
      readonly name: string
      readonly port?: number | string | undefined
    }
  | {
      readonly kind: 'service'
      readonly namespace: string
      readonly name: string
      readonly port?: number | string | undefined
    }
  | { readonly kind: 'node'; readonly name: string; readonly port?: number | undefined }
  /** A host beyond the nodes' network; its address is chosen when it is left out. */
  | { readonly kind: 'external'; readonly address?: string | undefined; readonly port?: number | undefined }
  | { readonly kind: 'ip'; readonly address: string; readonly port?: number | undefined }

/** kubectl's names and short names of what can be a source or destination (`kubectl api-resources`). */
const KINDS: ReadonlyMap<string, WorkloadKind | 'Pod' | 'Service' | 'Node'> = new Map(
  (
    [
      ['Pod', ['pod', 'pods', 'po']],
      ['Service', ['service', 'services', 'svc']],
      ['Node', ['node', 'nodes', 'no']],
      ['Deployment', ['deployment', 'deployments', 'deploy']],
      ['ReplicaSet', ['replicaset', 'replicasets', 'rs']],
      ['ReplicationController', ['replicationcontroller', 'replicationcontrollers', 'rc']],
      ['StatefulSet', ['statefulset', 'statefulsets', 'sts']],
      ['DaemonSet', ['daemonset', 'daemonsets', 'ds']],
    ] as const
  ).flatMap(([kind, names]) => names.map((name) => [name, kind] as const)),
)

const FORMS =
  'pod/NAME, deploy/NAME, sts/NAME, ds/NAME, node/NAME[:PORT], svc/NAME[:PORT], external[:IP], IP[:PORT], or NAMESPACE/KIND/NAME'

function fail(text: string, message: string, hint: string = FORMS): never {
  throw new KubehopError('BAD_REFERENCE', `"${text}": ${message}`, { hint })
}

function portOf(text: string, part: string | undefined): number | undefined {
  if (part === undefined) return undefined
  const port = /^\d{1,5}$/.test(part) ? Number(part) : 0
  if (port < 1 || port > 65535) fail(text, `"${part}" is no port number`, 'ports go from 1 to 65535')
  return port
}

/** A port number, or the name of a port. */
function portOrName(text: string, part: string | undefined): number | string | undefined {
  if (part === undefined || /^\d+$/.test(part)) return portOf(text, part)
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(part) ? part : fail(text, `"${part}" is no port`)
}

/** Splits off what follows the last colon. */
function split(text: string): [string, string | undefined] {
  const colon = text.lastIndexOf(':')
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)]
}

function parseExternal(text: string): Reference {
  const [, first, second] = text.split(':')
  if (text.split(':').length > 3) fail(text, 'too many colons', 'write external, external:IP or external:IP:PORT')
  if (first === undefined) return { kind: 'external' }
  if (second === undefined && /^\d+$/.test(first)) return { kind: 'external', port: portOf(text, first) }
  if (tryParseIpv4(first) === undefined)
    fail(text, `"${first}" is no IPv4 address`, 'write external:IP, such as external:198.51.100.7')
  return { kind: 'external', address: first, port: portOf(text, second) }
}

/**
 * Reads `pod/NAME`, `deploy/NAME` (`sts/`, `ds/`, `rs/`, `rc/`), `svc/NAME[:PORT or port name]`, `node/NAME[:PORT]`, `external[:IP]`,
 * `IP[:PORT]`, `localhost[:PORT]`; kinds by all names that kubectl has for them; `NAMESPACE/KIND/NAME` for another namespace.
 *
 * @throws KubehopError `BAD_REFERENCE`
 */
export function parseReference(text: string, options: { readonly namespace?: string | undefined } = {}): Reference {
  if (text === 'external' || text.startsWith('external:')) return parseExternal(text)
  const parts = text.split('/')
  if (parts.length === 1) return parseAddress(text)
  if (parts.length > 3) fail(text, 'too many slashes')
  const [kindText, last] = parts.slice(-2) as [string, string]
  const kind = KINDS.get(kindText.toLowerCase())
  if (kind === undefined) {
    const [near] = nearestNames(kindText.toLowerCase(), KINDS.keys())
    fail(text, `there is no kind "${kindText}" to trace`, near === undefined ? FORMS : `did you mean ${near}/${last}?`)
  }
  const [name, part] = split(last)
  if (!isDnsSubdomain(name)) fail(text, `"${name}" is no name of an object`)
  const namespace = parts.length === 3 ? parts[0]! : (options.namespace ?? 'default')
  if (kind === 'Node') {
    if (parts.length === 3) fail(text, 'nodes are in no namespace', `write node/${last}`)
    return { kind: 'node', name, port: portOf(text, part) }
  }
  if (!isDnsSubdomain(namespace)) fail(text, `"${namespace}" is no namespace`)
  const port = portOrName(text, part)
  if (kind === 'Pod') return { kind: 'pod', namespace, name, port }
  if (kind === 'Service') return { kind: 'service', namespace, name, port }
  return { kind: 'workload', workload: kind, namespace, name, port }
}

function parseAddress(text: string): Reference {
  const [host, part] = split(text)
  const address = host === 'localhost' ? '127.0.0.1' : host
  if (tryParseIpv4(address) !== undefined) return { kind: 'ip', address, port: portOf(text, part) }
  if (text.split(':').length > 2) fail(text, 'IPv6 is not modelled')
  return fail(text, 'this names no kind of object and is no IPv4 address')
}

const SHORT: Readonly<Record<WorkloadKind, string>> = {
  Deployment: 'deploy',
  ReplicaSet: 'rs',
  ReplicationController: 'rc',
  StatefulSet: 'sts',
  DaemonSet: 'ds',
}

/** The reference as text that {@link parseReference} reads; the namespace stands before it unless it is the given one. */
export function formatReference(
  reference: Reference,
  options: { readonly namespace?: string | undefined } = {},
): string {
  const port = reference.port === undefined ? '' : `:${reference.port}`
  switch (reference.kind) {
    case 'ip':
      return `${reference.address}${port}`
    case 'external':
      return `external${reference.address === undefined ? '' : `:${reference.address}`}${port}`
    case 'node':
      return `node/${reference.name}${port}`
  }
  const kind = reference.kind === 'workload' ? SHORT[reference.workload] : reference.kind === 'service' ? 'svc' : 'pod'
  const prefix = reference.namespace === (options.namespace ?? 'default') ? '' : `${reference.namespace}/`
  return `${prefix}${kind}/${reference.name}${port}`
}
