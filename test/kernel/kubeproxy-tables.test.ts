import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dockerRules } from '../../src/cluster/docker.ts'
import { kubeletRules } from '../../src/cluster/kubelet.ts'
import { type NodeRuleWriters, nodeTables } from '../../src/cluster/node-tables.ts'
import type { KubeProxyConfigurationInput } from '../../src/kubeproxy/input.ts'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import type { ProxyRules } from '../../src/kubeproxy/proxy-rules.ts'
import type { TableOperation } from '../../src/netfilter/operations.ts'
import { printRule } from '../../src/netfilter/text/rule-printer.ts'
import { flannelRules } from '../../src/overlay/flannel-rules.ts'
import { parsePrefix } from '../../src/packet/address.ts'
import { node, service, slice } from '../kubeproxy/objects.ts'
import { savedTable } from '../netfilter/save-text.ts'

// The rules that kubehop makes for a node, loaded into real iptables in the way in which the programs do it. What iptables-save prints
// then must be what kubehop says.

const ROOT = process.platform === 'linux' && process.getuid?.() === 0
const BACKENDS = ['iptables-nft', 'iptables-legacy'].filter((name) => ROOT && isInstalled(name))

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0
}

/** Counters must be made before a rule can name them; without the tool kube-proxy has none. */
const HAS_NFACCT = ROOT && isInstalled('nfacct')
const FACTS = { nfacct: { invalidDropped: HAS_NFACCT, localhostNodePorts: HAS_NFACCT } }
const COUNTERS = HAS_NFACCT
  ? ['nfacct add ct_state_invalid_dropped_pkts', 'nfacct add localhost_nps_accepted_pkts']
  : []

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeproxy-tables-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs shell lines in namespaces of their own, where nothing leaves traces on the host. */
function inNamespace(lines: readonly string[]): string {
  const script = join(folder, 'script.sh')
  writeFileSync(script, ['set -e', 'mount -t tmpfs none /run', ...lines, ''].join('\n'))
  const run = spawnSync('unshare', ['--net', '--mount', 'bash', script], { encoding: 'utf8', timeout: 30_000 })
  if (run.status !== 0) throw new Error(run.stderr)
  return run.stdout
}

/** What a program does, as the calls of iptables that it makes; a restore is the text that kube-proxy writes. */
function calls(iptables: string, operations: readonly TableOperation[], proxy: ProxyRules): string[] {
  const text = join(folder, 'restore.txt')
  writeFileSync(text, proxy.restoreText())
  let restored = false
  return operations.flatMap((operation) => {
    const call = `${iptables} -t ${operation.table}`
    switch (operation.kind) {
      case 'chain':
        return [`${call} -N ${operation.chain} 2>/dev/null || true`]
      case 'policy':
        return [`${call} -P ${operation.chain} ${operation.policy}`]
      case 'restore': {
        if (restored) return []
        restored = true
        return [`${iptables}-restore --noflush --counters < ${text}`]
      }
      default: {
        const rule = printRule(operation.rule)
        const option = operation.kind === 'prepend' ? '-I' : '-A'
        const { chain } = operation
        return [`${call} -C ${chain}${rule} 2>/dev/null || ${call} ${option} ${chain}${rule}`]
      }
    }
  })
}

/** The tables that iptables-save prints, by name, without comments and counters. */
function split(saved: string): Map<string, string> {
  const text = saved.replace(/^#.*\n/gm, '').replace(/ \[\d+:\d+\]$/gm, '')
  return new Map([...text.matchAll(/^\*(\w+)\n[\s\S]*?^COMMIT\n/gm)].map(([table, name]) => [name!, table]))
}

const SERVICES = [
  service('web', { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] }),
  service('sticky', { clusterIP: '10.96.0.2', sessionAffinity: 'ClientIP' }),
  service('dns', {
    clusterIP: '10.96.0.10',
    ports: [
      { name: 'dns', protocol: 'UDP', port: 53 },
      { name: 'dns', protocol: 'TCP', port: 53 },
      { name: 'sigtran', protocol: 'SCTP', port: 2905 },
    ],
  }),
  service(
    'front',
    {
      clusterIP: '10.96.0.3',
      type: 'LoadBalancer',
      ports: [{ name: 'http', port: 80, nodePort: 30081 }],
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 31000,
      externalIPs: ['203.0.113.9'],
      loadBalancerSourceRanges: ['203.0.113.0/24', '192.168.0.0/16', '198.51.100.1/32'],
    },
    [{ ip: '1.2.3.4' }],
  ),
  service(
    'open',
    {
      clusterIP: '10.96.0.4',
      type: 'LoadBalancer',
      ports: [{ port: 80, nodePort: 30082 }],
      loadBalancerSourceRanges: ['0.0.0.0/0'],
    },
    [{ ip: '1.2.3.5' }],
  ),
  service('local', { clusterIP: '10.96.0.5', internalTrafficPolicy: 'Local' }),
  service('empty', { clusterIP: '10.96.0.6', type: 'NodePort', ports: [{ port: 80, nodePort: 30083 }] }, [
    { ip: '1.2.3.6' },
  ]),
]
const DNS_PORTS = [
  { name: 'dns', protocol: 'UDP', port: 53 },
  { name: 'dns', protocol: 'TCP', port: 53 },
  { name: 'sigtran', protocol: 'SCTP', port: 2905 },
]
const SLICES = [
  slice('web', ['10.244.1.1@node-1', '10.244.2.1@node-2', '10.244.3.1@node-3']),
  slice('sticky', ['10.244.1.2@node-1', '10.244.2.2@node-2']),
  slice('dns', ['10.244.1.3@node-1', '10.244.2.3@node-2'], DNS_PORTS),
  slice('front', ['10.244.1.4@node-1', '10.244.2.4@node-2']),
  slice('open', ['10.244.1.5@node-1'], [{ port: 8080 }]),
  slice('local', ['10.244.2.6@node-2']),
]

