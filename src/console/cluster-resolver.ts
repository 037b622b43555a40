import type { Files } from '../commands/index.ts'
import {
  type ClusterObjects,
  type EndpointSlice,
  hasClusterIP,
  isHeadless,
  type Service,
  serviceNameOf,
} from '../kubernetes/index.ts'
import { type Ipv4, tryParseIpv4 } from '../packet/address.ts'
import { UnsupportedError } from '../packet/errors.ts'
import { CLUSTER_DOMAIN } from './cluster-domain.ts'

/** A name with fewer dots goes through the search domains first (resolv.conf(5)). */
const NDOTS = 1
const SERVICE = `.svc.${CLUSTER_DOMAIN}`

/**
 * What a pod's resolver gets from the cluster's DNS for a name (glibc's search, CoreDNS's kubernetes plugin): the cluster IP of a Service, an
 * endpoint of one without (the first: CoreDNS changes their order by chance), a pod of a StatefulSet by its own name. It is looked up in the objects; no
 * packet is sent. Whoever has no nameserver in /etc/resolv.conf gets nothing.
 */
export function clusterResolver(objects: () => ClusterObjects, files: Files): (name: string) => Ipv4 | undefined {
  return (name) => {
    const lines = (files.read('/etc/resolv.conf') ?? '').split('\n').map((line) => line.trim().split(/\s+/))
    const values = (word: string): string[] =>
      lines.filter(([first]) => first === word).flatMap((line) => line.slice(1))
    if (values('nameserver').length === 0) return undefined
    for (const candidate of candidates(name, values('search'), values('options'))) {
      const found = lookUp(objects(), candidate)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** A name with a dot at its end is whole. */
function candidates(name: string, searches: readonly string[], options: readonly string[]): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const ndots = Number(options.find((option) => option.startsWith('ndots:'))?.slice('ndots:'.length) ?? NDOTS)
  const longer = searches.map((domain) => `${name}.${domain}`)
  const dots = name.split('.').length - 1
  return dots >= ndots ? [name, ...longer] : [...longer, name]
}

function lookUp({ services, endpointSlices }: ClusterObjects, name: string): Ipv4 | undefined {
  const lower = name.toLowerCase()
  if (!lower.endsWith(SERVICE)) return undefined
  const labels = lower.slice(0, -SERVICE.length).split('.')
  const [service = '', namespace = ''] = labels.slice(-2)
  const found = services.find(({ metadata }) => metadata.name === service && metadata.namespace === namespace)
  if (found === undefined || labels.length < 2) return undefined
  if (found.spec.type === 'ExternalName') throw new UnsupportedError(`the name of an ExternalName Service (${name})`)
  if (labels.length === 2 && hasClusterIP(found)) return tryParseIpv4(found.spec.clusterIP ?? '')
  if (!isHeadless(found) || labels.length > 3) return undefined
  return endpointOf(found, endpointSlices, labels.length === 3 ? labels[0]! : null)
}

function endpointOf(
  { metadata }: Service,
  slices: readonly EndpointSlice[],
  hostname: string | null,
): Ipv4 | undefined {
  for (const slice of slices) {
    if (slice.metadata.namespace !== metadata.namespace || serviceNameOf(slice) !== metadata.name) continue
    for (const endpoint of slice.endpoints) {
      if (endpoint.conditions.ready === false || (hostname !== null && endpoint.hostname !== hostname)) continue
      const address = tryParseIpv4(endpoint.addresses[0] ?? '')
      if (address !== undefined) return address
    }
  }
  return undefined
}
