import { readFileSync } from 'node:fs'
import { Cluster } from '../../src/cluster/index.ts'
import { exportScript } from '../../src/commands/export/script.ts'
import { diagnose, type Finding } from '../../src/diagnose/index.ts'
import { readObjects } from '../../src/kubernetes/index.ts'
import { evidenceOf, type HostSnapshot, type NamespaceSnapshot, type Snapshot } from '../../src/snapshot/index.ts'

/** A healthy cluster that is broken in one way. */
export interface BrokenLab {
  /** The finding, and the name of the test when it stands alone. */
  readonly code: string
  readonly name?: string
  /** What the healthy cluster has beside the rest. */
  readonly prepare?: readonly string[]
  /** The commands that break it. */
  readonly harm: readonly string[]
  /** What works on the healthy cluster, and does not on the broken one. Absent: it goes on working, which the finding says itself. */
  readonly probe?: string
  /** What mends it, where the finding's own commands are words for people. */
  readonly mend?: readonly string[]
  /** What may show too, once the flow was tried: it follows from the fault. */
  readonly andThen?: readonly string[]
  /** Why the simulator cannot run it. */
  readonly kernelOnly?: string
  readonly bridge?: 'cni0' | 'docker0'
  readonly backend?: 'vxlan' | 'host-gw'
}

const at = (netns: string, command: string): string => `ip netns exec ${netns} ${command}`
/** A try to connect, from a port that the kernel chooses. */
const connect = (netns: string, address: string, port: number): string =>
  at(netns, `timeout 3 nc -z -w 2 ${address} ${port}`)
/** One ping; large ones need the whole MTU. */
const ping = (netns: string, address: string, options = ''): string =>
  at(netns, `ping -n -c 1 -W 1 ${options}${options === '' ? '' : ' '}${address}`)

const CLIENT = 'default.client'
const NEAR = 'default.near'
const FAR = 'default.far'
/** A pod without a bridge, as Calico has them. */
const ROUTED = 'default.routed'

const FAR_SERVICE = connect(CLIENT, '10.96.0.20', 80)
const NEAR_SERVICE = connect(CLIENT, '10.96.0.10', 80)
const NODE_PORT = connect('external', '192.168.0.11', 30080)
const FAR_POD = ping(CLIENT, '10.244.1.2')

const sysctl = (netns: string, text: string): string => at(netns, `sysctl -qw ${text}`)

const MANIFESTS = readFileSync('test/diagnose/cluster.yaml', 'utf8')

/** The healthy cluster. */
export function healthyCluster({
  bridge = 'cni0',
  backend = 'vxlan',
}: Pick<BrokenLab, 'bridge' | 'backend'> = {}): Cluster {
  return Cluster.fromManifests(MANIFESTS, { bridge, backend })
}

const SCRIPT = exportScript(healthyCluster().network.namespaces())

/** The node's end of a pod's veth pair. */
function veth(pod: string): string {
  return new RegExp(`(veth\\w+) netns \\S+ type veth peer name eth0 netns ${pod}$`, 'm').exec(SCRIPT)![1]!
}

/** A pod's MAC address. */
function podMac(pod: string): string {
  return new RegExp(`ip -n ${pod} link set eth0 address (\\S+)`).exec(SCRIPT)![1]!
}

/** The MAC address of a node's end of the tunnel. */
function tunnelMac(node: string): string {
  return new RegExp(`ip -n ${node} link set flannel.1 address (\\S+)`).exec(SCRIPT)![1]!
}

