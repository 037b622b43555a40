import type { Node, NodeAddress, Taint } from '../objects/node.ts'
import { conditionsOf } from './conditions.ts'
import type { ReadContext } from './context.ts'
import {
  NODE_ADDRESS_FIELDS,
  NODE_SPEC_FIELDS,
  NODE_STATUS_FIELDS,
  noteUnknownFields,
  OBJECT_FIELDS,
  TAINT_FIELDS,
} from './known-fields.ts'
import { readMeta, sourceOf } from './meta.ts'
import { dnsSubdomain } from './names.ts'
import {
  boolean,
  type Fields,
  field,
  ipv4Address,
  ipv4Network,
  isIpv6,
  listField,
  mapping,
  oneOf,
  type Reader,
  required,
  text,
} from './values.ts'

const taint: Reader<Taint> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, TAINT_FIELDS, context)
  const key = required(fields, 'key', text, context)
  const effect = required(fields, 'effect', oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'), context)
  if (key === undefined || effect === undefined) return undefined
  return { key, value: field(fields, 'value', text, context) ?? '', effect }
}

const addressType = oneOf('Hostname', 'InternalIP', 'ExternalIP', 'InternalDNS', 'ExternalDNS')

/** Of a dual-stack node the IPv4 addresses count; the others are left out here. */
const nodeAddress: Reader<NodeAddress> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, NODE_ADDRESS_FIELDS, context)
  const type = required(fields, 'type', addressType, context)
  const address = required(fields, 'address', text, context)
  if (type === undefined || address === undefined) return undefined
  if (!type.endsWith('IP')) return { type, address }
  if (isIpv6(address)) return undefined
  const plain = field(fields, 'address', ipv4Address, context)
  return plain === undefined ? undefined : { type, address: plain }
}

/** `spec.podCIDRs` holds one network per family, `spec.podCIDR` the first of them. */
function podCidr(spec: Fields | undefined, context: ReadContext): string | undefined {
  const cidrs = listField(spec, 'podCIDRs', text, context)
  const single = field(spec, 'podCIDR', text, context)
  const index = cidrs.findIndex((cidr) => !isIpv6(cidr))
  if (single !== undefined && !isIpv6(single)) return field(spec, 'podCIDR', ipv4Network, context)
  if (index >= 0) {
    context.enter('podCIDRs')
    context.enter(index)
    const cidr = ipv4Network(cidrs[index], context)
    context.leave()
    context.leave()
    return cidr
  }
  return single === undefined && cidrs.length === 0
    ? undefined
    : field({ podCIDR: single ?? cidrs[0] }, 'podCIDR', ipv4Network, context)
}

/** `110`, or the number as text, as the API prints quantities. */
const podCount: Reader<number> = (value) => {
  const count = typeof value === 'string' ? Number(value) : value
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 ? count : undefined
}

const conditions = conditionsOf('Ready')

/** Nodes (`ValidateNode`, pkg/apis/core/validation/validation.go). */
export function readNode(fields: Fields, context: ReadContext): Node {
  noteUnknownFields(fields, OBJECT_FIELDS, context)
  const metadata = readMeta(fields, dnsSubdomain, context)
  const spec = field(fields, 'spec', mapping, context)
  const status = field(fields, 'status', mapping, context)
  context.enter('spec')
  if (spec !== undefined) noteUnknownFields(spec, NODE_SPEC_FIELDS, context)
  const podCIDR = podCidr(spec, context)
  const taints = listField(spec, 'taints', taint, context)
  const unschedulable = field(spec, 'unschedulable', boolean, context) ?? false
  context.leave()
  context.enter('status')
  if (status !== undefined) noteUnknownFields(status, NODE_STATUS_FIELDS, context)
  const addresses = listField(status, 'addresses', nodeAddress, context)
  checkFamily(status, addresses, context)
  const allocatable = field(status, 'allocatable', mapping, context)
  const pods = field(allocatable, 'pods', podCount, context)
  const known = field(status, 'conditions', conditions, context)
  context.leave()
  return {
    kind: 'Node',
    metadata,
    spec: { podCIDR, taints, unschedulable },
    status: { addresses, allocatable: pods === undefined ? undefined : { pods }, conditions: known },
    source: sourceOf(context),
  }
}

function checkFamily(status: Fields | undefined, addresses: readonly NodeAddress[], context: ReadContext): void {
  const given = status?.addresses
  if (!Array.isArray(given) || addresses.some(({ type }) => type === 'InternalIP')) return
  const ipv6 = given.some(
    (address) => (address as Fields | null)?.type === 'InternalIP' && isIpv6(String((address as Fields).address)),
  )
  if (ipv6) {
    context.enter('addresses')
    context.unsupported(`IPv6-only Node ${context.name.replace(/^Node /, '')}`)
    context.leave()
  }
}
