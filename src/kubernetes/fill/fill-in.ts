import { parsePrefix } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'
import type { ClusterObjects } from '../objects/cluster-objects.ts'
import type { KubernetesObjects } from '../objects/kubernetes-objects.ts'
import type { Namespace } from '../objects/namespace.ts'
import type { Note } from '../problems.ts'
import { checkAddresses } from './check-addresses.ts'
import { fillEndpointSlices } from './endpoints.ts'
import { Filling } from './filling.ts'
import { chooseNetworks } from './networks.ts'
import { fillNodes, nodesOf } from './nodes.ts'
import type { FillOptions } from './options.ts'
import { fillPods } from './pods.ts'
import { fillServices } from './services.ts'

/**
 * Completes the objects of an input to a cluster, as a cluster's own controllers would. What the input says is used as it stands;
 * what had to be supposed is listed in `assumptions`. The same input gives the same cluster.
 *
 * What an earlier call made (pods of workloads, EndpointSlices) is made anew where something it was made of has changed, and stays
 * otherwise: so an edited cluster can be completed again.
 *
 * @throws InputError with everything that does not fit together: overlapping networks, addresses and ports that two have,
 *   exhausted pools, nodes that do not exist
 */
export function fillIn(objects: KubernetesObjects, options: FillOptions = {}): ClusterObjects {
  const filling = new Filling(options)
  checkOptions(options, filling)
  filling.problems.throwIfAny()
  const bareNodes = nodesOf(objects, filling)
  const networks = chooseNetworks({ ...objects, nodes: bareNodes }, bareNodes.length, filling)
  const nodes = fillNodes(bareNodes, networks, objects, filling)
  checkAddresses(nodes, objects.pods, objects.services, filling)
  filling.problems.throwIfAny()
  const pods = fillPods(objects, nodes, filling)
  const whole = isWhole(objects)
  // every cluster has `default/kubernetes`
  const kubernetes = options.defaultService ?? !whole
  const services = fillServices(objects.services, { networks, kubernetes, whole }, filling)
  const endpointSlices = fillEndpointSlices(objects, services, pods, nodes, filling)
  filling.problems.throwIfAny()
  return {
    ...objects,
    nodes,
    namespaces: fillNamespaces(objects),
    pods,
    services,
    endpointSlices,
    networks,
    assumptions: filling.assumptions.list(),
    notes: mergeNotes(objects.notes, filling.problems.notes),
  }
}

/**
 * Completes an edited cluster again: the pods of changed workloads, addresses of what is new, and the EndpointSlices.
 * What has not changed keeps its names and addresses.
 */
export function refill(cluster: ClusterObjects, options: FillOptions = {}): ClusterObjects {
  const { networks } = cluster
  const filled = fillIn(cluster, {
    podCidr: networks.pods,
    serviceCidr: networks.services,
    loadBalancerPool: networks.loadBalancers,
    ...(networks.nodes.length === 1 ? { nodeCidr: networks.nodes[0] } : {}),
    ...options,
  })
  const told = new Set(filled.assumptions.map(({ code }) => code))
  const kept = cluster.assumptions.filter(({ code }) => !told.has(code))
  return { ...filled, assumptions: [...kept, ...filled.assumptions] }
}

/**
 * Is the input about kube-proxy's rules, and its Services to be taken as they stand? So are those that a cluster printed, or that have
 * their cluster IPs, beside kube-proxy's configuration, without pods and what makes them.
 */
function isWhole({ kubeProxy, pods, workloads, services }: KubernetesObjects): boolean {
  if (kubeProxy === undefined || pods.length + workloads.length > 0) return false
  return services.every(
    ({ source, spec }) => source.live === true || spec.clusterIP !== undefined || spec.type === 'ExternalName',
  )
}

function checkOptions(options: FillOptions, filling: Filling): void {
  const cidrs = {
    podCidr: options.podCidr,
    serviceCidr: options.serviceCidr,
    nodeCidr: options.nodeCidr,
    loadBalancerPool: options.loadBalancerPool,
  }
  for (const [name, cidr] of Object.entries(cidrs)) {
    if (cidr === undefined) continue
    try {
      // an address alone would be a network of one address, which nobody means
      if (!cidr.includes('/')) throw new KubehopError('BAD_OPTION', `"${cidr}" is no network, such as 10.0.0.0/16`)
      parsePrefix(cidr)
    } catch (error) {
      if (!(error instanceof KubehopError)) throw error
      filling.wrong('BAD_OPTION', `${name}: ${error.message}`)
    }
  }
  const size = options.nodeCidrMaskSize
  if (size !== undefined && (!Number.isInteger(size) || size < 8 || size > 30)) {
    filling.wrong('BAD_OPTION', `nodeCidrMaskSize must be between 8 and 30, not ${size}`)
  }
}

/** Every namespace that something is in. */
function fillNamespaces(objects: KubernetesObjects): readonly Namespace[] {
  const names = new Set(['default', 'kube-system'])
  for (const list of [objects.pods, objects.services, objects.workloads]) {
    for (const { metadata } of list) names.add(metadata.namespace)
  }
  const given = new Set(objects.namespaces.map(({ metadata }) => metadata.name))
  const missing = [...names].filter((name) => !given.has(name))
  const made = missing.map((name): Namespace => {
    const metadata = { name, labels: { 'kubernetes.io/metadata.name': name }, annotations: {}, ownerReferences: [] }
    return { kind: 'Namespace', metadata, source: { generatedFor: 'what is in it' } }
  })
  return [...objects.namespaces, ...made]
}

function mergeNotes(before: readonly Note[], now: readonly Note[]): readonly Note[] {
  const seen = new Set(before.map(({ code, text }) => `${code} ${text}`))
  return [...before, ...now.filter(({ code, text }) => !seen.has(`${code} ${text}`))]
}
