import { describe, expect, it } from 'vitest'
import { chainHash, isServiceChainName } from '../../src/kubeproxy/chain-names.ts'
import { endpointChainName } from '../../src/kubeproxy/endpoints.ts'

describe('chain names', () => {
  // names that kube-proxy's own tests have (pkg/proxy/iptables/proxier_test.go)
  it.each([
    ['ns1/svc1:p80tcp', 'XPGD46QRK7WJZT7O'],
    ['ns2/svc2:p80tcp', 'GNZBNJ2PO5MGZ6GT'],
    ['ns5/svc5:p80tcp', 'NUKIZ6OKUXPJNT4C'],
    ['default/kubernetes:httpstcp', 'NPX46M4PTMTKRN6Y'],
  ])('the hash of %s is %s', (text, hash) => {
    expect(chainHash(text)).toBe(hash)
  })

  it('an endpoint is part of its name', () => {
    expect(endpointChainName('ns1/svc1:p80', 'tcp', '10.180.0.1:80')).toBe('KUBE-SEP-SXIVWICOYRO3J4NJ')
  })

  it('tells the chains of Services from those that stay', () => {
    const names = ['KUBE-SVC-A', 'KUBE-SVL-A', 'KUBE-EXT-A', 'KUBE-FW-A', 'KUBE-SEP-A', 'KUBE-SERVICES', 'DOCKER']
    expect(names.filter(isServiceChainName)).toEqual(names.slice(0, 5))
  })
})
