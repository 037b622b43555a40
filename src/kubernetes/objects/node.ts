import type { ObjectMeta, ObjectSource } from './meta.ts'

/** `v1.Taint` */
export interface Taint {
  readonly key: string
  readonly value: string
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
}

/** `v1.NodeAddress`; of the IP addresses only the IPv4 ones are kept. */
export interface NodeAddress {
  readonly type: 'Hostname' | 'InternalIP' | 'ExternalIP' | 'InternalDNS' | 'ExternalDNS'
  readonly address: string
}

/** `v1.Node` */
export interface Node {
  readonly kind: 'Node'
  readonly metadata: ObjectMeta
  readonly spec: {
    /** The IPv4 one, when there are two. */
    readonly podCIDR?: string | undefined
    readonly taints: readonly Taint[]
    readonly unschedulable: boolean
  }
  readonly status: {
    readonly addresses: readonly NodeAddress[]
    readonly allocatable?: { readonly pods?: number | undefined } | undefined
    /** Only whether it is ready; absent in a manifest. */
    readonly conditions?: readonly { readonly type: string; readonly status: string }[] | undefined
  }
  readonly source: ObjectSource
}

/** The node's first IPv4 address of the type. */
export function nodeAddress(node: Node, type: NodeAddress['type'] = 'InternalIP'): string | undefined {
  return node.status.addresses.find((address) => address.type === type)?.address
}
