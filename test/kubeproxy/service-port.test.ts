import { describe, expect, it } from 'vitest'
import type { ServiceInput } from '../../src/kubeproxy/input.ts'
import { servicePorts } from '../../src/kubeproxy/service-port.ts'
import { service } from './objects.ts'

function only(given: ServiceInput) {
  const infos = servicePorts(given)
  expect(infos).toHaveLength(1)
  return infos[0]!
}

describe('servicePorts', () => {
  it('names a port after its Service', () => {
    const info = only(service('web'))
    expect(info).toMatchObject({ service: 'ns/web', name: 'ns/web:http', portName: 'http', protocol: 'tcp', port: 80 })
    expect(info.clusterPolicyChain).toMatch(/^KUBE-SVC-[A-Z2-7]{16}$/)
    expect(info.localPolicyChain.slice(9)).toBe(info.clusterPolicyChain.slice(9))
  })

  it('leaves out the colon when the port has no name', () => {
    expect(only(service('web', { ports: [{ port: 80 }] })).name).toBe('ns/web')
  })

  it('takes the namespace default and the protocol TCP for granted', () => {
    const info = only({ metadata: { name: 'web' }, spec: { clusterIP: '10.96.0.1', ports: [{ port: 80 }] } })
    expect(info).toMatchObject({ service: 'default/web', protocol: 'tcp' })
  })

  it.each<[string, ServiceInput]>([
    ['headless', service('a', { clusterIP: 'None' })],
    ['without a cluster IP', service('a', { clusterIP: '' })],
    ['not yet allocated', service('a', { clusterIP: null })],
    ['ExternalName', service('a', { type: 'ExternalName' })],
    ['IPv6 alone', service('a', { clusterIP: 'fd00::1' })],
    [
      'IPv6 alone, by its families',
      service('a', { clusterIP: 'fd00::1', clusterIPs: ['fd00::1'], ipFamilies: ['IPv6'] }),
    ],
    ['families without addresses', service('a', { ipFamilies: ['IPv4'] })],
    ['without ports', service('a', { ports: null })],
    ['with a protocol that no rule can name', service('a', { ports: [{ port: 80, protocol: 'QUIC' }] })],
  ])('gives nothing for a Service that is %s', (_what, given) => {
    expect(servicePorts(given)).toEqual([])
  })

  it('leaves a Service with the label service.kubernetes.io/service-proxy-name to others', () => {
    const labelled = (label: string) => {
      const given = service('a')
      return servicePorts({ ...given, metadata: { ...given.metadata, labels: { [label]: '' } } })
    }
    expect(labelled('service.kubernetes.io/service-proxy-name')).toEqual([])
    // of a Service this label says nothing: what is headless has no cluster IP
    expect(labelled('service.kubernetes.io/headless')).toHaveLength(1)
  })

  it('takes the IPv4 address of a dual-stack Service', () => {
    const info = only(
      service('a', { clusterIP: 'fd00::1', clusterIPs: ['fd00::1', '10.96.0.9'], ipFamilies: ['IPv6', 'IPv4'] }),
    )
    expect(info.clusterIP.text).toBe('10.96.0.9')
  })

  it('of two ports with one name and protocol the last one counts', () => {
    const ports = [
      { name: 'p', port: 80 },
      { name: 'p', port: 81 },
      { name: 'p', port: 82, protocol: 'UDP' },
    ]
    expect(servicePorts(service('a', { ports })).map(({ port, protocol }) => `${port}/${protocol}`)).toEqual([
      '81/tcp',
      '82/udp',
    ])
  })

  it('reads addresses and ranges sloppily, and leaves out what is not IPv4', () => {
    const info = only(
      service(
        'a',
        {
          externalIPs: ['203.0.113.007', 'fd00::7', 'nonsense'],
          loadBalancerSourceRanges: [' 203.0.113.9/24 ', 'fd00::/8', '010.0.0.0/8'],
        },
        [
          { ip: '1.2.3.4' },
          { ip: '1.2.3.5', ipMode: 'Proxy' },
          { ip: '1.2.3.6', ipMode: 'VIP' },
          {},
          { ip: 'fd00::9' },
        ],
      ),
    )
    expect(info.externalIPs.map(({ text }) => text)).toEqual(['203.0.113.7'])
    expect(info.loadBalancerVIPs.map(({ text }) => text)).toEqual(['1.2.3.4', '1.2.3.6'])
    expect(info.loadBalancerSourceRanges.map(({ length }) => length)).toEqual([24, 8])
  })

  it('keeps clients for three hours unless told otherwise', () => {
    expect(only(service('a')).affinitySeconds).toBe(0)
    expect(only(service('a', { sessionAffinity: 'ClientIP' })).affinitySeconds).toBe(10800)
    const sessionAffinityConfig = { clientIP: { timeoutSeconds: 60 } }
    expect(only(service('a', { sessionAffinity: 'ClientIP', sessionAffinityConfig })).affinitySeconds).toBe(60)
  })

  it('externalTrafficPolicy Local counts only where there is a way in from outside', () => {
    const policy = { externalTrafficPolicy: 'Local' }
    expect(only(service('a', policy)).externalPolicyLocal).toBe(false)
    expect(only(service('a', { ...policy, externalIPs: ['1.2.3.4'] })).externalPolicyLocal).toBe(true)
    expect(only(service('a', { ...policy, type: 'NodePort' })).externalPolicyLocal).toBe(true)
    expect(only(service('a', { ...policy, type: 'LoadBalancer' })).externalPolicyLocal).toBe(true)
  })

  it('a health check node port belongs to a load balancer with the policy Local', () => {
    const spec = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 }
    expect(only(service('a', spec)).healthCheckNodePort).toBe(31000)
    expect(only(service('a', { ...spec, healthCheckNodePort: null })).healthCheckNodePort).toBe(0)
    expect(only(service('a', { ...spec, type: 'NodePort' })).healthCheckNodePort).toBe(0)
    expect(only(service('a', { ...spec, externalTrafficPolicy: 'Cluster' })).healthCheckNodePort).toBe(0)
  })

  it('says which endpoints it uses', () => {
    const uses = (given: ServiceInput) => {
      const { usesClusterEndpoints, usesLocalEndpoints } = only(given)
      return [usesClusterEndpoints, usesLocalEndpoints]
    }
    const nodePort = { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }
    expect(uses(service('a'))).toEqual([true, false])
    expect(uses(service('a', { internalTrafficPolicy: 'Local' }))).toEqual([false, true])
    expect(uses(service('a', { ...nodePort, internalTrafficPolicy: 'Local' }))).toEqual([true, true])
    expect(uses(service('a', { ...nodePort, externalTrafficPolicy: 'Local' }))).toEqual([true, true])
    // a NodePort Service whose port got none, as allocateLoadBalancerNodePorts: false leaves it
    expect(uses(service('a', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }))).toEqual([true, false])
  })
})
