import type { ClusterNetwork } from '../../cluster/index.ts'
import type { FlannelBackend, Lease } from '../../overlay/index.ts'
import { formatIpv4, formatPrefix } from '../../packet/address.ts'
import { formatMac } from '../../packet/mac.ts'

/** Which API of etcd: flannel keeps its leases by the one or the other, and what it writes has grown since. */
export type EtcdApi = 2 | 3

const PREFIX = '/coreos.com/network'
/** flannel cuts its network into these unless it is told otherwise (`ParseConfig`, pkg/subnet/config.go). */
const SUBNET_LENGTH = 24
const VXLAN_PORT = 8472

/**
 * What stands in etcd when flannel keeps its leases there (without `--kube-subnet-mgr`): its configuration, and a lease for each node (`/coreos.com/network`,
 * flannel pkg/subnet/etcd/registry.go). In key order.
 */
export function flannelKeys({ plan }: ClusterNetwork, api: EtcdApi): ReadonlyMap<string, string> {
  const { flannel, nodes, pods } = plan
  const { backend } = flannel
  const length = nodes[0]?.lease.subnet.length ?? SUBNET_LENGTH
  const config = {
    Network: formatPrefix(pods),
    ...(length === SUBNET_LENGTH ? {} : { SubnetLen: length }),
    Backend: backendConfig(backend),
  }
  const leases = nodes.map(({ lease }) => [keyOf(lease), JSON.stringify(leaseAttributes(lease, backend, api))] as const)
  return new Map([[`${PREFIX}/config`, JSON.stringify(config)], ...leases.toSorted(([a], [b]) => (a < b ? -1 : 1))])
}

function backendConfig(backend: FlannelBackend): object {
  if (backend.type !== 'vxlan') return { Type: backend.type }
  const { vni, port, directRouting } = backend
  return {
    Type: 'vxlan',
    ...(vni === 1 ? {} : { VNI: vni }),
    ...(port === 0 || port === VXLAN_PORT ? {} : { Port: port }),
    ...(directRouting ? { DirectRouting: true } : {}),
  }
}

/** `MakeSubnetKey`, pkg/subnet/subnet.go */
function keyOf({ subnet }: Lease): string {
  return `${PREFIX}/subnets/${formatIpv4(subnet.address)}-${subnet.length}`
}

/** `LeaseAttrs` (pkg/lease/lease.go; `vxlanLeaseAttrs`, pkg/backend/vxlan). Those who used etcd's old API knew of no IPv6. */
function leaseAttributes({ publicIp, vtepMac }: Lease, backend: FlannelBackend, api: EtcdApi): object {
  return {
    PublicIP: formatIpv4(publicIp),
    ...(api === 3 ? { PublicIPv6: null } : {}),
    BackendType: backend.type,
    ...(backend.type === 'vxlan' ? { BackendData: { VNI: backend.vni, VtepMAC: formatMac(vtepMac) } } : {}),
  }
}
