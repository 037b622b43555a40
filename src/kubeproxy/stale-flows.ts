import type { Tuple } from '../netfilter/conntrack/tuple.ts'
import { formatIpv4, type Ipv4 } from '../packet/address.ts'
import { Protocol } from '../packet/protocol.ts'
import type { KubeProxy } from './kube-proxy.ts'
import type { ServicePortInfo } from './service-port.ts'

/** A connection as conntrack has it: the packets of the opener, and of the answers. `ConntrackEntry` is one. */
export interface TrackedFlow {
  readonly protocol: number
  readonly original: Readonly<Pick<Tuple, 'dst' | 'dport'>>
  readonly reply: Readonly<Pick<Tuple, 'src' | 'sport'>>
}

/** A place where UDP comes in for a Service port, and who may be behind it. */
export interface UdpFrontend {
  /** `namespace/name:port` */
  readonly service: string
  /** Null: a node port, on whatever address. */
  readonly address: Ipv4 | null
  readonly port: number
  /** Endpoints that serve, `ip:port`: whatever the node, the traffic policies, and whether they terminate. */
  readonly endpoints: ReadonlySet<string>
}

/** Connections that kube-proxy deletes, as conntrack(8) selects them. */
export interface StaleFilter {
  /** `namespace/name:port` */
  readonly service: string
  /** Null: any, for a node port. */
  readonly originalDestination: Ipv4 | null
  readonly originalPort: number
  /** Whom they go to. Null: to where they were sent, because no rule translated them. */
  readonly endpoint: { readonly address: Ipv4; readonly port: number } | null
}

/**
 * kube-proxy's look through conntrack after a sync in which UDP endpoints have changed (`CleanStaleEntries`,
 * pkg/proxy/conntrack/cleanup.go). A UDP flow has no end, so an entry would lead its packets to an endpoint that is gone
 * for as long as the client sends; kube-proxy deletes every UDP entry to a Service that does not lead to one of its
 * serving endpoints.
 *
 * It looks at all UDP Services, not only at those that changed. But for one without serving endpoints all entries stay,
 * and no change of a Service alone makes it look. TCP and SCTP are left alone.
 */
export class StaleFlows {
  /** Those that have serving endpoints, in the order of the Service ports. */
  readonly frontends: readonly UdpFrontend[]
  readonly #byDestination = new Map<number, UdpFrontend>()
  readonly #byNodePort = new Map<number, UdpFrontend>()

  constructor(proxy: KubeProxy) {
    const frontends: UdpFrontend[] = []
    for (const { info, endpoints } of proxy.entries) {
      if (info.protocolNumber !== Protocol.UDP) continue
      const serving = new Set(endpoints.filter((endpoint) => endpoint.serving).map(({ text }) => text))
      if (serving.size > 0) frontends.push(...frontendsOf(info, serving))
    }
    this.frontends = frontends
    for (const frontend of frontends) {
      if (frontend.address === null) this.#byNodePort.set(frontend.port, frontend)
      else this.#byDestination.set(destinationKey(frontend.address, frontend.port), frontend)
    }
  }

  /** Does kube-proxy delete this entry? A node port is looked for on every address, also on those of other machines. */
  isStale({ protocol, original, reply }: TrackedFlow): boolean {
    if (protocol !== Protocol.UDP) return false
    const leadsAstray = (frontend: UdpFrontend | undefined) =>
      frontend !== undefined && !frontend.endpoints.has(`${formatIpv4(reply.src)}:${reply.sport}`)
    return (
      leadsAstray(this.#byDestination.get(destinationKey(original.dst, original.dport))) ||
      leadsAstray(this.#byNodePort.get(original.dport))
    )
  }

  /**
   * What may be stale after a step from an earlier state, if all entries were right before: what goes to endpoints that
   * are gone, and, where there was no endpoint, what nobody translated.
   */
  filtersSince(before: KubeProxy): StaleFilter[] {
    const filters: StaleFilter[] = []
    const entries = new Map(before.entries.map((entry) => [portKey(entry.info), entry]))
    const known = new Set(before.entries.flatMap(({ info }) => frontendsOf(info, new Set()).map(frontendKey)))
    for (const frontend of this.frontends) {
      const old = entries.get(`${frontend.service}/udp`)
      const wasThere = known.has(frontendKey(frontend))
      const { service, address: originalDestination, port: originalPort } = frontend
      const gone = wasThere ? (old?.endpoints ?? []).filter(({ text }) => !frontend.endpoints.has(text)) : []
      for (const { address, port } of gone) {
        filters.push({ service, originalDestination, originalPort, endpoint: { address, port } })
      }
      const led = wasThere && old?.endpoints.some(({ serving }) => serving) === true
      if (!led) filters.push({ service, originalDestination, originalPort, endpoint: null })
    }
    return filters
  }
}

/** The call of conntrack(8) that deletes the same entries. */
export function conntrackCommand({ originalDestination, originalPort, endpoint }: StaleFilter): string {
  const words = ['conntrack -D -p udp']
  if (originalDestination !== null) words.push(`--orig-dst ${formatIpv4(originalDestination)}`)
  words.push(`--orig-port-dst ${originalPort}`)
  if (endpoint !== null) words.push(`--reply-src ${formatIpv4(endpoint.address)} --reply-port-src ${endpoint.port}`)
  else {
    if (originalDestination !== null) words.push(`--reply-src ${formatIpv4(originalDestination)}`)
    words.push(`--reply-port-src ${originalPort}`)
  }
  return words.join(' ')
}

function frontendsOf(info: ServicePortInfo, endpoints: ReadonlySet<string>): UdpFrontend[] {
  if (info.protocolNumber !== Protocol.UDP) return []
  const service = info.name
  const addresses = [info.clusterIP, ...info.loadBalancerVIPs, ...info.externalIPs]
  const frontends: UdpFrontend[] = addresses.map(({ value }) => ({
    service,
    address: value,
    port: info.port,
    endpoints,
  }))
  if (info.nodePort !== 0) frontends.push({ service, address: null, port: info.nodePort, endpoints })
  return frontends
}

const portKey = (info: ServicePortInfo) => `${info.name}/${info.protocol}`
const frontendKey = ({ service, address, port }: UdpFrontend) => `${service} ${address ?? '*'} ${port}`
const destinationKey = (address: Ipv4, port: number) => (address >>> 0) * 2 ** 16 + port
