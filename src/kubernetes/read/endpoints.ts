import type { EndpointAddress, EndpointSubset, Endpoints } from '../objects/endpoints.ts'
import type { ReadContext } from './context.ts'
import { endpointPort, objectReference } from './endpoint-slice.ts'
import { ENDPOINT_ADDRESS_FIELDS, ENDPOINT_SUBSET_FIELDS, ENDPOINTS_FIELDS, noteUnknownFields } from './known-fields.ts'
import { readNamespacedMeta, sourceOf } from './meta.ts'
import { dnsSubdomain } from './names.ts'
import { type Fields, field, ipv4Address, isIpv6, listField, mapping, type Reader, required, text } from './values.ts'

/** IPv6 addresses are left out: their mirrored slices would be IPv6 slices. */
const endpointAddress: Reader<EndpointAddress> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, ENDPOINT_ADDRESS_FIELDS, context)
  if (typeof fields.ip === 'string' && isIpv6(fields.ip)) return undefined
  const ip = required(fields, 'ip', ipv4Address, context)
  if (ip === undefined) return undefined
  return {
    ip,
    hostname: field(fields, 'hostname', text, context),
    nodeName: field(fields, 'nodeName', text, context),
    targetRef: field(fields, 'targetRef', objectReference, context),
  }
}

const subset: Reader<EndpointSubset> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, ENDPOINT_SUBSET_FIELDS, context)
  const ports = listField(fields, 'ports', endpointPort, context)
  return {
    addresses: listField(fields, 'addresses', endpointAddress, context),
    notReadyAddresses: listField(fields, 'notReadyAddresses', endpointAddress, context),
    ports: ports.flatMap(({ name, port, protocol }, index) => {
      if (port !== undefined) return [{ name, port, protocol }]
      context.enter('ports')
      context.enter(index)
      context.problem('port must be given')
      context.leave()
      context.leave()
      return []
    }),
  }
}

/** Endpoints (`ValidateEndpoints`, pkg/apis/core/validation/validation.go). */
export function readEndpoints(fields: Fields, context: ReadContext): Endpoints {
  noteUnknownFields(fields, ENDPOINTS_FIELDS, context)
  return {
    kind: 'Endpoints',
    metadata: readNamespacedMeta(fields, dnsSubdomain, context),
    subsets: listField(fields, 'subsets', subset, context),
    source: sourceOf(context),
  }
}
