import { formatIpv4, type Ipv4 } from '../packet/address.ts'
import { CHAIN_PREFIX, chainHash } from './chain-names.ts'
import type { EndpointInput, EndpointSliceInput, HintInput } from './input.ts'
import { protocolName } from './service-port.ts'
import { parseAddressSloppily } from './sloppy-address.ts'

const LABEL_SERVICE_NAME = 'kubernetes.io/service-name'
/** The label that the control plane puts on the EndpointSlices of headless Services (`v1.IsHeadlessService`). */
const LABEL_HEADLESS = 'service.kubernetes.io/headless'

/**
 * One endpoint of one Service port: `BaseEndpointInfo`, pkg/proxy/endpoint.go, without what depends on the node that
 * looks.
 */
export interface EndpointInfo {
  readonly address: Ipv4
  readonly port: number
  /** `ip:port`, the endpoint's identity and its place in the order. */
  readonly text: string
  /** Null: on no node of the cluster. */
  readonly nodeName: string | null
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  /** Null: no hints. */
  readonly zoneHints: readonly string[] | null
  /** Null: no hints. */
  readonly nodeHints: readonly string[] | null
}

/** The endpoints of one Service, by `portName/protocol`, each list in the order of the endpoints' texts. */
export type EndpointsByPort = ReadonlyMap<string, readonly EndpointInfo[]>

export const NO_ENDPOINTS: readonly EndpointInfo[] = Object.freeze([])

/** Name of an endpoint's chain (`servicePortEndpointChainName`). */
export function endpointChainName(servicePortName: string, protocol: string, endpoint: string): string {
  return CHAIN_PREFIX.SEP + chainHash(servicePortName + protocol + endpoint)
}

/**
 * The Service that a slice belongs to, or undefined when kube-proxy does not look at it: no Service label, not IPv4
 * addresses, of a headless Service (`endpointSliceCacheKeys`, `EndpointSliceUpdate`,
 * pkg/proxy/endpointschangetracker.go; the label selectors of `Run`, cmd/kube-proxy/app/server.go). A slice whose Service
 * another proxy serves is looked at: it is the Service that is passed over.
 */
export function serviceOfSlice(slice: EndpointSliceInput): string | undefined {
  const labels = slice.metadata.labels ?? {}
  const name = labels[LABEL_SERVICE_NAME]
  if (name === undefined || name === '') return undefined
  if ((slice.addressType ?? 'IPv4') !== 'IPv4') return undefined
  if (LABEL_HEADLESS in labels) return undefined
  return `${slice.metadata.namespace ?? 'default'}/${name}`
}

/** Groups slices by their Service. */
export function slicesByService(slices: readonly EndpointSliceInput[]): Map<string, EndpointSliceInput[]> {
  const groups = new Map<string, EndpointSliceInput[]>()
  for (const slice of slices) {
    const service = serviceOfSlice(slice)
    if (service === undefined) continue
    const group = groups.get(service)
    if (group === undefined) groups.set(service, [slice])
    else group.push(slice)
  }
  return groups
}

/**
 * The endpoints in the slices of one Service (`endpointInfoByServicePort`, pkg/proxy/endpointslicecache.go). Where two
 * slices hold the same `ip:port`, the one that does not terminate wins. kube-proxy goes through slices in the order of
 * a Go map; here it is the order of their names.
 *
 * @param withNodeHints the feature gate PreferSameTrafficDistribution: without it hints for nodes are not read
 */
export function endpointsOfSlices(slices: readonly EndpointSliceInput[], withNodeHints = true): EndpointsByPort {
  const ports = new Map<string, Map<string, EndpointInfo>>()
  for (const slice of inOrderOfNames(slices)) {
    for (const port of slice.ports ?? []) {
      const protocol = protocolName(port.protocol)
      if (protocol === undefined || port.port == null || port.port === 0) continue
      const key = `${port.name ?? ''}/${protocol}`
      let endpoints = ports.get(key)
      if (endpoints === undefined) {
        endpoints = new Map()
        ports.set(key, endpoints)
      }
      for (const endpoint of slice.endpoints ?? []) addEndpoint(endpoints, endpoint, port.port, withNodeHints)
    }
  }
  const sorted = new Map<string, readonly EndpointInfo[]>()
  for (const [key, endpoints] of ports) {
    if (endpoints.size > 0) sorted.set(key, [...endpoints.values()].sort(byText))
  }
  return sorted
}

function inOrderOfNames(slices: readonly EndpointSliceInput[]): readonly EndpointSliceInput[] {
  if (slices.length < 2) return slices
  return [...slices].sort((a, b) => compareText(a.metadata.name, b.metadata.name))
}

function addEndpoint(
  endpoints: Map<string, EndpointInfo>,
  endpoint: EndpointInput,
  port: number,
  withNodeHints: boolean,
): void {
  // kube-proxy reads the first address alone
  const address = parseAddressSloppily(endpoint.addresses[0] ?? '')
  if (address === undefined) return
  const text = `${formatIpv4(address)}:${port}`
  const conditions = endpoint.conditions
  const terminating = conditions?.terminating ?? false
  if (terminating && endpoints.has(text)) return
  endpoints.set(text, {
    address,
    port,
    text,
    nodeName: endpoint.nodeName ?? null,
    ready: conditions?.ready ?? true,
    serving: conditions?.serving ?? true,
    terminating,
    zoneHints: hints(endpoint.hints?.forZones),
    nodeHints: withNodeHints ? hints(endpoint.hints?.forNodes) : null,
  })
}

function hints(values: readonly HintInput[] | null | undefined): readonly string[] | null {
  if (values == null || values.length === 0) return null
  return values.map((value) => (typeof value === 'string' ? value : value.name))
}

function byText(a: EndpointInfo, b: EndpointInfo): number {
  return compareText(a.text, b.text)
}

/** Order of plain strings, as Go compares them; -1, 0 or 1. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