export const BROKEN_LABS: readonly BrokenLab[] = [
  { code: 'ip-forward-off', harm: [sysctl('node-1', 'net.ipv4.ip_forward=0')], probe: FAR_POD },
  {
    code: 'bridge-nf-call-iptables-off',
    harm: [sysctl('node-1', 'net.bridge.bridge-nf-call-iptables=0')],
    probe: NEAR_SERVICE,
  },
  {
    code: 'route-localnet-off',
    harm: [sysctl('node-1', 'net.ipv4.conf.all.route_localnet=0')],
    probe: connect('node-1', '127.0.0.1', 30080),
  },
  {
    code: 'kube-proxy-not-synced',
    harm: [at('node-1', 'iptables -t nat -F'), at('node-1', 'iptables -t nat -X')],
    probe: FAR_SERVICE,
    mend: [],
  },
  { code: 'kube-services-not-reached', harm: [at('node-1', 'iptables -t nat -F PREROUTING')], probe: FAR_SERVICE },
  {
    code: 'kube-services-not-reached',
    name: 'kube-services-not-reached by the node itself',
    harm: [at('node-1', 'iptables -t nat -F OUTPUT')],
    probe: connect('node-1', '10.96.0.20', 80),
  },
  {
    code: 'masquerade-missing',
    name: 'masquerade-missing: no mark',
    harm: [at('node-1', 'iptables -t nat -F KUBE-MARK-MASQ')],
    probe: connect(NEAR, '10.96.0.10', 80),
  },
  {
    code: 'masquerade-missing',
    name: 'masquerade-missing: no MASQUERADE',
    harm: [at('node-1', 'iptables -t nat -F KUBE-POSTROUTING')],
    probe: connect(NEAR, '10.96.0.10', 80),
  },
  {
    code: 'masquerade-missing',
    name: 'masquerade-missing: no jump',
    harm: [at('node-1', 'iptables -t nat -F POSTROUTING')],
    probe: connect(NEAR, '10.96.0.10', 80),
  },
  {
    code: 'forward-drop',
    harm: [at('node-1', 'iptables -P FORWARD DROP'), at('node-1', 'iptables -F FLANNEL-FWD')],
    probe: FAR_POD,
  },
  {
    code: 'forward-drop',
    name: 'forward-drop by a firewall’s rule',
    harm: [at('node-1', 'iptables -I FORWARD -i cni0 -o flannel.1 -j REJECT')],
    probe: FAR_POD,
  },
  {
    code: 'forward-drop-to-pods',
    harm: [at('node-1', 'iptables -I FORWARD -i eth0 -m conntrack --ctstate NEW -j DROP')],
    probe: NODE_PORT,
  },
  {
    code: 'input-drops-endpoint',
    harm: [at('node-1', 'iptables -I INPUT -i cni0 -p tcp -j DROP')],
    probe: connect(CLIENT, '10.96.0.30', 80),
  },
  {
    code: 'tunnel-blocked',
    harm: [at('node-2', 'iptables -I INPUT -p udp --dport 8472 -j DROP')],
    probe: FAR_POD,
  },
  {
    code: 'tunnel-blocked',
    name: 'tunnel-blocked by a policy',
    harm: [
      at('node-2', 'iptables -A INPUT -i lo -j ACCEPT'),
      at('node-2', 'iptables -A INPUT -i cni0 -j ACCEPT'),
      at('node-2', 'iptables -A INPUT -p tcp -m multiport --dports 22,10250 -j ACCEPT'),
      at('node-2', 'iptables -P INPUT DROP'),
    ],
    probe: FAR_POD,
  },
  { code: 'pod-route-missing', harm: ['ip -n node-1 route del 10.244.1.0/24'], probe: FAR_POD },
  {
    code: 'pod-route-wrong',
    harm: ['ip -n node-1 route add blackhole 10.244.1.0/25'],
    probe: FAR_POD,
  },
  {
    code: 'tunnel-neighbour-wrong',
    harm: ['ip -n node-1 neigh del 10.244.1.0 dev flannel.1'],
    probe: FAR_POD,
  },
  {
    code: 'tunnel-neighbour-wrong',
    name: 'tunnel-neighbour-wrong: another MAC address',
    harm: [
      'ip -n node-1 neigh replace 10.244.1.0 lladdr 0a:00:00:00:00:99 dev flannel.1 nud permanent',
      'bridge -n node-1 fdb append 0a:00:00:00:00:99 dev flannel.1 dst 192.168.0.12 self permanent',
    ],
    probe: FAR_POD,
  },
  {
    code: 'tunnel-fdb-wrong',
    harm: [`bridge -n node-1 fdb del ${tunnelMac('node-2')} dev flannel.1 dst 192.168.0.12 self`],
    probe: FAR_POD,
  },
  {
    code: 'rp-filter-asymmetric',
    harm: [
      sysctl('node-2', 'net.ipv4.conf.all.rp_filter=1'),
      'ip -n node-2 route replace 10.244.0.0/24 via 192.168.0.11 dev eth0',
    ],
    probe: FAR_POD,
  },
  {
    code: 'service-address-unroutable',
    harm: ['ip -n node-1 route add blackhole 10.96.0.0/12'],
    probe: connect('node-1', '10.96.0.20', 80),
  },
  { code: 'device-down', harm: ['ip -n node-2 link set cni0 down'], probe: FAR_POD },
  {
    code: 'device-down',
    name: 'device-down: a pod',
    harm: [`ip -n ${FAR} link set eth0 down`],
    probe: FAR_POD,
    mend: [`ip -n ${FAR} link set eth0 up`, `ip -n ${FAR} route add default via 10.244.1.1`],
  },
  {
    code: 'pod-not-on-bridge',
    harm: [`ip -n node-1 link set ${veth(NEAR)} nomaster`],
    probe: ping(CLIENT, '10.244.0.3'),
  },
  {
    code: 'pod-without-default-route',
    harm: [`ip -n ${CLIENT} route del default`],
    probe: FAR_SERVICE,
  },
  {
    code: 'pod-gateway-wrong',
    andThen: ['neighbour-failed'],
    harm: [`ip -n ${CLIENT} route replace default via 10.244.0.254 dev eth0`],
    probe: FAR_SERVICE,
  },
  {
    code: 'bridge-port-not-forwarding',
    andThen: ['neighbour-failed'],
    harm: [
      'ip -n node-2 link set cni0 type bridge stp_state 1',
      `ip -n node-2 link set ${veth(FAR)} down`,
      `ip -n node-2 link set ${veth(FAR)} up`,
      'sleep 0.2',
    ],
    probe: FAR_POD,
    kernelOnly: 'the spanning tree protocol is not modelled',
  },
  {
    code: 'bridge-ports-isolated',
    harm: [
      `bridge -n node-1 link set dev ${veth(CLIENT)} isolated on`,
      `bridge -n node-1 link set dev ${veth(NEAR)} isolated on`,
    ],
    probe: ping(CLIENT, '10.244.0.3'),
  },
  {
    code: 'hairpin-off',
    harm: [`bridge -n node-1 link set dev ${veth(NEAR)} hairpin off`],
    probe: connect(NEAR, '10.96.0.10', 80),
  },
  {
    code: 'pod-mtu-too-large',
    harm: [`ip -n ${FAR} link set eth0 mtu 1500`],
  },
  {
    code: 'tunnel-mtu-too-large',
    harm: ['ip -n node-1 link set eth0 mtu 1400', 'ip -n node-2 link set eth0 mtu 1400'],
    mend: ['ip -n node-1 link set eth0 mtu 1500', 'ip -n node-2 link set eth0 mtu 1500'],
  },
  {
    code: 'bridge-mtu-mismatch',
    harm: [`ip -n node-1 link set ${veth(NEAR)} mtu 1400`],
    probe: ping(CLIENT, '10.244.0.3', '-M dont -s 1400'),
  },
  {
    code: 'arp-ignored',
    andThen: ['neighbour-failed'],
    harm: [sysctl('node-1', 'net.ipv4.conf.cni0.arp_ignore=8'), `ip -n ${CLIENT} neigh flush dev eth0`],
    probe: FAR_POD,
  },
  {
    code: 'duplicate-address',
    harm: [
      `ip -n ${NEAR} addr del 10.244.0.3/24 dev eth0`,
      `ip -n ${NEAR} addr add 10.244.0.2/24 dev eth0`,
      `ip -n ${NEAR} route add default via 10.244.0.1`,
    ],
    mend: [],
  },
  {
    code: 'pod-route-one-way',
    backend: 'host-gw',
    harm: ['ip -n node-2 route del 10.244.0.0/24'],
    probe: FAR_POD,
  },
  {
    code: 'pod-route-one-way',
    name: 'pod-route-one-way: by another node',
    backend: 'host-gw',
    harm: ['ip -n node-2 route replace 10.244.0.0/24 via 192.168.0.77'],
    andThen: ['neighbour-failed'],
    probe: FAR_POD,
  },
  {
    code: 'policy-rule-captures-pods',
    harm: [
      'ip -n node-1 route add default via 192.168.0.1 dev eth0 table 100',
      'ip -n node-1 rule add to 10.0.0.0/8 lookup 100 priority 1000',
    ],
    probe: FAR_POD,
  },
  {
    code: 'policy-rule-captures-pods',
    name: 'policy-rule-captures-pods: a rule that refuses',
    harm: ['ip -n node-2 rule add from 10.244.0.0/16 prohibit priority 1000'],
    probe: FAR_POD,
    mend: ['ip -n node-2 rule del priority 1000'],
  },
  {
    code: 'two-default-routes',
    harm: ['ip -n node-1 route append default via 192.168.0.254 dev eth0'],
  },
  {
    code: 'duplicate-mac',
    harm: [`ip -n ${NEAR} link set eth0 address ${podMac(CLIENT)}`],
    mend: [],
  },
  {
    code: 'neighbour-failed',
    harm: ['ip -n node-1 route add 10.99.0.0/24 via 192.168.0.77', `${ping('node-1', '10.99.0.1')} >/dev/null`],
    mend: [],
  },
  {
    code: 'host-mtu-mismatch',
    harm: ['ip -n node-1 link set eth0 mtu 9000'],
    probe: ping('node-1', '192.168.0.12', '-M dont -s 4000'),
  },
  {
    code: 'node-port-taken',
    harm: [`${at('node-1', 'timeout 20 nc -l -k 30080')} >/dev/null 2>&1 &`, 'sleep 0.3'],
    mend: [],
  },
  {
    code: 'proxy-arp-off',
    andThen: ['neighbour-failed'],
    prepare: [
      `ip netns add ${ROUTED}`,
      `ip link add name veth-routed netns node-1 type veth peer name eth0 netns ${ROUTED}`,
      'ip -n node-1 link set veth-routed mtu 1450 up',
      `ip -n ${ROUTED} link set lo up`,
      `ip -n ${ROUTED} link set eth0 mtu 1450 up`,
      `ip -n ${ROUTED} addr add 10.244.0.200/32 dev eth0`,
      `ip -n ${ROUTED} route add 169.254.1.1 dev eth0 scope link`,
      `ip -n ${ROUTED} route add default via 169.254.1.1 dev eth0`,
      'ip -n node-1 route add 10.244.0.200 dev veth-routed',
      sysctl('node-1', 'net.ipv4.conf.veth-routed.proxy_arp=1'),
      'sleep 0.2',
    ],
    harm: [sysctl('node-1', 'net.ipv4.conf.veth-routed.proxy_arp=0'), `ip -n ${ROUTED} neigh flush dev eth0`],
    probe: ping(ROUTED, '10.244.1.2'),
  },
]

