import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTables, saveTables, TABLE_NAMES } from '../../src/netfilter/index.ts'
import {
  compareIpv4,
  decodeFrame,
  encodeFrame,
  formatIpv4,
  formatPrefix,
  isMulticastMac,
  parseIpv4,
  parsePrefix,
  prefixContains,
  prefixesOverlap,
} from '../../src/packet/index.ts'
import {
  clusterManifests,
  clusterNetworks,
  clusterOf,
  clusters,
  ipv4Addresses,
  ipv4Prefixes,
  macAddresses,
  packets,
  ports,
  ruleTables,
  ruleTableTexts,
} from '../../src/testing/index.ts'

/** Holds for everything that is generated. */
function always<T>(arbitrary: fc.Arbitrary<T>, law: (value: T) => void, numRuns = 200): void {
  fc.assert(
    fc.property(arbitrary, (value) => {
      law(value)
    }),
    { numRuns },
  )
}

/** Something is generated for which it holds. */
function sometimes<T>(arbitrary: fc.Arbitrary<T>, test: (value: T) => boolean, numRuns = 300): void {
  expect(fc.sample(arbitrary, { numRuns, seed: 1 }).some(test)).toBe(true)
}

describe('addresses', () => {
  it('lie in their network, its first and last one too', () => {
    const network = parsePrefix('203.0.113.0/29')
    always(ipv4Addresses(network), (address) => expect(prefixContains(network, address)).toBe(true))
    sometimes(ipv4Addresses(network), (address) => formatIpv4(address) === '203.0.113.0')
    sometimes(ipv4Addresses('203.0.113.7/29'), (address) => formatIpv4(address) === '203.0.113.7')
  })

  it('are from the whole address space unless told otherwise', () => {
    always(ipv4Addresses(), (address) => expect(Number.isInteger(address) && address === (address | 0)).toBe(true))
    sometimes(ipv4Addresses(), (address) => compareIpv4(address, parseIpv4('200.0.0.0')) > 0)
    sometimes(ipv4Addresses(), (address) => compareIpv4(address, parseIpv4('100.0.0.0')) < 0)
  })

  it('of networks have no bits beyond their length', () => {
    always(ipv4Prefixes({ min: 8, max: 30 }), (prefix) => {
      expect(parsePrefix(formatPrefix(prefix))).toEqual(prefix)
      expect(prefix.length).toBeGreaterThanOrEqual(8)
      expect(prefix.length).toBeLessThanOrEqual(30)
      expect(prefix.address & (2 ** (32 - prefix.length) - 1)).toBe(0)
    })
    sometimes(ipv4Prefixes(), ({ length }) => length > 24)
  })

  it('of Ethernet are of single stations', () => {
    always(macAddresses(), (mac) => expect(isMulticastMac(mac)).toBe(false))
  })

  it('ports are 1 to 65535', () => {
    always(ports(), (port) => expect(port >= 1 && port <= 65535).toBe(true))
  })
})

describe('packets', () => {
  it('are whole and right: octets that are made of them read back', () => {
    always(packets(), (packet) => {
      const octets = encodeFrame(packet)
      expect(encodeFrame(decodeFrame(octets))).toEqual(octets)
    })
  })

  it('are what was asked for', () => {
    const only = packets({
      protocols: ['udp'],
      dst: fc.constant(parseIpv4('10.0.0.1')),
      dport: fc.constant(53),
      maxPayload: 3,
    })
    always(only, ({ ip, l4, payload }) => {
      expect(formatIpv4(ip!.dst)).toBe('10.0.0.1')
      expect(l4).toMatchObject({ kind: 'udp', dport: 53 })
      expect(payload.length).toBeLessThanOrEqual(3)
    })
    for (const kind of ['tcp', 'udp', 'sctp', 'icmp']) sometimes(packets(), ({ l4 }) => l4?.kind === kind)
  })

  it('are printed as tcpdump prints them', () => {
    const [packet] = fc.sample(packets({ protocols: ['icmp'] }), { numRuns: 1, seed: 3 })
    expect(fc.stringify(packet)).toMatch(/^\d+\.\d+\.\d+\.\d+ > \d+\.\d+\.\d+\.\d+: ICMP echo/)
  })
})

