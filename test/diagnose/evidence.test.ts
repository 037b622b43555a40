import { describe, expect, it } from 'vitest'
import { diagnose, type Finding } from '../../src/diagnose/index.ts'
import { evidenceOf, type IptablesEvidence, type NamespaceEvidence } from '../../src/snapshot/index.ts'
import { recordCluster } from '../../src/snapshot/record.ts'
import { healthyCluster, TOLD } from './labs.ts'

// Findings about what a simulated host cannot come to, or not quickly: evidence of the healthy cluster, changed by hand.

const CLUSTER = healthyCluster()
const HEALTHY: readonly NamespaceEvidence[] = recordCluster(CLUSTER)
  .hosts.flatMap((host) => evidenceOf(host, `${host.name}.json`))
  // the agent on node-1 is no pod, so nobody listens for it
  .map((one) => {
    const agent = { protocol: 'tcp', address: 0, port: 9100, dual: false } as NonNullable<
      NamespaceEvidence['listeners']
    >[number]
    return one.name === 'node-1' ? { ...one, listeners: [...one.listeners!, agent] } : one
  })

type Change = (evidence: NamespaceEvidence) => Partial<NamespaceEvidence>

/** The healthy evidence with something else in one namespace, or in all. */
function changed(name: string | null, change: Change): readonly NamespaceEvidence[] {
  return HEALTHY.map((one) =>
    name === null || one.name === name || one.owners.some((owner) => owner.name === name)
      ? { ...one, ...change(one) }
      : one,
  )
}

const find = (evidence: readonly NamespaceEvidence[], told = TOLD): readonly Finding[] =>
  diagnose({ evidence, told, objects: CLUSTER.objects }).findings

const titles = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ code, title }) => `${code}: ${title}`)

const sysctls =
  (values: Readonly<Record<string, string>>): Change =>
  ({ sysctls: before }) => ({
    sysctls: new Map([...before!, ...Object.entries(values)]),
  })

/** The rules with each of the texts in another's place. */
const rules =
  (...edits: readonly (readonly [from: string, to: string])[]): Change =>
  ({ iptables }) => ({
    iptables: iptables!.map((one) => ({
      ...one,
      text: edits.reduce((text, [from, to]) => text.replaceAll(from, to), one.text),
    })),
  })

const connection = (text: string) => ({ text, source: { file: 'node-1.json', line: 1, command: 'conntrack -L' } })

describe('the healthy cluster', () => {
  it('has no finding', () => {
    expect(titles(find(HEALTHY))).toEqual([])
  })

  it('of whose evidence only rules are known, has no finding, and what was not checked is told', () => {
    const nothing = {
      links: null,
      routes: null,
      rules: null,
      neighbours: null,
      proxies: null,
      fdb: null,
      nsids: null,
      sysctls: null,
      connections: null,
      listeners: null,
    }
    const { findings, unchecked } = diagnose({ evidence: HEALTHY.map((one) => ({ ...one, ...nothing })) })
    expect(titles(findings)).toEqual([])
    expect(unchecked).toContainEqual({
      code: 'ip-forward-off',
      evidence: 'sysctls (sysctl -a)',
      of: ['node-1', 'node-2'],
    })
  })

  it.each([
    'links',
    'routes',
    'rules',
    'neighbours',
    'proxies',
    'fdb',
    'nsids',
    'sysctls',
    'iptables',
    'connections',
    'listeners',
  ] as const)('without its %s has no finding, on one host or on both', (part) => {
    expect(titles(find(changed(null, () => ({ [part]: null }))))).toEqual([])
    expect(titles(find(changed('node-1', () => ({ [part]: null }))))).toEqual([])
  })

  it.each(['node-1', 'node-2'])('of which only %s was recorded, has no finding', (host) => {
    expect(titles(find(HEALTHY.filter((one) => one.host === host)))).toEqual([])
    expect(titles(find(HEALTHY.filter((one) => one.isHost && one.host === host)))).toEqual([])
  })

  it('whose routes were told in part is not called incomplete', () => {
    const partial = changed('node-1', () => ({ routes: [], partial: new Map([['routes', 'ip route show table 7']]) }))
    expect(titles(find(partial))).toEqual([])
  })
})

