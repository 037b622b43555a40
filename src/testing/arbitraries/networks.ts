import fc from 'fast-check'
import type { ClusterOptions } from '../../cluster/options.ts'

/** The networks of a generated cluster. */
export type NetworkOptions = Required<Pick<ClusterOptions, 'podCidr' | 'serviceCidr' | 'nodeCidr' | 'nodeCidrMaskSize'>>

/*
 * Three families of networks, no member of which overlaps a member of another: so any choice is a cluster. The lengths for nodes leave room
 * for 20 pods, the bridge, flannel and the broadcast address.
 */
const POD_NETWORKS = [
  { podCidr: '10.244.0.0/16', nodeCidrMaskSize: 24 },
  { podCidr: '10.42.0.0/16', nodeCidrMaskSize: 27 },
  { podCidr: '172.20.0.0/14', nodeCidrMaskSize: 22 },
  { podCidr: '100.64.0.0/10', nodeCidrMaskSize: 23 },
  { podCidr: '10.1.128.0/17', nodeCidrMaskSize: 26 },
  { podCidr: '192.168.64.0/20', nodeCidrMaskSize: 25 },
] as const
const SERVICE_NETWORKS = ['10.96.0.0/12', '10.43.0.0/16', '172.30.0.0/16', '10.152.183.0/24', '198.18.0.0/20'] as const
const NODE_NETWORKS = ['192.168.0.0/24', '10.0.0.0/24', '172.16.5.0/26', '10.10.0.0/16', '198.19.7.0/25'] as const

/** Networks of pods, Services and nodes that keep clear of each other. The simplest is the usual one. */
export function clusterNetworks(): fc.Arbitrary<NetworkOptions> {
  return fc
    .tuple(fc.constantFrom(...POD_NETWORKS), fc.constantFrom(...SERVICE_NETWORKS), fc.constantFrom(...NODE_NETWORKS))
    .map(([pods, serviceCidr, nodeCidr]) => ({ ...pods, serviceCidr, nodeCidr }))
}