/** The objects as the manifests tell them. */
export const TOLD = readObjects([{ name: 'cluster.yaml', content: MANIFESTS }])

/** The script that builds the cluster, with its programs listening. */
export function buildScript(lab: Pick<BrokenLab, 'bridge' | 'backend' | 'prepare'> = {}): string {
  const listen = (netns: string, port: number) => `${at(netns, `timeout 40 nc -l -k ${port}`)} >/dev/null 2>&1 &`
  return [
    exportScript(healthyCluster(lab).network.namespaces()),
    listen(NEAR, 8080),
    listen(FAR, 8080),
    listen('node-1', 9100),
    listen('node-1', 6443),
    ...(lab.prepare ?? []),
    'sleep 0.3',
  ].join('\n')
}

/** Which host a namespace of the script is on. */
const HOSTS: Readonly<Record<string, string>> = {
  'node-1': 'node-1',
  'node-2': 'node-2',
  [CLIENT]: 'node-1',
  [NEAR]: 'node-1',
  [FAR]: 'node-2',
  [ROUTED]: 'node-1',
}

/** The hosts that the namespaces of one machine stand for, each with its pods; what is between them nobody has recorded. */
export function hostsOf({ hosts }: Snapshot): readonly HostSnapshot[] {
  const found = new Map<string, NamespaceSnapshot[]>()
  for (const namespace of hosts.flatMap(({ namespaces }) => namespaces)) {
    const name = namespace.names?.[0] ?? ''
    const host = HOSTS[name]
    if (host === undefined) continue
    const { host: _, ...rest } = namespace
    const pod =
      name === host
        ? {}
        : { owners: [{ kind: 'pod', namespace: 'default', name: name.slice('default.'.length) }] as const }
    found.set(host, [...(found.get(host) ?? []), { ...rest, ...(name === host ? { host: true } : {}), ...pod }])
  }
  return [...found].map(([name, namespaces]) => ({ name, namespaces }))
}

/** What is found in a snapshot of the cluster. */
export function findingsOf(snapshot: Snapshot): readonly Finding[] {
  const { objects } = healthyCluster()
  return diagnose({ evidence: hostsOf(snapshot).flatMap((host) => evidenceOf(host)), told: TOLD, objects }).findings
}

/** The commands of the fixes, for the namespaces of the script. */
export function fixCommands(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ fix }) =>
    fix.flatMap(({ netns, command }) => {
      if (netns === undefined || command === undefined) return []
      return [at(netns.slice(netns.indexOf('/') + 1), command)]
    }),
  )
}
