import {
  type EndpointSlice,
  editDistance,
  findTargetPort,
  hasSelector,
  isEndpointReady,
  isHeadless,
  isPodReady,
  isPodTerminal,
  keyOf,
  lookup,
  type Pod,
  type Service,
  type ServicePort,
  type StringMap,
  serviceNameOf,
} from '../../kubernetes/index.ts'
import { NODE_PORT_RANGE } from '../../kubernetes/read/check-service.ts'
import type { FindingDefinition } from '../definition.ts'
import type { Examination } from '../examination.ts'
import { objectSource, type Place, type Proof } from '../finding.ts'

/** Services whose objects say already that they cannot work. */

/** The Services that the input has; those that kubehop adds to every cluster do not count. */
function* services(
  ask: Examination,
): Iterable<{ readonly service: Service; readonly slices: readonly EndpointSlice[] }> {
  if (ask.told === null) return
  const { index } = ask.world
  for (const service of ask.told.services) {
    const full = index?.service(service.metadata.namespace, service.metadata.name) ?? service
    if (full.spec.type !== 'ExternalName') yield { service: full, slices: index?.slicesOf(full) ?? [] }
  }
}

/** The pods of the namespace that have not run to their end; those of workloads count. */
function podsOf(ask: Examination, namespace: string): readonly Pod[] {
  const pods = (ask.world.objects ?? ask.told)?.pods ?? []
  return pods.filter((pod) => pod.metadata.namespace === namespace && !isPodTerminal(pod))
}

const nameOf = (service: Service): string => `Service ${keyOf(service)}`

function place(service: Service): Place {
  return { object: nameOf(service) }
}

function selectorText(selector: StringMap): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}

function serviceProof(service: Service, text: string): Proof {
  return { text: `${nameOf(service)}: ${text}`, source: objectSource(service.source) }
}

function podProof(pod: Pod, text: string): Proof {
  return { text: `Pod ${keyOf(pod)}: ${text}`, source: objectSource(pod.source) }
}

function endpointsOf(slices: readonly EndpointSlice[]): number {
  return slices.reduce((sum, { endpoints }) => sum + endpoints.length, 0)
}

const selected = (ask: Examination, service: Service): readonly Pod[] => ask.world.podsOf(service)

export const selectorMatchesNothing: FindingDefinition = {
  code: 'service-selects-nothing',
  severity: 'error',
  title: 'A Service’s selector matches no pod',
  explanation: 'The Service has no endpoints: kube-proxy rejects what is sent to its address ("connection refused").',
  recognised:
    'A Service has a selector and no endpoints, and its labels match no pod of its namespace; pods that workloads would make count. Silent when the input has no pods at all.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    const anyPods = ((ask.world.objects ?? ask.told)?.pods.length ?? 0) > 0
    if (ask.told !== null && !anyPods) ask.missing('pods (kubectl get pods -A -o yaml)')
    if (!anyPods) return
    for (const { service, slices } of services(ask)) {
      const { selector } = service.spec
      if (!hasSelector(selector) || endpointsOf(slices) > 0 || selected(ask, service).length > 0) continue
      const near = nearest(podsOf(ask, service.metadata.namespace), selector)
      const text = selectorText(selector)
      yield {
        title: `${nameOf(service)} has no endpoints: its selector ${text} matches no pod${near === null ? '' : `; Pod ${near.pod.metadata.name} has ${near.has}`}.`,
        where: place(service),
        evidence: [
          serviceProof(service, `selector ${text}`),
          ...(near === null ? [] : [podProof(near.pod, `labels ${selectorText(near.pod.metadata.labels)}`)]),
        ],
        fix: [
          near === null
            ? {
                text: `Give the pods these labels (in their workload’s template), or the Service the labels that they have. Is there a workload at all in namespace ${service.metadata.namespace}?`,
              }
            : {
                command: `kubectl -n ${service.metadata.namespace} patch service ${service.metadata.name} --type merge -p '${JSON.stringify({ spec: { selector: near.fix } })}'`,
              },
        ],
      }
    }
  },
}