describe.each<[code: string, evidence: readonly NamespaceEvidence[], title: string]>([
  [
    'bridge-nf-call-iptables-off',
    changed('node-1', ({ sysctls: all }) => ({
      sysctls: new Map([...all!].filter(([name]) => !name.startsWith('net.bridge.'))),
    })),
    'node-1: what pods on cni0 send each other sees no iptables rule: br_netfilter is not loaded.',
  ],
  [
    'conntrack-full',
    changed(
      'node-1',
      sysctls({ 'net.netfilter.nf_conntrack_count': '65536', 'net.netfilter.nf_conntrack_max': '65536' }),
    ),
    'node-1: the connection tracking table is full: 65536 of 65536.',
  ],
  [
    'conntrack-stale-dnat',
    changed('node-1', () => ({
      connections: [
        connection(
          'udp      17 29 src=10.244.0.2 dst=10.96.0.20 sport=5000 dport=80 src=10.244.1.9 dst=10.244.0.2 sport=8080 dport=5000 mark=0 use=1',
        ),
        connection(
          'tcp      6 86300 ESTABLISHED src=10.244.0.2 dst=10.96.0.20 sport=5001 dport=80 src=10.244.1.9 dst=10.244.0.2 sport=8080 dport=5001 [ASSURED] mark=0 use=1',
        ),
        connection(
          'tcp      6 80 TIME_WAIT src=10.244.0.2 dst=10.96.0.10 sport=5002 dport=80 src=10.244.1.9 dst=10.244.0.2 sport=8080 dport=5002 [ASSURED] mark=0 use=1',
        ),
        connection(
          'tcp      6 86300 ESTABLISHED src=10.244.0.2 dst=10.96.0.10 sport=5003 dport=80 src=10.244.0.3 dst=10.244.0.2 sport=8080 dport=5003 [ASSURED] mark=0 use=1',
        ),
      ],
    })),
    'node-1: a connection to default/far still goes to 10.244.1.9:8080, which is no endpoint any more.',
  ],
  [
    'conntrack-untranslated',
    changed('node-1', (one) => ({
      ...rules(
        ['-d 10.96.0.20/32 -p tcp', '-d 10.96.0.20/32 -p udp'],
        ['default/far cluster IP" -m tcp', 'default/far cluster IP" -m udp'],
      )(one),
      connections: [
        connection(
          'udp      17 29 src=10.244.0.2 dst=10.96.0.20 sport=5000 dport=80 [UNREPLIED] src=10.96.0.20 dst=10.244.0.2 sport=80 dport=5000 mark=0 use=1',
        ),
      ],
    })),
    'node-1: a UDP flow to default/far is not translated, though the Service has endpoints.',
  ],
  [
    'rules-in-both-backends',
    changed('node-1', ({ iptables }) => ({
      iptables: [
        ...iptables!,
        {
          backend: 'legacy',
          text: '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -i docker0 -j ACCEPT\nCOMMIT\n',
          missing: ['nat', 'mangle', 'raw', 'security'],
          source: {},
        } satisfies IptablesEvidence,
      ],
    })),
    'node-1 has 57 rules in iptables-nft and 1 rules in iptables-legacy.',
  ],
  [
    'two-proxy-modes',
    changed('node-1', () => ({ foreignTables: [{ text: 'ip kube-proxy', source: { command: 'nft list tables' } }] })),
    'node-1 has rules of kube-proxy’s iptables mode and of its nftables mode.',
  ],
  [
    'invalid-packets-dropped',
    changed('node-1', (one) => ({
      ...rules([
        '[0:0] -A KUBE-FORWARD -m conntrack --ctstate INVALID',
        '[512:30720] -A KUBE-FORWARD -m conntrack --ctstate INVALID',
      ])(one),
      ...sysctls({ 'net.netfilter.nf_conntrack_tcp_be_liberal': '0' })(one),
    })),
    'node-1 has dropped 512 packets that conntrack took for invalid.',
  ],
  [
    'unmodelled-rule',
    changed('node-1', rules(['-A FLANNEL-FWD -s', '-A FLANNEL-FWD -m u32 --u32 0x0=0x1 -j ACCEPT\n-A FLANNEL-FWD -s'])),
    'node-1 has a rule that kubehop does not model: match u32.',
  ],
  [
    'stale-endpoint-in-rules',
    changed(null, rules(['--to-destination 10.244.1.2:8080', '--to-destination 10.244.1.9:8080'])),
    'node-1 still sends to 10.244.1.9:8080 for Service default/far, which is no endpoint of it.',
  ],
  [
    'service-missing-in-rules',
    changed(null, rules(['-A KUBE-SERVICES -d 10.96.0.20/32', '-A KUBE-SERVICES -d 10.96.0.21/32'])),
    'node-1 has no rule for Service default/far (10.96.0.20:80).',
  ],
  [
    'proxy-tables-differ',
    changed('node-2', rules(['-A KUBE-SERVICES -d 10.96.0.30/32', '-A KUBE-SERVICES -d 10.96.0.31/32'])),
    'node-1 and node-2 have different endpoints for default/agent.',
  ],
  [
    'cluster-cidr-wrong',
    changed('node-1', rules(['! -s 10.244.0.0/16 -d 10.96', '! -s 10.32.0.0/16 -d 10.96'])),
    'node-1: kube-proxy takes the pods on cni0 (10.244.0.0/24) for strangers: its clusterCIDR is another network.',
  ],
  [
    'tunnel-settings-differ',
    changed('node-2', ({ links }) => ({
      links: links!.map((link) =>
        link.vxlan === undefined ? link : { ...link, vxlan: { ...link.vxlan, dstport: 4789 } },
      ),
    })),
    'node-1 and node-2 have different UDP ports: 1 on port 8472, 1 on port 4789.',
  ],
  [
    'bridge-outside-subnet',
    changed('node-2', ({ links }) => ({
      links: links!.map((link) =>
        link.name === 'cni0'
          ? {
              ...link,
              addresses: link.addresses.map((one) => ({
                ...one,
                address: (one.address + 0x10000) as typeof one.address,
              })),
            }
          : link,
      ),
    })),
    'node-2: the pods on cni0 are in 10.245.1.0/24, but flannel’s subnet begins at 10.244.1.0.',
  ],
  [
    'overlapping-networks',
    changed('node-1', ({ links }) => ({
      links: links!.map((link) =>
        link.name === 'eth0'
          ? {
              ...link,
              addresses: [
                ...link.addresses,
                { ...link.addresses[0]!, address: ((10 << 24) | (96 << 16) | 77) as never, length: 16 },
              ],
            }
          : link,
      ),
    })),
    'the network of node-1’s eth0 10.96.0.0/16 and the cluster IP of default/agent 10.96.0.30/32 lie over each other.',
  ],
  [
    'neighbour-table-full',
    changed(
      'node-1',
      sysctls({
        'net.ipv4.neigh.default.gc_thresh1': '0',
        'net.ipv4.neigh.default.gc_thresh2': '0',
        'net.ipv4.neigh.default.gc_thresh3': '0',
      }),
    ),
    'node-1: 0 neighbour entries, and there is room for 0.',
  ],
  [
    'listens-on-localhost-only',
    changed('near', ({ listeners }) => ({
      listeners: listeners!.map((one) => ({ ...one, address: 0x7f000001 as typeof one.address })),
    })),
    'pod default/near listens on port 8080 on 127.0.0.1 only, and the Service sends to 10.244.0.3.',
  ],
  [
    'nobody-listens',
    changed('near', ({ listeners }) => ({
      listeners: listeners!.map((one) => ({ ...one, port: 3000 })),
    })),
    'pod default/near does not listen on tcp port 8080, where a Service sends to; it listens on tcp *:3000.',
  ],
])('%s', (code, evidence, title) => {
  it('is found, and nothing else', () => {
    const findings = find(evidence)
    // where a node’s kube-proxy alone has changed, the others’ differ
    const others = new Set(findings.map((finding) => finding.code))
    others.delete(code)
    for (const also of ALONG[code] ?? []) others.delete(also)
    expect([...others], titles(findings).join('\n')).toEqual([])
    expect(findings.find((finding) => finding.code === code)?.title).toBe(title)
    expect(findings.every((finding) => finding.evidence.length > 0 && finding.fix.length > 0)).toBe(true)
  })
})

