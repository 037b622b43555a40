import type { Cluster } from '../../../src/cluster/cluster.ts'
import type { Pod, Service } from '../../../src/kubernetes/index.ts'

/*
 * Who a Service leads to, as its documentation says it: without EndpointSlices, rules, or any other word of the machinery in between.
 */

/** Somebody behind a Service. */
export interface Backend {
  /** `ip:port` */
  readonly address: string
  /** Of a pod; undefined: outside of the cluster. */
  readonly nodeName: string | undefined
  /** Does anybody listen there? A pod of the host's network listens on the ports that it declares only. */
  readonly listens: boolean
}

/** Where packets go: to one of them, each as likely as the others; or they are refused; or they vanish. */
export type Outcome = readonly Backend[] | 'rejected' | 'dropped'

const OUTSIDE: Backend = { address: '198.51.100.77:8080', nodeName: undefined, listens: true }

const isReady = ({ status }: Pod) =>
  status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True')
const isTerminating = ({ metadata }: Pod) => metadata.deletionTimestamp !== undefined

/** The port of a pod that a Service's port means. */
function targetOf(pod: Pod, { spec }: Service): number {
  const { targetPort, port, protocol } = spec.ports[0]!
  if (typeof targetPort !== 'string') return targetPort ?? port
  const declared = pod.spec.containers.flatMap(({ ports }) => ports)
  return declared.find(({ name, protocol: own }) => name === targetPort && own === protocol)!.containerPort
}

function backendOf(pod: Pod, service: Service): Backend {
  const port = targetOf(pod, service)
  const declared = pod.spec.containers.some(({ ports }) => ports.some(({ containerPort }) => containerPort === port))
  return {
    address: `${pod.status.podIP}:${port}`,
    nodeName: pod.spec.nodeName,
    listens: !pod.spec.hostNetwork || declared,
  }
}

/** Everybody who may get a packet: the ready ones, or, if there is none, those that still serve while they terminate. */
export function usable(cluster: Cluster, service: Service, nodeName?: string): readonly Backend[] {
  const { spec } = service
  if (spec.selector === undefined) return nodeName === undefined ? [OUTSIDE] : []
  const pods = cluster.objects.pods.filter(
    (pod) =>
      pod.metadata.labels.app === spec.selector?.app && (nodeName === undefined || pod.spec.nodeName === nodeName),
  )
  const ready = pods.filter((pod) => spec.publishNotReadyAddresses || (isReady(pod) && !isTerminating(pod)))
  const chosen = ready.length > 0 ? ready : pods.filter((pod) => isReady(pod) && isTerminating(pod))
  // pods in the network of one host that mean the same port are one to whoever sends
  const byAddress = new Map(chosen.map((pod) => backendOf(pod, service)).map((each) => [each.address, each]))
  return [...byAddress.values()]
}

/** With policy Local only what is on the packet's node counts; without anybody there the packet vanishes. */
export function outcomeOf(cluster: Cluster, service: Service, localTo: string | undefined): Outcome {
  const all = usable(cluster, service)
  if (all.length === 0) return 'rejected'
  const local = localTo === undefined ? all : usable(cluster, service, localTo)
  return local.length === 0 ? 'dropped' : local
}

/**
 * Do pods in the network of one host mean the same port, and are not all ready? Then it depends on their order and on the node whether kube-proxy
 * takes the endpoint for ready (`addEndpoints`, pkg/proxy/endpointslicecache.go): nothing that the documentation has a word for.
 */
export function isAmbiguous(cluster: Cluster, service: Service): boolean {
  if (service.spec.selector === undefined) return false
  const states = new Map<string, boolean>()
  for (const pod of cluster.objects.pods) {
    if (pod.metadata.labels.app !== service.spec.selector.app) continue
    const { address } = backendOf(pod, service)
    const state = isReady(pod) === true && !isTerminating(pod)
    if (states.has(address) && states.get(address) !== state) return true
    states.set(address, state)
  }
  return false
}