/** The pod whose labels come nearest to a selector, and what it would have to be. */
function nearest(
  pods: readonly Pod[],
  selector: StringMap,
): { readonly pod: Pod; readonly has: string; readonly fix: Record<string, string> } | null {
  let best: { pod: Pod; score: number } | null = null
  for (const pod of pods) {
    let score = 0
    for (const [key, value] of Object.entries(selector)) {
      const own = lookup(pod.metadata.labels, key)
      if (own === value) score += 4
      else if (own !== undefined && editDistance(own, value) <= 3) score += 2
      else if (Object.values(pod.metadata.labels).includes(value)) score += 1
    }
    if (pod.metadata.name.startsWith(Object.values(selector)[0] ?? '\0')) score += 1
    if (score > 0 && score > (best?.score ?? 0)) best = { pod, score }
  }
  if (best === null) return null
  const { labels } = best.pod.metadata
  const fix: Record<string, string> = {}
  const has: string[] = []
  for (const [key, value] of Object.entries(selector)) {
    const own = lookup(labels, key)
    if (own === value) continue
    if (own === undefined) {
      const other = Object.entries(labels).find(([, text]) => text === value)
      if (other === undefined) return null
      has.push(`${other[0]}=${other[1]}`)
    } else {
      has.push(`${key}=${own}`)
      fix[key] = own
    }
  }
  return has.length === 0
    ? null
    : { pod: best.pod, has: has.join(','), fix: Object.keys(fix).length > 0 ? fix : { ...labels } }
}

export const podsNotReady: FindingDefinition = {
  code: 'service-pods-not-ready',
  severity: 'error',
  title: 'None of a Service’s pods is ready',
  explanation: 'Only ready pods get traffic: while none is, kube-proxy rejects what is sent to the Service’s address.',
  recognised:
    'A Service’s selector matches pods, and none of them is ready, by its Ready condition; or its EndpointSlices have endpoints, and none of them is ready. Not with publishNotReadyAddresses.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    for (const { service, slices } of services(ask)) {
      if (service.spec.publishNotReadyAddresses) continue
      const endpoints = slices.flatMap((slice) => slice.endpoints)
      if (endpoints.some(isEndpointReady)) continue
      // kube-proxy falls back to terminating endpoints that still serve
      if (endpoints.some(({ conditions }) => conditions.serving === true && conditions.terminating === true)) continue
      const pods = selected(ask, service)
      if (pods.length === 0 ? endpoints.length === 0 : pods.some(isPodReady)) continue
      const proof = pods.slice(0, 5).map((pod) => podProof(pod, stateOf(pod)))
      const [first] = pods
      yield {
        title: `${nameOf(service)} has no ready endpoint: ${pods.length > 0 ? `none of its ${pods.length} pods is ready` : `none of its ${endpoints.length} endpoints is`}${first === undefined ? '' : ` (${first.metadata.name}: ${stateOf(first)})`}.`,
        where: place(service),
        evidence: proof.length > 0 ? proof : slices.map(sliceProof),
        fix: [
          first === undefined
            ? { text: 'See what the endpoints are, and why nobody calls them ready.' }
            : { command: `kubectl -n ${first.metadata.namespace} describe pod ${first.metadata.name}` },
          { text: 'The events at its end say which probe fails, or why the container does not run.' },
        ],
      }
    }
  },
}

/** What keeps a pod from being ready, in a few words. */
function stateOf(pod: Pod): string {
  const waiting = (pod.status.containerStatuses ?? []).find(
    ({ state }) => state?.kind === 'waiting' || state?.kind === 'terminated',
  )
  if (waiting?.state?.kind === 'waiting')
    return `container ${waiting.name} waits: ${waiting.state.reason ?? 'no reason told'}`
  if (waiting?.state?.kind === 'terminated')
    return `container ${waiting.name} has ended: ${waiting.state.reason ?? `exit code ${waiting.state.exitCode}`}`
  const running = (pod.status.containerStatuses ?? []).find(({ ready }) => !ready)
  if (running !== undefined) return `container ${running.name} runs, and its readiness probe fails`
  if (pod.status.phase === 'Pending' || pod.spec.nodeName === undefined)
    return `phase ${pod.status.phase ?? 'unknown'}${pod.spec.nodeName === undefined ? ', on no node yet' : ''}`
  return 'condition Ready is not True'
}