const CONFIGURATIONS: readonly [string, KubeProxyConfigurationInput][] = [
  ['clusterCIDR', { clusterCIDR: '10.244.0.0/16' }],
  ['nothing configured', {}],
  [
    'a bridge, other bits, node ports on some addresses',
    {
      detectLocalMode: 'BridgeInterface',
      detectLocal: { bridgeInterface: 'cni0' },
      nodePortAddresses: ['192.168.0.0/16'],
      iptables: { masqueradeBit: 31 },
      conntrack: { tcpBeLiberal: true },
    },
  ],
  ['masqueradeAll', { iptables: { masqueradeAll: true, localhostNodePorts: false } }],
]

function writers(proxy: ProxyRules): Required<{ [K in keyof NodeRuleWriters]: readonly TableOperation[] }> {
  const subnet = parsePrefix('10.244.1.0/24')
  return {
    docker: dockerRules({ name: 'docker0', subnet, ipMasq: true, forwardDrop: true }),
    kubelet: kubeletRules(),
    kubeProxy: proxy.operations(),
    flannel: flannelRules({ network: parsePrefix('10.244.0.0/16'), subnet, ipMasq: true }),
  }
}

describe.skipIf(BACKENDS.length === 0)('the rules of a node in real iptables', () => {
  for (const iptables of BACKENDS) {
    it.each(CONFIGURATIONS)(`${iptables}: %s`, (_what, configuration) => {
      const proxy = new KubeProxy({ services: SERVICES, endpointSlices: SLICES, configuration, facts: FACTS })
      for (const name of ['node-1', 'node-3']) {
        const rules = proxy.forNode({ node: node(name) })
        const all = writers(rules)
        const operations = [...all.docker, ...all.kubelet, ...all.kubeProxy, ...all.flannel]
        const saved = inNamespace([...COUNTERS, ...calls(iptables, operations, rules), `${iptables}-save`])
        const tables = nodeTables(all)
        const real = split(saved)
        expect([...real.keys()].sort()).toEqual([...tables.keys()].sort())
        for (const table of tables.keys()) expect(real.get(table)).toBe(savedTable(tables, table))
      }
    })

    it(`${iptables}: a second full sync changes nothing, a partial one leads to the new state`, () => {
      const before = new KubeProxy({ services: SERVICES, endpointSlices: SLICES, facts: FACTS })
      const moved = SLICES.map((old) => (old.metadata.name === 'web-1' ? slice('web', ['10.244.1.9@node-1']) : old))
      const after = new KubeProxy({ services: SERVICES.slice(0, -1), endpointSlices: moved, facts: FACTS }, before)
      const [one, two] = [before, after].map((proxy) => proxy.forNode({ node: node() })) as [ProxyRules, ProxyRules]
      const chainsOf = (rules: ProxyRules) =>
        rules.parts.services.flatMap(({ chains }) => chains.map(({ name }) => name))
      const kept = new Set(chainsOf(two))
      const staleChains = chainsOf(one).filter((name) => !kept.has(name))
      const partial = join(folder, 'partial.txt')
      writeFileSync(partial, two.restoreText({ services: after.changedSince(before), staleChains }))
      const first = calls(iptables, one.operations(), one)
      const saved = inNamespace([
        ...COUNTERS,
        ...first,
        ...first,
        `${iptables}-restore --noflush --counters < ${partial}`,
        `${iptables}-save`,
      ])
      const tables = nodeTables({ kubeProxy: two.operations() })
      for (const table of tables.keys()) expect(split(saved).get(table)).toBe(savedTable(tables, table))
    })
  }
})
