import { describe, expect, it } from 'vitest'
import { endpointsOfSlices, serviceOfSlice, slicesByService } from '../../src/kubeproxy/endpoints.ts'
import { slice } from './objects.ts'

describe('endpointsOfSlices', () => {
  const texts = (...slices: Parameters<typeof endpointsOfSlices>[0]) =>
    (endpointsOfSlices(slices).get('http/tcp') ?? []).map(({ text }) => text)

  it('orders endpoints as plain text, not as numbers', () => {
    expect(texts(slice('a', ['10.0.0.9', '10.0.0.10', '10.0.0.100']))).toEqual([
      '10.0.0.100:8080',
      '10.0.0.10:8080',
      '10.0.0.9:8080',
    ])
  })

  it('puts several slices together, each endpoint once', () => {
    const one = slice('a', ['10.0.0.1', '10.0.0.2'])
    const two = slice('a', ['10.0.0.2', '10.0.0.3'], undefined, 'a-2')
    expect(texts(two, one)).toEqual(['10.0.0.1:8080', '10.0.0.2:8080', '10.0.0.3:8080'])
  })

  it('takes a running endpoint before a terminating one with the same address', () => {
    const gone = { ip: '10.0.0.1', conditions: { ready: false, serving: true, terminating: true } }
    for (const order of [
      [gone, '10.0.0.1@node-1'],
      ['10.0.0.1@node-1', gone],
    ]) {
      const [first] = endpointsOfSlices([slice('a', order)]).get('http/tcp')!
      expect(first).toMatchObject({ ready: true, terminating: false, nodeName: 'node-1' })
    }
  })

  it('of two running ones the later slice, by name, wins', () => {
    const one = slice('a', ['10.0.0.1@node-1'], undefined, 'a-1')
    const two = slice('a', ['10.0.0.1@node-2'], undefined, 'a-2')
    for (const order of [
      [one, two],
      [two, one],
    ]) {
      expect(endpointsOfSlices(order).get('http/tcp')![0]!.nodeName).toBe('node-2')
    }
  })

  it('fills in the conditions', () => {
    const endpoints = [
      '10.0.0.1',
      { ip: '10.0.0.2', conditions: {} },
      { ip: '10.0.0.3', conditions: { ready: false, serving: null, terminating: true } },
    ]
    const states = endpointsOfSlices([slice('a', endpoints)])
      .get('http/tcp')!
      .map(({ ready, serving, terminating }) => [ready, serving, terminating])
    expect(states).toEqual([
      [true, true, false],
      [true, true, false],
      [false, true, true],
    ])
  })

  it('reads hints as objects or names', () => {
    const endpoints = [
      { ip: '10.0.0.1', hints: { forZones: [{ name: 'z1' }], forNodes: ['node-1'] } },
      { ip: '10.0.0.2', hints: { forZones: [] } },
    ]
    const hints = endpointsOfSlices([slice('a', endpoints)])
      .get('http/tcp')!
      .map(({ zoneHints, nodeHints }) => [zoneHints, nodeHints])
    expect(hints).toEqual([
      [['z1'], ['node-1']],
      [null, null],
    ])
  })

  it('reads no hints for nodes without the feature gate', () => {
    const endpoint = { ip: '10.0.0.1', hints: { forZones: ['z1'], forNodes: ['node-1'] } }
    const [read] = endpointsOfSlices([slice('a', [endpoint])], false).get('http/tcp')!
    expect([read!.zoneHints, read!.nodeHints]).toEqual([['z1'], null])
  })

  it('keeps ports apart by name and protocol', () => {
    const ports = [
      { name: 'dns', protocol: 'UDP', port: 53 },
      { name: 'dns', protocol: 'TCP', port: 5353 },
      { port: 80 },
      { name: 'none', port: null },
      { name: 'zero', port: 0 },
      { name: 'odd', protocol: 'QUIC', port: 1 },
    ]
    const keys = [...endpointsOfSlices([slice('a', ['10.0.0.1'], ports)])]
    expect(keys.map(([key, [first]]) => `${key} ${first!.text}`)).toEqual([
      'dns/udp 10.0.0.1:53',
      'dns/tcp 10.0.0.1:5353',
      '/tcp 10.0.0.1:80',
    ])
  })

  it('passes over what is no IPv4 address, and ports without endpoints', () => {
    expect(endpointsOfSlices([slice('a', ['example.com', { ip: '10.0.0.1', addresses: [] }])]).size).toBe(1)
    expect(endpointsOfSlices([slice('a', [])]).size).toBe(0)
    expect(endpointsOfSlices([{ metadata: { name: 'a' } }]).size).toBe(0)
    expect(endpointsOfSlices([{ metadata: { name: 'a' }, ports: [{ port: 1 }] }]).size).toBe(0)
  })
})

describe('serviceOfSlice', () => {
  const labels = { 'kubernetes.io/service-name': 'a' }

  it('looks at slices for another proxy: the Service is passed over', () => {
    const given = { metadata: { name: 'x', labels: { ...labels, 'service.kubernetes.io/service-proxy-name': 'mine' } } }
    expect(serviceOfSlice(given)).toBe('default/a')
  })

  it('finds the Service by the label', () => {
    expect(serviceOfSlice({ metadata: { name: 'x', labels } })).toBe('default/a')
    expect(serviceOfSlice({ metadata: { name: 'x', namespace: 'ns', labels }, addressType: 'IPv4' })).toBe('ns/a')
  })

  it.each([
    ['no label', { metadata: { name: 'x' } }],
    ['an empty label', { metadata: { name: 'x', labels: { 'kubernetes.io/service-name': '' } } }],
    ['names for addresses', { metadata: { name: 'x', labels }, addressType: 'FQDN' }],
    ['IPv6', { metadata: { name: 'x', labels }, addressType: 'IPv6' }],
    ['a headless Service', { metadata: { name: 'x', labels: { ...labels, 'service.kubernetes.io/headless': '' } } }],
  ])('finds none for a slice with %s', (_what, given) => {
    expect(serviceOfSlice(given)).toBeUndefined()
    expect(slicesByService([given]).size).toBe(0)
  })
})
