import type {
  Endpoint,
  EndpointHints,
  EndpointPort,
  EndpointSlice,
  ObjectReference,
} from '../objects/endpoint-slice.ts'
import { SERVICE_NAME_LABEL } from '../objects/endpoint-slice.ts'
import type { ReadContext } from './context.ts'
import {
  ENDPOINT_CONDITIONS_FIELDS,
  ENDPOINT_FIELDS,
  ENDPOINT_HINTS_FIELDS,
  ENDPOINT_PORT_FIELDS,
  ENDPOINT_SLICE_FIELDS,
  HINT_FIELDS,
  noteUnknownFields,
  OBJECT_REFERENCE_FIELDS,
} from './known-fields.ts'
import { readNamespacedMeta, sourceOf } from './meta.ts'
import { dnsSubdomain } from './names.ts'
import { protocol } from './pod-spec.ts'
import {
  boolean,
  type Fields,
  field,
  ipv4Address,
  listField,
  mapping,
  oneOf,
  portNumber,
  type Reader,
  required,
  text,
} from './values.ts'

/** `v1.ObjectReference` */
export const objectReference: Reader<ObjectReference> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, OBJECT_REFERENCE_FIELDS, context)
  const kind = field(fields, 'kind', text, context)
  const name = field(fields, 'name', text, context)
  if (kind === undefined || name === undefined) return undefined
  return { kind, namespace: field(fields, 'namespace', text, context), name }
}

const conditions: Reader<Endpoint['conditions']> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, ENDPOINT_CONDITIONS_FIELDS, context)
  return {
    ready: field(fields, 'ready', boolean, context),
    serving: field(fields, 'serving', boolean, context),
    terminating: field(fields, 'terminating', boolean, context),
  }
}

const hintName: Reader<string> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, HINT_FIELDS, context)
  return required(fields, 'name', text, context)
}

const hints: Reader<EndpointHints> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, ENDPOINT_HINTS_FIELDS, context)
  return {
    forZones: listField(fields, 'forZones', hintName, context),
    forNodes: listField(fields, 'forNodes', hintName, context),
  }
}

const NO_CONDITIONS = Object.freeze({})

function endpoint(address: Reader<string>): Reader<Endpoint> {
  return (value, context) => {
    const fields = mapping(value, context)
    if (fields === undefined) return undefined
    noteUnknownFields(fields, ENDPOINT_FIELDS, context)
    const addresses = listField(fields, 'addresses', address, context)
    if (!Array.isArray(fields.addresses) || fields.addresses.length === 0) {
      context.enter('addresses')
      context.refused('an endpoint needs one address at least')
      context.leave()
    }
    return {
      addresses,
      conditions: field(fields, 'conditions', conditions, context) ?? NO_CONDITIONS,
      nodeName: field(fields, 'nodeName', text, context),
      zone: field(fields, 'zone', text, context),
      hostname: field(fields, 'hostname', text, context),
      hints: field(fields, 'hints', hints, context),
      targetRef: field(fields, 'targetRef', objectReference, context),
    }
  }
}

const ipv4Endpoint = endpoint(ipv4Address)
const fqdnEndpoint = endpoint(text)

/** API servers refuse 0; kube-proxy passes over such a port. */
const portOrZero: Reader<number> = (value, context) => {
  if (value !== 0) return portNumber(value, context)
  context.refused('must be between 1 and 65535, not 0')
  return undefined
}

/** Port of a slice or of an Endpoints subset. */
export const endpointPort: Reader<EndpointPort> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, ENDPOINT_PORT_FIELDS, context)
  return {
    name: field(fields, 'name', text, context) ?? '',
    protocol: field(fields, 'protocol', protocol, context) ?? 'TCP',
    port: field(fields, 'port', portOrZero, context),
    appProtocol: field(fields, 'appProtocol', text, context),
  }
}

const addressType = oneOf('IPv4', 'IPv6', 'FQDN')

/**
 * EndpointSlices (`ValidateEndpointSlice`, pkg/apis/discovery/validation/validation.go).
 * The IPv6 slices of dual-stack Services are left out: the IPv4 ones stand beside them.
 */
export function readEndpointSlice(fields: Fields, context: ReadContext): EndpointSlice | undefined {
  noteUnknownFields(fields, ENDPOINT_SLICE_FIELDS, context)
  const metadata = readNamespacedMeta(fields, dnsSubdomain, context)
  const type = required(fields, 'addressType', addressType, context)
  if (type === 'IPv6') {
    context.note('IPV6_IGNORED', 'EndpointSlice: IPv6 slices are left out, kubehop follows IPv4')
    return undefined
  }
  if (!Object.hasOwn(metadata.labels, SERVICE_NAME_LABEL)) {
    context.note('NO_SERVICE', `EndpointSlice: without the label ${SERVICE_NAME_LABEL} it belongs to no Service`)
  }
  const ports = listField(fields, 'ports', endpointPort, context)
  checkPortNames(ports, context)
  const endpoints = listField(fields, 'endpoints', type === 'FQDN' ? fqdnEndpoint : ipv4Endpoint, context)
  // kube-proxy passes over types that it does not know (`EndpointSliceUpdate`, pkg/proxy/endpointschangetracker.go)
  if (type === undefined) return undefined
  return {
    kind: 'EndpointSlice',
    metadata,
    addressType: type,
    endpoints,
    ports,
    source: sourceOf(context),
  }
}

function checkPortNames(ports: readonly EndpointPort[], context: ReadContext): void {
  const seen = new Set<string>()
  for (const [index, { name }] of ports.entries()) {
    if (seen.has(name)) {
      context.enter('ports')
      context.enter(index)
      context.refused(`port name ${JSON.stringify(name)} stands twice in one slice`)
      context.leave()
      context.leave()
    }
    seen.add(name)
  }
}
