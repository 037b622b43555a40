import type { Files } from '../commands/index.ts'
import { type ClusterObjects, hasClusterIP, isHeadless, type Service, serviceNameOf } from '../kubernetes/index.ts'
import { formatIpv4, type Ipv4, tryParseIpv4 } from '../packet/address.ts'
import { UnsupportedError } from '../packet/errors.ts'
import { CLUSTER_DOMAIN } from './cluster-domain.ts'
import { dnsAddress } from './resolver-file.ts'

/** A name with fewer dots goes through the search domains first (resolv.conf(5)). */
const NDOTS = 1
const SERVICE = `.svc.${CLUSTER_DOMAIN}`
const POD = `.pod.${CLUSTER_DOMAIN}`

/** What a pod's resolver knows. */
export interface NameService {
  readonly exists: () => boolean
  readonly addressOf: (name: string) => Ipv4 | undefined
  /** The whole name that has the address: with the search domain that led to it. */
  readonly wholeNameOf: (name: string) => string | undefined
  readonly nameOf: (address: Ipv4) => string | undefined
}

/**
 * What a pod's resolver gets from the cluster's DNS (glibc's search, CoreDNS's kubernetes plugin with `pods insecure`, as kubeadm sets it up). For a name:
 * the cluster IP of a Service, an endpoint of one without (the first: CoreDNS changes their order by chance), an endpoint by its hostname or its
 * dashed address. For an address: the Service whose cluster IP it is, or else an endpoint (the first that has a hostname, where the real one returns
 * all). It is looked up in the objects; no packet is sent. Whoever has no nameserver in /etc/resolv.conf gets nothing.
 *
 * Names throw UnsupportedError where another name server is asked first: what it knows nobody told.
 */
export function clusterResolver(objects: () => ClusterObjects, files: Files): NameService {
  const lines = (): string[][] =>
    (files.read('/etc/resolv.conf') ?? '').split('\n').map((line) => line.trim().split(/\s+/))
  const valuesOf = (word: string, all: readonly string[][]): string[] =>
    all.filter(([first]) => first === word).flatMap((line) => line.slice(1))
  const server = (): string | undefined => valuesOf('nameserver', lines())[0]
  const ofCluster = (): string => dnsAddress({ objects: objects() })
  const find = (name: string): { readonly whole: string; readonly address: Ipv4 } | undefined => {
    const asked = server()
    if (asked === undefined) return undefined
    if (asked !== ofCluster())
      throw new UnsupportedError(`asking the name server ${asked}`, { hint: `the cluster's own is ${ofCluster()}` })
    const all = lines()
    for (const whole of candidates(name, valuesOf('search', all), valuesOf('options', all))) {
      const address = lookUp(objects(), whole)
      if (address !== undefined) return { whole, address }
    }
    return undefined
  }
  return {
    exists: () => server() !== undefined,
    addressOf: (name) => find(name)?.address,
    wholeNameOf: (name) => find(name)?.whole,
    nameOf: (address) => (server() === ofCluster() ? reverse(objects(), address) : undefined),
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

function lookUp(objects: ClusterObjects, name: string): Ipv4 | undefined {
  const lower = name.toLowerCase()
  if (lower.endsWith(POD)) return dashed(lower.slice(0, -POD.length).split('.')[0]!)
  if (!lower.endsWith(SERVICE)) return undefined
  const labels = lower.slice(0, -SERVICE.length).split('.')
  const [service = '', namespace = ''] = labels.slice(-2)
  const found = objects.services.find(({ metadata }) => metadata.name === service && metadata.namespace === namespace)
  if (found === undefined || labels.length < 2 || labels.length > 3) return undefined
  if (found.spec.type === 'ExternalName') throw new UnsupportedError(`the name of an ExternalName Service (${name})`)
  if (labels.length === 2 && hasClusterIP(found)) return tryParseIpv4(found.spec.clusterIP ?? '')
  if (labels.length === 2 && !isHeadless(found)) return undefined
  const [wanted] = labels
  for (const [address, host] of endpointsOf(found, objects)) if (labels.length === 2 || host === wanted) return address
  return undefined
}

/** `serviceRecordForIP` (plugin/kubernetes/reverse.go) */
function reverse(objects: ClusterObjects, address: Ipv4): string | undefined {
  const text = formatIpv4(address)
  const service = objects.services.find(({ spec }) => spec.clusterIP === text)
  if (service !== undefined) return `${service.metadata.name}.${service.metadata.namespace}${SERVICE}`
  let byAddress: string | undefined
  for (const each of objects.services) {
    for (const [found, host] of endpointsOf(each, objects)) {
      if (found !== address) continue
      const name = `${host}.${each.metadata.name}.${each.metadata.namespace}${SERVICE}`
      if (dashed(host) === undefined) return name
      byAddress ??= name
    }
  }
  return byAddress
}

/** Addresses of a Service's ready endpoints, with what each is called (`endpointHostname`, plugin/kubernetes/kubernetes.go). */
function* endpointsOf({ metadata }: Service, { endpointSlices }: ClusterObjects): Generator<[Ipv4, string]> {
  for (const slice of endpointSlices) {
    if (slice.metadata.namespace !== metadata.namespace || serviceNameOf(slice) !== metadata.name) continue
    for (const { addresses, hostname, conditions } of slice.endpoints) {
      const [text = ''] = addresses
      const address = tryParseIpv4(text)
      if (address !== undefined && conditions.ready !== false) yield [address, hostname ?? text.replaceAll('.', '-')]
    }
  }
}

/** `10-244-0-2` */
function dashed(host: string): Ipv4 | undefined {
  return /^[\d-]+$/.test(host) ? tryParseIpv4(host.replaceAll('-', '.')) : undefined
}
