import type { IpTest } from '../netfilter/rule.ts'
import { formatPrefix, type Prefix } from '../packet/address.ts'
import { from, prefixTest } from './rule-parts.ts'

/**
 * How kube-proxy tells traffic of the cluster's own pods from other traffic (`LocalTrafficDetector`,
 * pkg/proxy/util/localdetector.go). Without a detector it masquerades no off-cluster traffic to a ClusterIP.
 */
export interface LocalDetector {
  /** Tells detectors apart: two with one key write the same rules. */
  readonly key: string
  readonly ifLocal: Pick<IpTest, 'src' | 'in'>
  readonly ifNotLocal: Pick<IpTest, 'src' | 'in'>
}

/** By source address: detectLocalMode ClusterCIDR and NodeCIDR. */
export function detectLocalByCidr(cidr: Prefix): LocalDetector {
  return {
    key: `cidr ${formatPrefix(cidr)}`,
    ifLocal: from(cidr),
    ifNotLocal: { src: prefixTest(cidr, true) },
  }
}

/** By the device that the packet came in on: BridgeInterface, and with a `+` at the end InterfaceNamePrefix. */
export function detectLocalByInterface(name: string): LocalDetector {
  return {
    key: `interface ${name}`,
    ifLocal: { in: { name, invert: false } },
    ifNotLocal: { in: { name, invert: true } },
  }
}
