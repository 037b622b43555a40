import { describe, expect, it } from 'vitest'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import { conntrackCommand, StaleFlows, type TrackedFlow } from '../../src/kubeproxy/stale-flows.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { service, slice } from './objects.ts'

const PORT = [{ name: 'dns', protocol: 'UDP', port: 53, nodePort: 30053 }]
const DNS = service(
  'dns',
  { type: 'LoadBalancer', clusterIP: '10.96.0.10', ports: PORT, externalIPs: ['203.0.113.9'] },
  [{ ip: '198.51.100.1' }, { ip: '198.51.100.2', ipMode: 'Proxy' }],
)
const proxyOf = (endpoints: Parameters<typeof slice>[1], services = [DNS]) =>
  new KubeProxy({ services, endpointSlices: [slice('dns', endpoints, [{ name: 'dns', protocol: 'UDP', port: 5353 }])] })

/** A flow to a destination, answered by whom it was translated to. */
function flow(destination: string, endpoint: string, protocol = 17): TrackedFlow {
  const part = (text: string): [ReturnType<typeof parseIpv4>, number] => {
    const [address, port] = text.split(':')
    return [parseIpv4(address!), Number(port)]
  }
  const [dst, dport] = part(destination)
  const [src, sport] = part(endpoint)
  return { protocol, original: { dst, dport }, reply: { src, sport } }
}

describe('entries that kube-proxy deletes', () => {
  const stale = new StaleFlows(
    proxyOf(['10.244.1.3@node-1', { ip: '10.244.2.3', conditions: { ready: false, serving: true } }]),
  )
  const isStale = (...args: Parameters<typeof flow>) => stale.isStale(flow(...args))

  it.each(['10.96.0.10:53', '198.51.100.1:53', '203.0.113.9:53', '192.168.0.1:30053', '172.16.5.5:30053'])(
    'to %s, unless they lead to an endpoint that serves',
    (destination) => {
      expect(isStale(destination, '10.244.1.3:5353')).toBe(false)
      expect(isStale(destination, '10.244.2.3:5353')).toBe(false)
      expect(isStale(destination, '10.244.1.9:5353')).toBe(true)
      // the pod is the same, its port is not
      expect(isStale(destination, '10.244.1.3:53')).toBe(true)
      // nobody translated it
      expect(isStale(destination, destination)).toBe(true)
    },
  )

  it('but no others', () => {
    for (const destination of ['10.96.0.10:54', '10.96.0.11:53', '198.51.100.2:53', '192.168.0.1:53']) {
      expect(isStale(destination, '10.244.1.9:5353')).toBe(false)
    }
    expect(isStale('10.96.0.10:53', '10.244.1.9:5353', 6)).toBe(false)
    expect(isStale('10.96.0.10:53', '10.244.1.9:5353', 132)).toBe(false)
  })

  it('none of a Service that has no endpoint left', () => {
    for (const endpoints of [[], [{ ip: '10.244.1.3', conditions: { ready: false, serving: false } }]]) {
      const none = new StaleFlows(proxyOf(endpoints))
      expect(none.frontends).toEqual([])
      expect(none.isStale(flow('10.96.0.10:53', '10.244.1.3:5353'))).toBe(false)
    }
  })

  it('none of a Service that is gone', () => {
    expect(new StaleFlows(proxyOf(['10.244.1.3'], [])).isStale(flow('10.96.0.10:53', '10.244.9.9:5353'))).toBe(false)
  })
})

describe('what may be stale after a step', () => {
  const commands = (before: KubeProxy, after: KubeProxy) =>
    new StaleFlows(after).filtersSince(before).map(conntrackCommand)

  it('what went to an endpoint that is gone', () => {
    expect(commands(proxyOf(['10.244.1.3', '10.244.2.3']), proxyOf(['10.244.1.3']))).toEqual([
      'conntrack -D -p udp --orig-dst 10.96.0.10 --orig-port-dst 53 --reply-src 10.244.2.3 --reply-port-src 5353',
      'conntrack -D -p udp --orig-dst 198.51.100.1 --orig-port-dst 53 --reply-src 10.244.2.3 --reply-port-src 5353',
      'conntrack -D -p udp --orig-dst 203.0.113.9 --orig-port-dst 53 --reply-src 10.244.2.3 --reply-port-src 5353',
      'conntrack -D -p udp --orig-port-dst 30053 --reply-src 10.244.2.3 --reply-port-src 5353',
    ])
  })

  it('what nobody translated, while there was no endpoint or no Service', () => {
    const untranslated = [
      'conntrack -D -p udp --orig-dst 10.96.0.10 --orig-port-dst 53 --reply-src 10.96.0.10 --reply-port-src 53',
      'conntrack -D -p udp --orig-dst 198.51.100.1 --orig-port-dst 53 --reply-src 198.51.100.1 --reply-port-src 53',
      'conntrack -D -p udp --orig-dst 203.0.113.9 --orig-port-dst 53 --reply-src 203.0.113.9 --reply-port-src 53',
      'conntrack -D -p udp --orig-port-dst 30053 --reply-port-src 30053',
    ]
    expect(commands(proxyOf([]), proxyOf(['10.244.1.3']))).toEqual(untranslated)
    expect(commands(proxyOf([], []), proxyOf(['10.244.1.3']))).toEqual(untranslated)
  })

  it('nothing, when all endpoints stay or none is left', () => {
    expect(commands(proxyOf(['10.244.1.3']), proxyOf(['10.244.1.3', '10.244.2.3']))).toEqual([])
    expect(commands(proxyOf(['10.244.1.3']), proxyOf([]))).toEqual([])
  })
})
