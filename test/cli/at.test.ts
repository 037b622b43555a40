import { describe, expect, it } from 'vitest'
import type { TraceData } from '../../src/trace/index.ts'
import { cli } from './support.ts'

// What an API server would refuse and kube-proxy takes: a node port out of the range, leading zeros, blanks around a network.
const INPUT = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { apiVersion: 'kubeproxy.config.k8s.io/v1alpha1', kind: 'KubeProxyConfiguration', clusterCIDR: '10.0.0.0/8' },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop', namespace: 'ns' },
      spec: {
        type: 'NodePort',
        clusterIP: '172.30.0.041',
        ports: [{ name: 'p', port: 80, nodePort: 3001 }],
      },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'shop-1', namespace: 'ns', labels: { 'kubernetes.io/service-name': 'shop' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.180.0.1'] }, { addresses: ['10.180.0.2'], nodeName: 'one' }],
      ports: [{ name: 'p', port: 8080 }],
    },
  ],
})

const trace = (words: string) => cli(['trace', '-f', '-', ...words.split(' ')], { stdin: INPUT })

describe('kubehop trace --at', () => {
  it('takes what kube-proxy takes, with a warning, and makes the node that is asked for', async () => {
    const { code, out } = await trace('--at node/two 203.0.113.2 172.30.0.41:80 -o json --all-branches')
    expect(code).toBe(0)
    const data = JSON.parse(out) as TraceData
    expect(data.branches?.map(({ kubeProxy, probability }) => [kubeProxy, probability])).toEqual([
      [{ dnat: '10.180.0.1:8080', masquerade: true, verdict: 'none' }, 0.5],
      [{ dnat: '10.180.0.2:8080', masquerade: true, verdict: 'none' }, 0.5],
    ])
    const warnings = data.warnings.join('\n')
    expect(warnings).toContain('must be in the node port range')
    expect(warnings).toContain('without leading zeros')
  })

  it('reads addresses and networks as Go did before 1.17', async () => {
    const input = INPUT.replace('"NodePort"', '"LoadBalancer","loadBalancerSourceRanges":[" 203.0.113.000/025"]')
      .replace('"spec"', '"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.004"}]}},"spec"')
      .replaceAll('10.180.0.1', '10.180.00.001')
    const { code, out } = await cli('iptables-save -f - --node two --only kube-proxy', { stdin: input })
    expect(code).toBe(0)
    expect(out).toMatch(/-A KUBE-FW-\w+ -m comment --comment "ns\/shop:p loadbalancer IP" -s 203\.0\.113\.0\/25 -j/)
    expect(out).toContain('-d 1.2.3.4 --dport 80 -j DROP')
    expect(out).toContain('--to-destination 10.180.0.1:8080')
  })

  it('shows a node’s rules for the same input', async () => {
    const { code, out, err } = await cli('iptables-save -f - --node two --only kube-proxy', { stdin: INPUT })
    expect(code).toBe(0)
    expect(err).toContain('must be in the node port range')
    expect(out).toContain('-m tcp -p tcp -d 172.30.0.41 --dport 80 -j KUBE-SVC-')
  })

  it.each(['ipvs', 'nftables', 'kernelspace'])('does not show the rules of iptables for mode %s', async (mode) => {
    const input = INPUT.replace('"clusterCIDR"', `"mode":"${mode}","clusterCIDR"`)
    for (const words of ['iptables-save -f - --node two', 'trace -f - --at node/two 203.0.113.2 172.30.0.41:80']) {
      const { code, out, err } = await cli(words, { stdin: input })
      expect([code, out]).toEqual([2, ''])
      expect(err).toContain(`kube-proxy’s mode ${mode} is not modelled`)
    }
  })

  it('is strict when it is told to be', async () => {
    const { code, err } = await trace('--at node/two 203.0.113.2 172.30.0.41:80 --validation strict')
    expect(code).toBe(2)
    expect(err).toContain('must be in the node port range')
  })

  it('says how it is used', async () => {
    const { code, err } = await trace('--at two 203.0.113.2 172.30.0.41:80')
    expect(code).toBe(2)
    expect(err).toContain('"two": this names no kind of object')
  })
})