/** What goes with it by its nature. */
const ALONG: Readonly<Record<string, readonly string[]>> = {
  'conntrack-untranslated': ['service-missing-in-rules', 'proxy-tables-differ'],
  'proxy-tables-differ': ['service-missing-in-rules'],
  'bridge-outside-subnet': ['pod-gateway-wrong', 'cluster-cidr-wrong'],
}

describe('external-ip-of-nobody', () => {
  const withAddress = (address: string) => ({
    ...TOLD,
    services: TOLD.services.map((service) =>
      service.metadata.name === 'far' ? { ...service, spec: { ...service.spec, externalIPs: [address] } } : service,
    ),
  })

  it('is found on the hosts’ own network', () => {
    expect(titles(find(HEALTHY, withAddress('192.168.0.200')))).toEqual([
      'external-ip-of-nobody: Service default/far: its external address 192.168.0.200 is on the hosts’ network, and none of them has it.',
    ])
  })

  it('is silent about an address that a host has, or that comes from elsewhere', () => {
    expect(titles(find(HEALTHY, withAddress('192.168.0.11')))).toEqual([])
    expect(titles(find(HEALTHY, withAddress('203.0.113.7')))).toEqual([])
  })
})

describe('drops-growing', () => {
  const drop = (packets: number) =>
    changed(
      'node-1',
      rules(
        ['[0:0] -A FORWARD -m conntrack', '[0:0] -A FORWARD -s 10.0.0.9/32 -j ACCEPT\n[0:0] -A FORWARD -m conntrack'],
        ['[0:0] -A KUBE-FIREWALL', `[${packets}:0] -A KUBE-FIREWALL`],
      ),
    )
  const titlesAt = (earlier: number, later: number) =>
    titles(diagnose({ evidence: drop(later), earlier: drop(earlier), told: TOLD, objects: CLUSTER.objects }).findings)

  it('is found when a counter has grown between two snapshots', () => {
    expect(titlesAt(2, 9)).toEqual([
      expect.stringMatching(
        /^drops-growing: node-1 has dropped 7 packets between the two snapshots, most of them \(7\) by -A KUBE-FIREWALL /,
      ),
    ])
  })

  it('is silent when none has, or the rules were written anew', () => {
    expect(titlesAt(9, 9)).toEqual([])
    expect(titlesAt(9, 2)).toEqual([])
  })
})

describe('evidence', () => {
  it('says where it was read: file, line of the dump, command', () => {
    const [finding] = find(
      changed(
        'node-1',
        rules(
          ['-A FLANNEL-FWD -s 10.244.0.0/16', '-A FLANNEL-FWD -s 10.9.0.0/16'],
          [':FORWARD ACCEPT', ':FORWARD DROP'],
        ),
      ),
    )
    expect(finding).toMatchObject({
      code: 'forward-drop',
      severity: 'error',
      where: { host: 'node-1', netns: 'node-1', device: 'cni0' },
    })
    expect(finding?.evidence[0]).toMatchObject({
      text: ':FORWARD DROP',
      source: { file: 'node-1.json', command: 'iptables-nft-save -c' },
    })
    expect(finding?.evidence[0]?.source.line).toBeGreaterThan(0)
  })
})
