import { describe, expect, it } from 'vitest'
import type { ServiceInput } from '../../src/kubeproxy/input.ts'
import { chainLike, linesOf, node, rulesFor, service, slice } from './objects.ts'

const NODE_PORT = { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] }
const LOAD_BALANCER = { ...NODE_PORT, type: 'LoadBalancer' }

/** The table nat's lines for services alone, with short names for their chains. */
function short(text: string): string {
  const names = new Map<string, string>()
  return text.replace(/KUBE-(SVC|SVL|EXT|FW|SEP)-[A-Z2-7]{16}/g, (name, kind: string) => {
    if (!names.has(name)) {
      const count = [...names.values()].filter((known) => known.startsWith(kind)).length
      names.set(name, count === 0 ? kind : `${kind}${count + 1}`)
    }
    return names.get(name)!
  })
}

function shortRules(
  given: ServiceInput,
  slices: ReturnType<typeof slice>[],
  ...rest: [object?, ReturnType<typeof node>?]
) {
  const [configuration, on] = rest
  return short(rulesFor([given], slices, configuration, on).restoreText())
}

function natOf(text: string): string[] {
  const lines = text.slice(text.indexOf('*nat')).split('\n')
  // the rules of Services stand between KUBE-MARK-MASQ's and the last jump
  return lines.slice(lines.findIndex((line) => line.startsWith('-A KUBE-MARK-MASQ')) + 1, -3)
}

function filterOf(text: string): string[] {
  return text
    .slice(0, text.indexOf('*nat'))
    .split('\n')
    .filter((line) => line.startsWith('-A ') && !/^-A KUBE-(FORWARD|FIREWALL) /.test(line))
}

