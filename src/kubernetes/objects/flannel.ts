import type { ObjectSource, StringMap } from './meta.ts'
import { lookup } from './meta.ts'

/** flannel's `net-conf.json` (flannel pkg/subnet/config.go; backends: pkg/backend). */
export interface FlannelConfig {
  /** The cluster's pod network. */
  readonly network?: string | undefined
  readonly subnetLen?: number | undefined
  readonly backend: {
    /** `udp` when the file names none, as flannel has it. */
    readonly type: string
    /** vxlan: 1 when left out. */
    readonly vni: number
    /** vxlan: 8472 when left out or 0, the kernel's own default. */
    readonly port: number
    /** vxlan: plain routes to the nodes on the same network. */
    readonly directRouting: boolean
    readonly mtu?: number | undefined
  }
  readonly enableIPv6: boolean
  readonly enableNFTables: boolean
  /** `--ip-masq` among the arguments of flannel's DaemonSet; absent when the input has no such DaemonSet. */
  readonly ipMasq?: boolean | undefined
  /** The bridge's hairpin mode from `cni-conf.json`. */
  readonly hairpinMode?: boolean | undefined
  readonly source: ObjectSource
}

/** What flannel writes on its Node (flannel pkg/subnet/kube/annotations.go). */
export interface FlannelNode {
  readonly backendType?: string | undefined
  readonly publicIP?: string | undefined
  /** MAC address of flannel.1. */
  readonly vtepMAC?: string | undefined
  readonly vni?: number | undefined
  readonly kubeSubnetManager: boolean
}

const PREFIX = 'flannel.alpha.coreos.com/'

/** flannel's annotations of a Node; undefined when it has none. Text that is not what flannel writes is left out. */
export function flannelNode(annotations: StringMap): FlannelNode | undefined {
  const backendType = lookup(annotations, `${PREFIX}backend-type`)
  const publicIP = lookup(annotations, `${PREFIX}public-ip`)
  const manager = lookup(annotations, `${PREFIX}kube-subnet-manager`)
  if (backendType === undefined && publicIP === undefined && manager === undefined) return undefined
  const data = parseBackendData(lookup(annotations, `${PREFIX}backend-data`))
  return { backendType, publicIP, vtepMAC: data.VtepMAC, vni: data.VNI, kubeSubnetManager: manager === 'true' }
}

/** `{"VNI":1,"VtepMAC":"a6:1b:…"}`, or `null` for host-gw (flannel pkg/backend/vxlan/vxlan.go `vxlanLeaseAttrs`). */
function parseBackendData(text: string | undefined): { VtepMAC?: string | undefined; VNI?: number | undefined } {
  let data: unknown
  try {
    data = JSON.parse(text ?? 'null')
  } catch {
    return {}
  }
  if (typeof data !== 'object' || data === null) return {}
  const { VtepMAC, VNI } = data as Record<string, unknown>
  return {
    VtepMAC: typeof VtepMAC === 'string' ? VtepMAC : undefined,
    VNI: typeof VNI === 'number' ? VNI : undefined,
  }
}