function sliceProof(slice: EndpointSlice): Proof {
  const endpoints = slice.endpoints.map(
    ({ addresses, conditions }) => `${addresses.join(',')}${conditions.ready === false ? ' (not ready)' : ''}`,
  )
  return {
    text: `EndpointSlice ${keyOf(slice)}: ${endpoints.join(', ') || 'no endpoints'}`,
    source: objectSource(slice.source),
  }
}

export const targetPortMissing: FindingDefinition = {
  code: 'service-target-port-missing',
  severity: 'error',
  title: 'A Service’s targetPort is the name of no port of its pods',
  explanation:
    'A named targetPort is looked up in each pod. A pod without a port of that name and protocol is no endpoint of that Service port.',
  recognised:
    'A Service’s targetPort is a name, its selector matches pods, and none of them (a warning: some of them not) has a container port of that name and protocol.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    for (const { service } of services(ask)) {
      const pods = selected(ask, service)
      if (pods.length === 0) continue
      for (const port of service.spec.ports) {
        if (typeof port.targetPort !== 'string') continue
        const without = pods.filter((pod) => findTargetPort(pod, port) === undefined)
        const [first] = without
        if (first === undefined) continue
        const has = portsOf(first)
        yield {
          severity: without.length === pods.length ? 'error' : 'warning',
          title: `${nameOf(service)}: port ${port.port} goes to "${port.targetPort}"/${port.protocol}, which ${without.length === pods.length ? 'none of its pods has' : `${without.length} of its ${pods.length} pods do not have`}; ${first.metadata.name} has ${has}.`,
          where: place(service),
          evidence: [
            serviceProof(service, `port ${port.port} targetPort ${port.targetPort}`),
            ...without.slice(0, 5).map((pod) => podProof(pod, `ports ${portsOf(pod)}`)),
          ],
          fix: [
            {
              text: `Name the container’s port "${port.targetPort}" (spec.containers[].ports[].name), or let targetPort say the name or number that it has.`,
            },
          ],
        }
      }
    }
  },
}

function portsOf(pod: Pod): string {
  const ports = [...pod.spec.containers, ...pod.spec.sidecars].flatMap(({ ports }) => ports)
  return (
    ports
      .map(({ name, containerPort, protocol }) => `${name === undefined ? '' : `${name}=`}${containerPort}/${protocol}`)
      .join(', ') || 'no ports'
  )
}

export const noSelectorNoEndpoints: FindingDefinition = {
  code: 'service-without-selector',
  severity: 'error',
  title: 'A Service has neither a selector nor endpoints',
  explanation:
    'Without a selector nobody makes EndpointSlices for it; somebody must write them (or an Endpoints object of the same name).',
  recognised:
    'A Service that is not ExternalName has no selector, and the input has neither EndpointSlices nor an Endpoints object with addresses for it.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    for (const { service, slices } of services(ask)) {
      if (hasSelector(service.spec.selector) || endpointsOf(slices) > 0) continue
      const { name, namespace } = service.metadata
      // every cluster has it, and its endpoints are the API servers'
      if (namespace === 'default' && name === 'kubernetes') continue
      const own = ask.told?.endpoints.find((one) => keyOf(one) === keyOf(service))
      if (own?.subsets.some(({ addresses }) => addresses.length > 0)) continue
      const astray = (ask.told?.endpointSlices ?? []).find(
        (slice) =>
          slice.metadata.name.startsWith(name) &&
          slice.metadata.namespace === namespace &&
          serviceNameOf(slice) !== name,
      )
      yield {
        title: `${nameOf(service)} has neither a selector nor endpoints${astray === undefined ? '' : `; EndpointSlice ${astray.metadata.name} is labelled for ${serviceNameOf(astray) ?? 'no Service'}`}.`,
        where: place(service),
        evidence: [serviceProof(service, 'no selector'), ...(astray === undefined ? [] : [sliceProof(astray)])],
        fix: [
          {
            text: `Give it a selector (spec.selector), or write an EndpointSlice with the label kubernetes.io/service-name: ${name} in namespace ${namespace}.`,
          },
        ],
      }
    }
  },
}