describe('the text for iptables-restore', () => {
  it('of a cluster without Services', () => {
    expect(rulesFor([], []).restoreText()).toBe(`*filter
:KUBE-SERVICES - [0:0]
:KUBE-EXTERNAL-SERVICES - [0:0]
:KUBE-FORWARD - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-PROXY-FIREWALL - [0:0]
:KUBE-FIREWALL - [0:0]
-A KUBE-FIREWALL -m comment --comment "block incoming localnet connections" -d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x00004000/0x00004000 -j ACCEPT
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
*nat
:KUBE-SERVICES - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-MARK-MASQ - [0:0]
-A KUBE-POSTROUTING -m mark ! --mark 0x00004000/0x00004000 -j RETURN
-A KUBE-POSTROUTING -j MARK --xor-mark 0x00004000
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-MARK-MASQ -j MARK --or-mark 0x00004000
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
COMMIT
`)
  })

  it('of a ClusterIP with three endpoints', () => {
    const text = shortRules(service('web'), [slice('web', ['10.244.2.1', '10.244.1.1', '10.244.1.2'])])
    expect(text).toContain(':SVC - [0:0]\n:SEP - [0:0]\n:SEP2 - [0:0]\n:SEP3 - [0:0]\n')
    expect(natOf(text)).toEqual([
      '-A KUBE-SERVICES -m comment --comment "ns/web:http cluster IP" -m tcp -p tcp -d 10.96.0.1 --dport 80 -j SVC',
      '-A SVC -m comment --comment "ns/web:http cluster IP" -m tcp -p tcp -d 10.96.0.1 --dport 80 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ',
      '-A SVC -m comment --comment "ns/web:http -> 10.244.1.1:8080" -m statistic --mode random --probability 0.3333333333 -j SEP',
      '-A SVC -m comment --comment "ns/web:http -> 10.244.1.2:8080" -m statistic --mode random --probability 0.5000000000 -j SEP2',
      '-A SVC -m comment --comment "ns/web:http -> 10.244.2.1:8080" -j SEP3',
      '-A SEP -m comment --comment ns/web:http -s 10.244.1.1 -j KUBE-MARK-MASQ',
      '-A SEP -m comment --comment ns/web:http -m tcp -p tcp -j DNAT --to-destination 10.244.1.1:8080',
      '-A SEP2 -m comment --comment ns/web:http -s 10.244.1.2 -j KUBE-MARK-MASQ',
      '-A SEP2 -m comment --comment ns/web:http -m tcp -p tcp -j DNAT --to-destination 10.244.1.2:8080',
      '-A SEP3 -m comment --comment ns/web:http -s 10.244.2.1 -j KUBE-MARK-MASQ',
      '-A SEP3 -m comment --comment ns/web:http -m tcp -p tcp -j DNAT --to-destination 10.244.2.1:8080',
    ])
    expect(filterOf(text)).toEqual([])
  })

  it('of UDP and SCTP', () => {
    for (const protocol of ['UDP', 'SCTP']) {
      const name = protocol.toLowerCase()
      const text = shortRules(service('dns', { ports: [{ name: 'dns', protocol, port: 53 }] }), [
        slice('dns', ['10.244.1.1'], [{ name: 'dns', protocol, port: 5353 }]),
      ])
      expect(natOf(text)[0]).toContain(`-m ${name} -p ${name} -d 10.96.0.1 --dport 53 -j SVC`)
      expect(natOf(text).at(-1)).toContain(`-m ${name} -p ${name} -j DNAT --to-destination 10.244.1.1:5353`)
    }
  })

  it('of session affinity', () => {
    const spec = { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } } }
    const text = shortRules(service('web', spec), [slice('web', ['10.244.1.1', '10.244.1.2'])])
    expect(natOf(text).slice(2)).toEqual([
      '-A SVC -m comment --comment "ns/web:http -> 10.244.1.1:8080" -m recent --name SEP --rcheck --seconds 600 --reap -j SEP',
      '-A SVC -m comment --comment "ns/web:http -> 10.244.1.2:8080" -m recent --name SEP2 --rcheck --seconds 600 --reap -j SEP2',
      '-A SVC -m comment --comment "ns/web:http -> 10.244.1.1:8080" -m statistic --mode random --probability 0.5000000000 -j SEP',
      '-A SVC -m comment --comment "ns/web:http -> 10.244.1.2:8080" -j SEP2',
      '-A SEP -m comment --comment ns/web:http -s 10.244.1.1 -j KUBE-MARK-MASQ',
      '-A SEP -m comment --comment ns/web:http -m recent --name SEP --set -m tcp -p tcp -j DNAT --to-destination 10.244.1.1:8080',
      '-A SEP2 -m comment --comment ns/web:http -s 10.244.1.2 -j KUBE-MARK-MASQ',
      '-A SEP2 -m comment --comment ns/web:http -m recent --name SEP2 --set -m tcp -p tcp -j DNAT --to-destination 10.244.1.2:8080',
    ])
  })

  it('of a node port, policy Cluster', () => {
    const text = shortRules(service('web', NODE_PORT), [slice('web', ['10.244.1.1'])])
    expect(natOf(text)).toEqual([
      '-A KUBE-SERVICES -m comment --comment "ns/web:http cluster IP" -m tcp -p tcp -d 10.96.0.1 --dport 80 -j SVC',
      '-A KUBE-NODEPORTS -m comment --comment ns/web:http -m tcp -p tcp --dport 30080 -j EXT',
      '-A SVC -m comment --comment "ns/web:http cluster IP" -m tcp -p tcp -d 10.96.0.1 --dport 80 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ',
      '-A EXT -m comment --comment "masquerade traffic for ns/web:http external destinations" -j KUBE-MARK-MASQ',
      '-A EXT -j SVC',
      '-A SVC -m comment --comment "ns/web:http -> 10.244.1.1:8080" -j SEP',
      '-A SEP -m comment --comment ns/web:http -s 10.244.1.1 -j KUBE-MARK-MASQ',
      '-A SEP -m comment --comment ns/web:http -m tcp -p tcp -j DNAT --to-destination 10.244.1.1:8080',
    ])
  })

  it('of a node port, policy Local, on a node with an endpoint and on one without', () => {
    const given = service('web', { ...NODE_PORT, externalTrafficPolicy: 'Local' })
    const slices = [slice('web', ['10.244.1.1@node-1', '10.244.2.1@node-2'])]
    const external = [
      '-A EXT -m comment --comment "pod traffic for ns/web:http external destinations" -s 10.244.0.0/16 -j SVC',
      '-A EXT -m comment --comment "masquerade LOCAL traffic for ns/web:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ',
      '-A EXT -m comment --comment "route LOCAL traffic for ns/web:http external destinations" -m addrtype --src-type LOCAL -j SVC',
    ]
    const here = shortRules(given, slices)
    expect(natOf(here).filter((line) => line.startsWith('-A EXT'))).toEqual([...external, '-A EXT -j SVL'])
    expect(natOf(here).filter((line) => line.startsWith('-A SVL'))).toEqual([
      '-A SVL -m comment --comment "ns/web:http -> 10.244.1.1:8080" -j SEP',
    ])
    expect(natOf(here).filter((line) => line.startsWith('-A SVC'))).toHaveLength(3)
    expect(filterOf(here)).toEqual([])

    const elsewhere = shortRules(given, slices, {}, node('node-3'))
    expect(natOf(elsewhere).filter((line) => line.startsWith('-A EXT'))).toEqual(external)
    expect(elsewhere).not.toContain('SVL')
    expect(filterOf(elsewhere)).toEqual([
      '-A KUBE-EXTERNAL-SERVICES -m comment --comment "ns/web:http has no local endpoints" -m addrtype --dst-type LOCAL -m tcp -p tcp --dport 30080 -j DROP',
    ])
  })

  it('of policy Local without a local detector', () => {
    const given = service('web', { ...NODE_PORT, externalTrafficPolicy: 'Local' })
    const text = shortRules(given, [slice('web', ['10.244.1.1@node-1'])], { clusterCIDR: '' })
    expect(text).not.toContain('pod traffic')
    expect(text).not.toContain('! -s 10.')
  })

  it('of internalTrafficPolicy Local', () => {
    const given = service('web', { internalTrafficPolicy: 'Local' })
    const slices = [slice('web', ['10.244.1.1@node-1', '10.244.2.1@node-2'])]
    expect(natOf(shortRules(given, slices))).toEqual([
      '-A KUBE-SERVICES -m comment --comment "ns/web:http cluster IP" -m tcp -p tcp -d 10.96.0.1 --dport 80 -j SVL',
      '-A SVL -m comment --comment "ns/web:http cluster IP" -m tcp -p tcp -d 10.96.0.1 --dport 80 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ',
      '-A SVL -m comment --comment "ns/web:http -> 10.244.1.1:8080" -j SEP',
      '-A SEP -m comment --comment ns/web:http -s 10.244.1.1 -j KUBE-MARK-MASQ',
      '-A SEP -m comment --comment ns/web:http -m tcp -p tcp -j DNAT --to-destination 10.244.1.1:8080',
    ])
    const elsewhere = shortRules(given, slices, {}, node('node-3'))
    expect(natOf(elsewhere)).toEqual([])
    expect(filterOf(elsewhere)).toEqual([
      '-A KUBE-SERVICES -m comment --comment "ns/web:http has no local endpoints" -m tcp -p tcp -d 10.96.0.1 --dport 80 -j DROP',
    ])
  })

  it('of a Service without endpoints, by every way in', () => {
    const given = service('web', { ...LOAD_BALANCER, externalIPs: ['203.0.113.9'] }, [{ ip: '203.0.113.1' }])
    const text = shortRules(given, [])
    expect(natOf(text)).toEqual([])
    const reject = '-m comment --comment "ns/web:http has no endpoints"'
    expect(filterOf(text)).toEqual([
      `-A KUBE-SERVICES ${reject} -m tcp -p tcp -d 10.96.0.1 --dport 80 -j REJECT`,
      `-A KUBE-EXTERNAL-SERVICES ${reject} -m tcp -p tcp -d 203.0.113.9 --dport 80 -j REJECT`,
      `-A KUBE-EXTERNAL-SERVICES ${reject} -m tcp -p tcp -d 203.0.113.1 --dport 80 -j REJECT`,
      `-A KUBE-EXTERNAL-SERVICES ${reject} -m addrtype --dst-type LOCAL -m tcp -p tcp --dport 30080 -j REJECT`,
    ])
  })

  it('of external and load balancer addresses', () => {
    const given = service('web', { ...LOAD_BALANCER, externalIPs: ['203.0.113.9'] }, [{ ip: '203.0.113.1' }])
    expect(natOf(shortRules(given, [slice('web', ['10.244.1.1'])])).slice(1, 4)).toEqual([
      '-A KUBE-SERVICES -m comment --comment "ns/web:http external IP" -m tcp -p tcp -d 203.0.113.9 --dport 80 -j EXT',
      '-A KUBE-SERVICES -m comment --comment "ns/web:http loadbalancer IP" -m tcp -p tcp -d 203.0.113.1 --dport 80 -j EXT',
      '-A KUBE-NODEPORTS -m comment --comment ns/web:http -m tcp -p tcp --dport 30080 -j EXT',
    ])
  })

  it('of source ranges', () => {
    const ranges = { loadBalancerSourceRanges: [' 203.0.113.0/24', '192.168.0.0/16', '198.51.100.7/32'] }
    const given = service('web', { ...LOAD_BALANCER, ...ranges }, [{ ip: '1.2.3.4' }])
    const text = rulesFor([given], [slice('web', ['10.244.1.1'])]).restoreText()
    const [firewall] = /KUBE-FW-\w+/.exec(text)!
    const fw = short(text)
      .split('\n')
      .filter((line) => line.includes('FW'))
    expect(fw).toEqual([
      `-A KUBE-PROXY-FIREWALL -m comment --comment "ns/web:http traffic not accepted by FW" -m tcp -p tcp -d 1.2.3.4 --dport 80 -j DROP`,
      ':FW - [0:0]',
      '-A KUBE-SERVICES -m comment --comment "ns/web:http loadbalancer IP" -m tcp -p tcp -d 1.2.3.4 --dport 80 -j FW',
      '-A FW -m comment --comment "ns/web:http loadbalancer IP" -s 203.0.113.0/24 -j EXT',
      '-A FW -m comment --comment "ns/web:http loadbalancer IP" -s 192.168.0.0/16 -j EXT',
      '-A FW -m comment --comment "ns/web:http loadbalancer IP" -s 198.51.100.7/32 -j EXT',
      // the node is in a range: it may come from the load balancer's address
      '-A FW -m comment --comment "ns/web:http loadbalancer IP" -s 1.2.3.4 -j EXT',
      '-A FW -m comment --comment "other traffic to ns/web:http will be dropped by KUBE-PROXY-FIREWALL"',
    ])
    expect(firewall).toBe(chainLike(rulesFor([given], [slice('web', ['10.244.1.1'])]), 'KUBE-FW-'))
    const outside = { ...node(), status: { addresses: [{ type: 'InternalIP', address: '172.16.0.1' }] } }
    expect(shortRules(given, [slice('web', ['10.244.1.1'])], {}, outside)).not.toContain('-s 1.2.3.4 -j EXT')
  })

  it('of a source range that holds everything: the text says it, the rule tests nothing', () => {
    const given = service('web', { ...LOAD_BALANCER, loadBalancerSourceRanges: ['0.0.0.0/0'] }, [{ ip: '1.2.3.4' }])
    const rules = rulesFor([given], [slice('web', ['10.244.1.1'])])
    const firewall = chainLike(rules, 'KUBE-FW-')
    expect(linesOf(rules, 'nat', firewall)[0]).toMatch(/-s 0\.0\.0\.0\/0 -j KUBE-EXT-/)
    expect(rules.nat.get(firewall)!.rules[0]!.ip).toEqual({})
  })

  it('of a load balancer with policy Local and source ranges on a node without endpoints', () => {
    const spec = { ...LOAD_BALANCER, externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['203.0.113.0/24'] }
    const text = shortRules(service('web', spec, [{ ip: '1.2.3.4' }]), [slice('web', ['10.244.2.1@node-2'])])
    expect(filterOf(text).map((line) => line.split(' ').filter((word) => /^KUBE-|^DROP|^\d+\./.test(word)))).toEqual([
      ['KUBE-PROXY-FIREWALL', '1.2.3.4', 'DROP'],
      ['KUBE-EXTERNAL-SERVICES', '1.2.3.4', 'DROP'],
      ['KUBE-EXTERNAL-SERVICES', 'DROP'],
    ])
  })

  it('of a health check node port', () => {
    const spec = { ...LOAD_BALANCER, externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 }
    const text = shortRules(service('web', spec), [slice('web', ['10.244.1.1@node-1'])])
    expect(filterOf(text)).toEqual([
      '-A KUBE-NODEPORTS -m comment --comment "ns/web:http health check node port" -m tcp -p tcp --dport 31000 -j ACCEPT',
    ])
  })

  it('of a load balancer without node ports, and of addresses that it keeps for itself', () => {
    const given = service('web', { type: 'LoadBalancer', ports: [{ name: 'http', port: 80 }] }, [
      { ip: '203.0.113.1', ipMode: 'VIP' },
      { ip: '203.0.113.2', ipMode: 'Proxy' },
      { ip: '203.0.113.3' },
    ])
    const text = shortRules(given, [slice('web', ['10.244.1.1'])])
    expect(natOf(text).slice(1, 3)).toEqual([
      '-A KUBE-SERVICES -m comment --comment "ns/web:http loadbalancer IP" -m tcp -p tcp -d 203.0.113.1 --dport 80 -j EXT',
      '-A KUBE-SERVICES -m comment --comment "ns/web:http loadbalancer IP" -m tcp -p tcp -d 203.0.113.3 --dport 80 -j EXT',
    ])
    expect(text).not.toContain('203.0.113.2')
    expect(text).not.toContain('-A KUBE-NODEPORTS')
    // nothing leads in from outside: no EXT chain
    expect(shortRules(service('web', { type: 'LoadBalancer' }), [slice('web', ['10.244.1.1'])])).not.toContain(':EXT')
  })

  it('of an external IP of a ClusterIP Service, policy Local', () => {
    const given = service('web', { externalIPs: ['203.0.113.9'], externalTrafficPolicy: 'Local' })
    const here = shortRules(given, [slice('web', ['10.244.1.1@node-1'])])
    expect(
      natOf(here)
        .filter((line) => line.startsWith('-A EXT'))
        .at(-1),
    ).toBe('-A EXT -j SVL')
    const elsewhere = shortRules(given, [slice('web', ['10.244.2.1@node-2'])])
    expect(natOf(elsewhere)[1]).toBe(
      '-A KUBE-SERVICES -m comment --comment "ns/web:http external IP" -m tcp -p tcp -d 203.0.113.9 --dport 80 -j EXT',
    )
    expect(filterOf(elsewhere)).toEqual([
      '-A KUBE-EXTERNAL-SERVICES -m comment --comment "ns/web:http has no local endpoints" -m tcp -p tcp -d 203.0.113.9 --dport 80 -j DROP',
    ])
  })

  it('of session affinity with policy Local: in either chain, those that it leads to', () => {
    const given = service('web', { ...NODE_PORT, externalTrafficPolicy: 'Local', sessionAffinity: 'ClientIP' })
    const text = shortRules(given, [slice('web', ['10.244.1.1@node-1', '10.244.2.1@node-2'])])
    const jumps = (chain: string) =>
      natOf(text)
        .filter((line) => line.startsWith(`-A ${chain} `) && line.includes('SEP'))
        .map((line) => line.replace(/^.*-> (\S+):8080" (?:-m (\S+) .*)?-j .*$/, '$1 $2').trim())
    expect(jumps('SVC')).toEqual(['10.244.1.1 recent', '10.244.2.1 recent', '10.244.1.1 statistic', '10.244.2.1'])
    expect(jumps('SVL')).toEqual(['10.244.1.1 recent', '10.244.1.1'])
    expect(text).toContain('--rcheck --seconds 10800 --reap')
  })

  it('of endpoints that terminate: each policy falls back on its own', () => {
    const given = service('web', { ...NODE_PORT, externalTrafficPolicy: 'Local' })
    const going = {
      ip: '10.244.1.1',
      nodeName: 'node-1',
      conditions: { ready: false, serving: true, terminating: true },
    }
    const text = shortRules(given, [slice('web', [going, '10.244.2.1@node-2'])])
    const endpoints = (chain: string) =>
      [...text.matchAll(new RegExp(`^-A ${chain} .*-> (\\S+):8080"`, 'gm'))].map(([, address]) => address)
    expect(endpoints('SVC')).toEqual(['10.244.2.1'])
    expect(endpoints('SVL')).toEqual(['10.244.1.1'])
    expect([...text.matchAll(/--to-destination (\S+)/g)].map(([, address]) => address)).toEqual([
      '10.244.1.1:8080',
      '10.244.2.1:8080',
    ])
  })

  it('of several ports: each has chains of its own, and its own endpoints', () => {
    const ports = [
      { name: 'http', port: 80 },
      { name: 'metrics', port: 9090 },
    ]
    const slices = [
      slice('web', ['10.244.1.1'], [{ name: 'http', port: 8080 }], 'web-1'),
      slice('web', ['10.244.1.2'], [{ name: 'http', port: 8081 }], 'web-2'),
      slice('web', ['example.com'], [{ name: 'http', port: 1 }], 'web-3'),
    ]
    const text = shortRules(service('web', { ports }), slices)
    expect(text).toContain('--to-destination 10.244.1.1:8080\n')
    expect(text).toContain('--to-destination 10.244.1.2:8081\n')
    expect(filterOf(text)).toEqual([
      '-A KUBE-SERVICES -m comment --comment "ns/web:metrics has no endpoints" -m tcp -p tcp -d 10.96.0.1 --dport 9090 -j REJECT',
    ])
  })

  it('of hints: each node has the endpoints that are for it', () => {
    const hinted = (ip: string, zone: string, forNode: string) => ({
      ip,
      hints: { forZones: [zone], forNodes: [forNode] },
    })
    const slices = [
      slice('web', [
        hinted('10.244.1.1', 'a', 'node-1'),
        hinted('10.244.2.1', 'a', 'node-2'),
        hinted('10.244.3.1', 'b', 'node-3'),
      ]),
    ]
    const endpoints = (name: string, zone: string) => {
      const text = shortRules(service('web'), slices, {}, node(name, { 'topology.kubernetes.io/zone': zone }))
      return [...text.matchAll(/--to-destination (\S+):8080/g)].map(([, address]) => address)
    }
    expect(endpoints('node-2', 'a')).toEqual(['10.244.2.1'])
    expect(endpoints('node-4', 'a')).toEqual(['10.244.1.1', '10.244.2.1'])
    expect(endpoints('node-4', 'c')).toEqual(['10.244.1.1', '10.244.2.1', '10.244.3.1'])
  })

  it('of masqueradeAll', () => {
    const text = shortRules(service('web'), [slice('web', ['10.244.1.1'])], { iptables: { masqueradeAll: true } })
    expect(natOf(text)[1]).toBe(
      '-A SVC -m comment --comment "ns/web:http cluster IP" -m tcp -p tcp -d 10.96.0.1 --dport 80 -j KUBE-MARK-MASQ',
    )
  })

  it.each([
    [{ detectLocalMode: 'BridgeInterface', detectLocal: { bridgeInterface: 'cni0' } }, '! -i cni0'],
    [{ detectLocalMode: 'InterfaceNamePrefix', detectLocal: { interfaceNamePrefix: 'cali' } }, '! -i cali+'],
    [{ detectLocalMode: 'NodeCIDR' }, '! -s 10.244.1.0/24'],
    [{ clusterCIDR: '10.244.0.1/32' }, '! -s 10.244.0.1/32'],
  ])('of the detector %j', (configuration, option) => {
    const text = shortRules(service('web'), [slice('web', ['10.244.1.1'])], configuration)
    expect(natOf(text)[1]).toContain(`--dport 80 ${option} -j KUBE-MARK-MASQ`)
  })

  it('of another masquerade bit, and of conntrack that is liberal', () => {
    const text = rulesFor([], [], { iptables: { masqueradeBit: 10 }, conntrack: { tcpBeLiberal: true } }).restoreText()
    expect(text).toContain('-j MARK --or-mark 0x00000400\n')
    expect(text).not.toContain('INVALID')
  })

  it('of node ports that are not for localhost, and on some addresses only', () => {
    const last = (configuration: object) => linesOf(rulesFor([], [], configuration), 'nat', 'KUBE-SERVICES')
    const comment =
      '-m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain"'
    expect(last({ iptables: { localhostNodePorts: false } })).toEqual([
      `${comment} -m addrtype --dst-type LOCAL ! -d 127.0.0.0/8 -j KUBE-NODEPORTS`,
    ])
    expect(last({ nodePortAddresses: ['127.0.0.0/8', '192.168.0.0/16'] })).toEqual([
      `${comment} -d 127.0.0.1 -j KUBE-NODEPORTS`,
      `${comment} -d 192.168.0.1 -j KUBE-NODEPORTS`,
    ])
    const closed = { nodePortAddresses: ['127.0.0.0/8', '192.168.0.0/16'], iptables: { localhostNodePorts: false } }
    expect(last(closed)).toEqual([`${comment} -d 192.168.0.1 -j KUBE-NODEPORTS`])
    expect(rulesFor([], [], closed).restoreText()).not.toContain('KUBE-FIREWALL')
  })

  it('leaves out what is stale, and in a partial sync what has not changed', () => {
    const services = [service('a'), service('b', { clusterIP: '10.96.0.2' })]
    const rules = rulesFor(services, [slice('a', ['10.244.1.1']), slice('b', ['10.244.1.2'])])
    const text = rules.restoreText({ services: new Set(['ns/b']), staleChains: ['KUBE-SEP-OLD'] })
    expect(text).toContain(':KUBE-SEP-OLD - [0:0]\n-A KUBE-POSTROUTING')
    expect(text).toContain('-X KUBE-SEP-OLD\n-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports')
    expect(text).toContain('ns/a:http cluster IP')
    expect(text).not.toContain('ns/a:http -> ')
    expect(text).toContain('ns/b:http -> ')
  })
})
