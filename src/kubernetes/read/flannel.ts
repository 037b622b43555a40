import type { FlannelConfig } from '../objects/flannel.ts'
import type { ReadContext } from './context.ts'
import { sourceOf } from './meta.ts'
import { boolean, type Fields, field, integer, ipv4Cidr, mapping, text } from './values.ts'

/** The kernel's default VXLAN port, which flannel leaves to the kernel (flannel pkg/backend/vxlan/vxlan.go). */
const VXLAN_PORT = 8472
const VXLAN_VNI = 1

/** flannel's `net-conf.json`. JSON in Go does not mind the case of names; people do, so they are taken as documented. */
export function readNetConf(fields: Fields, hairpinMode: boolean | undefined, context: ReadContext): FlannelConfig {
  const backend = field(fields, 'Backend', mapping, context)
  context.enter('Backend')
  const port = field(backend, 'Port', integer, context)
  const settings = {
    type: backend === undefined ? 'udp' : (field(backend, 'Type', text, context) ?? ''),
    vni: field(backend, 'VNI', integer, context) ?? VXLAN_VNI,
    port: port === undefined || port === 0 ? VXLAN_PORT : port,
    directRouting: field(backend, 'DirectRouting', boolean, context) ?? false,
    mtu: field(backend, 'MTU', integer, context),
  }
  context.leave()
  const enableIPv6 = field(fields, 'EnableIPv6', boolean, context) ?? false
  const enableIPv4 = field(fields, 'EnableIPv4', boolean, context) ?? true
  if (!enableIPv4) {
    context.enter('EnableIPv4')
    context.unsupported('flannel without IPv4')
    context.leave()
  } else if (enableIPv6) {
    context.note('IPV6_IGNORED', 'flannel: EnableIPv6 is left out, kubehop follows IPv4')
  }
  const subnetLen = field(fields, 'SubnetLen', integer, context)
  return {
    network: field(fields, 'Network', ipv4Cidr, context),
    subnetLen: subnetLen === 0 ? undefined : subnetLen,
    backend: settings,
    enableIPv6,
    enableNFTables: field(fields, 'EnableNFTables', boolean, context) ?? false,
    hairpinMode,
    source: sourceOf(context),
  }
}

/** The hairpin mode that `cni-conf.json` delegates to the bridge plugin. */
export function hairpinModeOf(cniConf: unknown): boolean | undefined {
  const plugins: unknown = (cniConf as Fields | null)?.plugins ?? [cniConf]
  if (!Array.isArray(plugins)) return undefined
  for (const plugin of plugins as (Fields | null)[]) {
    const delegate = plugin?.type === 'flannel' ? (plugin.delegate as Fields | undefined) : undefined
    if (typeof delegate?.hairpinMode === 'boolean') return delegate.hairpinMode
  }
  return undefined
}
