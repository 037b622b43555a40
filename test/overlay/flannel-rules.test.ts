import { expect, it } from 'vitest'
import { applyOperations } from '../../src/netfilter/operations.ts'
import { flannelRules } from '../../src/overlay/flannel-rules.ts'
import { parsePrefix } from '../../src/packet/address.ts'
import { savedTable, savedTables } from '../netfilter/save-text.ts'

const LEASE = { network: parsePrefix('10.244.0.0/16'), subnet: parsePrefix('10.244.1.0/24') }

it("flannel's rules with --ip-masq", () => {
  expect(savedTables(applyOperations(flannelRules({ ...LEASE, ipMasq: true })))).toBe(`*nat
:PREROUTING ACCEPT
:INPUT ACCEPT
:OUTPUT ACCEPT
:POSTROUTING ACCEPT
:FLANNEL-POSTRTG -
-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG
-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.1.0/24 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.0.0/16 -d 10.244.1.0/24 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.1.0/24 -m comment --comment "flanneld masq" -j RETURN
-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
COMMIT
*filter
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
:FLANNEL-FWD -
-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
-A FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
-A FLANNEL-FWD -d 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
COMMIT
`)
})

it('without --ip-masq there is only FLANNEL-FWD, and that can be switched off', () => {
  const tables = applyOperations(flannelRules({ ...LEASE, ipMasq: false }))
  expect([...tables.keys()]).toEqual(['filter'])
  expect(flannelRules({ ...LEASE, ipMasq: false, forwardRules: false })).toEqual([])
})

it('an old iptables knows no --random-fully', () => {
  const tables = applyOperations(flannelRules({ ...LEASE, ipMasq: true, randomFully: false }))
  expect(savedTable(tables, 'nat')).toContain('-j MASQUERADE\n')
  expect(savedTable(tables, 'nat')).not.toContain('random')
})

it("takes a subnet as it stands in subnet.env, with the bridge's address", () => {
  const subnet = parsePrefix('10.244.1.1/24')
  expect(flannelRules({ ...LEASE, subnet, ipMasq: true })).toEqual(flannelRules({ ...LEASE, ipMasq: true }))
})
