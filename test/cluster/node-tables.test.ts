import { describe, expect, it } from 'vitest'
import { dockerRules } from '../../src/cluster/docker.ts'
import { kubeletRules } from '../../src/cluster/kubelet.ts'
import { nodeTables } from '../../src/cluster/node-tables.ts'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import { flannelRules } from '../../src/overlay/flannel-rules.ts'
import { parsePrefix } from '../../src/packet/address.ts'
import { node, service, slice } from '../kubeproxy/objects.ts'
import { savedTable } from '../netfilter/save-text.ts'

const subnet = parsePrefix('10.244.1.0/24')
const proxy = new KubeProxy({
  services: [service('web')],
  endpointSlices: [slice('web', ['10.244.1.1'])],
  configuration: { clusterCIDR: '10.244.0.0/16' },
})

describe('nodeTables', () => {
  const tables = nodeTables({
    docker: dockerRules({ name: 'docker0', subnet, ipMasq: false }),
    kubelet: kubeletRules(),
    kubeProxy: proxy.forNode({ node: node() }).operations(),
    flannel: flannelRules({ network: parsePrefix('10.244.0.0/16'), subnet, ipMasq: true }),
  })
  const jumps = (table: 'nat' | 'filter', chain: string) =>
    savedTable(tables, table)
      .split('\n')
      .filter((line) => line.startsWith(`-A ${chain} `))
      .map((line) => line.slice(4 + chain.length))

  it('the base chains have the jumps of all programs in the order of a boot', () => {
    expect(jumps('filter', 'INPUT')).toEqual([
      '-m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
      '-m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS',
      '-m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
      '-j KUBE-FIREWALL',
    ])
    expect(jumps('filter', 'FORWARD')).toEqual([
      '-m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
      '-m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
      '-m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
      '-j DOCKER-USER',
      '-j DOCKER-FORWARD',
      '-m comment --comment "flanneld forward" -j FLANNEL-FWD',
    ])
    expect(jumps('filter', 'OUTPUT')).toEqual([
      '-m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
      '-m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-j KUBE-FIREWALL',
    ])
    expect(jumps('nat', 'PREROUTING')).toEqual([
      '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-m addrtype --dst-type LOCAL -j DOCKER',
    ])
    expect(jumps('nat', 'OUTPUT')).toEqual([
      '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
    ])
    expect(jumps('nat', 'POSTROUTING')).toEqual([
      '-m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
      '-m comment --comment "flanneld masq" -j FLANNEL-POSTRTG',
    ])
  })

  it('kubelet and kube-proxy write the guard of localhost once', () => {
    expect(jumps('filter', 'KUBE-FIREWALL')).toHaveLength(1)
  })

  it("a node's tables hold the shared chains, not copies", () => {
    const other = nodeTables({ kubeProxy: proxy.forNode({ node: node('node-2') }).operations() })
    for (const [name, chain] of other.get('nat')!.chains) {
      if (name.startsWith('KUBE-S')) expect(tables.get('nat')!.chains.get(name)).toBe(chain)
    }
  })

  it('a node without programs has no tables', () => {
    expect(nodeTables({}).size).toBe(0)
  })
})