export const orphanSlice: FindingDefinition = {
  code: 'endpointslice-for-no-service',
  severity: 'warning',
  title: 'An EndpointSlice belongs to no Service',
  explanation:
    'A slice belongs to the Service that its label kubernetes.io/service-name names, in its own namespace. This one has endpoints that nobody uses.',
  recognised: 'An EndpointSlice with endpoints has no such label, or one that names no Service of its namespace.',
  *examine(ask) {
    for (const slice of ask.told?.endpointSlices ?? []) {
      if (slice.endpoints.length === 0 || slice.addressType !== 'IPv4') continue
      const name = serviceNameOf(slice)
      if (name !== undefined && ask.world.index?.service(slice.metadata.namespace, name) !== undefined) continue
      // what is asked of one namespace lacks the others' Services
      if (!(ask.told?.services ?? []).some(({ metadata }) => metadata.namespace === slice.metadata.namespace)) continue
      const elsewhere = ask.told?.services.find(({ metadata }) => metadata.name === name)
      yield {
        title: `EndpointSlice ${keyOf(slice)} ${name === undefined ? 'names no Service' : `is for Service ${name}, which namespace ${slice.metadata.namespace} does not have`}${elsewhere === undefined ? '' : `; ${keyOf(elsewhere)} is in another`}.`,
        where: { object: `EndpointSlice ${keyOf(slice)}` },
        evidence: [sliceProof(slice)],
        fix: [
          {
            text: 'Set its label kubernetes.io/service-name to the Service that it is for, and put it in that Service’s namespace.',
          },
        ],
      }
    }
  },
}

export const endpointsOnUnreadyNodes: FindingDefinition = {
  code: 'service-nodes-not-ready',
  severity: 'error',
  title: 'All endpoints of a Service are on nodes that are not ready',
  explanation:
    'A node whose kubelet is silent is probably cut off or down. The endpoints stay in the rules until the pods are evicted.',
  recognised:
    'Every ready endpoint of a Service names a node whose Ready condition is not True (a warning: some of them).',
  drops: ['NEIGH_FAILED'],
  *examine(ask) {
    const nodes = new Map((ask.told?.nodes ?? []).map((node) => [node.metadata.name, node]))
    for (const { service, slices } of services(ask)) {
      const endpoints = slices.flatMap((slice) => slice.endpoints).filter(isEndpointReady)
      const on = endpoints.flatMap(({ nodeName }) => (nodeName === undefined ? [] : [nodeName]))
      const bad = on.filter(
        (name) =>
          nodes.get(name)?.status.conditions?.some(({ type, status }) => type === 'Ready' && status !== 'True') ===
          true,
      )
      if (bad.length === 0) continue
      const names = [...new Set(bad)]
      const all = bad.length === endpoints.length
      yield {
        severity: all ? 'error' : 'warning',
        title: `${nameOf(service)}: ${all ? (endpoints.length === 1 ? 'its only endpoint is' : 'all its endpoints are') : `${bad.length} of its ${endpoints.length} endpoints are`} on ${names.join(', ')}, which ${names.length === 1 ? 'is' : 'are'} not ready.`,
        where: place(service),
        evidence: names.map((name) => {
          const node = nodes.get(name)!
          const ready = node.status.conditions?.find(({ type }) => type === 'Ready')
          return { text: `Node ${name}: Ready ${ready?.status}`, source: objectSource(node.source) }
        }),
        fix: [
          { command: `kubectl describe node ${names[0]}` },
          { text: 'Look at its kubelet; delete the pods that are on it if it does not come back.' },
        ],
      }
    }
  },
}

export const headlessPort: FindingDefinition = {
  code: 'headless-port-mismatch',
  severity: 'warning',
  title: 'A headless Service’s port is not its pods’ port',
  explanation:
    'Nobody translates for a headless Service: DNS gives the pods’ addresses, and clients connect to the port that they know, which is usually the Service’s. Nobody listens there.',
  recognised: 'A headless Service has a port whose targetPort is another number (by name, in its pods).',
  drops: ['NO_SOCKET'],
  *examine(ask) {
    for (const { service } of services(ask)) {
      if (!isHeadless(service)) continue
      for (const port of service.spec.ports) {
        const target = targetOf(ask, service, port)
        if (target === undefined || target === port.port) continue
        yield {
          title: `${nameOf(service)} is headless, so its port ${port.port} is not translated to ${target}: clients must use ${target}.`,
          where: place(service),
          evidence: [serviceProof(service, `clusterIP None, port ${port.port}, targetPort ${port.targetPort}`)],
          fix: [
            {
              text: `Set the port to ${target}, or give the Service a cluster IP (make it anew without clusterIP: None).`,
            },
          ],
        }
      }
    }
  },
}