describe('rule tables', () => {
  it.each(TABLE_NAMES)('%s: the text is what the table is', (name) => {
    always(ruleTables(name), (table) => {
      expect(saveTables(parseTables(fc.stringify(table)).tables, {})).toBe(saveTables(new Map([[name, table]]), {}))
    })
  })

  it('drop nothing when they may not', () => {
    always(ruleTableTexts('filter', { mayDrop: false }), (text) => expect(text).not.toMatch(/DROP|REJECT/))
    sometimes(ruleTableTexts('filter'), (text) => text.includes('-j REJECT') && text.includes('-j DROP'))
  })

  it('speak of what they are told to speak of', () => {
    const told = { devices: ['dummy7'], addresses: fc.constant(parseIpv4('192.0.2.1')), maxRules: 2, maxChains: 0 }
    always(ruleTableTexts('mangle', told), (text) => {
      for (const [, device] of text.matchAll(/-[io] (\S+)/g)) expect(device).toBe('dummy7')
      for (const [, address] of text.matchAll(/-[sd] ([\d.]+)/g)) expect(address).toBe('192.0.2.1')
      expect(text.match(/^-A FORWARD/gm)?.length ?? 0).toBeLessThanOrEqual(2)
      expect(text).not.toContain('FIRST')
    })
  })

  it('translate, where nat may', () => {
    for (const target of ['DNAT', 'REDIRECT', 'SNAT', 'MASQUERADE'])
      sometimes(ruleTableTexts('nat'), (text) => text.includes(`-j ${target}`))
  })
})

describe('clusters', () => {
  it('have networks that keep clear of each other', () => {
    always(clusterNetworks(), (networks) => {
      const [pods, services, nodes] = [networks.podCidr, networks.serviceCidr, networks.nodeCidr].map((cidr) =>
        parsePrefix(cidr!),
      )
      expect(
        prefixesOverlap(pods!, services!) || prefixesOverlap(pods!, nodes!) || prefixesOverlap(services!, nodes!),
      ).toBe(false)
      expect(networks.nodeCidrMaskSize).toBeGreaterThan(pods!.length)
    })
  })

  it('are as large as was asked for', () => {
    const wanted = { nodes: { min: 2, max: 3 }, podsPerNode: { min: 1, max: 2 }, services: { min: 1, max: 1 } }
    always(
      clusters(wanted),
      ({ objects }) => {
        expect([2, 3]).toContain(objects.nodes.length)
        expect(objects.pods.length).toBeGreaterThanOrEqual(objects.nodes.length)
        expect(objects.pods.length).toBeLessThanOrEqual(2 * objects.nodes.length)
        expect(objects.services.map(({ metadata }) => metadata.name)).toEqual(['svc-0', 'kubernetes'])
      },
      50,
    )
  })

  it('have Services of every kind, pods in every state, every backend and bridge', () => {
    const many = clusterManifests({ podsPerNode: { min: 5 } })
    for (const part of [
      '"NodePort"',
      '"LoadBalancer"',
      '"clusterIP":"None"',
      'EndpointSlice',
      'externalIPs',
      '"ClientIP"',
    ])
      sometimes(many, ({ text }) => text.includes(part))
    for (const part of [
      'hostNetwork',
      'deletionTimestamp',
      '"status":"False"',
      '"Local"',
      '"web-udp"',
      'publishNotReady',
    ])
      sometimes(many, ({ text }) => text.includes(part))
    for (const backend of ['vxlan', 'host-gw'])
      for (const bridge of ['cni0', 'docker0'])
        sometimes(many, ({ options }) => options.backend === backend && options.bridge === bridge)
  })

  it('are printed as manifests that make the same cluster', () => {
    always(
      clusterManifests({ nodes: { max: 2 }, podsPerNode: { max: 2 } }),
      (manifests) => {
        const cluster = clusterOf(manifests)
        const [text, options] = fc.stringify(cluster).split('\nwith the options ')
        expect(clusterOf({ text: text!, options: JSON.parse(options!) }).objects).toEqual(cluster.objects)
      },
      30,
    )
  })

  it('take what is left to them from the constraints', () => {
    const set = {
      backends: ['host-gw'],
      bridges: ['docker0'],
      ipMasq: [false],
      directRouting: [true],
      serviceKinds: ['headless'],
      hostNetworkPods: false,
      options: { mtu: 9000 },
    } as const
    always(
      clusterManifests(set),
      ({ text, options }) => {
        expect(options).toMatchObject({
          backend: 'host-gw',
          bridge: 'docker0',
          ipMasq: false,
          directRouting: true,
          mtu: 9000,
        })
        expect(text).not.toMatch(/hostNetwork|NodePort|LoadBalancer/)
      },
      50,
    )
  })

  it('shrink to one node without pods', () => {
    const { counterexample } = fc.check(
      fc.property(clusterManifests(), () => false),
      { seed: 1 },
    )
    const [{ text, options }] = counterexample as [{ text: string; options: object }]
    expect(JSON.parse(text).items).toHaveLength(1)
    expect(options).toMatchObject({ backend: 'vxlan', bridge: 'cni0', podCidr: '10.244.0.0/16' })
  })
})
