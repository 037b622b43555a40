import { describe, expect, it } from 'vitest'
import type { KubeProxyConfigurationInput, NodeInput } from '../../src/kubeproxy/input.ts'
import { proxyNodeName, proxySettings } from '../../src/kubeproxy/settings.ts'
import { formatIpv4, parseIpv4 } from '../../src/packet/address.ts'
import { node } from './objects.ts'

function settings(configuration: KubeProxyConfigurationInput = {}, on: NodeInput = node(), addresses?: string[]) {
  const interfaceAddresses = addresses?.map(parseIpv4)
  return proxySettings(configuration, { node: on, ...(interfaceAddresses && { interfaceAddresses }) })
}

const nodePorts = (...args: Parameters<typeof settings>) => {
  const { nodePortAddresses, localhostNodePorts } = settings(...args)
  return [nodePortAddresses?.map(formatIpv4).join() ?? 'all', localhostNodePorts]
}

describe('proxySettings', () => {
  it("has kube-proxy's defaults", () => {
    expect(settings({}, node('node-1', { 'topology.kubernetes.io/zone': 'z1' }))).toEqual({
      nodeName: 'node-1',
      zone: 'z1',
      nodeIP: parseIpv4('192.168.0.1'),
      masqueradeAll: false,
      masqueradeMark: 0x4000,
      detector: null,
      localhostNodePorts: true,
      nodePortAddresses: null,
      conntrackTCPLiberal: false,
      randomFully: true,
      nfacctInvalidDropped: true,
      nfacctLocalhostNodePorts: true,
    })
  })

  it('takes what the host is like', () => {
    const facts = { randomFully: false, nfacct: { invalidDropped: false, localhostNodePorts: false } }
    expect(proxySettings({}, { node: node() }, facts)).toMatchObject({
      randomFully: false,
      nfacctInvalidDropped: false,
      nfacctLocalhostNodePorts: false,
    })
  })

  it.each<[string, KubeProxyConfigurationInput, string | undefined]>([
    ['no clusterCIDR', {}, undefined],
    ['an empty clusterCIDR', { clusterCIDR: '', detectLocalMode: '' }, undefined],
    ['a clusterCIDR', { clusterCIDR: '10.244.0.0/16' }, 'cidr 10.244.0.0/16'],
    ['a clusterCIDR with host bits', { clusterCIDR: '10.244.1.2/16' }, 'cidr 10.244.0.0/16'],
    ['two clusterCIDRs', { clusterCIDR: 'fd00:10::/64,10.244.0.0/16' }, 'cidr 10.244.0.0/16'],
    ['an IPv6 clusterCIDR', { clusterCIDR: 'fd00:10::/64' }, undefined],
    ['NodeCIDR', { detectLocalMode: 'NodeCIDR', clusterCIDR: '10.0.0.0/8' }, 'cidr 10.244.1.0/24'],
    [
      'BridgeInterface',
      { detectLocalMode: 'BridgeInterface', detectLocal: { bridgeInterface: 'cni0' } },
      'interface cni0',
    ],
    [
      'InterfaceNamePrefix',
      { detectLocalMode: 'InterfaceNamePrefix', detectLocal: { interfaceNamePrefix: 'cali' } },
      'interface cali+',
    ],
  ])('detects local traffic with %s', (_what, configuration, key) => {
    expect(settings(configuration).detector?.key).toBe(key)
  })

  it('NodeCIDR takes the IPv4 one of several, or none', () => {
    const configuration = { detectLocalMode: 'NodeCIDR' }
    const on = { ...node(), spec: { podCIDRs: ['fd00::/64', '10.1.0.0/24'] } }
    expect(settings(configuration, on).detector?.key).toBe('cidr 10.1.0.0/24')
    expect(settings(configuration, { metadata: { name: 'node-1' } }).detector).toBeNull()
  })

  it.each<[KubeProxyConfigurationInput, RegExp]>([
    [{ detectLocalMode: 'Guess' }, /detectLocalMode: "Guess" is not a mode/],
    [{ detectLocalMode: 'BridgeInterface' }, /detectLocal: the interface is missing/],
    [{ detectLocalMode: 'InterfaceNamePrefix', detectLocal: { interfaceNamePrefix: '' } }, /the interface is missing/],
    [{ clusterCIDR: 'everything' }, /clusterCIDR: "everything" is not a CIDR/],
    [{ nodePortAddresses: ['here'] }, /nodePortAddresses: "here" is not a CIDR/],
    [{ nodePortAddresses: ['primary', '10.0.0.0/8'] }, /nodePortAddresses: "primary" is not a CIDR/],
    [{ iptables: { masqueradeBit: 32 } }, /masqueradeBit: 32 is not a bit number/],
  ])('refuses %j', (configuration, message) => {
    expect(() => settings(configuration)).toThrow(message)
  })

  it('makes the mark of one bit', () => {
    expect(settings({ iptables: { masqueradeBit: 0 } }).masqueradeMark).toBe(1)
    expect(settings({ iptables: { masqueradeBit: 31 } }).masqueradeMark).toBe(0x80000000)
  })

  it("finds the node's own address", () => {
    const address = (configuration: KubeProxyConfigurationInput, addresses: { type: string; address: string }[]) =>
      formatIpv4(settings(configuration, { metadata: { name: 'n' }, status: { addresses } }).nodeIP)
    const internal = { type: 'InternalIP', address: '192.168.0.2' }
    const external = { type: 'ExternalIP', address: '203.0.113.2' }
    expect(address({}, [external, { type: 'InternalIP', address: 'fd00::2' }, internal])).toBe('192.168.0.2')
    expect(address({}, [{ type: 'Hostname', address: 'n' }, external])).toBe('203.0.113.2')
    expect(address({}, [])).toBe('127.0.0.1')
    expect(address({ bindAddress: '10.9.9.9' }, [internal])).toBe('10.9.9.9')
    expect(address({ bindAddress: '0.0.0.0' }, [internal])).toBe('192.168.0.2')
    expect(address({ bindAddress: '::' }, [internal])).toBe('192.168.0.2')
  })

  it('serves node ports on the addresses that nodePortAddresses choose', () => {
    const on = node()
    const own = ['127.0.0.1', '192.168.0.1', '192.168.1.1', '10.244.1.1']
    expect(nodePorts({ nodePortAddresses: [] }, on, own)).toEqual(['all', true])
    expect(nodePorts({ nodePortAddresses: ['0.0.0.0/0'] }, on, own)).toEqual(['all', true])
    expect(nodePorts({ nodePortAddresses: ['fd00::/8'] }, on, own)).toEqual(['all', true])
    expect(nodePorts({ nodePortAddresses: ['192.168.0.0/16'] }, on, own)).toEqual(['192.168.0.1,192.168.1.1', false])
    expect(nodePorts({ nodePortAddresses: ['192.168.1.0/24', '192.168.0.0/16'] }, on, own)).toEqual([
      '192.168.1.1,192.168.0.1',
      false,
    ])
    expect(nodePorts({ nodePortAddresses: ['127.0.0.0/8', '192.168.0.0/24'] }, on, own)).toEqual([
      '127.0.0.1,192.168.0.1',
      true,
    ])
    expect(nodePorts({ nodePortAddresses: ['primary'] }, on, own)).toEqual(['192.168.0.1', false])
    expect(nodePorts({ nodePortAddresses: ['primary'] }, { metadata: { name: 'n' } }, own)).toEqual(['all', true])
  })

  it('knows 127.0.0.1 and the addresses of the Node when nobody tells the interfaces', () => {
    const configuration = { nodePortAddresses: ['127.0.0.0/8', '192.168.0.0/16'] }
    expect(nodePorts(configuration)).toEqual(['127.0.0.1,192.168.0.1', true])
  })

  it('localhostNodePorts can be switched off', () => {
    expect(nodePorts({ iptables: { localhostNodePorts: false } })).toEqual(['all', false])
  })
})

describe('proxyNodeName', () => {
  it('is the host name, unless overridden', () => {
    expect(proxyNodeName({}, 'node-1')).toBe('node-1')
    expect(proxyNodeName({ hostnameOverride: '' }, 'node-1')).toBe('node-1')
    expect(proxyNodeName({ hostnameOverride: ' Other ' }, 'node-1')).toBe('other')
    expect(settings({ hostnameOverride: 'other' }).nodeName).toBe('other')
  })
})
