import type { Cluster } from '../../cluster/cluster.ts'
import { parseReference, resolveReference } from '../../kubernetes/index.ts'
import type { NetworkNamespace } from '../../netns/namespace.ts'
import { tryParseIpv4 } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'

/**
 * What an `ip:port` of a trace should be: `10.0.0.1`, `10.0.0.1:80`, `:80`, or a name with or without a port: `pod/a`, `deploy/web` (any of its
 * pods), `node/node-1` (any address of it), `svc/b`, `external`. Or a pattern for the whole text, or a test of it.
 */
export type EndExpectation = string | RegExp | ((end: string) => boolean)

export function describeEnd(expected: EndExpectation): string {
  return typeof expected === 'function' ? 'what the test wants' : String(expected)
}

/** Who gives names their meaning. Null: a trace alone, which knows addresses only. */
export interface Names {
  readonly cluster: Cluster
  /** The namespace of names that have none. */
  readonly namespace: string | undefined
}

/** @throws KubehopError `BAD_REFERENCE`, `NOT_FOUND` */
export function fitsEnd(actual: string, expected: EndExpectation, names: Names | null): boolean {
  if (typeof expected === 'function') return expected(actual)
  if (expected instanceof RegExp) return expected.test(actual)
  const [address = '', port] = actual.split(':')
  const [wanted = '', wantedPort] = expected.split(':')
  if (wanted === '') return wantedPort === port
  if (tryParseIpv4(wanted) !== undefined) {
    return wanted === address && (wantedPort === undefined || wantedPort === port)
  }
  if (names === null) {
    throw new KubehopError('BAD_REFERENCE', `"${expected}" is a name, and a trace alone knows addresses only`, {
      hint: 'write an address, or ask the cluster: expect(cluster).toReach(…)',
    })
  }
  const named = find(expected, names)
  return named.has(address) && (named.port === undefined || String(named.port) === port)
}

/** What a name stands for; the port when it names one. */
interface Named {
  readonly has: (address: string) => boolean
  readonly port: number | string | undefined
}

function find(text: string, { cluster, namespace }: Names): Named {
  const found = resolveReference(parseReference(text, { namespace }), cluster.network.index)
  switch (found.kind) {
    case 'pod':
      return { has: (address) => address === found.pod.status.podIP, port: found.port }
    case 'workload':
      return { has: (address) => found.pods.some(({ status }) => status.podIP === address), port: found.port }
    case 'service':
      return {
        has: (address) => address === found.service.spec.clusterIP,
        port: text.includes(':') ? found.port?.port : undefined,
      }
    case 'node':
      return { has: isLocalIn(cluster.node(found.node.metadata.name).netns), port: found.port }
    case 'external':
      return {
        has:
          found.address === undefined
            ? isLocalIn(cluster.network.fabric.external)
            : (address) => address === found.address,
        port: found.port,
      }
    case 'ip':
      return { has: (address) => address === found.address, port: found.port }
  }
}

/** Is it one of the namespace's own addresses, on whatever device? */
function isLocalIn(netns: NetworkNamespace): (address: string) => boolean {
  return (text) => {
    const address = tryParseIpv4(text)
    return address !== undefined && netns.addressType(address) === 'local'
  }
}