function targetOf(ask: Examination, service: Service, port: ServicePort): number | undefined {
  if (typeof port.targetPort === 'number') return port.targetPort
  const [pod] = selected(ask, service)
  return pod === undefined ? undefined : findTargetPort(pod, port)
}

export const localPolicy: FindingDefinition = {
  code: 'local-policy-without-endpoint',
  severity: 'info',
  title: 'A node has no endpoint for a Service that uses local ones only',
  explanation:
    'With externalTrafficPolicy (or internalTrafficPolicy) Local a node hands packets only to its own endpoints; where it has none, they are dropped.',
  recognised:
    'A NodePort Service has externalTrafficPolicy Local, and there are nodes without a ready endpoint of it (a load balancer’s health check avoids such nodes, so LoadBalancer Services do not count); or a Service has internalTrafficPolicy Local, and there are ' +
    'pods on nodes without an endpoint.',
  drops: ['NETFILTER_DROP'],
  *examine(ask) {
    const nodes = (ask.world.objects ?? ask.told)?.nodes ?? []
    for (const { service, slices } of services(ask)) {
      const endpoints = slices.flatMap((slice) => slice.endpoints).filter(isEndpointReady)
      if (endpoints.length === 0) continue
      const on = new Set(endpoints.map(({ nodeName }) => nodeName))
      const external = service.spec.type === 'NodePort' && service.spec.externalTrafficPolicy === 'Local'
      const internal = service.spec.internalTrafficPolicy === 'Local'
      if (!external && !internal) continue
      const without = nodes
        .map(({ metadata }) => metadata.name)
        .filter(
          (name) => !on.has(name) && (external || ask.world.index!.podsOn(name).some(({ spec }) => !spec.hostNetwork)),
        )
      if (without.length === 0) continue
      const field = external ? 'externalTrafficPolicy' : 'internalTrafficPolicy'
      yield {
        title: `${nameOf(service)}: ${without.slice(0, 5).join(', ')}${without.length > 5 ? ', …' : ''} ${without.length === 1 ? 'has' : 'have'} no endpoint of it, and ${field} is Local.`,
        where: place(service),
        evidence: [serviceProof(service, `${field}: Local`), ...slices.slice(0, 3).map(sliceProof)],
        fix: [
          {
            text: `Send to the nodes that have an endpoint only, run one on every node (a DaemonSet), or set ${field}: Cluster (which hides the client’s address).`,
          },
        ],
      }
    }
  },
}

export const nodePortRange: FindingDefinition = {
  code: 'node-port-out-of-range',
  severity: 'error',
  title: 'A node port is outside of the range',
  explanation: 'API servers refuse such a Service.',
  recognised:
    'A Service in a manifest has a nodePort outside of 30000-32767, or of the --service-node-port-range of the kube-apiserver pod that the input has. A Service that a cluster printed was accepted there, and is left alone.',
  *examine(ask) {
    const range = rangeOf(ask) ?? NODE_PORT_RANGE
    for (const service of ask.told?.services ?? []) {
      if (service.source.live === true) continue
      for (const { nodePort, port } of service.spec.ports) {
        if (nodePort === undefined || (nodePort >= range.first && nodePort <= range.last)) continue
        yield {
          title: `${nameOf(service)}: nodePort ${nodePort} is outside of ${range.first}-${range.last}.`,
          where: place(service),
          evidence: [serviceProof(service, `port ${port} nodePort ${nodePort}`)],
          fix: [
            {
              text: `Choose one of ${range.first}-${range.last}, or leave nodePort out: the API server gives one. The range is kube-apiserver’s --service-node-port-range.`,
            },
          ],
        }
      }
    }
  },
}

/** The range that an API server of the input was told. */
function rangeOf(ask: Examination): { readonly first: number; readonly last: number } | null {
  for (const { spec } of ask.told?.pods ?? []) {
    for (const { command = [], args = [] } of spec.containers) {
      for (const word of [...command, ...args]) {
        const found = /^--service-node-port-range=(\d{1,5})-(\d{1,5})$/.exec(word)
        if (found !== null) return { first: Number(found[1]), last: Number(found[2]) }
      }
    }
  }
  return null
}
