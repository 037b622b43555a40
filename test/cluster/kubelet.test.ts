import { expect, it } from 'vitest'
import { kubeletRules } from '../../src/cluster/kubelet.ts'
import { applyOperations } from '../../src/netfilter/operations.ts'
import { savedTables } from '../netfilter/save-text.ts'

it("kubelet's rules: the hint, the canaries and the guard of localhost", () => {
  expect(savedTables(applyOperations(kubeletRules()))).toBe(`*mangle
:PREROUTING ACCEPT
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
:POSTROUTING ACCEPT
:KUBE-IPTABLES-HINT -
:KUBE-KUBELET-CANARY -
COMMIT
*nat
:PREROUTING ACCEPT
:INPUT ACCEPT
:OUTPUT ACCEPT
:POSTROUTING ACCEPT
:KUBE-KUBELET-CANARY -
COMMIT
*filter
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
:KUBE-FIREWALL -
:KUBE-KUBELET-CANARY -
-A INPUT -j KUBE-FIREWALL
-A OUTPUT -j KUBE-FIREWALL
-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
COMMIT
`)
})
